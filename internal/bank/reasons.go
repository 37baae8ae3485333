package bank

// Reason is why a bank rejected a payment or gave it back.
type Reason struct {
	Code    string
	Meaning string
	Remedy  Remedy
}

// Remedy is what to do after a payment was rejected or came back. None of them is done by itself: it is where whoever decides begins.
type Remedy string

// The remedies.
const (
	Retry        Remedy = "retry"         // the same may be tried again on a later day
	StopMandate  Remedy = "stop-mandate"  // nothing more is collected under this mandate
	BlockAccount Remedy = "block-account" // nothing more is paid to or collected from this account, until its holder gave another
	AskClient    Remedy = "ask-client"    // whoever was to get or to pay it has to say how to go on
	MendFile     Remedy = "mend-file"     // what we sent was wrong: mended, it is a new payment with a new end-to-end id
	Nothing      Remedy = "nothing"       // it came back because we asked for it
)

// reasons are the codes of rejections, returns, refunds and refusals of SEPA credit transfers and direct debits. Sources: ISO 20022 external code
// sets (ExternalStatusReason1Code, ExternalReturnReason1Code); EPC173-14, Guidance on reason codes for SDD R-transactions; the remedy of AM04,
// MS02 and MS03 is ours: banks use MS03 for others too where privacy forbids to tell, so that trying again without asking is no remedy for it.
var reasons = map[string]Reason{
	"AC01": {"AC01", "the account number is wrong", BlockAccount},
	"AC04": {"AC04", "the account is closed", BlockAccount},
	"AC06": {"AC06", "the account is blocked, or blocked for direct debits", BlockAccount},
	"AC13": {"AC13", "the account is of a consumer, and the payment is for businesses only", MendFile},
	"AG01": {"AG01", "the account does not take such payments", BlockAccount},
	"AG02": {"AG02", "the kind of payment is wrong", MendFile},
	"AM04": {"AM04", "there is not enough money on the account", Retry},
	"AM05": {"AM05", "it was sent twice", MendFile},
	"AM09": {"AM09", "the amount is not the one agreed", AskClient},
	"BE01": {"BE01", "the name is not that of the holder of the account", AskClient},
	"BE04": {"BE04", "the creditor's address is missing", MendFile},
	"BE05": {"BE05", "the creditor identifier is not known", MendFile},
	"BE06": {"BE06", "the holder of the account is not known", BlockAccount},
	"CNOR": {"CNOR", "the creditor's bank does not take part under this BIC", MendFile},
	"DNOR": {"DNOR", "the debtor's bank does not take part under this BIC", BlockAccount},
	"DT01": {"DT01", "the date is wrong", MendFile},
	"ED05": {"ED05", "the banks could not settle it", Retry},
	"FF01": {"FF01", "the file is not in the right format", MendFile},
	"FF05": {"FF05", "the kind of direct debit is wrong", MendFile},
	"FOCR": {"FOCR", "it was called back", Nothing},
	"FRAD": {"FRAD", "it is held to be fraud", AskClient},
	"MD01": {"MD01", "there is no valid mandate, or the debtor says so (up to 13 months)", StopMandate},
	"MD02": {"MD02", "the mandate's data are missing or wrong", MendFile},
	"MD06": {"MD06", "the debtor asked the money back (up to 8 weeks, without a reason)", AskClient},
	"MD07": {"MD07", "the debtor has died", StopMandate},
	"MS02": {"MS02", "the debtor refused it", AskClient},
	"MS03": {"MS03", "the bank gives no reason", AskClient},
	"NARR": {"NARR", "the reason is in the text", AskClient},
	"RC01": {"RC01", "the BIC is wrong", MendFile},
	"RR01": {"RR01", "the debtor's account or identification is missing", MendFile},
	"RR02": {"RR02", "the debtor's name or address is missing", MendFile},
	"RR03": {"RR03", "the creditor's name or address is missing", MendFile},
	"RR04": {"RR04", "rules of supervision do not allow it", AskClient},
	"SL01": {"SL01", "the debtor's bank blocks it by a service of the debtor's choice", AskClient},
	"SL11": {"SL11", "the creditor is not on the debtor's list of those who may collect", AskClient},
	"SL12": {"SL12", "the creditor is on the debtor's list of those who may not collect", AskClient},
	"SL13": {"SL13", "the debtor allows no more direct debits in this period", AskClient},
	"SL14": {"SL14", "the debtor allows no direct debit of this amount", AskClient},
	"TM01": {"TM01", "it came after closing time", Retry},
}

// ReasonOf is what a code means; known is false for codes that are not in the table, of which a person must read what the bank wrote with it.
func ReasonOf(code string) (reason Reason, known bool) {
	reason, known = reasons[code]
	return reason, known
}
