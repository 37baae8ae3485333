package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
)

// mostTyped is how many receipts are named in words; --json has all.
const mostTyped = 10

// typed is what of a payout can rest on receipts that a person typed, for programs.
type typed struct {
	AtMost   money.Amount            `json:"at_most"`
	Receipts []postgres.TypedReceipt `json:"receipts"`
}

// readTyped is what of a payout can rest on receipts that a person typed; nothing of no payout.
func readTyped(ctx context.Context, store *postgres.Store, payout string) (typed, error) {
	if payout == "" {
		return typed{Receipts: listOf[postgres.TypedReceipt](nil)}, nil
	}
	list, atMost, err := store.TypedReceipts(ctx, payout)
	return typed{atMost, listOf(list)}, err
}

// printUnsure says what a payout may rest on that is not in the bank: receipts that were only typed, and money that went out and nothing explains.
func printUnsure(ctx context.Context, w io.Writer, store *postgres.Store, payout string) error {
	if err := printTyped(ctx, w, store, payout); err != nil || payout == "" {
		return err
	}
	lines, err := store.WaitingLines(ctx)
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(w, wentOut(lines))
	return err
}

// wentOut tells of the lines of statements by which money left that is still in the books; empty when none did.
func wentOut(lines []postgres.WaitingLine) string {
	out := slices.DeleteFunc(slices.Clone(lines), func(l postgres.WaitingLine) bool { return l.Direction != bank.Debit })
	if len(out) == 0 {
		return ""
	}
	var sum money.Amount
	list := ""
	for i, l := range out {
		sum += l.Amount
		if i < mostTyped {
			list += fmt.Sprintf("%s %s on %s, ", l.Key, l.Amount, l.On)
		}
	}
	list = strings.TrimSuffix(list, ", ")
	if more := len(out) - mostTyped; more > 0 {
		list += fmt.Sprintf(" and %d more", more)
	}
	return fmt.Sprintf("GONE, and not explained: %s left the trust account by lines of statements that wait until somebody says what they are (dunning claim tasks). The books have that money still, the bank has not: the agency's part stands for it, which is proposed less that, and no file is made as long as that is too little. Say first what they are\n  %s\n", sum, list)
}

// printTyped says which receipts no statement brought: who approves a payout, and who gives its file to the bank, looks whether the money is there.
func printTyped(ctx context.Context, w io.Writer, store *postgres.Store, payout string) error {
	t, err := readTyped(ctx, store, payout)
	if err != nil || len(t.Receipts) == 0 {
		return err
	}
	_, err = fmt.Fprint(w, t.text())
	return err
}

func (t typed) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "TYPED, and in no statement of the bank: all receipts that one person says came in, also of claims that this payout does not pay, for the trust account is one. At most %s of what it pays rests on them; look for them at the bank first\n  ", t.AtMost)
	for i, r := range t.Receipts {
		if i == mostTyped {
			fmt.Fprintf(&b, " and %d more (--json)", len(t.Receipts)-i)
			break
		}
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%s %s on %s", r.Receipt, r.Amount, r.On)
		if r.By != "" {
			fmt.Fprintf(&b, " by %s", r.By)
		}
	}
	b.WriteByte('\n')
	return b.String()
}
