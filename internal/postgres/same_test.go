package postgres_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
)

// of does something as another client of the agency, which is made when it is not there.
func (w *world) of(code string, do func()) {
	w.Helper()
	mine := w.client
	defer func() { w.client = mine }()
	w.client = w.newClient(code)
	do()
}

// shared is a claim of each of two clients on one debtor, the second as that client writes it.
func (w *world) shared(change ...func(*claim.Debtor)) (c postgres.NewClaim, mine, theirs postgres.Ref) {
	w.Helper()
	c = w.newClaim(func(c *postgres.NewClaim) { c.Debtor.Name = c.Debtor.Name + " Zoë" })
	d := c.Debtor
	for _, f := range change {
		f(&d)
	}
	mine = w.handOver(c)[0]
	w.opened(mine)
	w.of("B", func() { theirs = w.open(owedBy(d)) })
	w.exec(`DELETE FROM outbox`)
	return c, mine, theirs
}

func TestWhoIsTheSameDebtorOfTwoClients(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		change func(*claim.Debtor)
		same   bool
	}{
		{"written in capitals", func(d *claim.Debtor) { d.Name, d.Postcode = strings.ToUpper(d.Name), "1234 AB" }, true},
		{"with other spaces and dots", func(d *claim.Debtor) { d.Name = strings.ReplaceAll(d.Name, " ", ". ") + "." }, true},
		{"an accent that is a character of its own", func(d *claim.Debtor) {
			*d, _, _ = d.Corrected(map[string]string{"debtor": strings.ReplaceAll(d.Name, "ë", "e\u0308")}) // as intake tidies it
		}, true},
		{"without the accent", func(d *claim.Debtor) { d.Name = strings.ReplaceAll(d.Name, "ë", "e") }, false},
		{"another street name with the number", func(d *claim.Debtor) { d.Street = strings.Replace(d.Street, "Laan", "Ln.", 1) }, true},
		{"another e-mail address", func(d *claim.Debtor) { d.Email = "other@debtor.example" }, true},
		{"in business", func(d *claim.Debtor) { d.Kind = soleTrader }, true},
		{"the same name at another number", func(d *claim.Debtor) { d.Street = "Laan 9999" }, false},
		{"the same name in another place", func(d *claim.Debtor) { d.Postcode, d.Town = "9712 AB", "Groningen" }, false},
		{"another name at the address", func(d *claim.Debtor) { d.Name = "Huisgenoot" }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			_, mine, theirs := w.shared(c.change)
			ok(t, w.SetFlag(t.Context(), mine, claim.FlagDeceased, today.AddDays(-2), at(today)))
			if got := w.flags(theirs) != ""; got != c.same {
				t.Errorf("the same: %v; flags %q", got, w.flags(theirs))
			}
		})
	}
}

// Set and lifted by way of either client, told twice, and of a claim that comes later.
func TestAStopFlagReachesTheClaimsOfOtherClients(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, mine, theirs := w.shared()
	ctx := t.Context()
	ok(t, w.SetFlag(ctx, mine, claim.FlagBankrupt, today.AddDays(-9), at(today)))
	ok(t, w.SetFlag(ctx, mine, claim.FlagBankrupt, today.AddDays(-9), later(1)))
	ok(t, w.SetFlag(ctx, theirs, claim.FlagBankrupt, asOfToday, later(1))) // the agency knows already
	for _, ref := range []postgres.Ref{mine, theirs} {
		if got := w.flags(ref) + "; " + w.told(ref, "bankrupt"); got != "bankrupt 2026-10-25, stopped:bankrupt; 1 events, 1 messages" {
			t.Error(got)
		}
	}
	if a := w.next(theirs); a.Task != "stopped:bankrupt" || !a.Due.IsZero() {
		t.Errorf("next is %+v", a)
	}
	var late postgres.Ref
	w.of("C", func() { late = w.open(owedBy(c.Debtor)) })
	if got := w.flags(late) + "; " + w.told(late, "bankrupt"); got != "bankrupt 2026-10-25; 1 events, 0 messages" {
		t.Errorf("handed over later: %s", got)
	}
	var next postgres.Ref
	w.of("C", func() { next = w.open(owedBy(c.Debtor)) })
	if by := w.actors(mine) + " " + w.actors(theirs) + " " + w.actors(late) + " " + w.actors(next); by != "test agency agency test" {
		t.Errorf("who came to know it: %s", by)
	}
	ok(t, w.SetFlag(ctx, theirs, claim.FlagBankrupt, today.AddDays(-5), later(2))) // the order was later
	ok(t, w.ClearFlag(ctx, late, claim.FlagBankrupt, today.AddDays(-1), later(3)))
	for _, ref := range []postgres.Ref{mine, theirs, late, next} {
		if got := w.flags(ref) + "; " + strings.Fields(w.told(ref, "bankrupt"))[0]; got != "bankrupt 2026-10-29 to 2026-11-01; 3" {
			t.Errorf("lifted: %s", got)
		}
	}
	if after := w.handOverLate(c); after != "" {
		t.Errorf("handed over after it was lifted: %s", after)
	}
}

func (w *world) handOverLate(c postgres.NewClaim) (flags string) {
	w.of("D", func() { flags = w.flags(w.open(owedBy(c.Debtor))) })
	return flags
}

// actors tells who recorded the bankruptcy in the file of a claim.
func (w *world) actors(ref postgres.Ref) string {
	return query[string](w, `SELECT COALESCE(string_agg(actor, ' ' ORDER BY seq), '') FROM case_event WHERE claim_id = $1 AND kind = 'bankrupt'`, ref.ClaimID)
}

// That it never was so is an answer for everybody, also where it was known to be so since a later day.
func TestAFlagThatNeverWasIsLiftedEverywhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.newClaim()
	var theirs postgres.Ref
	mine := w.open(owedBy(c.Debtor))
	w.of("B", func() { theirs = w.open(owedBy(movedTo(t, c.Debtor, move))) })
	ok(t, w.SetFlag(t.Context(), mine, claim.FlagMinor, today.AddDays(-9), at(today)))
	ok(t, w.SetFlag(t.Context(), theirs, claim.FlagMinor, today.AddDays(-2), at(today)))
	ok(t, w.SetFlag(t.Context(), theirs, claim.FlagBankrupt, today.AddDays(-1), at(today)))
	w.correct(mine, move) // and so they are one
	if got := w.flags(mine) + "; " + w.flags(theirs); got != "bankrupt 2026-11-02, minor 2026-10-25, stopped:bankrupt, stopped:minor; bankrupt 2026-11-02, minor 2026-11-01, stopped:bankrupt, stopped:minor" {
		t.Error(got)
	}
	ok(t, w.ClearFlag(t.Context(), mine, claim.FlagMinor, today.AddDays(-9), later(1)))
	if got := w.flags(mine) + "; " + w.flags(theirs); got != "bankrupt 2026-11-02, minor 2026-10-25 to 2026-10-24, stopped:bankrupt; bankrupt 2026-11-02, minor 2026-11-01 to 2026-10-31, stopped:bankrupt" {
		t.Error(got)
	}
}

// Flags, corrections, payments, changes of plan and hand-overs of one debtor at several clients at once: nobody waits in a circle.
func TestFlagsOfSeveralClientsAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.newClaim()
	var wg sync.WaitGroup
	try := func(work func() error) {
		wg.Go(func() {
			if err := work(); err != nil {
				t.Error(err)
			}
		})
	}
	var refs []postgres.Ref
	codes := []string{"B", "C", "D"}
	for _, code := range codes {
		w.of(code, func() { refs = append(refs, w.handOver(w.newClaim(owedBy(c.Debtor)), w.newClaim(owedBy(c.Debtor)))...) })
	}
	for i, ref := range refs {
		late := w.newClaim(owedBy(c.Debtor))
		try(func() error { return w.SetFlag(t.Context(), ref, claim.FlagBankrupt, asOfToday, at(today)) })
		try(func() error { return w.SetFlag(t.Context(), ref, claim.FlagWSNP, asOfToday, at(today)) })
		try(func() error {
			return unlessRefused(w.ClearFlag(t.Context(), ref, claim.FlagWSNP, asOfToday, at(today)))
		}) // it may come before it is set
		try(func() error {
			_, _, err := w.CorrectDebtor(t.Context(), ref, move, at(today))
			return err
		})
		try(func() error {
			_, err := w.HandOver(t.Context(), ref.ClientID, []postgres.NewClaim{late}, at(today))
			return err
		})
		try(func() error {
			p := postgres.Party{Name: "Voorbeeld", Language: "nl"}
			plan := []string{"basis", "premium"}[i%2]
			_, err := w.SaveClients(t.Context(), []postgres.Client{{Code: "B", Plan: plan, Party: p}, {Code: "C", Plan: plan, Party: p}, {Code: "D", Plan: plan, Party: p}})
			return err
		})
	}
	wg.Wait()
	if n := query[int](w, `SELECT count(*) FROM claim c WHERE (SELECT count(*) FROM case_event e WHERE e.claim_id = c.id AND e.kind = 'bankrupt') = 1`); n != 12 {
		t.Errorf("%d of 12 claims know once of the bankruptcy", n)
	}
}

// What was sent for one claim moves what is due for another, of whichever client; its facts say that it left, and not for whom.
func TestOneDemandADayToOneDebtor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, mine, theirs := w.shared()
	own := w.open(owedBy(c.Debtor))
	another := w.open()
	l, ok := w.register(mine, w.next(mine))
	if a := w.next(theirs); !ok || a.Day != today {
		t.Errorf("what was only registered did not leave: %+v", a)
	}
	action := w.next(mine)
	w.begin(mine, &l, action)
	for name, ref := range map[string]postgres.Ref{"the same client's": own, "another client's": theirs} {
		a := w.next(ref)
		if a.Step != "reminder" || a.Day != today.AddDays(1) || !strings.Contains(a.NotSooner, "another letter to this debtor left on "+today.String()) {
			t.Errorf("%s claim: %+v", name, a)
		}
		if _, ok := w.register(ref, action); ok {
			t.Errorf("%s claim: a letter is registered on the same day", name)
		}
	}
	if a := w.next(another); a.Day != today {
		t.Errorf("another debtor: %+v", a)
	}
	w.settle(mine, l, postgres.Settled{State: claim.LetterFailed, Reply: "550"})
	if a := w.next(theirs); a.Day != today {
		t.Errorf("it did not leave after all: %+v", a)
	}
}

// Letters for two claims of one debtor are about to be sent at the same moment: one leaves, the other is decided anew.
func TestTwoDemandsToOneDebtorAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, mine, theirs := w.shared()
	action := w.next(mine)
	const lock = `(hashtextextended('contact/' || (SELECT min(person) FROM debtor), 0))`
	w.exec(`SELECT pg_advisory_lock` + lock)
	var both sync.WaitGroup
	for _, ref := range []postgres.Ref{mine, theirs} {
		both.Go(func() { w.send(ref, action, func(letterMoment) {}) })
	}
	eventually(t, "both are registered and wait for each other", func() bool {
		return query[int](w, `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory'`) == 2
	})
	w.exec(`SELECT pg_advisory_unlock` + lock)
	both.Wait()
	if got := query[string](w, `SELECT string_agg(state, ', ' ORDER BY state) FROM letter`); got != "claimed, sending" {
		t.Errorf("the letters are %s", got)
	}
	days := []string{w.next(mine).Day.String(), w.next(theirs).Day.String()}
	if slices.Sort(days); days[1] != today.AddDays(1).String() {
		t.Errorf("they are due on %v", days)
	}
}

// No client learns of another: nothing of it stands in the facts, events, tasks or messages of the other's claim, nor in why a letter waits.
func TestNoClientLearnsOfAnother(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, mine, theirs := w.shared(func(d *claim.Debtor) { d.Email = "elsewhere@debtor.example" })
	w.sending(mine)
	seen := fmt.Sprint(w.next(theirs))
	ok(t, w.SetFlag(t.Context(), mine, claim.FlagBankrupt, today.AddDays(-9), at(today)))
	facts, err := json.Marshal(w.facts(theirs))
	ok(t, err)
	seen += string(facts) + fmt.Sprint(w.next(theirs))
	for _, table := range []string{"case_event", "task", "outbox"} {
		seen += query[string](w, `SELECT COALESCE(string_agg(row_to_json(x)::text, ' '), '') FROM `+table+` x WHERE claim_id = $1`, theirs.ClaimID)
	}
	if !strings.Contains(seen, `"other_contact":"2026-11-03"`) || w.actors(theirs) != "agency" {
		t.Fatalf("this test proves nothing: %s", seen)
	}
	for what, secret := range map[string]string{"client": mine.ClientID, "its name": "Voorbeeld A", "claim": mine.ClaimID, "reference": c.Reference, "payment reference": c.RF, "e-mail address": c.Debtor.Email} {
		if strings.Contains(seen, secret) {
			t.Errorf("%s %s is told: %s", what, secret, seen)
		}
	}
}

// What was flagged before the claims of other clients were told reaches them when the database is brought up to date: once, with a message.
func TestFlagsOfBeforeReachOtherClients(t *testing.T) {
	t.Parallel()
	w := worldOfBefore(t, 25)
	for i, name := range []string{"jan", "jan", "jan", "piet"} { // the last of the same client as the one before
		id, client := fmt.Sprintf("00000000-0000-4000-8000-00000000000%d", i), fmt.Sprintf("00000000-0000-4000-8000-00000000000%d", min(i, 2))
		w.exec(`INSERT INTO client (id, code, plan, name, street, postcode, town, email) VALUES ($1::text::uuid, $1, 'premium', 'n', 's', 'p', 't', 'e') ON CONFLICT DO NOTHING`, client)
		w.exec(`INSERT INTO debtor (client_id, id, fingerprint, person, in_business, natural_person, name, street, postcode, town) VALUES ($1, $2, 'consumer|' || $3, $3, false, true, $3, 's', 'p', 't')`, client, id, name)
		w.exec(`INSERT INTO claim (client_id, id, debtor_id, reference, rf, kenmerk, trajectory, handed_over_on, status) VALUES ($1, $2::text::uuid, $2::text::uuid, $2, $2, $2, 'consumer@1', $3, $4)`,
			client, id, today, []string{"open", "open", "closed", "open"}[i])
	}
	w.exec(`INSERT INTO stop_flag (client_id, debtor_id, kind, from_on) SELECT client_id, id, 'deceased', $1 FROM debtor ORDER BY id LIMIT 1`, today)
	ok(t, migrate(t.Context(), w.db.OwnerURL))
	got := query[string](w, `SELECT string_agg(concat_ws(' ', c.status, c.version, s.kind, s.from_on, e.key, e.actor, o.message), ', ' ORDER BY c.id) FROM claim c
		LEFT JOIN stop_flag s ON s.debtor_id = c.debtor_id LEFT JOIN case_event e ON e.claim_id = c.id LEFT JOIN outbox o ON o.claim_id = c.id`)
	if want := "open 1 deceased 2026-11-03, open 2 deceased 2026-11-03 flag:deceased:1 agency debtor-changed, closed 1 deceased 2026-11-03, open 1"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// Who else wrote to a debtor is told at once when nobody can have: over debtors of three clients who are known under each other's names in any way, that is what asking who is who tells.
func TestWhoElseWroteIsWhatAskingEverybodyTells(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var refs []postgres.Ref
	for _, client := range []string{"A", "B", "C"} {
		w.of(client, func() {
			for range 3 {
				ref := w.open()
				w.sending(ref)
				refs = append(refs, ref)
			}
		})
	}
	w.exec(`SET session_replication_role = replica`) // what a claim and a debtor are called is as it is needed, whatever else rests on it
	var debtors []string
	for _, ref := range refs {
		debtors = append(debtors, query[string](w, `SELECT debtor_id::text FROM claim WHERE id = $1`, ref.ClaimID))
	}
	for i, ref := range refs {
		w.exec(`UPDATE letter SET on_day = $2 WHERE claim_id = $1`, ref.ClaimID, today.AddDays(-i))
	}
	told, asked := 0, 0
	known := func(i int) string { return string(rune('a' + i)) }
	for seed := range uint64(150) {
		random := rand.New(rand.NewPCG(seed, 7))
		any := func() int { return random.IntN(len(refs)) }
		w.exec(`DELETE FROM debtor_alias`)
		for i, ref := range refs { // each alone
			w.exec(`UPDATE claim SET debtor_id = $2 WHERE id = $1`, ref.ClaimID, debtors[i])
			w.exec(`UPDATE debtor SET fingerprint = id || '|' || $2, person = $2 WHERE id = $1`, debtors[i], known(i))
		}
		for range 1 + random.IntN(3) {
			i := any()
			switch random.IntN(5) {
			case 0:
				w.exec(`UPDATE debtor SET fingerprint = id || '|' || $2 WHERE id = $1`, debtors[i], known(any()))
			case 1:
				w.exec(`UPDATE debtor SET person = $2 WHERE id = $1`, debtors[i], known(any()))
			case 2, 3:
				w.exec(`INSERT INTO debtor_alias (client_id, identity, person) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, refs[i].ClientID, known(any()), known(any()))
			case 4:
				w.exec(`UPDATE claim SET debtor_id = $2 WHERE id = $1`, refs[i].ClaimID, debtors[i/3*3])
			}
		}
		for _, ref := range refs {
			w.exec(`SELECT set_config('app.client_id', $1, false)`, ref.ClientID)
			asked++
			if got := query[string](w, `SELECT COALESCE(other_contact($1, '{}')::text, '') || ' ' || COALESCE((SELECT max(d) FROM other_contacts($1, '{}') d)::text, '')`, ref.ClaimID); got != " " {
				if at, all, _ := strings.Cut(got, " "); at != all {
					t.Fatalf("seed %d: at once %q, of everybody %q", seed, at, all)
				}
				told++
			}
		}
	}
	if told == 0 || told == asked {
		t.Errorf("somebody else wrote to %d: the names prove nothing", told)
	}
}
