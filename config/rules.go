package config

import (
	"fmt"
	"net"
	"net/mail"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/incassocenter/dunning/internal/agreement"
	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/registers"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// rule checks one key that was given and could be read. It says what is wrong, "" for nothing, and what would be right.
type rule struct {
	key   string
	check func(c *Config) (wrong, right string)
}

// check runs the rules of all keys that are fit for it.
func (l *loader) check(unfit map[string]bool) {
	for _, r := range slices.Concat(coreRules, connectionRules, businessRules, bankRules) {
		if unfit[r.key] {
			continue
		}
		if wrong, right := r.check(l.cfg); wrong != "" {
			l.problem(l.origin(r.key), r.key, wrong, right)
		}
	}
	if wrong := noCommission(l.cfg); wrong != "" {
		l.problem(l.origin(commission), commission, wrong, "")
	}
}

var coreRules = []rule{
	{"environment", func(c *Config) (string, string) { return oneOf(string(c.Environment), "production", "development") }},
	{"spool.dir", nothing},
	{"http.listen", func(c *Config) (string, string) { return listenAddress(c.HTTP.Listen) }},
	// The SDK panics on exactly one workflow poller; 32 doubled the throughput of 8 (temporal.md).
	{"worker.pollers", func(c *Config) (string, string) { return between(c.Worker.Pollers, 2, 1000) }},
	{"worker.max_concurrent_activities", func(c *Config) (string, string) { return between(c.Worker.MaxConcurrentActivities, 1, 10_000) }},
	{"outbox.interval", func(c *Config) (string, string) {
		return between(int(c.Outbox.Interval.Milliseconds()), 10, 60_000, "ms")
	}},
	{"sweeper.interval", func(c *Config) (string, string) {
		return between(int(c.Sweeper.Interval.Milliseconds()), 100, 3_600_000, "ms")
	}},
	{"log.level", nothing},
	{"log.format", func(c *Config) (string, string) { return oneOf(c.Log.Format, "text", "json") }},
}

var businessRules = []rule{
	{"agency.name", nothing}, {"agency.street", nothing}, {"agency.town", nothing}, {"agency.registration", nothing}, {"agency.trust_name", nothing},
	{"agency.disputes_scheme", nothing},
	{"agency.registration_valid_until", func(c *Config) (string, string) {
		if _, err := calendar.ParseDate(c.Agency.RegistrationValidUntil); err != nil {
			return err.Error(), "the last day of the registration, like 2027-03-31"
		}
		return "", ""
	}},
	{"agency.postcode", func(c *Config) (string, string) {
		return matches(c.Agency.Postcode, `^[1-9][0-9]{3} ?[A-Z]{2}$`, "a Dutch postcode", "1234 AB")
	}},
	{"agency.email", func(c *Config) (string, string) { return mailAddress(c.Agency.Email) }},
	{"agency.phone", func(c *Config) (string, string) {
		return matches(c.Agency.Phone, `^\+?[0-9][0-9 ()-]{7,}$`, "a telephone number", "020 123 4567")
	}},
	{"agency.website", func(c *Config) (string, string) {
		if u, err := url.Parse(c.Agency.Website); err != nil || u.Host == "" || u.Scheme != "https" {
			return fmt.Sprintf("%q is not an https address", c.Agency.Website), "https://www.example.nl"
		}
		return "", ""
	}},
	{"agency.kvk", func(c *Config) (string, string) {
		return matches(c.Agency.KvK, `^[0-9]{8}$`, "a KvK number", "8 digits")
	}},
	{"agency.trust_iban", func(c *Config) (string, string) {
		if err := bank.ValidIBAN(c.Agency.TrustIBAN); err != nil {
			return fmt.Sprintf("is not an IBAN: %v", err), "the IBAN of the trust account, checked digit by digit"
		}
		return "", ""
	}},
	{commission, func(c *Config) (string, string) { return commissionScale(c.Agreement.Commission) }},
	{plansDir, func(c *Config) (string, string) { return plans(c.Agreement.PlansDir) }},
	{"agreement.remind_days", func(c *Config) (string, string) { return between(c.Agreement.RemindDays, 1, 180) }},
	{"policy.post_delivery_days", func(c *Config) (string, string) { return between(c.Policy.PostDeliveryDays, 2, 14) }},
	{"policy.mail_delivery_days", func(c *Config) (string, string) { return between(c.Policy.MailDeliveryDays, 0, 14) }},
	{"policy.complaint_answer_days", func(c *Config) (string, string) { return between(c.Policy.ComplaintAnswerDays, 2, 30) }},
	{"policy.trajectories_dir", func(c *Config) (string, string) { return trajectoriesIn(c.Policy.TrajectoriesDir) }},
	{"policy.promise_days", func(c *Config) (string, string) { return between(c.Policy.PromiseDays, 1, 90) }},
	{"policy.promise_grace_days", func(c *Config) (string, string) { return between(c.Policy.PromiseGraceDays, 0, 10) }},
	{"policy.arrangement_months", func(c *Config) (string, string) { return between(c.Policy.ArrangementMonths, 1, 60) }},
	{"policy.arrangement_grace_days", func(c *Config) (string, string) { return between(c.Policy.ArrangementGraceDays, 0, 10) }},
	{"policy.arrangement_reminder_days", func(c *Config) (string, string) { return between(c.Policy.ArrangementReminderDays, 5, 30) }},
	{"policy.request_days", func(c *Config) (string, string) { return between(c.Policy.RequestDays, 2, 90) }},
	{"policy.request_remind_days", func(c *Config) (string, string) {
		return between(c.Policy.RequestRemindDays, 1, max(1, c.Policy.RequestDays-1))
	}},
	{"policy.call_back_days", func(c *Config) (string, string) { return between(c.Policy.CallBackDays, 1, 10) }},
	{"payout.cooling_off_days", func(c *Config) (string, string) { return between(c.Payout.CoolingOffDays, 1, 60) }},
	{"payout.one_debit", nothing},
	{"payout.agency_iban", func(c *Config) (string, string) {
		if err := bank.ValidIBAN(c.Payout.AgencyIBAN); err != nil || bank.NormaliseIBAN(c.Payout.AgencyIBAN) == bank.NormaliseIBAN(c.Agency.TrustIBAN) {
			return "is not an IBAN, or that of the trust account", "the IBAN of the agency's own account, or nothing"
		}
		return "", ""
	}},
	{"agency.vat", func(c *Config) (string, string) {
		if err := bank.ValidVAT(c.Agency.VAT); err != nil {
			return fmt.Sprintf("is not a Dutch VAT number: %v", err), "like NL001234560B01, or nothing"
		}
		return "", ""
	}},
	// Between companies more than 30 days needs an agreement, and a client that pays late costs more than it waits (art. 6:119a lid 4 BW).
	{"invoice.term_days", func(c *Config) (string, string) { return between(c.Invoice.TermDays, 1, 30) }},
	{"debit.creditor_id", func(c *Config) (string, string) {
		if err := bank.ValidCreditorID(c.Debit.CreditorID); err != nil {
			return fmt.Sprintf("is no SEPA creditor identifier: %v", err), "like NL69ZZZ123456780000, or nothing"
		}
		return "", ""
	}},
	{"debit.notice_days", func(c *Config) (string, string) { return between(c.Debit.NoticeDays, 1, 90) }},
	{"debit.one_credit", nothing},
	// No term is shorter than the law's (art. 7:531 BW): earlier the money is not ours.
	{"debit.refund_weeks", func(c *Config) (string, string) { return between(c.Debit.RefundWeeks, 8, 60) }},
	{"debit.refund_target_days", func(c *Config) (string, string) { return between(c.Debit.RefundTargetDays, 2, 30) }},
	{ratesDir, func(c *Config) (string, string) { return tablesOfLaw(c.Law.RatesDir) }},
	{"registers.insolvency", func(c *Config) (string, string) { return registerAdapter(c, c.Registers.Insolvency) }},
	{"registers.company", func(c *Config) (string, string) { return registerAdapter(c, c.Registers.Company) }},
	{"registers.address", func(c *Config) (string, string) { return registerAdapter(c, c.Registers.Address) }},
	{"registers.answers", func(c *Config) (string, string) { return registerAnswers(c.Registers.Answers) }},
}

// registerAdapter refuses what would leave a register unasked while somebody believes that it is asked.
func registerAdapter(c *Config, name string) (wrong, right string) {
	switch {
	case name != FileAdapter:
		return fmt.Sprintf("the adapter %q is not built here", name), FileAdapter + ", or nothing: the register is not asked"
	case c.Registers.Answers == "":
		return "is " + FileAdapter + " without registers.answers", "the file or directory with the answers there"
	}
	return "", ""
}

// registerAnswers reads the answers, so that a wrong line is known with all other problems.
func registerAnswers(path string) (wrong, right string) {
	if _, err := registers.OpenFile(path); err != nil {
		return err.Error(), ""
	}
	return "", ""
}

// nothing is for keys of which every value that can be read is right.
func nothing(*Config) (wrong, right string) { return "", "" }

func oneOf(value string, allowed ...string) (wrong, right string) {
	if slices.Contains(allowed, value) {
		return "", ""
	}
	return fmt.Sprintf("%q is not known", value), strings.Join(allowed, " or ")
}

func between(n, least, most int, unit ...string) (wrong, right string) {
	if n >= least && n <= most {
		return "", ""
	}
	u := strings.Join(unit, "")
	return fmt.Sprintf("is %d%s", n, u), fmt.Sprintf("%d%s to %d%s", least, u, most, u)
}

func matches(value, pattern, kind, example string) (wrong, right string) {
	if regexp.MustCompile(pattern).MatchString(value) {
		return "", ""
	}
	return fmt.Sprintf("%q is not %s", value, kind), example
}

func mailAddress(value string) (wrong, right string) {
	if a, err := mail.ParseAddress(value); err != nil || a.Address != value {
		return fmt.Sprintf("%q is not one bare mail address", value), "post@example.nl"
	}
	return "", ""
}

func hostPort(value string) (wrong, right string) {
	host, port, err := net.SplitHostPort(value)
	if n, nerr := strconv.Atoi(port); err != nil || host == "" || nerr != nil || n < 1 || n > 65535 {
		return fmt.Sprintf("%q is not a host and a port", value), "host:7233"
	}
	return "", ""
}

// listenAddress also allows port 0 (any) and an empty host (all interfaces).
func listenAddress(value string) (wrong, right string) {
	_, port, err := net.SplitHostPort(value)
	if n, nerr := strconv.Atoi(port); err != nil || nerr != nil || n < 0 || n > 65535 {
		return fmt.Sprintf("%q is not an address to listen on", value), "127.0.0.1:9090"
	}
	return "", ""
}

// tablesOfLaw reads the tables, so that what is wrong with any file is known with all other problems.
func tablesOfLaw(dir string) (wrong, right string) {
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return fmt.Sprintf("%q is not a directory that can be read", dir), "one with a copy of config/rates, or nothing for the tables as shipped"
	}
	if _, err := law.ReadTables(os.DirFS(dir)); err != nil {
		return strings.ReplaceAll(err.Error(), "\n", "; "), ""
	}
	return "", ""
}

// plans reads the plans, so that what is wrong with any file is known with all other problems.
func plans(dir string) (wrong, right string) {
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return fmt.Sprintf("%q is not a directory that can be read", dir), "one with a copy of config/plans, or nothing for the plans as shipped"
	}
	if _, err := agreement.ReadPlans(os.DirFS(dir)); err != nil {
		return strings.ReplaceAll(err.Error(), "\n", "; "), ""
	}
	return "", ""
}

// trajectoriesIn reads the trajectories, for the same reason.
func trajectoriesIn(dir string) (wrong, right string) {
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return fmt.Sprintf("%q is not a directory that can be read", dir), "one with trajectories of your own, or nothing"
	}
	shelf, err := trajectory.ReadLibrary(Data)
	if err == nil {
		_, err = shelf.Beside(os.DirFS(dir))
	}
	if err != nil {
		return strings.ReplaceAll(err.Error(), "\n", "; "), ""
	}
	return "", ""
}

func readable(name string) (wrong, right string) {
	f, err := os.Open(name)
	if err != nil {
		return fmt.Sprintf("cannot be read: %v", err), "a PEM file"
	}
	_ = f.Close()
	return "", ""
}
