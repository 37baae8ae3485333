package ledger_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/money"
)

// ends tells where a bank entry is: "20.00 S200 a" of what is there, "10.00 for r2" of what made up for another, "-10.00 by r1" of what another made up for.
func ends(l *ledger.Lot) (list []string) {
	if l.Rest != 0 {
		list = append(list, fmt.Sprintf("%s %s %s", l.Rest, l.Pot.Account, l.Pot.Of))
	}
	for _, f := range l.Fills {
		side := "by"
		if f.Amount > 0 {
			side = "for"
		}
		list = append(list, fmt.Sprintf("%s %s %s", f.Amount, side, f.Of.Root().By.Key))
	}
	for _, next := range l.To {
		list = append(list, ends(next)...)
	}
	return list
}

func receiptOf(key string, amount money.Amount) []ledger.Journal {
	return ledger.ReceiptOf(ledger.About{Key: "receipt:" + key, On: day}, amount)
}

// settled is a journal of claim c: amounts by account, debit is more than nothing.
func settled(fact string, lines ...ledger.Line) []ledger.Journal {
	lines = slices.DeleteFunc(lines, func(l ledger.Line) bool { return l.Cents == 0 })
	for i := range lines {
		lines[i].Claim = "c"
	}
	j, err := ledger.Draft{Book: ledger.Trust, Kind: ledger.Settled, Key: "c/" + fact, On: day, Client: "x", Lines: lines}.Journal()
	if err != nil {
		panic(err)
	}
	return []ledger.Journal{j}
}

func line(account ledger.Account, cents money.Amount) ledger.Line {
	return ledger.Line{Account: account, Cents: cents}
}

func ofClient(key string) ledger.About {
	return ledger.About{Key: key, On: day, Client: "x", Claim: "c"}
}

func TestWhereMoneyIs(t *testing.T) {
	t.Parallel()
	in := func(key string, client, agency money.Amount) []ledger.Journal {
		return slices.Concat(receiptOf(key, client+agency), settled("settlement:"+key, line(ledger.ClientPayable, -client), line(ledger.AgencyPayable, -agency), line(ledger.Unallocated, client+agency)))
	}
	back := func(key string, client, agency money.Amount) []ledger.Journal {
		return slices.Concat(settled("reversal:"+key, line(ledger.ClientPayable, client), line(ledger.AgencyPayable, agency), line(ledger.Unallocated, -client-agency)),
			ledger.TakenBackOf(ofClient("c/reversal:"+key+"/taken-back"), client+agency))
	}
	paid := ledger.PayoutOf(ofClient("payout:p1"), 900)
	own := ledger.OwnMoneyOf(ledger.About{Key: "receipt:r1/own", On: day}, 1000)
	loss := ledger.LossOf(ledger.About{Key: "loss:1:f", On: day}, 500)
	undone, err := loss[0].Reversal("loss:2:f", day)
	if err != nil {
		t.Fatal(err)
	}
	notLost := []ledger.Journal{undone}
	lost := func() [][]ledger.Journal {
		return [][]ledger.Journal{
			receiptOf("r1", 500), ledger.RefundDueOf(ledger.About{Key: "refund:f", On: day}, 500), ledger.RefundOf(ledger.About{Key: "payout:p1", On: day}, 500),
			ledger.RefundTakenBackOf(ledger.About{Key: "receipt:r1/taken-back", On: day}, 500), receiptOf("r2", 1000), ledger.OwnMoneyOf(ledger.About{Key: "receipt:r2/own", On: day}, 1000), loss,
		}
	}
	for _, c := range []struct {
		name     string
		journals [][]ledger.Journal
		r1, r2   string
	}{
		{"it waits", [][]ledger.Journal{receiptOf("r1", 1000)}, "10.00 S230 r1", ""},
		{"it is divided", [][]ledger.Journal{in("r1", 900, 100)}, "9.00 S200 c, 1.00 S210 ", ""},
		{"it is paid on, and booked", [][]ledger.Journal{in("r1", 900, 100), paid, ledger.PayoutBookedOf(ofClient("payout:p1/booked"), 900)}, "9.00 S100 p1, 1.00 S210 ", ""},
		{"the bank refuses the payout", [][]ledger.Journal{in("r1", 900, 100), paid, ledger.PayoutRejectedOf(ofClient("payout:p1/rejected"), 900)}, "9.00 S200 c, 1.00 S210 ", ""},
		{"it comes back", [][]ledger.Journal{in("r1", 900, 100), paid, ledger.PayoutBookedOf(ofClient("payout:p1/booked"), 900), ledger.PayoutReturnedOf(ofClient("payout:p1/returned"), 900)}, "9.00 S200 c, 1.00 S210 ", ""},
		{"the bank takes it back", [][]ledger.Journal{in("r1", 900, 100), back("r1", 900, 100)}, "9.00 S100 r1, 1.00 S100 r1", ""},
		{"the bank takes one of two back: it is that one, though what came first goes first", [][]ledger.Journal{in("r1", 900, 100), in("r2", 500, 0), back("r2", 500, 0)}, "9.00 S200 c, 1.00 S210 ", "5.00 S100 r2"},
		{"the other one then bears the agency's part", [][]ledger.Journal{in("r1", 400, 100), in("r2", 500, 0), settled("reversal:r1", line(ledger.ClientPayable, 500), line(ledger.Unallocated, -500)),
			ledger.TakenBackOf(ofClient("c/reversal:r1/taken-back"), 500)}, "4.00 S100 r1, 1.00 S100 r1", "4.00 S200 c, 1.00 S210 "},
		{"it was paid on, and the next one makes up for it", [][]ledger.Journal{in("r1", 900, 0), paid, back("r1", 900, 0), ledger.ClawbackOf(ofClient("c/reversal:r1/clawback"), 900), in("r2", 1000, 0),
			ledger.ClawbackOf(ofClient("payout:p2/untopped"), -900)}, "9.00 S240 p1, 9.00 S100 r1, -9.00 by receipt:r2", "1.00 S200 c, 9.00 for receipt:r1"},
		{"the agency fills up, and keeps it of the next one", [][]ledger.Journal{in("r1", 900, 0), paid, back("r1", 900, 0), ledger.ClawbackOf(ofClient("c/reversal:r1/clawback"), 900), receiptOf("own", 900), ledger.ToppedUpOf(ofClient("receipt:own/own/x"), 900), in("r2", 1000, 0),
			ledger.ClawedBackOf(ofClient("payout:p2/clawed"), 900)}, "9.00 S240 p1, 9.00 S100 r1, -9.00 by receipt:own", "1.00 S200 c, 9.00 S210 "},
		{"the agency fills up what another client got: that is no money of this one", [][]ledger.Journal{in("r1", 900, 0), paid, back("r1", 900, 0), ledger.ClawbackOf(ofClient("c/reversal:r1/clawback"), 900), receiptOf("r2", 900),
			ledger.ToppedUpOf(ledger.About{Key: "receipt:r2/own/y", On: day, Client: "y"}, 900)}, "9.00 S240 p1, 9.00 S100 r1, -9.00 S190 x", "9.00 S190 y"},
		{"a bank took it back, and what the client lacks is of another claim", [][]ledger.Journal{in("r1", 900, 0), paid, back("r1", 900, 0), ledger.ClawbackOf(ledger.About{Key: "d/settlement:k/clawback", On: day, Client: "x", Claim: "d"}, 900)},
			"-9.00 S200 c, 9.00 S240 p1, 9.00 S100 r1, -9.00 S190 x, 9.00 S200 d", ""},
		{"the agency's own money, of which the bank charges", [][]ledger.Journal{receiptOf("r1", 1000), own, ledger.TrustChargedOf(ledger.About{Key: "bank-charge:e1", On: day}, 250)}, "7.50 S210 , 2.50 S100 bank-charge:e1", ""},
		{"the bank charged before that: it makes up for it", [][]ledger.Journal{in("r2", 0, 100), ledger.FeesOf(ledger.About{Key: "payout:p1", On: day}, 100), ledger.TrustChargedOf(ledger.About{Key: "bank-charge:e1", On: day}, 250), receiptOf("r1", 1000), own},
			"7.50 S210 , 2.50 for bank-charge:e1", "1.00 S240 p1"},
		{"a refund left, the bank took its receipt back, and the agency bears the loss", lost(), "-5.00 by receipt:r2, 5.00 S240 p1, 5.00 S100 r1", "5.00 S210 , 5.00 for receipt:r1"},
		{"it does not any more", append(lost(), notLost), "-5.00 S220 r1, 5.00 S240 p1, 5.00 S100 r1", "5.00 S210 , 5.00 S210 "},
		{"it came back before that", append(lost(), ledger.PayoutBookedOf(ledger.About{Key: "payout:p1/booked", On: day}, 500), ledger.RefundReturnedOf(ledger.About{Key: "payout:p1/returned", On: day}, 500), notLost),
			"-5.00 by receipt:r1, 5.00 for receipt:r1, 5.00 S100 r1", "5.00 S210 , 5.00 S210 "},
		{"the close of the day settles what waited", [][]ledger.Journal{receiptOf("r1", 1000), receiptOf("r2", 500), settled("close:2026-11-03", line(ledger.ClientPayable, -1500), line(ledger.Unallocated, 1500))}, "10.00 S200 c", "5.00 S200 c"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var drafts []ledger.Draft
			for _, j := range slices.Concat(c.journals...) {
				drafts = append(drafts, j.Draft())
			}
			known := map[ledger.Settling]string{{Claim: "c", Key: "r1"}: "r1", {Claim: "c", Key: "r2"}: "r2"}
			lots := ledger.LotsOf(drafts, ledger.Known{Receipts: known, Refunds: map[string]string{"refund:f": "r1", "payout:p1": "r1", "loss:1:f": "r1", "loss:2:f": "r1"}})
			for key, want := range map[string]string{"r1": c.r1, "r2": c.r2} {
				got := ""
				if l := lots.In(key); l != nil {
					got = strings.Join(ends(l), ", ")
				}
				if got != want {
					t.Errorf("%s: %s, want %s", key, got, want)
				}
			}
		})
	}
}
