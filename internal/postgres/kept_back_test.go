package postgres_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/settlement"
)

// takenBackAfterPayout is a world whose client got 60.00 that the bank took back since; with topped the agency filled the trust account up.
func takenBackAfterPayout(t *testing.T, topped bool) *world {
	t.Helper()
	w := paying(t)
	w.receives(w.open(), "r1", "60.00")
	ok(t, second(w.BookPayoutEntry(t.Context(), entryOf(w.paidOut(today), 0, "e1"), at(today))))
	ok(t, second(w.ReverseReceipt(t.Context(), "r1", "storno", at(today), w.lib.Rules)))
	if topped {
		w.fillsUp("own", "60.00")
	}
	return w
}

// kept are what is kept back of the client, as the parts say.
func (w *world) kept() string {
	w.Helper()
	return query[string](w, `SELECT COALESCE(string_agg(nr || ' ' || cents, ', ' ORDER BY nr, cents), '') FROM kept_back_part WHERE client_id = $1`, w.client)
}

// What a client got and a bank took back does not stand against what comes in for it, also when nothing is left to be paid.
func TestWhatIsKeptBackWithoutAPayout(t *testing.T) {
	t.Parallel()
	const a = "A: %s is kept back for what it was paid before and a bank took back since (kept:CLIENT:1)"
	for _, c := range []struct {
		name          string
		topped        bool
		happens       func(w *world)
		told          string // by the run: what is left out
		kept          string
		trust, agency string // after it
	}{
		{"the same again", false, func(w *world) { w.receives(w.open(), "r2", "60.00") }, "60.00", "1 6000", "", ""},
		{"the same again, and the agency had filled up", true, func(w *world) { w.receives(w.open(), "r2", "60.00") }, "60.00", "1 6000", "S100 60.00, S210 -60.00", "A100 -60.00, A110 60.00"},
		{"less", false, func(w *world) { w.receives(w.open(), "r2", "50.00") }, "50.00", "1 5000", "S100 -10.00, S190 10.00", ""},
		{"of two claims", true, func(w *world) { w.receives(w.open(), "r2", "20.00"); w.receives(w.open(), "r3", "30.00") }, "50.00", "1 2000, 1 3000", "S100 50.00, S210 -50.00", "A100 -60.00, A110 50.00, A130 10.00"},
		{"the agency filled a part of it up", false, func(w *world) { w.fillsUp("own", "45.00"); w.receives(w.open(), "r2", "20.00") }, "20.00", "1 2000", "S100 5.00, S210 -5.00", "A100 -45.00, A110 5.00, A130 40.00"},
		{"more, and its account may not be paid on", false, func(w *world) {
			w.receives(w.open(), "r2", "100.00")
			w.tellsAccount("A", secondIBAN, 7)
		}, "60.00", "1 6000", "S100 40.00, S200 -40.00", ""},
		{"a direct debit that can be fetched back is not there yet", false, func(w *world) { w.collects(w.open(), "r2", "60.00") }, "", "", "S190 60.00, S200 -60.00", ""},
		{"nothing came in", false, func(*world) {}, "", "", "S100 -60.00, S190 60.00", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := takenBackAfterPayout(t, c.topped)
			c.happens(w)
			_, said := w.proposes(today.AddDays(1))
			if want := strings.ReplaceAll(fmt.Sprintf(a, c.told), "CLIENT", w.client); strings.Contains(said, want) != (c.told != "") {
				t.Errorf("%s, want %s", said, want)
			}
			if _, said := w.proposes(today.AddDays(2)); strings.Contains(said, "is kept back") {
				t.Errorf("again: %s", said)
			}
			if trust, agency := w.balances(ledger.Trust), w.balances(ledger.Agency); w.kept() != c.kept || trust != c.trust || agency != c.agency {
				t.Errorf("kept %s, trust %s, agency %s", w.kept(), trust, agency)
			}
			if !strings.Contains(c.trust, "S190") { // else the agency is told to fill it up
				w.verified()
			}
		})
	}
}

// It is followed to what it makes up for, and the client's next specification tells it, once.
func TestWhatIsKeptBackIsTold(t *testing.T) {
	t.Parallel()
	for topped, ends := range map[bool]string{false: "to kept:CLIENT:1 60.00", true: "to kept:CLIENT:1 60.00"} {
		t.Run(fmt.Sprintf("topped up %v", topped), func(t *testing.T) {
			t.Parallel()
			w := takenBackAfterPayout(t, topped)
			w.receives(w.open(), "r2", "60.00")
			w.proposes(today.AddDays(1))
			receipts := []string{"r1", "r2"}
			if topped {
				receipts = append(receipts, query[string](w, `SELECT key FROM receipt WHERE gone = 'own'`))
			}
			w.followed(receipts, []string{"e1"})
			says(t, "followed", w.traced("r2"), strings.ReplaceAll(ends, "CLIENT", w.client))
			says(t, "and back", w.traced("kept:"+w.client+":1"), "from r2 60.00; "+strings.ReplaceAll(ends, "CLIENT", w.client))
			var told []string
			for i, amount := range []string{"25.00", "5.00"} {
				w.receives(w.open(), "more "+amount, amount)
				p := w.paidOut(today.AddDays(2 + i))
				told = append(told, w.specified(p))
			}
			says(t, "specified", strings.Join(told, "; "), "25.00 less 60.00: C-0002 60.00=60.00, C-0003 25.00=25.00; 5.00 less 0.00: C-0004 5.00=5.00")
		})
	}
}

// What a specification tells of it stands from its proposal: what becomes of another payout changes nothing of it, and what did not arrive is told anew.
func TestWhatIsToldOfWhatIsKeptBackStands(t *testing.T) {
	t.Parallel()
	w := takenBackAfterPayout(t, false)
	w.receives(w.open(), "r2", "60.00")
	w.proposes(today.AddDays(1))
	proposed := func(key, amount string, days int) settlement.Payout {
		w.receives(w.open(), key, amount)
		p, _ := w.proposes(today.AddDays(days))
		return p
	}
	first := proposed("r3", "25.00", 2)
	after := proposed("r4", "5.00", 3)
	const told = "25.00 less 60.00: C-0002 60.00=60.00, C-0003 25.00=25.00"
	for _, step := range []func(){
		func() {},
		func() { w.approves(after, "Anna", "Bram"); w.sends(after) },
		func() { ok(t, w.WithdrawPayout(t.Context(), first.ID, "wrong", at(today.AddDays(3)))) },
		func() {
			says(t, "the next", w.specified(proposed("r5", "7.00", 4)), "32.00 less 60.00: C-0002 60.00=60.00, C-0003 25.00=25.00, C-0005 7.00=7.00")
			says(t, "and the one after", w.specified(proposed("r6", "8.00", 5)), "8.00 less 0.00: C-0006 8.00=8.00")
		},
	} {
		step()
		says(t, "the first", w.specified(first), told)
		says(t, "the second", w.specified(after), "5.00 less 0.00: C-0004 5.00=5.00")
	}
}

// The schema lets no two lines that can arrive tell the same.
func TestTheSchemaHoldsToWhatIsToldOnce(t *testing.T) {
	t.Parallel()
	w := takenBackAfterPayout(t, false)
	w.receives(w.open(), "r2", "60.00")
	w.proposes(today.AddDays(1))
	w.receives(w.open(), "r3", "25.00")
	first, _ := w.proposes(today.AddDays(2))
	w.receives(w.open(), "r4", "5.00")
	second, _ := w.proposes(today.AddDays(3))
	tells := func() string {
		_, err := w.super.Exec(t.Context(), `INSERT INTO payout_kept_told (client_id, end_to_end_id, nr) VALUES ($1, $2, 1)`, w.client, second.Lines[0].EndToEndID)
		return fmt.Sprint(err)
	}
	if said := tells(); !strings.Contains(said, "is told by another line, which arrived or still can") {
		t.Error(said)
	}
	ok(t, w.WithdrawPayout(t.Context(), first.ID, "wrong", at(today.AddDays(3))))
	if said := tells(); !strings.Contains(said, "append-only") { // it is free, and only told by who is proposed since
		t.Error(said)
	}
}

// specified is what a payout's specification tells its client: "25.00 less 60.00: REFERENCE RECEIVED=PAID".
func (w *world) specified(p settlement.Payout) string {
	w.Helper()
	paid, err := w.PaidTo(w.Context(), p.ID, w.client)
	ok(w, err)
	var words []string
	for _, c := range paid.Claims {
		words = append(words, fmt.Sprintf("%s %s=%s", c.Reference, c.Part.Received, c.Part.Cents))
	}
	slices.Sort(words)
	return fmt.Sprintf("%s less %s: %s", paid.Line.Cents, paid.Line.Clawed+paid.Before, strings.Join(words, ", "))
}

// The schema keeps nothing back that is not the sum of its claims and not in the books, nor adds a claim to what was.
func TestTheSchemaHoldsToWhatIsKeptBack(t *testing.T) {
	t.Parallel()
	const refused = "is not the sum of its claims, or does not stand in the books"
	for name, c := range map[string]struct {
		cents, parts, booked, more int // more: of a part that is added later
		refused                    bool
	}{
		"as booked":                   {100, 100, 100, 0, false},
		"not in the books":            {100, 100, 0, 0, true},
		"less in the books":           {100, 100, 99, 0, true},
		"its claims are less":         {100, 99, 100, 0, true},
		"its claims are more":         {100, 101, 100, 0, true},
		"a claim is added, afterward": {100, 100, 100, 1, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := takenBackAfterPayout(t, false)
			ref := w.open()
			w.receives(ref, "r2", "60.00")
			if c.booked > 0 {
				ok(t, second(w.Post(t.Context(), at(today), ledger.KeptBackOf(ledger.About{Key: "kept:" + w.client + ":1", On: today, Client: w.client}, money.Amount(c.booked), 0)...)))
			}
			_, err := w.super.Exec(t.Context(), `WITH k AS (INSERT INTO kept_back (client_id, nr, cents, actor, at) VALUES ($1, 1, $2, 'x', now()))
				INSERT INTO kept_back_part (client_id, nr, cents, received, agency) VALUES ($1, 1, $3, 0, 0)`, w.client, c.cents, c.parts)
			if c.more > 0 {
				ok(t, err)
				_, err = w.super.Exec(t.Context(), `INSERT INTO kept_back_part (client_id, nr, claim_id, cents, received, agency) VALUES ($1, 1, $2, $3, 0, 0)`, w.client, ref.ClaimID, c.more)
			}
			if (err != nil) != c.refused || err != nil && !strings.Contains(err.Error(), refused) {
				t.Errorf("%v", err)
			}
		})
	}
}

// Who takes from what a client is to be paid at the same time is waited for, and what is kept back is of what is left then.
func TestWhatIsKeptBackIsOfWhatIsLeft(t *testing.T) {
	t.Parallel()
	w := takenBackAfterPayout(t, false)
	ref := w.open()
	w.receives(ref, "r2", "60.00")
	other, err := w.db.App.Begin(t.Context())
	ok(t, err)
	defer func() { _ = other.Rollback(t.Context()) }()
	_, err = other.Exec(t.Context(), fmt.Sprintf(`SELECT set_config('app.client_id', '%[1]s', true), lock_payable('%[1]s');
		WITH j AS (INSERT INTO journal (client_id, book, key, hash, kind, effective_on, at) VALUES ('%[1]s', 'S', 'taken', sha256('x'), 'settled', current_date, now()) RETURNING id)
		INSERT INTO entry (journal_id, line, client_id, claim_id, account, cents) SELECT id, line, '%[1]s', '%[2]s', account, cents FROM j, (VALUES (1, 'S200', 4000), (2, 'S230', -4000)) l (line, account, cents)`, w.client, ref.ClaimID))
	ok(t, err)
	kept := make(chan string, 1)
	go func() {
		amount, err := w.KeepBack(w.Context(), w.client, at(today))
		kept <- fmt.Sprintf("%s, %v", amount, err)
	}()
	eventually(t, "it waits", func() bool {
		return query[bool](w, `SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory')`)
	})
	ok(t, other.Commit(t.Context()))
	if got := <-kept; got != "20.00, <nil>" || w.kept() != "1 2000" {
		t.Errorf("%s: %s", got, w.kept())
	}
}
