package workflows_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/incassocenter/dunning/internal/matching"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
)

const administrator = "NL20INGB0001234567"

// blocks tells a block, or with an empty reason ends it.
func (w *bankWorld) blocks(kind, name, reason string) {
	w.Helper()
	b := postgres.Block{Kind: kind, Name: name, Blocked: reason != "", Reason: reason, By: "operator", At: w.by().At}
	if reason == "" {
		b.Reason = "it is in order"
	}
	_, err := w.SetBlock(w.Context(), b)
	w.ok(err)
}

// why is what is found for the receipts that wait, and what their queue says of their accounts.
func (w *bankWorld) why() string {
	w.Helper()
	waiting, err := w.WaitingReceipts(w.Context())
	w.ok(err)
	var said []string
	for _, r := range waiting {
		said = append(said, fmt.Sprintf("%s: %s (%s)", r.Payment.Amount, r.Match.Why, r.Blocked))
	}
	return strings.Join(said, "; ")
}

// What a person blocked is not booked by itself, whether it waited before, comes in later or is typed; and it is when the block ended.
func TestWhatIsBlockedWaitsForAPerson(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ story, kind, name, why string }{
		{"an account", postgres.BlockedPayer, administrator, "100.00: its account is blocked: asks to be called (asks to be called)"},
		{"a rule", postgres.BlockedRule, string(matching.ExactReference), "100.00: rule exact-reference is blocked: asks to be called ()"},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			w := newBankWorld(t)
			w.owes("a", "J. Voorbeeldman", "100.00")
			w.owes("b", "P. Anderson", "60.00")
			key := w.imports("1 0.00 100.00: 2026-11-03 100.00 r1 <X. Y/" + administrator + "> |{a}") // waits since before it is blocked
			w.blocks(c.kind, c.name, "asks to be called")
			w.run(key, w.Store)
			if got, want := w.state(), "a 0.00, b 0.00, 100.00 waits: suggest by exact-reference"; got != want || w.why() != c.why {
				t.Errorf("got %s: %s", got, w.why())
			}
			w.blocks(c.kind, c.name, "")
			if got := w.why(); got != "100.00: what it was blocked by is not blocked any more: it is looked at again with the next statement ()" {
				t.Errorf("not blocked any more: %s", got)
			}
			w.blocks(c.kind, c.name, "asks to be called")
			typed := postgres.Receipt{Key: "typed", Amount: money.Cents(60_00), On: statementDay, IBAN: administrator, Remittance: w.told("{b}")}
			ref, err := w.RecordReceipt(t.Context(), typed, w.by(), w.lib.Rules)
			w.ok(err)
			if ref != (postgres.Ref{}) {
				t.Error("typed, it was booked")
			}
			w.blocks(c.kind, c.name, "")
			w.run(key, w.Store)
			if got, want := w.state(), "a 100.00, b 60.00"; got != want {
				t.Errorf("not blocked any more: %s", got)
			}
			w.inTheBooks()
		})
	}
}

// stopsFirst is a store in which a person blocks something as the first receipt is about to be booked.
type stopsFirst struct {
	*postgres.Store
	once  sync.Once
	block func()
}

func (s *stopsFirst) BookMatch(ctx context.Context, key string, m postgres.Match, claims []postgres.Ref, versions []int64, by postgres.Actor, rules postgres.RulesFor) error {
	s.once.Do(s.block)
	return s.Store.BookMatch(ctx, key, m, claims, versions, by, rules)
}

// A block holds for an import that runs: of what is not booked yet nothing is.
func TestABlockHoldsForAnImportThatRuns(t *testing.T) {
	t.Parallel()
	for kind, name := range map[string]string{postgres.BlockedPayer: administrator, postgres.BlockedRule: string(matching.ExactReference)} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			w := newBankWorld(t)
			w.owes("a", "J. Voorbeeldman", "100.00")
			w.owes("b", "P. Anderson", "60.00")
			from := " <X. Y/" + administrator + "> |"
			key := w.imports("1 0.00 160.00: 2026-11-03 100.00 r1" + from + "{a}; 2026-11-03 60.00 r2" + from + "{b}")
			w.run(key, &stopsFirst{Store: w.Store, block: func() { w.blocks(kind, name, "stop") }})
			if got, want := w.state(), "a 0.00, b 0.00, 60.00 waits: suggest by exact-reference, 100.00 waits: suggest by exact-reference"; got != want && got != "a 0.00, b 0.00, 100.00 waits: suggest by exact-reference, 60.00 waits: suggest by exact-reference" {
				t.Errorf("got %s", got)
			}
		})
	}
}

// A rule that the configuration switches off finds nothing in what it only suggested before, either.
func TestTheKillSwitchHoldsForWhatWaits(t *testing.T) {
	t.Parallel()
	w := newBankWorld(t)
	w.owes("a", "J. Voorbeeldman", "100.00")
	key := w.imports("1 0.00 130.00: 2026-11-03 130.00 r1 {a}")
	w.policy.MaxSurplus = money.Cents(10_00)
	w.run(key, w.Store)
	if got, want := w.state(), "a 0.00, 130.00 waits: suggest by exact-reference"; got != want {
		t.Fatalf("got %s", got)
	}
	w.policy.MaxSurplus = money.Cents(50_00) // by itself it would be booked now
	w.policy.Off = map[matching.Rule]bool{matching.ExactReference: true}
	w.run(key, w.Store)
	if got, want := w.state(), "a 0.00, 130.00 waits: suggest by best-guess"; got != want {
		t.Errorf("got %s", got)
	}
}

// A rule matches so many receipts a day and no more, however many are looked at at once; the next day it goes on.
func TestARuleMatchesNoMoreThanItMayOnADay(t *testing.T) {
	t.Parallel()
	w := newBankWorld(t)
	w.most = map[matching.Rule]int{}
	var entries []string
	for i, name := range []string{"a", "b", "c", "d"} {
		w.owes(name, "P. Anderson "+name, "100.00")
		entries = append(entries, fmt.Sprintf("2026-11-03 100.00 r%d {%s}", i, name))
	}
	key := w.imports("1 0.00 400.00: " + strings.Join(entries, "; "))
	for _, c := range []struct {
		story  string
		days   int
		most   int // 0: no limit
		booked int
	}{{"the first look", 0, 1, 1}, {"the second, on the same day", 0, 1, 1}, {"with a higher limit", 0, 2, 2}, {"the next day", 1, 1, 3}, {"without a limit", 1, 0, 4}} {
		w.on, w.most[matching.ExactReference] = statementDay.AddDays(c.days), c.most
		w.run(key, w.Store)
		if got := w.state(); strings.Count(got, "waits: suggest by exact-reference") != 4-c.booked {
			t.Errorf("%s: %s", c.story, got)
		}
		if want := fmt.Sprintf("rule exact-reference matched %d receipts on %s already, and may no more (bank.rules_per_day)", c.most, w.on); c.booked < 4 && !strings.Contains(w.why(), want) {
			t.Errorf("%s: %s", c.story, w.why())
		}
	}
	w.inTheBooks()
}

// What persons decide about what was found proves a rule or does not: what is confirmed, corrected, rejected, paid back, or taken off again.
func TestWhatPersonsDecideIsCounted(t *testing.T) {
	t.Parallel()
	w := newBankWorld(t)
	by, rules := w.by(), w.lib.Rules
	by.At = by.At.Add(time.Hour)
	names := []string{"Berend Aardappelman", "Carla Boterbloemveld", "Dirk Citroenhout", "Els Dennenappel"}
	entries, sum := "2026-11-03 17.00 r9 {e}", money.Cents(17_00)
	w.owes("e", "Fred Eikenboom", "17.00")
	for i, name := range []string{"a", "b", "c", "d"} {
		w.owes(name, names[i], fmt.Sprintf("8%d3.40", i))
		file, err := w.CaseFile(t.Context(), w.claims[name].Ref)
		w.ok(err)
		account, err := file.Facts.AccountOn(w.lib.Tables(), statementDay)
		w.ok(err)
		entries += fmt.Sprintf("; 2026-11-03 %s r%d <%s/NL20INGB0001234567> |%s", account.Open.Total(), i, names[i], []string{"betaling", "betaling", "betaling", "groeten"}[i])
		sum += account.Open.Total()
	}
	key := w.imports("1 0.00 " + sum.String() + ": " + entries)
	w.run(key, w.Store)
	told := func(want ...postgres.RuleRecord) {
		t.Helper()
		got, err := w.RuleRecords(t.Context(), statementDay.At(0, 0))
		w.ok(err)
		if !slices.Equal(got, want) {
			t.Errorf("got  %+v\nwant %+v\n%s", got, want, w.why())
		}
	}
	exact, plain, shadow := postgres.RuleRecord{Rule: matching.ExactReference, Automatic: 1}, postgres.RuleRecord{Rule: matching.NameAmount, Waiting: 1}, postgres.RuleRecord{Rule: matching.NameAmount, Shadow: true, Waiting: 3}
	told(exact, plain, shadow)
	_, lines, err := w.StatementLines(t.Context(), key)
	w.ok(err)
	w.ok(w.AssignReceipt(t.Context(), lines[1].Receipt, w.claims["a"].Ref, by, rules))
	w.ok(w.AssignReceipt(t.Context(), lines[2].Receipt, w.claims["c"].Ref, by, rules))
	_, err = w.RejectSuggestion(t.Context(), lines[3].Receipt, "of another", by)
	w.ok(err)
	_, err = w.ReleaseReceipt(t.Context(), lines[0].Receipt, w.claims["e"].Ref, "of another", by, rules)
	w.ok(err)
	exact.TakenOff, shadow = 1, postgres.RuleRecord{Rule: matching.NameAmount, Shadow: true, Confirmed: 1, Corrected: 2}
	w.on = statementDay.AddDays(1)
	w.run(key, w.Store) // what is found after a person said no proves nothing
	told(exact, plain, shadow)
	if late, err := w.RuleRecords(t.Context(), statementDay.AddDays(2).At(0, 0)); err != nil || len(late) != 0 {
		t.Errorf("since a later day: %+v, %v", late, err)
	}
}
