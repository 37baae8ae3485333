package postgres_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/settlement"
	"github.com/incassocenter/dunning/internal/testkit"
)

// robbed is a world in which 60.00 came in for one claim and 40.00 for another, and out of the bank went an amount that nothing explains. keys are those of the two receipts and of that line.
func robbed(t *testing.T, out string) (w *world, keys []string) {
	t.Helper()
	w = paying(t)
	left := eur("100.00") - eur(out)
	in := w.importFile(testkit.Camt("m", "1 0.00 100.00: 2026-11-01 60.00 a <P. Betaler/"+debtorIBAN+"> een; 2026-11-01 40.00 b <A. Ander/"+strangerIBAN+"> twee"))[0]
	st := w.importFile(testkit.Camt("n", "2 100.00 "+left.String()+": 2026-11-02 -"+out+" e <A. Ander/"+strangerIBAN+"> iets"))[0]
	for _, l := range append(w.lines(in), w.lines(st)...) {
		keys = append(keys, l.Key)
	}
	ok(t, w.AssignReceipt(t.Context(), keys[0], w.open(), at(today), w.lib.Rules))
	return w, keys
}

// notMade gives why the file of a payout is not made; empty: it is.
func (w *world) notMade(p settlement.Payout) string {
	_, _, err := w.SendPayout(w.Context(), p.ID, postgres.Sending{Initiator: "Incassocenter Voorbeeld", Refund: refundTerm}, at(p.On))
	if err != nil {
		return err.Error()
	}
	return ""
}

// What left the trust account and nothing explains is paid out to nobody, though the books have it: a payout is proposed and approved, and its file waits until somebody says what it was, or the agency paid it in.
func TestNoPayoutOfMoneyThatIsGone(t *testing.T) {
	t.Parallel()
	for way, explain := range map[string]func(*testing.T, *world, []string){
		"it took a receipt back": func(t *testing.T, w *world, keys []string) {
			ok(t, second(w.TieReturn(t.Context(), keys[2], keys[1], "the bank's letter", at(today), w.lib.Rules)))
		},
		"the bank charged it": func(t *testing.T, w *world, keys []string) {
			for _, by := range []string{"Anna", "Bram"} {
				ok(t, second(w.ChargedByBank(t.Context(), keys[2], "the bank's letter", person(by))))
			}
			if why := w.notMade(settlement.Payout{ID: "PO-20261103", On: today}); !strings.Contains(why, "cannot be sent: the agency's part on the trust account is -40.00 after it and 40.00 too little") || strings.Contains(why, "withdraw") {
				t.Errorf("the money of others: %q", why)
			}
			w.fillsUp("own", "40.00")
		},
		"the agency paid it in": func(_ *testing.T, w *world, _ []string) { w.fillsUp("own", "40.00") },
	} {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			w, keys := robbed(t, "40.00")
			p, said := w.proposes(today)
			says(t, "proposed", said, "client 60.00")
			w.approves(p, "Anna", "Bram")
			for range 2 {
				for _, want := range []string{"payout " + p.ID + " cannot be sent: 40.00 left the trust account", "40.00 too little to stand for what others have there", "(" + keys[2] + " of 40.00 on 2026-11-02)", "to pay 40.00 in of the agency's own money", "dunning receipts reverse RECEIPT --entry LINE", "dunning statement tie LINE --charge"} {
					if why := w.notMade(p); !strings.Contains(why, want) {
						t.Errorf("%q, want %q", why, want)
					}
				}
			}
			says(t, "nothing left", w.statuses(p), "approved")
			explain(t, w, keys)
			says(t, "sent", w.notMade(p)+w.statuses(p), "sent")
		})
	}
}

// What is small waits for nobody: the agency's part stands for it, and is less for as long.
func TestTheAgencysPartStandsForWhatIsGone(t *testing.T) {
	t.Parallel()
	w, keys := robbed(t, "3.00")
	w.fillsUp("own", "5.00")
	p, said := w.proposes(today)
	says(t, "proposed", said, "client 60.00, fees 2.00")
	w.approves(p, "Anna", "Bram")
	before := w.lines(w.importFile(testkit.Camt("o", "4 102.00 101.50: 2026-11-03 -0.50 f iets"))[0])[0]
	for _, want := range []string{"3.50 left the trust account", "0.50 too little", keys[2] + " of 3.00 on 2026-11-02, " + before.Key + " of 0.50", "to withdraw the payout and to propose it again"} {
		if why := w.notMade(p); !strings.Contains(why, want) {
			t.Errorf("%q, want %q", why, want)
		}
	}
	ok(t, w.WithdrawPayout(t.Context(), p.ID, "more is gone", person("Anna")))
	p, said = w.proposes(today)
	says(t, "proposed again", said, "client 60.00, fees 1.50")
	w.approves(p, "Anna", "Bram")
	says(t, "sent", w.notMade(p)+w.statuses(p), "sent sent")
	w.verified()
}

// A file that was made before the money went is the same file, also after.
func TestAFileThatWasMadeStays(t *testing.T) {
	t.Parallel()
	w, _ := robbed(t, "40.00")
	w.fillsUp("own", "40.00")
	p, _ := w.proposes(today)
	w.approves(p, "Anna", "Bram")
	file := w.sends(p)
	w.importFile(testkit.Camt("o", "4 100.00 1.00: 2026-11-03 -99.00 f iets"))
	says(t, "told again", string(w.sends(p)), string(file))
}

// What a held statement says that left counts for nothing, since another may tell it too; who looks at a payout is told of it, and of what left by lines that wait.
func TestAPayoutTellsOfHeldStatements(t *testing.T) {
	t.Parallel()
	w, keys := robbed(t, "3.00")
	w.fillsUp("own", "3.00")
	held := w.importFile(testkit.Camt("o", "9 700.00 650.00: 2026-11-03 -60.00 g iets; 2026-11-03 10.00 h iets"))[0]
	p, _ := w.proposes(today)
	want := postgres.Outlook{Gone: []postgres.GoneLine{{Key: keys[2], Amount: eur("3.00"), On: today.AddDays(-1)}}, Held: []postgres.HeldOut{{Statement: held.Key, Amount: eur("60.00")}}}
	got, err := w.Outlook(t.Context(), p.ID)
	if ok(t, err); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
	w.approves(p, "Anna", "Bram")
	says(t, "sent", w.notMade(p)+w.statuses(p), "sent")
	ok(t, w.ReleaseStatement(t.Context(), held.Key, "it is so", person("Anna")))
	if got, err = w.Outlook(t.Context(), p.ID); err != nil || len(got.Gone) != 2 || len(got.Held) != 0 || got.Refused != "" {
		t.Errorf("released: %+v %v", got, err)
	}
	_, err = w.Outlook(t.Context(), "PO-19990101")
	if !errors.Is(err, postgres.ErrNotFound) {
		t.Error(err)
	}
}

// That a line takes back a receipt which one person typed, and no statement brought, explains nothing: the bank has the money as little as before. The agency pays it in until somebody knows.
func TestATypedReceiptThatIsTakenBackIsGone(t *testing.T) {
	t.Parallel()
	w := paying(t)
	in := w.importFile(testkit.Camt("m", "1 0.00 60.00: 2026-11-01 60.00 a <P. Betaler/"+debtorIBAN+"> een"))[0]
	ok(t, w.AssignReceipt(t.Context(), w.lines(in)[0].Key, w.open(), at(today), w.lib.Rules))
	w.typedBy("Chris", postgres.Receipt{Key: "hand-1", Amount: eur("40.00"), On: today.AddDays(-2), IBAN: strangerIBAN, Payer: "A. Ander"})
	back := w.lines(w.importFile(testkit.Camt("n", "2 60.00 20.00: 2026-11-02 -40.00 e <A. Ander/"+strangerIBAN+"> MD06!terug"))[0])[0]
	ok(t, second(w.TieReturn(t.Context(), back.Key, "hand-1", "as it seems", at(today), w.lib.Rules)))
	p, said := w.proposes(today)
	says(t, "proposed", said, "client 60.00")
	w.approves(p, "Anna", "Bram")
	for _, want := range []string{"40.00 left the trust account", back.Key + " of 40.00 on 2026-11-02"} {
		if why := w.notMade(p); !strings.Contains(why, want) {
			t.Errorf("%q, want %q", why, want)
		}
	}
	w.fillsUp("own", "40.00")
	says(t, "sent", w.notMade(p)+w.statuses(p), "sent")
	w.verified()
}
