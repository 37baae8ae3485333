// Package config is the typed configuration of the program, and the data that an agency edits (see Data).
// Only cmd imports it: everything else takes plain values. It must not connect to anything, and it prints no secret.
//
// To add a key: a field here with its name, a default in defaults.go or `need:"yes"`, a rule in rules.go when not every value is right,
// and its lines in dunning.example.yaml. The tests walk the fields and say what was forgotten.
package config

import (
	"log/slog"
	"time"
)

// Config is the whole configuration. A field of type Secret or []Secret can also be given as the name of a file, under <key>_file.
type Config struct {
	Environment Environment `key:"environment" need:"yes"`
	Database    Database    `key:"database"`
	Temporal    Temporal    `key:"temporal"`
	Codec       Codec       `key:"codec"`
	SMTP        SMTP        `key:"smtp"`
	Mail        Mail        `key:"mail"`
	Spool       Spool       `key:"spool"`
	HTTP        HTTP        `key:"http"`
	Agency      Agency      `key:"agency"`
	Bank        Bank        `key:"bank"`
	Agreement   Agreement   `key:"agreement"`
	Policy      Policy      `key:"policy"`
	Payout      Payout      `key:"payout"`
	Invoice     Invoice     `key:"invoice"`
	Debit       Debit       `key:"debit"`
	Law         Law         `key:"law"`
	Registers   Registers   `key:"registers"`
	Worker      Worker      `key:"worker"`
	Outbox      Interval    `key:"outbox"`
	Sweeper     Interval    `key:"sweeper"`
	Log         Log         `key:"log"`
}

// Environment says how strict the rules are.
type Environment string

// The environments.
const (
	Production      Environment = "production"
	DevelopmentMode Environment = "development"
)

// Database says where PostgreSQL is.
type Database struct {
	URL      Secret `key:"url" need:"yes"` // of the role that owns nothing
	OwnerURL Secret `key:"owner_url"`      // of the role that owns the tables; only for `dunning migrate`
}

// Temporal says where the Temporal service is.
type Temporal struct {
	Address      string   `key:"address"`
	Namespace    string   `key:"namespace"`
	TimeSkipping bool     `key:"time_skipping"` // development only
	TLS          TLSFiles `key:"tls"`
}

// TLSFiles are the names of PEM files; all empty is a connection without TLS.
type TLSFiles struct {
	Cert string `key:"cert"`
	Key  string `key:"key"`
	CA   string `key:"ca"`
}

// Codec is about the encryption of what Temporal stores.
type Codec struct {
	Keys           []Secret `key:"keys" need:"yes"` // "id:base64", the current one first
	EndpointListen string   `key:"endpoint_listen"` // "": no codec endpoint
	UIOrigin       string   `key:"ui_origin"`
	Token          Secret   `key:"token"`
}

// SMTP says how mail leaves.
type SMTP struct {
	Host            string        `key:"host" need:"yes"`
	Port            int           `key:"port"`
	TLS             string        `key:"tls"`  // mandatory, opportunistic or none
	Auth            string        `key:"auth"` // plain or login
	Username        string        `key:"username"`
	Password        Secret        `key:"password"`
	From            string        `key:"from" need:"yes"` // one bare address; the name beside it is agency.name
	Hello           string        `key:"hello"`
	ConnectTimeout  time.Duration `key:"connect_timeout"`
	SendTimeout     time.Duration `key:"send_timeout"`
	IdleConnections int           `key:"idle_connections"`
}

// Mail is about mail as a whole.
type Mail struct {
	PerSecond float64 `key:"per_second"` // over all workers; 0 is no limit
}

// Spool is where letters for the post are put.
type Spool struct {
	Dir string `key:"dir"`
}

// HTTP is where liveness, readiness and metrics are served.
type HTTP struct {
	Listen string `key:"listen"`
}

// Agency is who writes the letters and holds the money of others.
type Agency struct {
	Name         string `key:"name" need:"yes"`
	Street       string `key:"street" need:"yes"`
	Postcode     string `key:"postcode" need:"yes"`
	Town         string `key:"town" need:"yes"`
	Email        string `key:"email" need:"yes"`
	Phone        string `key:"phone" need:"yes"`
	Website      string `key:"website" need:"yes"`
	KvK          string `key:"kvk" need:"yes"`
	Registration string `key:"registration" need:"yes"` // in the Wki register
	// RegistrationValidUntil is the last day of that registration, YYYY-MM-DD: no letter leaves after it.
	RegistrationValidUntil string `key:"registration_valid_until" need:"yes"`
	TrustName              string `key:"trust_name" need:"yes"` // holder of the trust account (derdengelden)
	TrustIBAN              string `key:"trust_iban" need:"yes"`
	VAT                    string `key:"vat"`             // VAT number; without it clients are not invoiced (art. 35a lid 1 onder c Wet OB)
	DisputesScheme         string `key:"disputes_scheme"` // of which the agency is a member (art. 13 lid 5 Wki), as letters name it; "": not named
}

// Bank is how bank files become receipts, and what finds their claims may do by itself.
type Bank struct {
	Accounts string        `key:"accounts"` // trust accounts beside agency.trust_iban, and old numbers of them; see bank.ParseAccounts
	Inbox    string        `key:"inbox"`    // directory in which bank files arrive; "": none is watched
	Quiet    time.Duration `key:"quiet"`    // for how long a file there is unchanged until it is complete
	// NotDebtors are accounts of payment providers and of banks, from which no debtor pays; see bank.ParseAccounts. Those of the agency are none either.
	NotDebtors string `key:"not_debtors"`
	RulesOff   string `key:"rules_off"`
	RulesADay  string `key:"rules_per_day"` // how many receipts a rule may match by itself on a day: "name=50, number=500"; see PerDay
	Proven     string `key:"rules_proven"`  // rules in shadow that may act; see matching.InShadow
	QueueDays  int    `key:"queue_days"`    // working days after its value date within which a receipt has its claim
	// MaxSurplus is how much more than is owed a receipt may be that finds its claim by itself, in euros.
	MaxSurplus string `key:"max_surplus"`
}

// Agreement is what the service agreement leaves to the agency.
type Agreement struct {
	PlansDir string `key:"plans_dir"` // what the plans include; "": as shipped
	// Commission over the whole principal in the five exceptions (requirement T11), of plans whose file names none; see agreement.ParseScale. "": each does.
	Commission string `key:"commission"`
	// RemindDays is how many days before the last day for a notice staff is reminded that an agreement renews.
	RemindDays int `key:"remind_days"`
}

// Policy is about letters as a whole; what happens when, and from which amount, is in the trajectories.
type Policy struct {
	PostDeliveryDays int `key:"post_delivery_days"` // working days from posting to receipt
	MailDeliveryDays int `key:"mail_delivery_days"`
	// ComplaintAnswerDays is within how many working days a complaint is answered, as the confirmation of its receipt promises.
	ComplaintAnswerDays int `key:"complaint_answer_days"`
	// TrajectoriesDir has trajectories of the agency's own, beside those as shipped; "": none.
	TrajectoriesDir string `key:"trajectories_dir"`
	// How long a debtor is waited for. Days ahead that a promise to pay can be; working days after its day, and that of an instalment, that money may be on
	// its way; months ahead that the last instalment of an arrangement can be; days that the reminder of a missed one gives.
	PromiseDays             int `key:"promise_days"`
	PromiseGraceDays        int `key:"promise_grace_days"`
	ArrangementMonths       int `key:"arrangement_months"`
	ArrangementGraceDays    int `key:"arrangement_grace_days"`
	ArrangementReminderDays int `key:"arrangement_reminder_days"`
	// RequestDays is how many days a client has to answer a request for documents or information; RequestRemindDays is after how many it is reminded.
	RequestDays       int `key:"request_days"`
	RequestRemindDays int `key:"request_remind_days"`
	CallBackDays      int `key:"call_back_days"` // working days within which a client that asks for advice, or for permission, is answered
}

// Payout is about money that leaves the trust account; which clients are paid when, and from which amount, is in the plans.
type Payout struct {
	// CoolingOffDays is how many days nothing is paid on an account that a client told in place of another.
	CoolingOffDays int    `key:"cooling_off_days"`
	AgencyIBAN     string `key:"agency_iban"` // where the agency's own part goes; "": it stays on the trust account
	OneDebit       bool   `key:"one_debit"`   // the bank books all payments of a file to clients in one entry
}

// Invoice is about what the agency bills its clients.
type Invoice struct {
	TermDays int `key:"term_days"` // within which a client pays
}

// Debit is about direct debit: of what clients are billed, to payout.agency_iban, and how long any can be fetched back.
type Debit struct {
	CreditorID string `key:"creditor_id"` // SEPA creditor identifier; "": nothing is collected
	NoticeDays int    `key:"notice_days"` // by which a client is told of a collection, where its mandate says nothing else
	OneCredit  bool   `key:"one_credit"`  // the bank books all collections of a batch in one entry
	// RefundWeeks and RefundTargetDays are settlement.RefundTerm, of what clients and debtors pay by Core direct debit.
	RefundWeeks      int `key:"refund_weeks"`
	RefundTargetDays int `key:"refund_target_days"`
}

// Law says where the dated tables of law are.
type Law struct {
	RatesDir string `key:"rates_dir"` // "": as shipped
}

// FileAdapter is the adapter that answers from registers.answers. It is the only one that is built here.
const FileAdapter = "file"

// Registers says by which adapter each register is asked before the escalation advice and during debt monitoring; "": not at all.
type Registers struct {
	Insolvency string `key:"insolvency"`
	Company    string `key:"company"`
	Address    string `key:"address"`
	Answers    string `key:"answers"` // for the adapter file: a file with answers, or a directory of such files
}

// Worker sizes the Temporal worker.
type Worker struct {
	Pollers                 int `key:"pollers"`
	MaxConcurrentActivities int `key:"max_concurrent_activities"`
}

// Interval is how often a background loop runs.
type Interval struct {
	Interval time.Duration `key:"interval"`
}

// Log says what is logged and how.
type Log struct {
	Level  slog.Level `key:"level"`
	Format string     `key:"format"` // text or json
}
