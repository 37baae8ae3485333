package main

import (
	"context"
	"fmt"
	"io"
	"strings"

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

// outlookOf is what is known of the file of a payout before it is made; nothing of no payout.
func outlookOf(ctx context.Context, store *postgres.Store, payout string) (o postgres.Outlook, err error) {
	if payout != "" {
		o, err = store.Outlook(ctx, payout)
	}
	o.Gone, o.Held = listOf(o.Gone), listOf(o.Held)
	return o, err
}

// printUnsure says what a payout may rest on that is not in the bank: receipts that were only typed, and money that went out and nothing explains; and whether its file would be refused for what it leaves to others.
func printUnsure(ctx context.Context, w io.Writer, store *postgres.Store, payout string) error {
	if err := printTyped(ctx, w, store, payout); err != nil {
		return err
	}
	o, err := outlookOf(ctx, store, payout)
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(w, outlookText(o))
	return err
}

// outlookText tells of the lines of statements by which money left that is still in the books, of statements that are held and say that money left, and why no file would be made; empty when there is none of it.
func outlookText(o postgres.Outlook) (text string) {
	if len(o.Gone) > 0 {
		var sum money.Amount
		list := make([]string, 0, mostTyped)
		for _, l := range o.Gone {
			if sum += l.Amount; len(list) < mostTyped {
				list = append(list, fmt.Sprintf("%s %s on %s", l.Key, l.Amount, l.On))
			}
		}
		more := ""
		if n := len(o.Gone) - mostTyped; n > 0 {
			more = fmt.Sprintf(" and %d more", n)
		}
		text = fmt.Sprintf("GONE, and not explained: %s left the trust account by lines of statements that wait until somebody says what they are (dunning claim tasks), or that take back a receipt which no statement brought. The books have that money still, the bank has not: the agency's part stands for it, which is proposed less that, and no file is made as long as that is too little. Say first what they are\n  %s%s\n", sum, strings.Join(list, ", "), more)
	}
	for _, h := range o.Held {
		text += fmt.Sprintf("HELD: statement %s says that %s left the trust account. Nothing of it is booked, and it may tell again what another statement told, so it counts for nothing here: dunning statement show %s\n", h.Statement, h.Amount, h.Statement)
	}
	if o.Refused != "" {
		text += "NOT TO BE SENT as it stands: " + o.Refused + "\n"
	}
	return text
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
