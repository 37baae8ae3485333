package config_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/incassocenter/dunning/config"
)

// another is a valid value for each key, different from the example's.
var another = map[string]string{
	"environment": "development", "database.url": "postgres://u@127.0.0.1/other", "database.owner_url": "postgres://o@127.0.0.1/other",
	"temporal.address": "temporal.example.nl:7233", "temporal.namespace": "dunning", "temporal.time_skipping": "true",
	"temporal.tls.cert": exampleFile, "temporal.tls.key": exampleFile, "temporal.tls.ca": exampleFile,
	"codec.keys": "2027a:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", "codec.endpoint_listen": "127.0.0.1:8088",
	"codec.ui_origin": "http://127.0.0.1:8233", "codec.token": "0123456789abcdef0123456789abcdef",
	"smtp.host": "relay.example.nl", "smtp.port": "2525", "smtp.tls": "opportunistic", "smtp.auth": "login", "smtp.username": "u", "smtp.password": "p",
	"smtp.from": "brief@example.nl", "smtp.hello": "dunning.example.nl", "smtp.connect_timeout": "5s", "smtp.send_timeout": "20s", "smtp.idle_connections": "0",
	"mail.per_second": "12.5", "spool.dir": "/var/spool/dunning", "http.listen": ":8080",
	"agency.name": "Ander", "agency.street": "Anderstraat 2", "agency.postcode": "9999 ZZ", "agency.town": "Elders", "agency.email": "x@example.nl",
	"agency.phone": "+31 10 123 4567", "agency.website": "https://ander.example.nl", "agency.kvk": "01234567", "agency.registration": "Wki-1", "agency.registration_valid_until": "2027-01-01",
	"bank.accounts": "417164300=NL91ABNA0417164300", "bank.inbox": "testdata", "bank.quiet": "30s", "bank.not_debtors": "NL20INGB0001234567", "bank.rules_off": "number, known-account", "bank.max_surplus": "10.00",
	"bank.rules_per_day": "number=50", "bank.rules_proven": "name-amount", "bank.queue_days": "3",
	"agreement.plans_dir": "plans", "agreement.remind_days": "45",
	"policy.promise_days": "14", "policy.promise_grace_days": "3", "policy.arrangement_months": "12", "policy.arrangement_grace_days": "1", "policy.arrangement_reminder_days": "10",
	"agency.trust_name": "Stichting Ander", "agency.trust_iban": "NL20INGB0001234567", "agency.disputes_scheme": "Geschillen Voorbeeld", "agency.vat": "NL001234560B01", "invoice.term_days": "30", "debit.creditor_id": "NL69ZZZ123456780000", "debit.notice_days": "10", "debit.one_credit": "true", "debit.refund_weeks": "9", "debit.refund_target_days": "3", "agreement.commission": "10 to 1000; 5",
	"policy.request_days": "21", "policy.request_remind_days": "10", "policy.call_back_days": "3",
	"policy.post_delivery_days": "3", "policy.mail_delivery_days": "1", "policy.complaint_answer_days": "15", "policy.trajectories_dir": "testdata/trajectories",
	"payout.cooling_off_days": "10", "payout.agency_iban": "NL69INGB0123456789", "payout.one_debit": "true",
	"law.rates_dir": "rates", "registers.insolvency": "file", "registers.company": "file", "registers.address": "file", "registers.answers": "testdata/registers", "worker.pollers": "16",
	"worker.max_concurrent_activities": "50", "outbox.interval": "1s", "sweeper.interval": "2m0s", "log.level": "debug", "log.format": "json",
}

// together are the keys that are only right with another beside them.
var together = map[string][]string{
	"temporal.time_skipping": {"environment"}, "temporal.tls.cert": {"temporal.tls.key"}, "temporal.tls.key": {"temporal.tls.cert"},
	"codec.endpoint_listen": {"codec.ui_origin", "codec.token"}, "smtp.username": {"smtp.password"}, "smtp.password": {"smtp.username"},
	"registers.insolvency": {"registers.answers"}, "registers.company": {"registers.answers"}, "registers.address": {"registers.answers"},
}

func TestEveryKeyCanBeOverriddenByTheEnvironment(t *testing.T) {
	t.Parallel()
	before := lines(t, exampleFile, secrets)
	seen := map[string]string{}
	for _, key := range config.Fields() {
		value, ok := another[key]
		if !ok {
			t.Errorf("%s: this test has no value for it", key)
			continue
		}
		name := config.EnvName(key)
		if twin := seen[name]; twin != "" {
			t.Errorf("%s and %s have one variable", key, twin)
		}
		seen[name] = key
		environ := append([]string(nil), secrets...)
		for _, k := range append([]string{key}, together[key]...) {
			environ = append(environ, config.EnvName(k)+"="+another[k])
		}
		after := lines(t, exampleFile, environ)
		if after[key] == before[key] && after[key] != "[secret]" && after[key] != "[[secret]]" {
			t.Errorf("%s is still %s", key, after[key])
		}
		if !strings.Contains(after[key], "[secret]") && !strings.EqualFold(after[key], value) {
			t.Errorf("%s is %s, want %s", key, after[key], value)
		}
	}
	c, err := config.Load(exampleFile, append(append([]string(nil), secrets...), "DUNNING_DATABASE_URL="+another["database.url"], "DUNNING_CODEC_KEYS="+another["codec.keys"]))
	if err != nil || string(c.Database.URL) != another["database.url"] || string(c.Codec.Keys[0]) != another["codec.keys"] {
		t.Errorf("secrets are not overridden: %v", err)
	}
}

// lines gives the value of each key as it is printed.
func lines(t *testing.T, path string, environ []string) map[string]string {
	t.Helper()
	c, err := config.Load(path, environ)
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]string{}
	for line := range strings.Lines(c.String()) {
		key, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " = ")
		values[key] = value
	}
	return values
}

func secretFile(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// What only calculates needs this one key, and a file that is right as far as it goes.
func TestWhereTheTablesAre(t *testing.T) {
	t.Parallel()
	partial := file(t, "law:\n  rates_dir: /etc/dunning/rates\n")
	for _, c := range []struct{ story, path, environ, want string }{
		{"nothing is said", "", "", ""},
		{"the file says it, and nothing else", partial, "", "/etc/dunning/rates"},
		{"the environment wins", partial, "DUNNING_LAW_RATES_DIR=/srv/rates", "/srv/rates"},
		{"an empty variable does not", partial, "DUNNING_LAW_RATES_DIR=", "/etc/dunning/rates"},
		{"a misspelt key is not passed over", file(t, "law:\n  rate_dir: /etc/dunning/rates\n"), "", "error law.rate_dir: is not a key; right would be law.rates_dir"},
		{"nor is a file that is not there", "/nowhere/dunning.yaml", "", "error read configuration"},
	} {
		got, err := config.RatesDir(c.path, []string{c.environ})
		if problem, wrong := strings.CutPrefix(c.want, "error "); wrong != (err != nil) || err != nil && !strings.Contains(err.Error(), problem) || err == nil && got != c.want {
			t.Errorf("%s: %q, %v; want %s", c.story, got, err, c.want)
		}
	}
}

func TestSecretsFromFiles(t *testing.T) {
	t.Parallel()
	c, err := config.Load(exampleFile, []string{
		"DUNNING_DATABASE_URL_FILE=" + secretFile(t, goodURL+"\n"),
		"DUNNING_CODEC_KEYS_FILE=" + secretFile(t, goodKey+"\nold:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n\n"),
		"DUNNING_SMTP_USERNAME=agency", "DUNNING_SMTP_PASSWORD_FILE=" + secretFile(t, "hunter 2,x\n"),
	})
	if err != nil {
		t.Fatal(err)
	}
	if string(c.Database.URL) != goodURL || len(c.Codec.Keys) != 2 || string(c.SMTP.Password) != "hunter 2,x" {
		t.Errorf("%d keys", len(c.Codec.Keys))
	}
}

func TestSecretFileTrouble(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		story   string
		environ []string
		problem string
	}{
		{"not there", []string{"DUNNING_DATABASE_URL_FILE=/nowhere/url"}, "environment: database.url_file: read secret: open /nowhere/url"},
		{"not there, with a key that needs it", []string{"DUNNING_DATABASE_URL=" + goodURL, "DUNNING_SMTP_USERNAME=u", "DUNNING_SMTP_PASSWORD_FILE=/nowhere/p"}, "smtp.password_file: read secret"},
		{"empty", []string{"DUNNING_DATABASE_URL_FILE=" + secretFile(t, "\n")}, "environment: database.url_file: the file is empty"},
		{"both forms", []string{"DUNNING_DATABASE_URL=" + goodURL, "DUNNING_DATABASE_URL_FILE=/x"}, "is given as well as database.url; right would be one of the two"},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			got := problems(t, exampleFile, append(c.environ, "DUNNING_CODEC_KEYS="+goodKey))
			if len(got) != 1 || !strings.Contains(got[0], c.problem) {
				t.Errorf("%q, want only %q", got, c.problem)
			}
		})
	}
}

func TestTheEnvironmentWinsOverTheFileInEitherForm(t *testing.T) {
	t.Parallel()
	example, err := os.ReadFile(exampleFile)
	if err != nil {
		t.Fatal(err)
	}
	path := file(t, strings.Replace(string(example), "# url_file: /run/secrets/database_url", "url_file: "+secretFile(t, "postgres://u@127.0.0.1/old"), 1))
	c, err := config.Load(path, []string{"DUNNING_CODEC_KEYS=" + goodKey})
	if err != nil || string(c.Database.URL) != "postgres://u@127.0.0.1/old" {
		t.Errorf("from the file: %v", err)
	}
	c, err = config.Load(path, secrets)
	if err != nil || string(c.Database.URL) != goodURL {
		t.Errorf("overridden: %v", err)
	}
}

// YAML would read some of these as numbers, with other digits.
func TestValuesAreTakenAsWritten(t *testing.T) {
	t.Parallel()
	example, err := os.ReadFile(exampleFile)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.NewReplacer("020 123 4567", "0201234567", "kvk: 12345678", "kvk: 01234567", "post_delivery_days: 2", `post_delivery_days: "3"`,
		`commission: "15"`, "commission: 15.0", "# keys_file: /run/secrets/codec_keys", "keys:\n    - "+goodKey).Replace(string(example))
	c, err := config.Load(file(t, text), []string{"DUNNING_DATABASE_URL=" + goodURL})
	if err != nil {
		t.Fatal(err)
	}
	got := []string{c.Agency.Phone, c.Agency.KvK, strconv.Itoa(c.Policy.PostDeliveryDays), c.Agreement.Commission, string(c.Codec.Keys[0])}
	if diff := cmp.Diff([]string{"0201234567", "01234567", "3", "15.0", goodKey}, got); diff != "" {
		t.Error(diff)
	}
}

func TestBrokenFiles(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ story, content, problem string }{
		{"not YAML", "a: [", "is not YAML"},
		{"two documents", "environment: production\n---\nenvironment: development\n", "more than one document"},
		{"a list", "- a\n", "is not a section"},
		{"an empty file", "", "environment: is missing"},
		{"nothing but a comment", "# later\n", "environment: is missing"},
		{"nothing but a separator", "---\n", "environment: is missing"},
		{"a merge key", "smtp:\n  <<: {host: x}\n", "smtp.<<: is not a key"},
		{"a section by reference", "temporal: &a {}\nsmtp: *a\n", "dunning.yaml:2: smtp: is not a section"},
		{"capital letters", "SMTP:\n  host: x\n", "dunning.yaml:1: SMTP: is not a key; right would be smtp"},
		{"an unknown key whose value is a section", "colour:\n  red: 1\n", "dunning.yaml:1: colour: is not a key"},
		{"a key that is a text where a list is", "codec:\n  keys: {a: b}\n", "dunning.yaml:2: codec.keys: is not one value"},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			if got := strings.Join(problems(t, file(t, c.content), nil), "\n"); !strings.Contains(got, c.problem) {
				t.Errorf("got %s\nwant %s", got, c.problem)
			}
		})
	}
	if _, err := config.Load(filepath.Join(t.TempDir(), "none.yaml"), nil); err == nil || !strings.HasPrefix(err.Error(), "read configuration: ") {
		t.Errorf("no file: %v", err)
	}
}
