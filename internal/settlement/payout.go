package settlement

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// PayoutKind is whom a line of a payout pays.
type PayoutKind string

// The kinds of lines.
const (
	PayoutToClient PayoutKind = "client"
	PayoutOfFees   PayoutKind = "fees"   // the agency's own part, to its account
	PayoutOfRefund PayoutKind = "refund" // what a debtor paid too much, or for nobody, to the account that it came from
)

// PayoutPart is what a line pays of one claim; ClaimID is empty for what is of none. Cents is less than nothing where more was paid before than there is.
type PayoutPart struct {
	ClaimID string       `json:"claim,omitempty"`
	Cents   money.Amount `json:"amount"`
	// Received is what came in for the claim since it was paid of before, the debtor's surplus aside, and Agency what of it is the agency's. What is left of it
	// beside Cents waits, as money that was collected does, or waited before.
	Received money.Amount `json:"received"`
	Agency   money.Amount `json:"agency"`
}

// Later is what came in and is not paid yet; less than nothing: it came in before, and is paid now.
func (p PayoutPart) Later() money.Amount { return p.Received - p.Agency - p.Cents }

// SetOff is what a line sets off of an open invoice, by its number; less than nothing: it pays what the client has to its credit of it.
type SetOff struct {
	Number string       `json:"number"`
	Cents  money.Amount `json:"amount"`
}

// PayoutLine is one payment. Parts add up to Cents, Clawed and SetOff.
type PayoutLine struct {
	Nr         int          `json:"nr"` // from 1
	Kind       PayoutKind   `json:"kind"`
	ClientID   string       `json:"client,omitempty"`
	Refund     string       `json:"refund,omitempty"` // key of the refund that it pays
	ClaimID    string       `json:"claim,omitempty"`  // of the refund; empty: its receipt is nobody's
	EndToEndID string       `json:"end_to_end_id"`
	IBAN       string       `json:"iban"`
	Name       string       `json:"name"` // of the holder of the account
	Cents      money.Amount `json:"amount"`
	Clawed     money.Amount `json:"clawed"`  // kept back: the client got it before, and a bank took it back since
	SetOff     money.Amount `json:"set_off"` // kept back: what is open of invoices, where the plan says so, less what the client has to its credit
	SetOffs    []SetOff     `json:"set_offs,omitempty"`
	Text       string       `json:"text"`
	Parts      []PayoutPart `json:"parts,omitempty"`
	Status     PayoutStatus `json:"status"` // where it stands; no part of what is approved
}

// Payout is payments out of the trust account that are proposed together, approved together and sent in one file.
type Payout struct {
	ID    string        `json:"id"`
	On    calendar.Date `json:"on"` // the day as of which it was computed; it is not paid before it
	From  bank.Party    `json:"-"`  // the trust account
	Moves string        `json:"-"`  // see bank.ApprovalHash: what the file will say
	Hash  string        `json:"hash"`
	Lines []PayoutLine  `json:"lines"`
}

// PayoutID names the payout of a day, of all clients or of the one with a code; turn counts those of before that were withdrawn.
func PayoutID(on calendar.Date, code string, turn int) string {
	id := "PO-" + strings.ReplaceAll(on.String(), "-", "")
	if code != "" {
		id += "-" + code
	}
	if turn > 0 {
		id += fmt.Sprintf(".%d", turn+1)
	}
	return id
}

// Sealed numbers the lines, clients by the order of their ids, and computes what is approved. What no bank would take is a *bank.PaymentFileError.
func (p Payout) Sealed() (Payout, error) {
	p.Lines = slices.Clone(p.Lines)
	for i := range p.Lines {
		slices.SortFunc(p.Lines[i].SetOffs, func(a, b SetOff) int { return cmp.Compare(a.Number, b.Number) })
	}
	slices.SortStableFunc(p.Lines, func(a, b PayoutLine) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ClientID, b.ClientID), cmp.Compare(a.Refund, b.Refund))
	})
	for i := range p.Lines {
		p.Lines[i].Nr, p.Lines[i].EndToEndID, p.Lines[i].Status = i+1, fmt.Sprintf("%s-%d", p.ID, i+1), PayoutProposed
	}
	var err error
	if p.Moves, err = bank.ApprovalHash(p.batches(p.On, false)...); err != nil {
		return p, err
	}
	p.Hash = p.hash()
	return p, nil
}

// hash is what two persons approve: out of which account each line pays whom how much, on which account and in which name, and which invoices it sets off. The schema computes the same.
func (p Payout) hash() string {
	rows := []string{"1", p.ID, p.From.Account, p.Moves}
	for _, l := range p.Lines {
		row := fmt.Sprintf("%d\t%s\t%s\t%s\t%s\t%s\t%d\t%d\t%s", l.Nr, l.Kind, l.ClientID, l.EndToEndID, l.IBAN, l.Name, l.Cents.Cents(), l.Clawed.Cents(), l.Text)
		for _, s := range l.SetOffs {
			row += fmt.Sprintf("\t%s %d", s.Number, s.Cents.Cents())
		}
		rows = append(rows, row)
	}
	sum := sha256.Sum256([]byte(strings.Join(rows, "\n")))
	return hex.EncodeToString(sum[:])
}

// BatchID names the batch of the lines of a kind: the agency's part, and refunds, are debited apart.
func (p Payout) BatchID(kind PayoutKind) string { return p.ID + "/" + string(kind) }

// batches are the payments as they stand in the file.
func (p Payout) batches(on calendar.Date, oneDebit bool) (list []bank.CreditBatch) {
	for _, kind := range []PayoutKind{PayoutToClient, PayoutOfFees, PayoutOfRefund} {
		b := bank.CreditBatch{ID: p.BatchID(kind), On: on, OneDebit: oneDebit, Debtor: p.From}
		for _, l := range p.Lines {
			if l.Kind == kind {
				b.Transfers = append(b.Transfers, bank.CreditTransfer{EndToEndID: l.EndToEndID, Amount: l.Cents, Creditor: bank.Party{Name: l.Name, Account: l.IBAN}, Text: l.Text})
			}
		}
		if len(b.Transfers) > 0 {
			list = append(list, b)
		}
	}
	return list
}

// AlteredError says that a payout is not what was approved.
type AlteredError struct{ ID string }

func (e *AlteredError) Error() string {
	return fmt.Sprintf("payout %s is not what was approved; right would be to withdraw it and to propose it again", e.ID)
}

// File is the payout as a file for the bank (pain.001.001.09) that is made at an instant, with the day on which it is to be paid: the first TARGET day from On
// and from the day of the instant. With oneDebit the bank books it in one entry per batch. A payout that is not what was approved is an *AlteredError.
func (p Payout) File(initiator string, at time.Time, oneDebit bool) (file []byte, on calendar.Date, err error) {
	if on = calendar.DateOf(at); on.Before(p.On) {
		on = p.On
	}
	on = calendar.TargetDayFrom(on)
	batches := p.batches(on, oneDebit)
	if moves, err := bank.ApprovalHash(batches...); err != nil || moves != p.Moves || p.hash() != p.Hash {
		return nil, on, cmp.Or[error](err, &AlteredError{p.ID})
	}
	file, err = bank.CreditTransfers{MessageID: p.ID, Created: at, Initiator: initiator, Batches: batches}.XML()
	return file, on, err
}

// Fetchable is how much of what the line takes of claims can be fetched back. left is what is payable without it.
func (l PayoutLine) Fetchable(left []Payable) (sum money.Amount) {
	parts := map[string]money.Amount{}
	for _, t := range l.Parts {
		parts[t.ClaimID] = money.Max(0, t.Cents)
	}
	for _, c := range left {
		if part := parts[c.ClaimID]; c.Waiting > 0 {
			sum += part - money.Min(part, money.Max(0, c.Due+part-c.Waiting))
		}
	}
	return sum
}

// Sum is what the lines pay.
func (p Payout) Sum() (sum money.Amount) {
	for _, l := range p.Lines {
		sum += l.Cents
	}
	return sum
}
