package config

import "maps"

// defaults are the values of the keys that need not be given, as they would stand in a file. Where text is optional, "" is "none".
var defaults = map[string]string{
	"temporal.address":                 "127.0.0.1:7233",
	"temporal.namespace":               "default",
	"temporal.time_skipping":           "false",
	"smtp.port":                        "587",
	"smtp.tls":                         "mandatory",
	"smtp.auth":                        "plain",
	"smtp.connect_timeout":             "10s",
	"smtp.send_timeout":                "25s",
	"smtp.idle_connections":            "4",
	"mail.per_second":                  "0",
	"spool.dir":                        "spool",
	"http.listen":                      "127.0.0.1:9090",
	"bank.quiet":                       "5s",
	"bank.rules_per_day":               "repaired-reference=500, number=500, mistyped-number=100, known-account=500, name-address-amount=100, name-amount-text=100, name-amount=100",
	"bank.queue_days":                  "2",
	"bank.max_surplus":                 "50.00",
	"agreement.remind_days":            "30",
	"policy.post_delivery_days":        "2",
	"policy.mail_delivery_days":        "0",
	"policy.complaint_answer_days":     "10",
	"policy.promise_days":              "30",
	"policy.promise_grace_days":        "2",
	"policy.arrangement_months":        "24",
	"policy.arrangement_grace_days":    "2",
	"policy.arrangement_reminder_days": "7",
	"policy.request_days":              "14",
	"policy.request_remind_days":       "7",
	"policy.call_back_days":            "2",
	"payout.cooling_off_days":          "7",
	"payout.one_debit":                 "false",
	"invoice.term_days":                "14",
	"debit.notice_days":                "14",
	"debit.one_credit":                 "false",
	"debit.refund_weeks":               "8",
	"debit.refund_target_days":         "2",
	"worker.pollers":                   "32",
	"worker.max_concurrent_activities": "200",
	"outbox.interval":                  "500ms",
	"sweeper.interval":                 "60s",
	"log.level":                        "info",
	"log.format":                       "text",
}

// developmentKeyID names the codec key that stands in this source; production refuses it.
const developmentKeyID = "development"

// development is what `dunning dev` and `dunning demo` run with. None of its secrets is one. The IBAN is the example of the Dutch banks.
var development = map[string]string{
	"environment":                     string(DevelopmentMode),
	"database.url":                    "postgres://dunning_app@127.0.0.1:5432/dunning?sslmode=disable",
	"codec.keys":                      developmentKeyID + ":ZGV2ZWxvcG1lbnQgb25seSwgbm90IGEgc2VjcmV0ISE=",
	"codec.token":                     "development",
	"smtp.host":                       "127.0.0.1",
	"smtp.port":                       "1025",
	"smtp.tls":                        "none",
	"smtp.from":                       "post@incassocenter.example",
	"smtp.hello":                      "localhost",
	"agency.name":                     "Incassocenter (voorbeeld)",
	"agency.street":                   "Voorbeeldstraat 1",
	"agency.postcode":                 "1000 AA",
	"agency.town":                     "Amsterdam",
	"agency.email":                    "info@incassocenter.example",
	"agency.phone":                    "020 000 0000",
	"agency.website":                  "https://incassocenter.example",
	"agency.kvk":                      "12345678",
	"agency.registration":             "000000 (voorbeeld)",
	"agency.registration_valid_until": "2099-12-31",
	"agency.trust_name":               "Stichting Derdengelden Voorbeeld",
	"agency.trust_iban":               "NL91ABNA0417164300",
	"agreement.commission":            "15",
	"log.level":                       "debug",
}

// Development is a complete configuration for one machine, with overrides by key ("database.url", "smtp.port", ...).
// It is checked like any other: wrong overrides give a Problems.
func Development(overrides map[string]string) (Config, error) {
	values := maps.Clone(development)
	maps.Copy(values, overrides)
	l := newLoader()
	for key, text := range values {
		l.set(&l.file, key, setting{text: text, source: "development"})
	}
	return l.config()
}
