package postgres_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

func (w *world) releases(key string, ref postgres.Ref) (claim.Difference, error) {
	return w.ReleaseReceipt(w.Context(), key, ref, "of another debtor", at(today), w.lib.Rules)
}

// waiting are the keys of the receipts that wait.
func (w *world) waiting() string {
	w.Helper()
	list, err := w.UnallocatedReceipts(w.Context())
	ok(w, err)
	keys := make([]string, len(list))
	for i, r := range list {
		keys[i] = r.Key
	}
	return strings.Join(keys, " ")
}

// A receipt was allocated to the wrong claim, which closed as paid: it is released, the claim is open again, the money stays on the trust account, no
// letter leaves to the real payer meanwhile, and the receipt is allocated to that one's claim.
func TestAReceiptOnTheWrongClaim(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	payer := w.newClaim()
	wrong, right := w.open(), w.handOver(payer)[0]
	w.opened(right)
	_, err := w.RecordReceipt(t.Context(), postgres.Receipt{Key: "r", Amount: eur("101.00"), On: today, Payer: payer.Debtor.Name}, at(today), w.lib.Rules)
	ok(t, err)
	action := w.next(right)
	if _, left := w.register(right, action); left || w.taskOf(right, "allocate-receipt:r") != "open" {
		t.Fatal("a letter leaves to who may have paid")
	}
	ok(t, w.AssignReceipt(t.Context(), "r", wrong, at(today), w.lib.Rules))
	w.closes(wrong, claim.StatusPaid)
	if w.taskOf(right, "allocate-receipt:r") != "done" {
		t.Fatal("the real payer's claim still waits")
	}
	d, err := w.releases("r", wrong)
	ok(t, err)
	if got := sayDifference(d); got != "interest 0.00 to 0.33, principal 0.00 to 100.00, total 0.00 to 100.33, surplus 0.67 to 0.00" {
		t.Error(got)
	}
	if f := w.facts(wrong); f.Status != claim.StatusOpen || len(f.Settlements) != 0 || w.trust() != "101.00" || w.waiting() != "r" {
		t.Errorf("%s, %+v; %s on the trust account, %s waits", f.Status, f.Settlements, w.trust(), w.waiting())
	}
	if told := query[string](w, `SELECT detail ->> 'receipt' FROM case_event WHERE claim_id = $1 AND key = 'reversal:r'`, wrong.ClaimID); told != "r" {
		t.Errorf("the file tells %s", told)
	}
	if _, left := w.register(right, action); left || w.taskOf(right, "allocate-receipt:r") != "open" {
		t.Error("the allocation that was wrong is taken for a person's word")
	}
	ok(t, w.AssignReceipt(t.Context(), "r", right, at(today), w.lib.Rules))
	if w.books(right) != "r paid-to-agency 101.00 2026-11-03" || w.taskOf(right, "allocate-receipt:r") != "done" || w.trust() != "101.00" || w.waiting() != "" {
		t.Errorf("%s; task %s; %s on the trust account; %q waits", w.books(right), w.taskOf(right, "allocate-receipt:r"), w.trust(), w.waiting())
	}
	before := w.counts()
	again, err := w.releases("r", wrong) // the command is told again: it is about the wrong claim, and leaves the right one alone
	if err != nil || again != d || w.counts() != before {
		t.Errorf("%v, %s; %s was %s", err, sayDifference(again), w.counts(), before)
	}
}

// A person who said that it is not this claim's is not asked again because the receipt was allocated and released.
func TestAPersonsWordOutlastsARelease(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	payer := w.newClaim()
	other, asked := w.open(), w.handOver(payer)[0]
	w.opened(asked)
	_, err := w.RecordReceipt(t.Context(), postgres.Receipt{Key: "r", Amount: eur("55.00"), On: today, Payer: payer.Debtor.Name}, at(today), w.lib.Rules)
	ok(t, err)
	if _, left := w.register(asked, w.next(asked)); left {
		t.Fatal("it left")
	}
	ok(t, w.CompleteTask(t.Context(), asked, trajectory.AllocateReceipt+"r", "of another person of this name", at(today)))
	ok(t, w.AssignReceipt(t.Context(), "r", other, at(today), w.lib.Rules))
	_, err = w.releases("r", other)
	ok(t, err)
	if _, left := w.register(asked, w.next(asked)); !left {
		t.Error("asked again")
	}
}

// A value date that was corrected is that of the receipt in the queue too, and for what is matched.
func TestAReleasedReceiptWaitsWithTheDayThatWasCorrected(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	for _, key := range []string{"a", "r"} {
		w.receives(ref, key, "10.00")
	}
	_, err := w.corrects(ref, "r", postgres.Correction{On: today.AddDays(-2), Key: "dated"})
	ok(t, err)
	for _, key := range []string{"a", "r"} {
		_, err := w.releases(key, ref)
		ok(t, err)
	}
	queue, err := w.WaitingReceipts(t.Context())
	ok(t, err)
	if w.waiting() != "r a" || len(queue) != 2 || queue[0].Key != "r" || queue[0].Payment.On != today.AddDays(-2) {
		t.Errorf("%q waits, the queue is %+v", w.waiting(), queue)
	}
}

// Whatever became of it, a receipt that was released can be allocated: to the same claim too, each time as a settlement of its own.
func TestAReleasedReceiptIsAllocatedToTheSameClaim(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	w.receives(ref, "r", "10.00")
	for _, key := range []string{"r~2", "r~3"} {
		_, err := w.releases("r", ref)
		ok(t, err)
		for range 2 {
			ok(t, w.AssignReceipt(t.Context(), "r", ref, at(today), w.lib.Rules))
		}
		if got := w.books(ref); got != key+" paid-to-agency 10.00 2026-11-03" || w.trust() != "10.00" {
			t.Errorf("%s; %s on the trust account", got, w.trust())
		}
	}
	_, err := w.corrects(ref, "r~3", postgres.Correction{On: today.AddDays(-2), Key: "dated"})
	ok(t, err)
	ok(t, w.AssignReceipt(t.Context(), "r", ref, at(today), w.lib.Rules))
	if key, err := w.SettledAs(t.Context(), "r", ref); err != nil || key != "dated" {
		t.Errorf("it counts as %s, %v", key, err)
	}
	_, err = w.releases("r", ref) // what was corrected is released as what it counts as
	ok(t, err)
	if w.books(ref) != "" || w.trust() != "10.00" || w.waiting() != "r" {
		t.Errorf("%s; %s on the trust account, %q waits", w.books(ref), w.trust(), w.waiting())
	}
	list, err := w.UnallocatedReceipts(t.Context())
	if err != nil || list[0].On != today.AddDays(-2) || list[0].BankDated != today {
		t.Errorf("%+v, %v", list, err)
	}
	for _, key := range []string{"r~4", "r~5"} { // the day that was corrected is the receipt's, each time
		for range 2 {
			ok(t, w.AssignReceipt(t.Context(), "r", ref, at(today), w.lib.Rules))
		}
		told := query[string](w, `SELECT value_on::text || ' ' || (detail ->> 'bank_dated') FROM case_event WHERE claim_id = $1 AND key = 'receipt:' || $2`, ref.ClaimID, key)
		if got := w.books(ref); got != key+" paid-to-agency 10.00 2026-11-01" || told != "2026-11-01 2026-11-03" {
			t.Errorf("%s; the file tells %s", got, told)
		}
		if key == "r~4" {
			_, err = w.releases("r", ref)
			ok(t, err)
		}
	}
	_, err = w.reverses(ref, "r~5", "storno")
	ok(t, err)
	if w.trust() != "0.00" {
		t.Errorf("%s on the trust account", w.trust())
	}
}

// A released receipt can be divided.
func TestAReleasedReceiptIsDivided(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	refs := w.debts(consumer, "50.00/10", "100.00/20")
	w.receives(refs[0], "r", "120.00")
	_, err := w.corrects(refs[0], "r", postgres.Correction{On: today.AddDays(-2)})
	ok(t, err)
	_, err = w.releases("r", refs[0])
	ok(t, err)
	_, err = w.DivideReceipt(t.Context(), "r", refs, nil, at(today), w.lib.Rules)
	ok(t, err)
	if got := w.books(refs[1]); !strings.HasSuffix(got, " 2026-11-01") {
		t.Errorf("its part counts as %s", got)
	}
	if w.trust() != "120.00" || w.waiting() != "" || strings.Count(w.got(refs...), ".") != 2 {
		t.Errorf("%s on the trust account, %q waits, %s", w.trust(), w.waiting(), w.got(refs...))
	}
}

func TestWhatCannotBeReleased(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	refs := w.debts(consumer, "50.00/10", "100.00/20")
	ref := w.open()
	w.waits("whole", "150.00")
	_, err := w.DivideReceipt(t.Context(), "whole", refs, nil, at(today), w.lib.Rules)
	ok(t, err)
	w.waits("waits", "1.00")
	w.receives(ref, "back", "1.00")
	_, err = w.reverses(ref, "back", "storno")
	ok(t, err)
	w.receives(ref, "gone", "1.00")
	_, err = w.releases("gone", ref)
	ok(t, err)
	w.client = w.newClient("B")
	foreign := w.open()
	w.receives(foreign, "foreign", "1.00")
	before := w.counts()
	release := func(key, reason string) error {
		return second(w.ReleaseReceipt(t.Context(), key, ref, reason, at(today), w.lib.Rules))
	}
	for what, err := range map[string]error{
		"receipt none is not allocated to claim " + ref.ClaimID:                                     release("none", "x"),
		"receipt waits is not allocated to claim " + ref.ClaimID:                                    release("waits", "x"),
		"receipt foreign is not allocated to claim " + ref.ClaimID:                                  release("foreign", "x"),
		"receipt whole is divided over claims, and a division stands":                               second(w.releases("whole", refs[0])),
		"receipt whole#1 is a part of whole, and a division stands":                                 second(w.releases("whole#1", refs[1])),
		"receipt back was taken back, and no statement tells it (storno): it is not there any more": release("back", "x"),
		"settlement gone was taken back already, with another reason: of another debtor":            release("gone", "x"),
		"settlement gone was taken back already, because its receipt is not of this claim: of ano":  second(w.reverses(ref, "gone", "of another debtor")),
		"the reason is empty": release("gone", " "),
	} {
		if refused(t, err); !strings.HasPrefix(err.Error(), what) {
			t.Errorf("%v, want %s", err, what)
		}
	}
	if w.counts() != before {
		t.Errorf("%s was %s", w.counts(), before)
	}
}

// A bank takes back the whole of a receipt that was divided: all its parts at once, one alone is refused.
func TestADividedReceiptIsTakenBackWhole(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	refs := w.debts(consumer, "50.00/10", "100.00/20")
	w.waits("r", "160.00")
	_, err := w.DivideReceipt(t.Context(), "r", refs, nil, at(today), w.lib.Rules)
	ok(t, err)
	_, err = w.corrects(refs[1], "r#1", postgres.Correction{On: today.AddDays(-1), Key: "dated"}) // a part of another date is a part still
	ok(t, err)
	for _, ref := range refs {
		w.closes(ref, claim.StatusPaid)
	}
	before := w.counts()
	for key, ref := range map[string]postgres.Ref{"r#2": refs[0], "dated": refs[1]} {
		if err := second(w.reverses(ref, key, "storno")); err == nil || err.Error() != key+" is a part of receipt r, and a bank takes back the whole; right would be: dunning receipts reverse r" {
			t.Error(err)
		}
	}
	reverse := func(key, reason string) ([]postgres.TakenBack, error) {
		return w.ReverseReceipt(t.Context(), key, reason, at(today), w.lib.Rules)
	}
	if err := second(reverse("r#1", "storno")); err == nil || !strings.Contains(err.Error(), "dunning receipts reverse r") || w.counts() != before {
		t.Errorf("%v; %s was %s", err, w.counts(), before)
	}
	made, err := reverse("r", "storno")
	ok(t, err)
	if len(made) != 2 || made[0].ClaimID != refs[1].ClaimID || made[1].ClaimID != refs[0].ClaimID || w.trust() != "0.00" {
		t.Errorf("%+v; %s on the trust account", made, w.trust())
	}
	for i, ref := range refs {
		if f := w.facts(ref); f.Status != claim.StatusOpen || len(f.Settlements) != 0 || made[1-i].Difference.After.Total() < f.Principal() {
			t.Errorf("claim %d: %s, %+v, %s", i, f.Status, f.Settlements, sayDifference(made[1-i].Difference))
		}
	}
	before = w.counts()
	again, err := reverse("r", "storno")
	if err != nil || fmt.Sprint(again) != fmt.Sprint(made) || w.counts() != before {
		t.Errorf("%v, %+v; %s was %s", err, again, w.counts(), before)
	}
	refused(t, second(reverse("r", "another reason")))
	w.waits("waits", "1.00")
	refused(t, second(reverse("waits", "storno")))
	refused(t, second(reverse("none", "storno")))
}

// What fails for one part takes back none.
func TestADividedReceiptIsTakenBackAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	refs := w.debts(consumer, "50.00/10", "100.00/20")
	w.waits("r", "150.00")
	_, err := w.DivideReceipt(t.Context(), "r", refs, nil, at(today), w.lib.Rules)
	ok(t, err)
	before := w.counts()
	w.exec(`ALTER TABLE settlement_reversal ADD CONSTRAINT broken CHECK (key <> 'r#2')`)
	if _, err := w.ReverseReceipt(t.Context(), "r", "storno", at(today), w.lib.Rules); err == nil || w.counts() != before {
		t.Errorf("%v; %s was %s", err, w.counts(), before)
	}
}

// A receipt that one claim has goes the same way as claim reverse.
func TestAWholeReceiptIsTakenBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.paid("r")
	made, err := w.ReverseReceipt(t.Context(), "r", "storno", at(today), w.lib.Rules)
	ok(t, err)
	d, err := w.reverses(ref, "r", "storno")
	if err != nil || len(made) != 1 || made[0].Difference != d || w.facts(ref).Status != claim.StatusOpen || w.trust() != "0.00" {
		t.Errorf("%v, %+v, %s, %s", err, made, w.facts(ref).Status, w.trust())
	}
}

// The bank's entry R9 comes in after a settlement of the claim was given its key.
func TestAReceiptWhoseKeyASettlementHas(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	w.receives(ref, "r", "5.00")
	_, err := w.corrects(ref, "r", postgres.Correction{On: today.AddDays(-1), Key: "R9"})
	ok(t, err)
	w.receives(ref, "R9", "7.00")
	w.receives(ref, "R9", "7.00") // told again
	if got := w.books(ref); got != "R9 paid-to-agency 5.00 2026-11-02, R9~2 paid-to-agency 7.00 2026-11-03" || w.trust() != "12.00" {
		t.Errorf("%s; %s on the trust account", got, w.trust())
	}
	w.pays(ref, "R8", "3.00", 0)
	file, err := w.CaseFile(t.Context(), ref)
	ok(t, err)
	book := func() error {
		return second(w.RecordReceipt(t.Context(), postgres.Receipt{Key: "R8", Amount: eur("3.00"), On: today, Remittance: file.RF}, at(today), w.lib.Rules))
	}
	if err := book(); err == nil || !strings.Contains(err.Error(), "right would be to reverse it first (dunning claim reverse "+ref.ClaimID+" R8)") {
		t.Error(err)
	}
	_, err = w.reverses(ref, "R8", "it came in on the trust account")
	ok(t, err)
	ok(t, book())
	if w.trust() != "15.00" || !strings.HasSuffix(w.books(ref), "R8~2 paid-to-agency 3.00 2026-11-03, R9~2 paid-to-agency 7.00 2026-11-03") {
		t.Errorf("%s; %s on the trust account", w.books(ref), w.trust())
	}
}

func TestAKeyThatCannotBeOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	w.pays(ref, "p", "1.00", 0)
	by, before := at(today), w.counts()
	ctx := t.Context()
	for key, want := range map[string]string{
		strings.Repeat("é", 101): "the key has 101 characters; right would be at most 100", "a\nb": `the key is "a\nb", with characters that cannot be printed`,
		"a\x00b": `the key is "a\x00b"`, "a\xff": `the key is "a\xff"`, "a\x1b[31m": `the key is "a\x1b[31m"`,
	} {
		for what, err := range map[string]error{
			"receipt":     second(w.RecordReceipt(ctx, postgres.Receipt{Key: key, Amount: 1, On: today}, by, w.lib.Rules)),
			"settlement":  w.RecordSettlement(ctx, ref, claim.Settlement{Key: key, Kind: claim.PaidToClient, On: today, Amount: 1}, by, w.lib.Rules),
			"correction":  second(w.corrects(ref, "p", postgres.Correction{Amount: 2, Key: key})),
			"dispute":     w.RaiseDispute(ctx, ref, key, "x", by),
			"remark":      w.Remark(ctx, ref, key, "x", by),
			"complaint":   w.RecordComplaint(ctx, ref, postgres.Complaint{Key: key, Text: "x", Received: today, AnswerBy: today}, by),
			"information": w.RecordInformationCost(ctx, ref, claim.InformationCost{Key: key, On: today, Amount: 1}, "x", by),
		} {
			if refused(t, err); !strings.HasPrefix(err.Error(), want) {
				t.Errorf("%s: %v, want %s", what, err, want)
			}
		}
	}
	if w.counts() != before {
		t.Errorf("%s was %s", w.counts(), before)
	}
	w.receives(ref, strings.Repeat("é", 100), "1.00")
}
