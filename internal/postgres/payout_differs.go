package postgres

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/settlement"
)

// mostOnTop is what a bank charges at most on top of a payment of ours (debit_charge in the schema): what is more is rather another payment, or a typing error of a bank.
const mostOnTop = money.Amount(2500)

// mayBe insists that lines of a payout that sum up to an amount are what the entry is of: to the cent, or with what the bank kept of one line that came back, or charged on top of a debit, as it or two
// persons say. A *oneSaidError when one person does. The transaction sees no client.
func (e *PayoutEntry) mayBe(ctx context.Context, tx pgx.Tx, p settlement.Payout, lines []settlement.PayoutLine, by Actor) error {
	sum := comeTo(lines)
	kept := sum - e.Amount
	if !e.Credit {
		kept = -kept
	}
	if kept == 0 && e.charged == nil {
		return e.namesNoOther(ctx, tx, p, lines)
	}
	other := fmt.Sprintf("entry %s of %s is of payout %s, which pays %s there", e.Key, e.Amount, p.ID, sum)
	payment := paymentOf(p, lines)
	if why := e.cannotDiffer(p, lines, payment, kept); why != "" {
		return &ConflictError{other + why}
	}
	if err := e.namesNoOther(ctx, tx, p, lines); err != nil {
		return err
	}
	if e.charged == nil {
		return e.keptAsTold(ctx, tx, p, payment, kept, other)
	}
	if e.charged.Amount != kept {
		return &ConflictError{fmt.Sprintf("%s: right would be that the bank %s %s", other, map[bool]string{true: "kept", false: "charged"}[e.Credit], kept)}
	}
	own := word{e.told[0], payment, *e.charged, 1}
	said, err := own.say(ctx, tx, by)
	if err == nil && said < Approvals {
		err = &oneSaidError{own}
	}
	return err
}

// cannotDiffer says why the entry is not of lines of a payout together with what the bank kept of it, or charged on top; empty: it can be.
func (e *PayoutEntry) cannotDiffer(p settlement.Payout, lines []settlement.PayoutLine, payment string, kept money.Amount) string {
	switch {
	case kept == 0:
		return ": the bank kept nothing; right would be the same without --charge"
	case e.Credit && len(lines) > 1:
		return fmt.Sprintf(": ask the bank; when it is of some of these: dunning payout book %s %s --line ID --returned CODE, --line once for each; when a payment came back by a credit that was taken for a part of this, say so of that", e.Key, e.Amount)
	case e.Credit && kept < 0:
		return ": a person must ask the bank"
	case !e.Credit && kept > 0 && slices.Contains(refusedSums(p), kept):
		return fmt.Sprintf(", and the bank refused %s of it, which it debited too: have it bring that back. A credit that names the payment, or its batch, comes off the debit, and the rest fits then", kept)
	case !e.Credit && (kept < 0 || kept > mostOnTop || payment == ""):
		return ": ask the bank; " + e.ways(p, kept < 0 && len(lines) > 1)
	case len(e.told) == 0:
		return ": right would be the entry of a statement: the bank alone proves what moved"
	case len(e.told) > 1:
		return " and its statement tells it in several payments: a person must ask the bank"
	}
	return ""
}

// refusedSums are what the payments come to that the bank refused of a payout: each, of each batch, and all. A debit that has them is no debit with a charge.
func refusedSums(p settlement.Payout) (sums []money.Amount) {
	of := map[settlement.PayoutKind]money.Amount{}
	for _, l := range p.Lines {
		if l.Status == settlement.PayoutRejected {
			sums, of[l.Kind], of[""] = append(sums, l.Cents), of[l.Kind]+l.Cents, of[""]+l.Cents
		}
	}
	return slices.AppendSeq(sums, maps.Values(of))
}

// paymentOf names the payment that lines of a payout are together, as payment_of in the schema does: one line by its end-to-end id, else a batch, or all of the payout, less what the bank refused. Empty: they are
// some of a batch, or of several.
func paymentOf(p settlement.Payout, lines []settlement.PayoutLine) string {
	if len(lines) == 1 {
		return lines[0].EndToEndID
	}
	kind, name := lines[0].Kind, p.BatchID(lines[0].Kind)
	if slices.ContainsFunc(lines, func(l settlement.PayoutLine) bool { return l.Kind != kind }) {
		kind, name = "", p.ID+"/all"
	}
	all := 0
	for _, l := range p.Lines {
		if l.Status != settlement.PayoutRejected && (kind == "" || l.Kind == kind) {
			all++
		}
	}
	if all != len(lines) {
		return ""
	}
	return name
}

// ways are the commands by which a person says what a debit is of that differs from its payment, apart from a charge. One that is too little for several lines can lack one that the bank refused.
func (e *PayoutEntry) ways(p settlement.Payout, lacks bool) string {
	book := fmt.Sprintf("dunning payout book %s %s ", e.Key, e.Amount)
	if e.Amount == allOf(p) {
		return fmt.Sprintf("when it is of all of the payout, which pays as much: %s--payout %s", book, p.ID)
	}
	some := fmt.Sprintf("when it is of other lines (dunning payout show %s): %s--line ID, once for each", p.ID, book)
	if lacks {
		some = "when the bank refused one of the payments, say that first, the rest fits then: dunning payout status --pain002 FILE, or without a report of it two persons: dunning payout refused ID; " + some
	}
	return some
}

// allOf is what a payout pays, less what the bank refused.
func allOf(p settlement.Payout) money.Amount {
	return comeTo(standing(p.Lines))
}

// standing are those of some lines that the bank did not refuse.
func standing(lines []settlement.PayoutLine) []settlement.PayoutLine {
	return slices.DeleteFunc(slices.Clone(lines), func(l settlement.PayoutLine) bool { return l.Status == settlement.PayoutRejected })
}

// keptAsTold insists that the bank says what it kept, or charged, or two persons said so before.
func (e *PayoutEntry) keptAsTold(ctx context.Context, tx pgx.Tx, p settlement.Payout, payment string, kept money.Amount, other string) error {
	var told *money.Amount
	if err := tx.QueryRow(ctx, `SELECT CASE WHEN $3 THEN (SELECT charge FROM return_fits($1, $2)) ELSE payment_fits($1, $2) END`, e.told[0], payment, e.Credit).Scan(&told); err != nil || told != nil {
		return err
	}
	if e.unsettled {
		return &ConflictError{other + ": ask the bank which of what came back is a payment that was returned; when one is: dunning payout book ITS-KEY ITS-AMOUNT --line ID --returned CODE"}
	}
	how, ways := fmt.Sprintf("%s --line %s --returned %s --charge %s", e.Amount, payment, cmp.Or(e.Reason, "CODE"), kept), ""
	if !e.Credit {
		how, ways = fmt.Sprintf("%s %s --charge %s", e.Amount-kept, payFlag(p, payment), kept), "; "+e.ways(p, false)
	}
	return &ConflictError{fmt.Sprintf("%s: ask the bank; when it charged the rest, two persons say: dunning payout book %s %s %s%s", other, e.Key, how, saysWho, ways)}
}

// payFlag is the flag by which a command names a payment.
func payFlag(p settlement.Payout, payment string) string {
	switch {
	case payment == p.ID+"/all":
		return "--payout " + p.ID
	case slices.ContainsFunc(p.Lines, func(l settlement.PayoutLine) bool { return l.EndToEndID == payment }):
		return "--line " + payment
	}
	return "--batch " + payment
}

// namesNoOther insists that no line of the statement that tells the entry names another payment, or batch, than those that it is said to be of, or than the whole payout.
func (e *PayoutEntry) namesNoOther(ctx context.Context, tx pgx.Tx, p settlement.Payout, lines []settlement.PayoutLine) error {
	for _, key := range e.told {
		f, err := fitOf(ctx, tx, key, "")
		if err != nil {
			return err
		}
		if i := slices.IndexFunc(f.Named, func(id string) bool {
			return id != p.ID && !slices.ContainsFunc(lines, func(l settlement.PayoutLine) bool { return l.EndToEndID == id || p.BatchID(l.Kind) == id })
		}); i >= 0 {
			return &ConflictError{fmt.Sprintf("entry %s names %s; right would be that one", e.Key, f.Named[i])}
		}
	}
	return nil
}
