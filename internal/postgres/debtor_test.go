package postgres_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

func (w *world) correct(ref postgres.Ref, values map[string]string) (changed string, told []postgres.Ref) {
	w.Helper()
	columns, told, err := w.CorrectDebtor(w.Context(), ref, values, at(today))
	ok(w, err)
	return strings.Join(columns, " "), told
}

// standing is what keeps a claim from its debtor: the flags, and the task to find an address.
func (w *world) standing(ref postgres.Ref) string {
	f := w.facts(ref)
	var words []string
	for _, flag := range f.Flags {
		words = append(words, flag.Kind)
	}
	for _, task := range f.Tasks {
		if task.Key == trajectory.FindAddress {
			words = append(words, fmt.Sprintf("%s open: %v", task.Key, task.Open))
		}
	}
	return strings.Join(words, ", ")
}

func TestWhatACorrectionEnds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const flags, open = "address-unknown, bankrupt, email-bounced", "find-address open: "
	for name, s := range map[string]struct {
		values       map[string]string
		changed, now string
	}{
		"a street":         {map[string]string{"street": "Nieuwe Laan 2"}, "street", "bankrupt, email-bounced, " + open + "false"},
		"a postcode":       {map[string]string{"postcode": "2345BC"}, "postcode", "bankrupt, email-bounced, " + open + "false"},
		"a town":           {map[string]string{"town": "Rijswijk"}, "town", "bankrupt, email-bounced, " + open + "false"},
		"an e-mail":        {map[string]string{"email": "nieuw@debtor.example"}, "email", "address-unknown, bankrupt, " + open + "false"},
		"no e-mail":        {map[string]string{"email": ""}, "email", "address-unknown, bankrupt, " + open + "true"},
		"both":             {map[string]string{"street": "Nieuwe Laan 2", "email": "nieuw@debtor.example"}, "street email", "bankrupt, " + open + "false"},
		"a name":           {map[string]string{"debtor": "Debiteur B.V.", "attention": "de directie"}, "debtor attention", flags + ", " + open + "true"},
		"the same address": {map[string]string{"postcode": "1234ab", "town": "Delft"}, "", flags + ", " + open + "true"},
	} {
		ref := w.open()
		for _, kind := range []string{claim.FlagAddressUnknown, claim.FlagEmailBounced, claim.FlagBankrupt} {
			ok(t, w.SetFlag(t.Context(), ref, kind, asOfToday, at(today)))
		}
		_, err := w.OpenTask(t.Context(), ref, trajectory.FindAddress, "x", at(today))
		ok(t, err)
		if changed, _ := w.correct(ref, s.values); changed != s.changed {
			t.Errorf("%s: changed %q", name, changed)
		}
		if now := w.standing(ref); now != s.now {
			t.Errorf("%s: %s; want %s", name, now, s.now)
		}
	}
}

func TestACorrectionReachesEveryOpenClaimOfTheDebtor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.newClaim()
	shared := owedBy(first.Debtor)
	refs := w.handOver(first, w.newClaim(shared), w.newClaim(shared))
	other := w.open()
	for _, ref := range refs {
		w.opened(ref)
		ok(t, w.SetFlag(t.Context(), ref, claim.FlagAddressUnknown, asOfToday, at(today)))
	}
	closed := refs[2]
	_, err := w.CloseClaim(t.Context(), closed, claim.StatusClosed, "x", at(today), func(claim.Facts) (bool, error) { return true, nil })
	ok(t, err)
	w.exec(`DELETE FROM outbox`)
	versions := []int64{w.version(refs[0]), w.version(refs[1]), w.version(closed), w.version(other)}

	changed, told := w.correct(refs[0], map[string]string{"street": "Geheime Laan 2", "town": "Geheimdorp"})
	if changed != "street town" || len(told) != 2 || !slices.Contains(told, refs[0]) || !slices.Contains(told, refs[1]) {
		t.Errorf("changed %s in %v", changed, told)
	}
	for i, ref := range []postgres.Ref{refs[0], refs[1], closed, other} {
		want := 1
		if i > 1 {
			want = 0
		}
		messages := query[int](w, `SELECT count(*) FROM outbox WHERE claim_id = $1 AND message = 'debtor-changed'`, ref.ClaimID)
		events := query[int](w, `SELECT count(*) FROM case_event WHERE claim_id = $1 AND kind = 'debtor-corrected' AND detail = '{"changed": "street, town"}'`, ref.ClaimID)
		if moved := int(w.version(ref) - versions[i]); messages != want || events != want || moved != want {
			t.Errorf("claim %d: %d messages, %d events, version moved by %d", i, messages, events, moved)
		}
	}
	if file, err := w.CaseFile(t.Context(), refs[1]); err != nil || file.Debtor.Street != "Geheime Laan 2" || file.Debtor.Town != "Geheimdorp" || file.Debtor.Name != first.Debtor.Name {
		t.Errorf("%+v, %v", file.Debtor, err)
	}
	if file, err := w.CaseFile(t.Context(), other); err != nil || file.Debtor.Town != "Delft" {
		t.Errorf("another debtor: %+v, %v", file.Debtor, err)
	}
	if n := query[int](w, `SELECT count(*) FROM case_event WHERE detail::text LIKE '%Geheim%'`); n != 0 {
		t.Errorf("%d events have personal data", n)
	}
	if changed, told := w.correct(closed, map[string]string{"town": "Delft"}); changed != "town" || len(told) != 3 {
		t.Errorf("by way of a closed claim: %s in %v", changed, told)
	}
}

// The client does not know of the correction: its file is the same as before, and its next claim is of the same debtor.
func TestAfterACorrectionTheSameFileIsUnchanged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.newClaim()
	ref := w.handOver(c)[0]
	w.correct(ref, map[string]string{"debtor": "Anders", "street": "Nieuwe Laan 2", "postcode": "2345 BC", "town": "Rijswijk"})
	next := w.newClaim(func(n *postgres.NewClaim) { n.Debtor = c.Debtor })
	verdicts, err := w.HandOver(t.Context(), w.client, []postgres.NewClaim{c, next}, at(today))
	if err != nil || verdicts[0].State != "unchanged" || verdicts[1].State != "accepted" {
		t.Fatalf("%+v, %v", verdicts, err)
	}
	if n := query[int](w, `SELECT count(*) FROM debtor`); n != 1 {
		t.Errorf("%d debtors", n)
	}
}

func TestACorrectionThatIsNone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref, foreign := w.open(), postgres.Ref{ClientID: w.newClient("B")}
	foreign.ClaimID = ref.ClaimID
	before := w.counts()
	var wrong *claim.ColumnError
	if _, _, err := w.CorrectDebtor(t.Context(), ref, map[string]string{"street": "Nieuwe Laan 2", "postcode": "12345"}, at(today)); !errors.As(err, &wrong) || wrong.Column != "postcode" {
		t.Errorf("a German postcode: %v", err)
	}
	for column, value := range map[string]string{"debtor": "王 B.V.", "attention": "\u202e", "street": "Laan\u200b 2", "town": "Den 🎉"} {
		if _, _, err := w.CorrectDebtor(t.Context(), ref, map[string]string{column: value, "postcode": "2345 BC"}, at(today)); !errors.As(err, &wrong) || wrong.Column != column || !strings.Contains(wrong.Reason, "which no letter can print") {
			t.Errorf("%s that cannot be printed: %v", column, err)
		}
	}
	if _, _, err := w.CorrectDebtor(t.Context(), foreign, map[string]string{"town": "Rijswijk"}, at(today)); !errors.Is(err, postgres.ErrNotFound) {
		t.Errorf("another client's claim: %v", err)
	}
	if file, err := w.CaseFile(t.Context(), ref); err != nil || file.Debtor.Street == "Nieuwe Laan 2" || w.counts() != before {
		t.Errorf("%+v, %v, %s was %s", file.Debtor, err, w.counts(), before)
	}
}

// A channel on which a letter failed is tried again once the debtor can be reached there: not before, and not when the old address is back.
func TestALetterFollowsToTheNewAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	bounce := func(ref postgres.Ref) {
		l, action := w.sending(ref)
		if action.Channel != trajectory.ChannelEmail {
			t.Fatalf("%s by %s", action.Step, action.Channel)
		}
		w.settle(ref, l, postgres.Settled{State: claim.LetterFailed, Unwelcome: true})
	}
	ref := w.open()
	ok(t, w.SetFlag(t.Context(), ref, claim.FlagAddressUnknown, asOfToday, at(today)))
	old := query[string](w, `SELECT email FROM debtor JOIN claim ON debtor.id = debtor_id WHERE claim.id = $1`, ref.ClaimID)
	bounce(ref)
	if a := w.next(ref); a.Task != trajectory.FindAddress {
		t.Fatalf("next: %+v", a)
	}
	w.correct(ref, map[string]string{"debtor": "Debiteur B.V."}) // another name is not another mailbox
	if a := w.next(ref); a.Task != trajectory.FindAddress {
		t.Fatalf("next: %+v", a)
	}
	w.correct(ref, map[string]string{"email": "nieuw@debtor.example"})
	bounce(ref)
	w.correct(ref, map[string]string{"email": old})
	if a := w.next(ref); a.Task != trajectory.FindAddress {
		t.Errorf("back at the mailbox that refused: %+v", a)
	}
	w.correct(ref, map[string]string{"street": "Nieuwe Laan 2"})
	if a := w.next(ref); a.Channel != trajectory.ChannelPost || a.Step != "reminder" {
		t.Errorf("with a new address: %+v", a)
	}
}

// A letter that was written for the old address is written again for the new one before it is sent.
func TestALetterThatIsRegisteredDoesNotLeaveToTheOldAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	action := w.next(ref)
	l, _ := w.register(ref, action)
	w.correct(ref, map[string]string{"email": "nieuw@debtor.example"})
	if state, _ := w.begin(ref, &l, action); state != claim.LetterClaimed {
		t.Errorf("%s", state)
	}
	l, fresh := w.register(ref, w.next(ref))
	if state, _ := w.begin(ref, &l, action); !fresh || state != claim.LetterSending || l.Recipient != "nieuw@debtor.example" {
		t.Errorf("%v, %s to %s", fresh, state, l.Recipient)
	}
}

// Claims of one debtor are corrected by way of each of them at once, while payments to them are booked: nobody waits in a circle.
func TestCorrectionsAndPaymentsAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.newClaim()
	claims := []postgres.NewClaim{first, w.newClaim(owedBy(first.Debtor)), w.newClaim(owedBy(first.Debtor)), w.newClaim(owedBy(first.Debtor))}
	refs := w.handOver(claims...)
	late := w.newClaim(owedBy(first.Debtor))
	var wg sync.WaitGroup
	for i, ref := range refs {
		for n := range 4 {
			wg.Go(func() {
				if _, _, err := w.CorrectDebtor(t.Context(), ref, map[string]string{"street": fmt.Sprintf("Laan %d", i*10+n)}, at(today)); err != nil {
					t.Error(err)
				}
			})
			wg.Go(func() {
				if _, err := w.RecordReceipt(t.Context(), postgres.Receipt{Key: fmt.Sprint(i, "-", n), Amount: eur("1.00"), On: today, Remittance: claims[i].RF}, at(today), w.lib.Rules); err != nil {
					t.Error(err)
				}
			})
		}
	}
	wg.Go(func() {
		if _, err := w.HandOver(t.Context(), w.client, []postgres.NewClaim{late}, at(today)); err != nil {
			t.Error(err)
		}
	})
	wg.Wait()
	if n := query[int](w, `SELECT count(*) FROM (SELECT claim_id FROM case_event WHERE kind = 'debtor-corrected' GROUP BY claim_id HAVING count(*) BETWEEN 15 AND 16) x`); n < 4 {
		t.Errorf("%d claims know of every correction", n)
	}
}
