package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
)

// mostTyped is how many receipts of one line are named in words; --json has all.
const mostTyped = 10

// typed is what a payout pays of receipts that a person typed, for programs.
type typed struct {
	Receipts []postgres.TypedReceipt `json:"receipts"`
	Sum      money.Amount            `json:"sum"`
}

func typedOf(list []postgres.TypedReceipt) typed {
	t := typed{Receipts: listOf(list)}
	for _, r := range list {
		t.Sum += r.Amount
	}
	return t
}

// readTyped is what a payout pays of receipts that a person typed; nothing of no payout.
func readTyped(ctx context.Context, store *postgres.Store, payout string) (typed, error) {
	if payout == "" {
		return typedOf(nil), nil
	}
	list, err := store.TypedReceipts(ctx, payout)
	return typedOf(list), err
}

// printTyped says per line what a payout pays of receipts that no statement brought: who approves it, and who gives its file to the bank, looks whether the money is there.
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
	fmt.Fprintf(&b, "TYPED, and in no statement of the bank: it pays of receipts of %s together, of which one person's word says that they came in; look for them at the bank first\n", t.Sum)
	for rest := t.Receipts; len(rest) > 0; {
		line := rest[:1]
		for len(line) < len(rest) && rest[len(line)].Line == line[0].Line {
			line = rest[:len(line)+1]
		}
		rest = rest[len(line):]
		whom := strings.TrimSpace("debtor " + line[0].Client)
		if line[0].By != "" {
			whom = "client " + line[0].Client
		}
		fmt.Fprintf(&b, "  line %d, %s, %s: ", line[0].Line, whom, typedOf(line).Sum)
		for i, r := range line {
			if i == mostTyped {
				fmt.Fprintf(&b, " and %d more (--json)", len(line)-i)
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
	}
	return b.String()
}
