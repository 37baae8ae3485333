package config_test

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/incassocenter/dunning/config"
)

const (
	exampleFile = "dunning.example.yaml"
	goodKey     = "2026a:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
	goodURL     = "postgres://app:hunter2@db.example.nl:5432/dunning?sslmode=verify-full"
)

// secrets are what the example leaves to the environment.
var secrets = []string{"DUNNING_DATABASE_URL=" + goodURL, "DUNNING_CODEC_KEYS=" + goodKey, "PATH=/bin"}

func file(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "dunning.yaml")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// problems loads and gives the problems as text, the directory cut off.
func problems(t *testing.T, path string, environ []string) []string {
	t.Helper()
	_, err := config.Load(path, environ)
	if err == nil {
		return nil
	}
	var all config.Problems
	if !errors.As(err, &all) {
		t.Fatal(err)
	}
	return strings.Split(strings.ReplaceAll(err.Error(), filepath.Dir(path)+string(filepath.Separator), ""), "\n")
}

func TestExampleLoadsOnceSecretsAreThere(t *testing.T) {
	t.Parallel()
	c, err := config.Load(exampleFile, secrets)
	if err != nil {
		t.Fatal(err)
	}
	if c.Environment != config.Production || string(c.Database.URL) != goodURL || c.Agency.KvK != "12345678" || c.Agency.Phone != "020 123 4567" ||
		c.Policy.PostDeliveryDays != 2 || c.SMTP.SendTimeout != 25*time.Second || c.Agreement.Commission != "15" ||
		!cmp.Equal(config.Reveal(c.Codec.Keys), []string{goodKey}) {
		t.Errorf("%s", c)
	}
	want := []string{
		"dunning.example.yaml:12: database.url: is missing; right would be a value here, in DUNNING_DATABASE_URL, or a file in database.url_file or DUNNING_DATABASE_URL_FILE",
		"dunning.example.yaml:28: codec.keys: is missing; right would be a value here, in DUNNING_CODEC_KEYS, or a file in codec.keys_file or DUNNING_CODEC_KEYS_FILE",
	}
	got := problems(t, exampleFile, nil)
	for i := range got { // the lines move with the comments
		got[i], want[i] = withoutLine(got[i]), withoutLine(want[i])
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func withoutLine(problem string) string {
	name, rest, _ := strings.Cut(problem, ":")
	_, rest, _ = strings.Cut(rest, ":")
	return name + ":" + rest
}

// The example explains every key: as a value, or commented out for what has no good example. And its values are the defaults.
func TestExampleNamesEveryKeyAndShowsTheDefaults(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile(exampleFile)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(content), "\n")
	for _, f := range config.Fields() {
		parts := strings.Split(f, ".")
		last := parts[len(parts)-1]
		found := false
		for _, line := range lines {
			line = strings.TrimLeft(line, "# ")
			found = found || strings.HasPrefix(line, last+":") || strings.HasPrefix(line, last+"_file:")
		}
		if !found {
			t.Errorf("%s is not explained", f)
		}
	}
	full, err := config.Load(exampleFile, secrets)
	if err != nil {
		t.Fatal(err)
	}
	var needed []string // the example without the lines that have a default
	for _, line := range strings.Split(full.String(), "\n") {
		key, value, _ := strings.Cut(line, " = ")
		conditional := key == "agreement.commission" // needed while a plan names none
		if (config.Needed(key) || conditional) && !strings.HasPrefix(key, "database.") && !strings.HasPrefix(key, "codec.") {
			needed = append(needed, config.EnvName(key)+"="+value)
		}
	}
	bare, err := config.Load("", append(needed, secrets...))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(full.String(), bare.String()); diff != "" {
		t.Errorf("the example shows other values than the defaults:\n%s", diff)
	}
}

func TestAllProblemsAtOnceWithTheirLines(t *testing.T) {
	t.Parallel()
	path := file(t, `environment: production
database:
  url: postgres://app:hunter2@db.example.nl/dunning?sslmode=require
temporal:
  time_skipping: true
  adress: localhost:7233
  tls: {cert: /nowhere/cert.pem}
smtp:
  host: mail.example.nl
  port: many
  port: 25
  tls: none
  from: Post <post@example.nl>
  username: agency
agency:
  name: Incassocenter
  trust_iban: NL91ABNA0417164301
  kvk: [1, 2]
agreement:
policy:
  post_delivery_days: soon
sweeper: 60s
outbox: {interval: soon}
`)
	missing := "; right would be a value here or in DUNNING_AGENCY_"
	want := []string{
		`dunning.yaml: codec.keys: is missing; right would be a value here, in DUNNING_CODEC_KEYS, or a file in codec.keys_file or DUNNING_CODEC_KEYS_FILE`,
		`dunning.yaml:3: database.url: reaches another machine without checking who answers; right would be a URL with sslmode=verify-full`,
		`dunning.yaml:5: temporal.time_skipping: is on in production, where days must take a day; right would be false`,
		`dunning.yaml:6: temporal.adress: is not a key; right would be temporal.address`,
		`dunning.yaml:7: temporal.tls.cert: is given without temporal.tls.key; right would be both or neither`,
		`dunning.yaml:10: smtp.port: "many" is not a whole number; right would be for example 587`,
		`dunning.yaml:11: smtp.port: is given twice, first on line 10; right would be once`,
		`dunning.yaml:12: smtp.tls: is none in production: names and debts would travel in the clear; right would be mandatory`,
		`dunning.yaml:13: smtp.from: "Post <post@example.nl>" is not one bare mail address; right would be post@example.nl`,
		`dunning.yaml:14: smtp.username: is given without smtp.password; right would be both or neither`,
		`dunning.yaml:15: agency.email: is missing` + missing + `EMAIL`,
		`dunning.yaml:15: agency.phone: is missing` + missing + `PHONE`,
		`dunning.yaml:15: agency.postcode: is missing` + missing + `POSTCODE`,
		`dunning.yaml:15: agency.registration: is missing` + missing + `REGISTRATION`,
		`dunning.yaml:15: agency.registration_valid_until: is missing` + missing + `REGISTRATION_VALID_UNTIL`,
		`dunning.yaml:15: agency.street: is missing` + missing + `STREET`,
		`dunning.yaml:15: agency.town: is missing` + missing + `TOWN`,
		`dunning.yaml:15: agency.trust_name: is missing` + missing + `TRUST_NAME`,
		`dunning.yaml:15: agency.website: is missing` + missing + `WEBSITE`,
		`dunning.yaml:17: agency.trust_iban: is not an IBAN`,
		`dunning.yaml:18: agency.kvk: is not one value`,
		`dunning.yaml:19: agreement.commission: is not set, and neither is commission in basis.yaml, premium.yaml; right would be one percentage ("15"), or bands and what it is at least ("15 to 2500.00; 10 to 5000.00; 5; least 40.00"), there or here for every plan that names none`,
		`dunning.yaml:21: policy.post_delivery_days: "soon" is not a whole number; right would be for example 2`,
		`dunning.yaml:22: sweeper: is not a section; right would be keys with a colon, indented`,
		`dunning.yaml:23: outbox.interval: "soon" is not a duration; right would be for example 500ms`,
		`environment: DUNNING_SMPT_HOST: is not a key; right would be DUNNING_SMTP_HOST`,
		`environment: http.listen: "everywhere" is not an address to listen on; right would be 127.0.0.1:9090`,
	}
	got := problems(t, path, []string{"DUNNING_SMPT_HOST=x", "DUNNING_HTTP_LISTEN=everywhere", "DUNNING_CONFIG=x.yaml", "DUNNING_LOG_LEVEL="})
	for i, g := range got {
		if strings.Contains(g, "hunter2") {
			t.Error("a password in", g)
		}
		if before, _, cut := strings.Cut(g, "is not an IBAN"); cut { // the rest is package bank's
			got[i] = before + "is not an IBAN"
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestRules(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ story, set, problem string }{
		{"neither production nor development", "ENVIRONMENT=test", `"test" is not known; right would be production or development`},
		{"TLS to the database without verification", "DATABASE_URL=postgres://u@db.example.nl/d?sslmode=require", "without checking who answers"},
		{"no word about TLS to the database", "DATABASE_URL=postgres://u@db.example.nl/d", "without checking who answers"},
		{"a database on this machine", "DATABASE_URL=postgres://u@127.0.0.1/d", ""},
		{"a database behind a socket", "DATABASE_URL=host=/run/postgresql user=u dbname=d", ""},
		{"not a database", "DATABASE_URL=mysql://hunter2", "is not a PostgreSQL URL"},
		{"time skipping in production", "TEMPORAL_TIME_SKIPPING=true", "is on in production"},
		{"an address without a port", "TEMPORAL_ADDRESS=temporal", "is not a host and a port"},
		{"the key of development", "CODEC_KEYS=development:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", "which everybody knows"},
		{"two keys", "CODEC_KEYS=" + goodKey + ",old:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", ""},
		{"a short key", "CODEC_KEYS=k:aHVudGVyMg==", "7 bytes"},
		{"mail in the clear", "SMTP_TLS=none", "travel in the clear"},
		{"no such policy", "SMTP_TLS=starttls", "is not known"},
		{"a password without a user", "SMTP_PASSWORD=hunter2", "is given without smtp.username"},
		{"a sender that is two", "SMTP_FROM=a@b.nl,c@d.nl", "not one bare mail address"},
		{"timeouts that leave an attempt no time to note how it ended", "SMTP_SEND_TIMEOUT=26s", "with smtp.connect_timeout takes 36s; right would be together at most 35s"},
		{"a codec endpoint without a UI", "CODEC_ENDPOINT_LISTEN=127.0.0.1:8088", "without codec.ui_origin"},
		{"an origin with a slash", "CODEC_UI_ORIGIN=https://ui.example.nl/", "is not an origin"},
		{"a short token", "CODEC_TOKEN=hunter2", "shorter than 32"},
		{"a negative rate", "MAIL_PER_SECOND=-1", "0 (no limit)"},
		{"half a mail a second", "MAIL_PER_SECOND=0.5", ""},
		{"one poller", "WORKER_POLLERS=1", "2 to 1000"},
		{"no commission", "AGREEMENT_COMMISSION=0", `agreement.commission: "0" is no percentage above 0 and at most 100; right would be one percentage ("15"), or bands`},
		{"commission in words", "AGREEMENT_COMMISSION=some", `"some" is no percentage`},
		{"commission in bands", "AGREEMENT_COMMISSION=15 to 2500.00; 10 to 5000.00; 5; least 40.00", ""},
		{"a commission that ends somewhere", "AGREEMENT_COMMISSION=15 to 2500.00", "the last band ends at 2500.00"},
		{"a reminder after the last day", "POLICY_REQUEST_REMIND_DAYS=14", "policy.request_remind_days: is 14; right would be 1 to 13"},
		{"a postcode abroad", "AGENCY_POSTCODE=12345", "not a Dutch postcode"},
		{"an insecure website", "AGENCY_WEBSITE=http://example.nl", "not an https address"},
		{"a wrong digit in the IBAN", "AGENCY_TRUST_IBAN=NL91ABNA0417164301", "is not an IBAN"},
		{"an unknown log level", "LOG_LEVEL=loud", "is not a level"},
		{"tables of law as shipped", "LAW_RATES_DIR=rates", ""},
		{"tables of law nowhere", "LAW_RATES_DIR=/nowhere", `law.rates_dir: "/nowhere" is not a directory that can be read; right would be one with a copy of config/rates`},
		{"tables of law in a file", "LAW_RATES_DIR=rates/interest.yaml", "is not a directory"},
		{"a directory with other files", "LAW_RATES_DIR=trajectories", "law.rates_dir: interest.yaml: is not there; right would be interest.yaml, costs.yaml, court.yaml, vat.yaml in one directory; costs.yaml: is not there"},
		{"plans as shipped", "AGREEMENT_PLANS_DIR=plans", ""},
		{"plans nowhere", "AGREEMENT_PLANS_DIR=/nowhere", `agreement.plans_dir: "/nowhere" is not a directory that can be read; right would be one with a copy of config/plans`},
		{"a directory without plans", "AGREEMENT_PLANS_DIR=rates", `agreement.plans_dir: costs.yaml:2: plan: has no keys`},
		{"a reminder on the day itself", "AGREEMENT_REMIND_DAYS=0", "1 to 180"},
		{"trajectories of one's own", "POLICY_TRAJECTORIES_DIR=testdata/trajectories", ""},
		{"trajectories nowhere", "POLICY_TRAJECTORIES_DIR=/nowhere", `policy.trajectories_dir: "/nowhere" is not a directory that can be read; right would be one with trajectories of your own, or nothing`},
		{"the trajectories as shipped once more", "POLICY_TRAJECTORIES_DIR=trajectories", "policy.trajectories_dir: business.yaml: there is another trajectory business@1"},
		{"a file that is no trajectory", "POLICY_TRAJECTORIES_DIR=rates", "policy.trajectories_dir: costs.yaml: "},
		{"a register that somebody would connect to", "REGISTERS_COMPANY=kvk", `registers.company: the adapter "kvk" is not built here; right would be file, or nothing: the register is not asked`},
		{"a register asked of files that are not named", "REGISTERS_ADDRESS=file", "registers.address: is file without registers.answers"},
		{"a trust account that is none", "BANK_ACCOUNTS=NL91ABNA0417164301", `bank.accounts: IBAN "NL91ABNA0417164301" has check digits 91`},
		{"an old account of nothing", "BANK_ACCOUNTS=417164300=417164300", `bank.accounts: IBAN "417164300" is not an account number`},
		{"an inbox that is not there", "BANK_INBOX=/nowhere", `bank.inbox: "/nowhere" is not a directory that can be read`},
		{"no time to write a file", "BANK_QUIET=1ms", "bank.quiet: is 1ms; right would be 100ms to 3600000ms"},
		{"a payment provider's account that is none", "BANK_NOT_DEBTORS=NL91ABNA0417164301", `bank.not_debtors: IBAN "NL91ABNA0417164301" has check digits 91`},
		{"a rule that is none", "BANK_RULES_OFF=guess", `bank.rules_off: "guess" is not a rule of matching; right would be some of [not-a-debtor `},
		{"a limit of a rule that is none", "BANK_RULES_PER_DAY=guess=5", `bank.rules_per_day: "guess" is not a rule of matching (`},
		{"a rule that may match nothing on a day", "BANK_RULES_PER_DAY=number=0", `bank.rules_per_day: "number": "0" is not a number of 1 or more`},
		{"a limit without a number", "BANK_RULES_PER_DAY=number", `bank.rules_per_day: "number": "" is not a number of 1 or more`},
		{"a rule that needs no proof", "BANK_RULES_PROVEN=number", `bank.rules_proven: "number" is not a rule that begins in shadow; right would be some of [name-amount]`},
		{"no day for the queue", "BANK_QUEUE_DAYS=0", `bank.queue_days: `},
		{"a surplus that is no amount", "BANK_MAX_SURPLUS=much", `bank.max_surplus: "much" is not an amount of 0.00 or more`},
		{"answers that are not there", "REGISTERS_ANSWERS=/nowhere", "registers.answers: read answers of registers: open /nowhere"},
		{"answers without their header", "REGISTERS_ANSWERS=stickers.yaml", "registers.answers: stickers.yaml: line 1: header: right would be subject;register;answer;on"},
		{"post that arrives at once", "POLICY_POST_DELIVERY_DAYS=0", "2 to 14"},
		{"post that arrives the next day", "POLICY_POST_DELIVERY_DAYS=1", "2 to 14"},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			name, _, _ := strings.Cut(c.set, "=")
			var environ []string
			for _, s := range secrets {
				if !strings.HasPrefix(s, "DUNNING_"+name+"=") {
					environ = append(environ, s)
				}
			}
			got := strings.Join(problems(t, exampleFile, append(environ, "DUNNING_"+c.set)), "\n")
			if (got == "") != (c.problem == "") || !strings.Contains(got, c.problem) || strings.Contains(got, "hunter2") {
				t.Errorf("got %q, want %q", got, c.problem)
			}
		})
	}
}

func TestNoSecretIsPrinted(t *testing.T) {
	t.Parallel()
	c, err := config.Load(exampleFile, append(secrets, "DUNNING_SMTP_USERNAME=agency", "DUNNING_SMTP_PASSWORD=hunter2", "DUNNING_DATABASE_OWNER_URL="+goodURL,
		"DUNNING_CODEC_TOKEN=hunter2hunter2hunter2hunter2hunter2"))
	if err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("starting", "config", c, "database", c.Database, "password", c.SMTP.Password)
	printed := log.String() + c.String()
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		printed += fmt.Sprintf(verb, c) + fmt.Sprintf(verb, c.SMTP) + fmt.Sprintf(verb, c.Codec) + fmt.Sprintf(verb, &c.Database)
	}
	for _, secret := range []string{"hunter2", "68756e74657232", "AAECAwQF"} {
		if strings.Contains(printed, secret) {
			t.Errorf("%s is printed", secret)
		}
	}
	if !strings.Contains(printed, "mail.example.nl") || !strings.Contains(printed, "[secret]") {
		t.Error("what is not secret is not printed")
	}
}

func TestDevelopment(t *testing.T) {
	t.Parallel()
	c, err := config.Development(map[string]string{"database.url": "postgres:///dunning?host=/tmp/pg", "temporal.time_skipping": "true", "smtp.port": "2525"})
	if err != nil {
		t.Fatal(err)
	}
	if c.Environment != config.DevelopmentMode || c.SMTP.Port != 2525 || !c.Temporal.TimeSkipping || len(c.Codec.Keys) != 1 {
		t.Errorf("%s", c)
	}
	_, err = config.Development(map[string]string{"smtp.prot": "25", "smtp.port": "x"})
	want := "development: smtp.port: \"x\" is not a whole number; right would be for example 587\ndevelopment: smtp.prot: is not a key; right would be smtp.port"
	if err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
	if reflect.DeepEqual(c, config.Config{}) {
		t.Error("empty")
	}
}
