package postgres_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/testkit"
)

// came is what the settlements of a claim come to.
func (w *world) came(ref postgres.Ref) (sum money.Amount) {
	w.Helper()
	for _, s := range w.facts(ref).Settlements {
		if s.Kind == claim.PaidToAgency {
			sum += s.Amount
		}
	}
	return sum
}

// types books a receipt that an operator types for a claim.
func (w *world) types(ref postgres.Ref, key, amount, iban string, on calendar.Date) {
	w.Helper()
	_, err := w.RecordReceipt(w.Context(), postgres.Receipt{Key: key, Amount: eur(amount), On: on, IBAN: iban, Payer: "F. Voorbeeld", Remittance: rfOf(w, ref)}, at(today), w.lib.Rules)
	ok(w, err)
}

// becameOf says for each line of a statement, in its order, what it is: the receipt that was typed, or a new one, or that it waits.
func (w *world) becameOf(st postgres.Imported) string {
	w.Helper()
	_, lines, err := w.StatementLines(w.Context(), st.Key)
	ok(w, err)
	words := make([]string, len(lines))
	for i, l := range lines {
		switch l.Receipt {
		case "":
			words[i] = "waits"
		case l.Key:
			words[i] = "new"
		default:
			words[i] = l.Receipt
		}
	}
	return strings.Join(words, ", ")
}

// What a person typed and the statement tells is one receipt: by itself when only that one can be meant, to the cent, the account and within five days; what may be it waits; what is not it is new.
func TestWhatWasTypedIsBookedOnce(t *testing.T) {
	t.Parallel()
	const from = " <F. Voorbeeld/" + debtorIBAN + "> "
	line := func(day, amount, ref string) string {
		return "2026-11-" + day + " " + amount + " " + ref + from + "x|{rf}"
	}
	for _, c := range []struct {
		story, iban string
		typed       []string // days in November on which 100.00 was typed
		lines       []string
		want, books string // what the books have on the trust account
	}{
		{"the same day", debtorIBAN, []string{"03"}, []string{line("03", "100.00", "a")}, "typed-0", "100.00"},
		{"as people write it", "NL20 INGB 0001 2345 67", []string{"03"}, []string{line("03", "100.00", "a")}, "typed-0", "100.00"},
		{"five days before", debtorIBAN, []string{"03"}, []string{line("08", "100.00", "a")}, "typed-0", "100.00"},
		{"six days before", debtorIBAN, []string{"03"}, []string{line("09", "100.00", "a")}, "new", "200.00"},
		{"five days after", debtorIBAN, []string{"03"}, []string{"2026-10-29 100.00 a" + from + "x|{rf}"}, "typed-0", "100.00"},
		{"six days after", debtorIBAN, []string{"03"}, []string{"2026-10-28 100.00 a" + from + "x|{rf}"}, "new", "200.00"},
		{"a cent more", debtorIBAN, []string{"03"}, []string{line("03", "100.01", "a")}, "new", "200.01"},
		{"another account", strangerIBAN, []string{"03"}, []string{line("03", "100.00", "a")}, "new", "200.00"},
		{"no account was typed", "", []string{"03"}, []string{line("03", "100.00", "a")}, "waits", "100.00"},
		{"the bank tells no account", debtorIBAN, []string{"03"}, []string{"2026-11-03 100.00 a <F. Voorbeeld/none> x|{rf}"}, "waits", "100.00"},
		{"two lines", debtorIBAN, []string{"03"}, []string{line("03", "100.00", "a"), line("03", "100.00", "b")}, "waits, waits", "100.00"},
		{"two were typed", debtorIBAN, []string{"02", "03"}, []string{line("03", "100.00", "a")}, "waits", "200.00"},
		{"nothing was typed", debtorIBAN, nil, []string{line("03", "100.00", "a")}, "new", "100.00"},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			ref := w.open(costly)
			for i, day := range c.typed {
				w.types(ref, fmt.Sprintf("typed-%d", i), "100.00", c.iban, calendar.MustParseDate("2026-11-"+day))
			}
			var sum money.Amount
			for _, l := range c.lines {
				sum += eur(strings.Fields(l)[1])
			}
			text := strings.ReplaceAll(testkit.Camt("m", "1 0.00 "+sum.String()+": "+strings.Join(c.lines, "; ")), "{rf}", rfOf(w, ref))
			text = strings.ReplaceAll(text, "<DbtrAcct><Id><IBAN>none</IBAN></Id></DbtrAcct>", "")
			st := w.importFile(text)[0]
			if got := w.becameOf(st); got != c.want || st.Waiting != strings.Count(c.want, "waits") {
				t.Errorf("got %s, %d wait; want %s", got, st.Waiting, c.want)
			}
			before := w.counts()
			w.importFile(text)
			if after := w.counts(); after != before {
				t.Errorf("told again: %s; was %s", after, before)
			}
			if got, want := w.came(ref), money.Cents(100_00*int64(len(c.typed))); got != want {
				t.Errorf("the claim was paid %s, want %s", got, want)
			}
			if got := w.balances(ledger.Trust); !strings.HasPrefix(got, "S100 "+c.books+",") {
				t.Errorf("the books have %s, want %s", got, c.books)
			}
			w.verified()
		})
	}
}

// costly is a claim of 986.44.
func costly(n *postgres.NewClaim) { n.Invoices[0].Amount = eur("986.44") }

// A line that may be what was typed waits with both commands; a person says which it is, once, and the books and the bank agree.
func TestAPersonSaysWhatALineIs(t *testing.T) {
	t.Parallel()
	for _, another := range []bool{false, true} {
		t.Run(fmt.Sprint("another ", another), func(t *testing.T) {
			t.Parallel()
			w := paying(t)
			ref := w.open(costly)
			w.types(ref, "typed", "100.00", "", today)
			w.types(ref, "other", "50.00", "", today)
			st := w.importFile(testkit.Camt("m", "1 0.00 100.00: 2026-11-03 100.00 a <F. Voorbeeld/"+debtorIBAN+"> x|"+rfOf(w, ref)))[0]
			key := w.entryKeys()["100.00"]
			if got, want := w.problems(st), "it may be receipt typed, which a person typed: if so, dunning statement tie "+key+" --receipt typed --reason \"HOW YOU KNOW\"; if it is another payment, dunning statement tie "+key+" --another --reason \"HOW YOU KNOW\", 1"; got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
			if got, want := w.reconciled(today), "bank 100.00, books 150.00, before 0.00; "; !strings.HasPrefix(got, want) || !strings.Contains(got, "received bank 0.00 books 100.00 typed by test on 2026-11-03, in no statement yet") ||
				!strings.Contains(got, "receipt bank 100.00 books 0.00 it may be receipt typed, ") {
				t.Errorf("before: %s", got)
			}
			ties := func(entry, receipt string) error {
				return w.TieTyped(t.Context(), entry, receipt, "the bank's letter", at(today))
			}
			var conflict *postgres.ConflictError
			for _, wrong := range []string{"other", "none", key} {
				if err := ties(key, wrong); !errors.As(err, &conflict) || !strings.Contains(err.Error(), "is not receipt "+wrong) {
					t.Errorf("%s: %v", wrong, err)
				}
			}
			if err := ties("none", "typed"); !errors.Is(err, postgres.ErrNotFound) {
				t.Error(err)
			}
			is, isNot, want, paid := "typed", "", "bank 100.00, books 150.00, before 0.00; 2026-11-03 received bank 0.00 books 50.00 typed by test on 2026-11-03, in no statement yet", "150.00"
			if another {
				is, isNot, paid = "", "typed", "250.00"
				want = "bank 100.00, books 250.00, before 0.00; 2026-11-03 received bank 0.00 books 50.00 typed by test on 2026-11-03, in no statement yet; 2026-11-03 received bank 0.00 books 100.00 typed by test on 2026-11-03, in no statement yet"
			}
			for range 2 {
				ok(t, ties(key, is))
			}
			if err := ties(key, isNot); !errors.As(err, &conflict) {
				t.Error(err)
			}
			if another {
				ok(t, w.AssignReceipt(t.Context(), key, ref, at(today), w.lib.Rules))
			}
			if got := w.reconciled(today); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
			if got := w.came(ref).String(); got != paid {
				t.Errorf("paid %s, want %s", got, paid)
			}
			_, lines, err := w.StatementLines(t.Context(), st.Key)
			if ok(t, err); lines[0].TiedBy != at(today).Name || lines[0].TiedReason != "the bank's letter" || lines[0].Problem != "" {
				t.Errorf("%+v", lines[0])
			}
			if another != (query[int](w, `SELECT count(*) FROM outbox WHERE statement = '`+st.Key+`' AND key = '`+key+`'`) == 1) {
				t.Error("what it tells the worker is wrong")
			}
			w.verified()
		})
	}
}

// What was typed and taken back, by mistake or by the bank, is not what comes in: that is a receipt. What was divided, or is to go back, is what comes in.
func TestOnlyWhatStandsIsWhatComesIn(t *testing.T) {
	t.Parallel()
	for story, c := range map[string]struct {
		then func(w *world, ref postgres.Ref)
		want string
	}{
		"taken back on its claim": {func(w *world, _ postgres.Ref) {
			ok(w, second(w.ReverseReceipt(w.Context(), "typed", "a mistake", at(today), w.lib.Rules)))
		}, "new"},
		"released and waiting": {func(w *world, ref postgres.Ref) {
			ok(w, second(w.ReleaseReceipt(w.Context(), "typed", ref, "no", at(today), w.lib.Rules)))
		}, "typed"},
		"to go back": {func(w *world, ref postgres.Ref) {
			ok(w, second(w.ReleaseReceipt(w.Context(), "typed", ref, "no", at(today), w.lib.Rules)))
			ok(w, second(w.ProposeRefund(w.Context(), "typed", "nobody's", person("a"))))
			ok(w, second(w.DecideRefund(w.Context(), "typed", true, person("Bram"))))
		}, "typed"},
	} {
		t.Run(story, func(t *testing.T) {
			t.Parallel()
			w := paying(t)
			ref := w.open(costly)
			w.types(ref, "typed", "100.00", debtorIBAN, today)
			c.then(w, ref)
			st := w.importFile(testkit.Camt("m", "1 0.00 100.00: 2026-11-03 100.00 a <F. Voorbeeld/"+debtorIBAN+"> x|"+rfOf(w, ref)))[0]
			if got := w.becameOf(st); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
			w.verified()
		})
	}
}

// Once its line came, what was typed is as any receipt: the bank takes it back by its line, and from the agency's account it is the agency's own money. No receipt is told by two lines.
func TestWhatWasTypedIsAsAnyReceiptOnceItsLineCame(t *testing.T) {
	t.Parallel()
	w := paying(t)
	ref := w.open(costly)
	w.types(ref, "typed", "100.00", debtorIBAN, today)
	w.nobodys("own", "30.00", agencyIBAN)
	refused(t, second(w.TopUp(t.Context(), "own", agencyIBAN, at(today))))
	w.importFile(testkit.Camt("m", "1 0.00 130.00: 2026-11-03 100.00 a <F. Voorbeeld/"+debtorIBAN+"> x|y; 2026-11-03 30.00 b <P. Betaler/"+agencyIBAN+"> eigen"))
	ok(t, second(w.TopUp(t.Context(), "own", agencyIBAN, at(today))))
	w.importFile(testkit.Camt("n", "2 130.00 30.00: 2026-11-04 -100.00 c <F. Voorbeeld/"+debtorIBAN+"> MD06!x|y"))
	ok(t, w.ApplyReturns(t.Context(), at(today.AddDays(1)), w.lib.Rules))
	if got := w.reconciled(today.AddDays(1)); got != "bank 30.00, books 30.00, before 0.00" {
		t.Error(got)
	}
	w.verified()
	if _, err := w.super.Exec(t.Context(), `UPDATE statement_entry SET receipt = 'own' WHERE key = '`+w.entryKeys()["100.00"]+`'`); err == nil {
		t.Error("two lines told one receipt")
	}
}

// What is typed after its line was booked is that line: it is refused with both names, until a person says that it is another payment, which is kept. What cannot be the line is booked.
func TestWhatALineToldIsNotTypedAgain(t *testing.T) {
	t.Parallel()
	const line = "2026-11-03 100.00 a <F. Voorbeeld/" + debtorIBAN + "> x|"
	for _, c := range []struct {
		story, amount, iban, day string
		lines                    string
		told                     bool
	}{
		{"the same day", "100.00", debtorIBAN, "2026-11-03", line, true},
		{"as people write it", "100.00", "NL20 INGB 0001 2345 67", "2026-11-03", line, true},
		{"no account was typed", "100.00", "", "2026-11-03", line, true},
		{"the bank tells no account", "100.00", debtorIBAN, "2026-11-03", strings.Replace(line, debtorIBAN, "none", 1), true},
		{"five days before", "100.00", debtorIBAN, "2026-10-29", line, true},
		{"six days before", "100.00", debtorIBAN, "2026-10-28", line, false},
		{"a cent more", "100.01", debtorIBAN, "2026-11-03", line, false},
		{"another account", "100.00", strangerIBAN, "2026-11-03", line, false},
		{"money that went out", "100.00", debtorIBAN, "2026-11-03", strings.Replace(line, "100.00", "-100.00", 1), false},
	} {
		for _, named := range []bool{false, true} { // it names its claim, or waits
			t.Run(fmt.Sprint(c.story, " named ", named), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				r := postgres.Receipt{Key: "typed", Amount: eur(c.amount), On: calendar.MustParseDate(c.day), IBAN: c.iban}
				if ref := w.open(costly); named {
					r.Remittance = rfOf(w, ref)
				}
				opening, closing := "0.00", "100.00"
				if strings.Contains(c.lines, " -100.00 ") {
					opening, closing = closing, opening
				}
				w.importFile(strings.ReplaceAll(testkit.Camt("m", "1 "+opening+" "+closing+": "+c.lines), "<DbtrAcct><Id><IBAN>none</IBAN></Id></DbtrAcct>", ""))
				before := w.counts()
				err := second(w.RecordReceipt(t.Context(), r, at(today), w.lib.Rules))
				var conflict *postgres.ConflictError
				switch key := w.entryKeys()["100.00"]; {
				case !c.told:
					ok(t, err)
				case !errors.As(err, &conflict):
					t.Fatalf("booked twice: %v", err)
				default:
					says(t, "refused", err.Error(), "receipt typed may be line "+key+" of a statement, of 100.00 on 2026-11-03, which is booked as receipt "+key+
						`: if it is the same payment nothing is left to do; if it is another payment: the same command with --another --reason "HOW YOU KNOW"`)
					says(t, "nothing is written", w.counts(), before)
					r.Another = "paid twice, says the debtor"
				}
				for range 2 { // told again, also without the word, it is the one that was booked
					ok(t, second(w.RecordReceipt(t.Context(), r, at(today), w.lib.Rules)))
					r.Another = ""
				}
				if got := query[string](w, `SELECT COALESCE(another, '') FROM receipt WHERE key = 'typed'`); (got == "paid twice, says the debtor") != c.told {
					t.Errorf("kept %q", got)
				}
				if got := w.reconciled(today); c.told != strings.Contains(got, c.day+" received bank 0.00 books 100.00 typed by test on 2026-11-03, in no statement yet; another payment than a line that looks the same: paid twice, says the debtor") {
					t.Error(got)
				}
				w.verified()
			})
		}
	}
}

// A line that waits because it may be what one person typed may also be what the next person types; and what is another payment has a line of its own to come.
func TestWhatIsTypedNextToALineThatWaits(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open(costly)
	w.types(ref, "typed", "100.00", "", today)
	line := func(id string) string {
		return "2026-11-03 100.00 " + id + " <F. Voorbeeld/" + debtorIBAN + "> x|" + rfOf(w, ref)
	}
	st := w.importFile(testkit.Camt("m", "1 0.00 100.00: "+line("a")))[0]
	key := w.entryKeys()["100.00"]
	r := postgres.Receipt{Key: "next", Amount: eur("100.00"), On: today, IBAN: debtorIBAN}
	if err := second(w.RecordReceipt(t.Context(), r, at(today), w.lib.Rules)); err == nil || !strings.Contains(err.Error(), "line "+key+" of a statement, of 100.00 on 2026-11-03, which waits until somebody says what it is (dunning statement show "+st.Key+")") {
		t.Fatal(err)
	}
	ok(t, w.TieTyped(t.Context(), key, "typed", "the bank's letter", at(today)))
	if err := second(w.RecordReceipt(t.Context(), r, at(today), w.lib.Rules)); err == nil || !strings.Contains(err.Error(), "booked as receipt typed: ") {
		t.Fatal(err)
	}
	r.Another = "paid twice"
	ok(t, second(w.RecordReceipt(t.Context(), r, at(today), w.lib.Rules)))
	says(t, "its line", w.becameOf(w.importFile(testkit.Camt("n", "2 100.00 200.00: "+line("b")))[0]), "next")
	ok(t, second(w.RecordReceipt(t.Context(), r, at(today), w.lib.Rules)))
	says(t, "the books", w.balances(ledger.Trust)[:len("S100 200.00")], "S100 200.00")
	w.verified()
}

// Who types and who imports in one moment wait for each other: whichever is first, the second sees it.
func TestTypedAndImportedInOneMoment(t *testing.T) {
	t.Parallel()
	for _, typedFirst := range []bool{false, true} {
		t.Run(fmt.Sprint("typed first ", typedFirst), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			ref := w.open(costly)
			text := testkit.Camt("m", "1 0.00 100.00: 2026-11-03 100.00 a <F. Voorbeeld/"+debtorIBAN+"> x|"+rfOf(w, ref))
			r := postgres.Receipt{Key: "typed", Amount: eur("100.00"), On: today, IBAN: debtorIBAN, Remittance: rfOf(w, ref)}
			hold, err := w.super.Begin(t.Context())
			ok(t, err)
			defer func() { _ = hold.Rollback(t.Context()) }()
			_, err = hold.Exec(t.Context(), `SELECT pg_advisory_xact_lock(hashtextextended('what is typed', 0))`)
			ok(t, err)
			waiting := func(many int) {
				eventually(t, "they wait", func() bool {
					return query[int](w, `SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`) == many
				})
			}
			typed, imported := make(chan error, 1), make(chan error, 1)
			types := func() { typed <- second(w.RecordReceipt(w.Context(), r, at(today), w.lib.Rules)) }
			imports := func() { imported <- second(w.ImportStatements(w.Context(), bankFile(text), at(today))) }
			if typedFirst {
				go types()
				waiting(1)
				go imports()
			} else {
				go imports()
				waiting(1)
				go types()
			}
			waiting(2)
			ok(t, hold.Commit(t.Context()))
			ok(t, <-imported)
			if err := <-typed; (err == nil) != typedFirst {
				t.Error(err)
			}
			says(t, "once", w.balances(ledger.Trust)[:len("S100 100.00")], "S100 100.00")
			w.verified()
		})
	}
}
