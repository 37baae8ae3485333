package postgres_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
)

// forCourt tells the letters and accounts of a claim's file for the court: "reminder accepted, 9 bytes", "came back", "from NL...".
func (w *world) forCourt(ref postgres.Ref) string {
	w.Helper()
	f, err := w.CourtFile(w.Context(), ref, 0, today)
	ok(w, err)
	var words []string
	for _, l := range f.Letters {
		word := fmt.Sprintf("%s %s, %d bytes", l.Step, l.State, len(l.PDF))
		if l.CameBack {
			word += ", came back"
		}
		if (l.SHA256 == "") != (len(l.PDF) == 0) {
			w.Errorf("%s has a paper without its SHA-256, or the other way round", l.Step)
		}
		words = append(words, word)
	}
	for _, iban := range f.IBANs {
		words = append(words, "from "+iban)
	}
	return strings.Join(words, "; ")
}

// A letter is in the file once it may have left; its paper once it did, also when it came back later. Accounts are there while their money counts.
func TestTheFileForTheCourt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.newClaim()
	ref := w.handOver(c)[0]
	w.opened(ref)
	l, _ := w.sending(ref)
	tells := func(when, want string) {
		t.Helper()
		if got := w.forCourt(ref); got != want {
			t.Errorf("%s: %q, want %q", when, got, want)
		}
	}
	tells("on its way", "")
	w.settle(ref, l, postgres.Settled{State: claim.LetterUnknown, Reply: "no answer"})
	tells("nobody knows", "reminder unknown, 0 bytes")
	ok(t, w.ResolveLetter(t.Context(), ref, "reminder", 0, true, later(1)))
	tells("delivered", fmt.Sprintf("reminder accepted, %d bytes", len(l.PDF)))
	ok(t, w.cameBack(ref, "reminder", today))
	tells("came back", fmt.Sprintf("reminder failed, %d bytes, came back", len(l.PDF)))

	_, err := w.RecordReceipt(t.Context(), postgres.Receipt{Key: "bank-1", Amount: eur("5.00"), On: today, IBAN: "NL20INGB0001234567", Remittance: c.RF}, later(2), w.lib.Rules)
	ok(t, err)
	tells("paid", fmt.Sprintf("reminder failed, %d bytes, came back; from NL20INGB0001234567", len(l.PDF)))
	_, err = w.ReverseSettlement(t.Context(), ref, "bank-1", "storno", later(3), w.lib.Rules)
	ok(t, err)
	tells("taken back", fmt.Sprintf("reminder failed, %d bytes, came back", len(l.PDF)))
}

// Nothing is handed over, and nothing of a procedure recorded, of a claim of which the client has not chosen the court.
func TestOnlyAClaimBeforeTheCourtHasAProcedure(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	before := w.counts()
	made := postgres.Package{Recipient: "bailiff", SHA256: strings.Repeat("0", 64), On: today, Seq: 1, Particulars: []byte(`{}`)}
	refused(t, w.RecordPackage(t.Context(), ref, made, at(today)))
	refused(t, w.RecordCourtStep(t.Context(), ref, claim.CourtStep{Stage: claim.CourtServed, On: today}, "", at(today), w.lib.Rules))
	if w.counts() != before {
		t.Error("what was refused left something")
	}
	_, err := w.RecordDecision(t.Context(), ref, claim.ChooseCourt, at(today), stillSo)
	ok(t, err)
	w.closes(ref, claim.StatusCourt)
	ok(t, w.RecordPackage(t.Context(), ref, made, at(today)))
	ok(t, w.RecordPackage(t.Context(), ref, made, later(1)))
	refused(t, w.RecordCourtStep(t.Context(), ref, claim.CourtStep{Stage: claim.CourtServed, On: today}, strings.Repeat("x", 61), at(today), w.lib.Rules))
	refused(t, w.RecordCourtStep(t.Context(), ref, claim.CourtStep{Stage: claim.CourtServed, On: today}, "two\nlines", at(today), w.lib.Rules))
	ok(t, w.RecordCourtStep(t.Context(), ref, claim.CourtStep{Stage: claim.CourtServed, On: today}, "27-001", at(today), w.lib.Rules))
	if list, err := w.Packages(t.Context(), ref); err != nil || len(list) != 1 || list[0].On != today || list[0].SHA256 != made.SHA256 {
		t.Errorf("%+v, %v", list, err)
	}
	if f := w.facts(ref); f.Status != claim.StatusCourt || f.CourtStage() != claim.CourtServed {
		t.Errorf("%s, %s", f.Status, f.CourtStage())
	}
}
