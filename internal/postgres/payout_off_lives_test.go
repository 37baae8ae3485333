package postgres_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/settlement"
	"github.com/incassocenter/dunning/internal/testkit"
)

// bankTold is what a bank tells of a payout, and what it knows of it.
type bankTold struct {
	name    string
	cents   money.Amount            // less than nothing: a debit
	after   int                     // what it comes after, a credit also what it is of; -1: nothing
	of      []settlement.PayoutLine // the payments
	returns bool                    // they came back; else what should not have been debited does
	key     string                  // of its line, once a statement told it
}

// bankLife is what a bank does with a payout: it refuses some, with a report or without, pays the rest once or more often, together or one by one, brings back what it should not have debited, and some payments come back to it.
type bankLife struct {
	*rand.Rand
	p      settlement.Payout
	tells  []bankTold
	status map[string]settlement.PayoutStatus // what became of each payment
	untold []settlement.PayoutLine            // that it refused, and told in no report
}

func (l *bankLife) batch() string { return l.p.ID + "/client" }

// pays tells a debit of payments, by their batch, the payment's own name, or none, and what comes back of those that should not have been debited: payment by payment, or in parts of the batch.
func (l *bankLife) pays(lines, wrong []settlement.PayoutLine, after int) int {
	name := "#" + l.batch()
	if len(lines) == 1 && l.IntN(2) == 0 {
		name = lines[0].EndToEndID + "|Afdracht"
	}
	if l.IntN(4) == 0 { // one that names nothing, and tells an account or none
		name = []string{"</> Afdracht", "<Voorbeeld/" + lines[0].IBAN + "> Afdracht", "<De bank/" + trustIBAN + "> Afdracht"}[l.IntN(3)]
	}
	debit := l.tell(bankTold{name: name, cents: -sumOf(lines), after: after, of: lines})
	for len(wrong) > 0 {
		n := 1 + l.IntN(len(wrong))
		part := wrong[:n]
		wrong = wrong[n:]
		name := []string{"#" + l.batch(), "<De bank/" + trustIBAN + "> Correctie " + l.batch()}[l.IntN(2)]
		if n == 1 && l.IntN(3) > 0 {
			name = []string{"MS03!" + part[0].EndToEndID + "|Correctie", "Correctie " + part[0].EndToEndID}[l.IntN(2)]
		}
		l.tell(bankTold{name: name, cents: sumOf(part), after: debit, of: part})
	}
	return debit
}

func (l *bankLife) tell(t bankTold) int {
	l.tells = append(l.tells, t)
	return len(l.tells) - 1
}

func sumOf(lines []settlement.PayoutLine) (sum money.Amount) {
	for _, l := range lines {
		sum += l.Cents
	}
	return sum
}

// lives draws what the bank does, and gives its report; empty: none.
func (l *bankLife) lives() (report string) {
	var live, refused []settlement.PayoutLine
	all := slices.DeleteFunc(slices.Clone(l.p.Lines), func(p settlement.PayoutLine) bool { return p.Kind != settlement.PayoutToClient })
	l.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	var says []string
	for i, p := range all {
		if l.status[p.EndToEndID] = settlement.PayoutBooked; i == 0 || l.IntN(4) > 0 {
			live = append(live, p)
			continue
		}
		l.status[p.EndToEndID], refused = settlement.PayoutRejected, append(refused, p)
		if l.IntN(2) == 0 {
			l.untold = append(l.untold, p)
		} else {
			says = append(says, p.EndToEndID[strings.LastIndex(p.EndToEndID, "-")+1:]+" rejected MS03")
		}
	}
	first := map[string]int{}
	for rest := live; len(rest) > 0; {
		n := len(rest)
		if l.IntN(3) == 0 {
			n = 1 + l.IntN(n)
		}
		part, wrong := slices.Clone(rest[:n]), []settlement.PayoutLine(nil)
		if rest = rest[n:]; len(rest) == 0 && l.IntN(2) == 0 { // also of what it refused
			part, wrong = slices.Concat(part, refused), refused
		}
		debit := l.pays(part, wrong, -1)
		for _, p := range part {
			first[p.EndToEndID] = debit
		}
	}
	for range l.IntN(3) {
		again := slices.Clone(live)
		if l.IntN(2) == 0 {
			again = live[l.IntN(len(live)):][:1]
		}
		l.pays(again, again, first[again[0].EndToEndID])
	}
	if l.IntN(4) == 0 {
		l.tell(bankTold{name: "</> Kosten", cents: eur("-8.50"), after: -1})
	}
	for _, p := range live {
		if l.IntN(3) == 0 {
			l.status[p.EndToEndID] = settlement.PayoutReturned
			l.tell(bankTold{name: "AC04!" + p.EndToEndID + "|Retour", cents: p.Cents, after: first[p.EndToEndID], of: []settlement.PayoutLine{p}, returns: true})
		}
	}
	return strings.Join(says, "; ")
}

// inOrder draws an order in which each comes after what it is of.
func (l *bankLife) inOrder() (order []int) {
	done := map[int]bool{-1: true}
	for len(order) < len(l.tells) {
		if i := l.IntN(len(l.tells)); !done[i] && done[l.tells[i].after] {
			done[i], order = true, append(order, i)
		}
	}
	return order
}

// imports tells all in statements of one day or several, each of one or several entries.
func (w *world) imports(l *bankLife) (story []string) {
	stands, day := eur("500.00"), today.AddDays(3)
	opens, entries, order := stands, []string{}, l.inOrder()
	for i, n := range order {
		t := l.tells[n]
		stands, entries = stands+t.cents, append(entries, fmt.Sprintf("%s %s ref%d %s", day, t.cents, n, t.name))
		if l.IntN(2) == 0 || i == len(order)-1 {
			told := fmt.Sprintf("%d %s %s: %s", i+1, opens, stands, strings.Join(entries, "; "))
			w.importFile(ofTrust(testkit.Camt(fmt.Sprintf("told%d", i), told)))
			opens, entries, story, day = stands, nil, append(story, told), day.AddDays(l.IntN(2))
		}
	}
	keys := strings.Fields(query[string](w, `SELECT string_agg(e.key, ' ' ORDER BY s.position, e.entry) FROM statement_entry e JOIN statement s ON s.key = e.statement`))
	for i, n := range order {
		l.tells[n].key = keys[i]
	}
	return story
}

// became is what the books say of each payment to a client.
func (w *world) became(p settlement.Payout) map[string]settlement.PayoutStatus {
	f, err := w.Payout(w.Context(), p.ID)
	ok(w, err)
	is := map[string]settlement.PayoutStatus{}
	for _, l := range f.Lines {
		if l.Kind == settlement.PayoutToClient {
			is[l.EndToEndID] = l.Status
		}
	}
	return is
}

// tellsTruth is what persons do who asked the bank of all that waits: they say what it refused, which payments came back, which payments a debit is of, and which debits what else came back is of, as often as that changes something.
func (w *world) tellsTruth(t *testing.T, l *bankLife) {
	for range 2 * len(l.tells) {
		before := w.known()
		for _, p := range l.untold {
			for _, who := range []string{"Anna", "Bram"} {
				_ = words(second(w.RefusePayment(w.Context(), postgres.Refusal{Line: p.EndToEndID, Reason: "by telephone"}, named(who, today.AddDays(20)))))
			}
		}
		for _, c := range l.tells {
			if !c.returns {
				continue
			}
			switch got := w.saysOf(t, c, c.of, ""); {
			case strings.Contains(got, "it is the same money; "): // as another credit of that payment
				for _, o := range l.tells {
					if o.key != c.key && o.cents > 0 && len(o.of) == 1 && o.of[0].EndToEndID == c.of[0].EndToEndID && w.unsettled(o.key) {
						w.saysOf(t, o, o.of, "")
						break
					}
				}
			case got != "done" && w.unsettled(c.key): // as what came back of another debit of it
				w.saysOf(t, c, nil, w.waitsOf(l, c))
			}
		}
		for _, c := range l.tells {
			switch {
			case c.returns || !w.unsettled(c.key):
			case len(c.of) == 0: // the bank charged it
				for _, who := range []string{"Anna", "Bram"} {
					t.Log(c.key, "a charge", w.charges(c.key, who))
				}
			case c.cents < 0: // of those that it did not refuse, and that no other is booked of
				became := w.became(l.p)
				w.saysOf(t, c, slices.DeleteFunc(slices.Clone(c.of), func(p settlement.PayoutLine) bool {
					return l.status[p.EndToEndID] == settlement.PayoutRejected || !became[p.EndToEndID].UnderWay()
				}), "")
			default:
				if debits := w.waitOf(l, c); len(debits) > 1 {
					w.saysSeveral(t, c, debits)
					continue
				}
				debit := w.waitsOf(l, c)
				w.saysOf(t, c, map[bool][]settlement.PayoutLine{true: c.of}[debit == ""], debit)
			}
		}
		if w.known() == before {
			return
		}
	}
	t.Error("what persons say has no end")
}

// saysOf is a person's word of an entry: of which payments it is, or of which debit. Told twice it is once.
func (w *world) saysOf(t *testing.T, c bankTold, of []settlement.PayoutLine, debit string) (got string) {
	if len(of) == 0 && debit == "" {
		return ""
	}
	e := postgres.PayoutEntry{Key: c.key, Amount: money.Amount(query[int64](w, `SELECT left_of($1)`, c.key)), On: today, Credit: c.cents > 0, Debit: debit}
	for _, p := range of {
		e.Lines = append(e.Lines, p.EndToEndID)
	}
	if e.Credit && debit == "" {
		e.Reason = "AC04"
	}
	if len(e.Lines) == 1 {
		e.EndToEndID, e.Lines = e.Lines[0], nil
	}
	for range 2 {
		got = words(second(w.BookPayoutEntry(w.Context(), e, at(today.AddDays(20)))))
		t.Log(c.key, c.cents, e.Debit, e.EndToEndID, e.Lines, got)
	}
	return got
}

// waitsOf is the debit that waits and that a credit is of, which should not have been debited: its own, else another that has its payments, for of two debits of one payment either can be booked as that. Empty: none waits.
func (w *world) waitsOf(l *bankLife, c bankTold) string {
	has := func(d bankTold) bool {
		return d.cents < 0 && w.unsettled(d.key) && !slices.ContainsFunc(c.of, func(p settlement.PayoutLine) bool {
			return !slices.ContainsFunc(d.of, func(o settlement.PayoutLine) bool { return o.EndToEndID == p.EndToEndID })
		})
	}
	for _, d := range slices.Concat([]bankTold{l.tells[c.after]}, l.tells) {
		if has(d) {
			return d.key
		}
	}
	return ""
}

// waitOf are the debits that wait and that a credit is of in parts, when none has all its payments: as many as have room for it. Fewer than two: there are none.
func (w *world) waitOf(l *bankLife, c bankTold) (debits []string) {
	if w.waitsOf(l, c) != "" {
		return nil
	}
	room, names := money.Amount(0), map[string]bool{}
	for _, d := range l.tells {
		shares := slices.ContainsFunc(c.of, func(p settlement.PayoutLine) bool {
			return slices.ContainsFunc(d.of, func(o settlement.PayoutLine) bool { return o.EndToEndID == p.EndToEndID })
		})
		if d.cents > 0 || !shares || !w.unsettled(d.key) || room >= c.cents {
			continue
		}
		debits, room = append(debits, d.key), room+money.Amount(query[int64](w, `SELECT left_of($1)`, d.key))
		for _, p := range d.of {
			names[p.EndToEndID] = true
		}
	}
	if room < c.cents || slices.ContainsFunc(c.of, func(p settlement.PayoutLine) bool { return !names[p.EndToEndID] }) {
		return nil
	}
	return debits
}

// saysSeveral is a person's word that a credit is of several debits. Told twice it is once.
func (w *world) saysSeveral(t *testing.T, c bankTold, debits []string) {
	e := postgres.PayoutEntry{Key: c.key, Amount: c.cents, On: today, Credit: true, Debit: debits[0], Further: debits[1:]}
	for range 2 {
		t.Log(c.key, c.cents, debits, words(second(w.BookPayoutEntry(w.Context(), e, at(today.AddDays(20))))))
	}
}

// known is all that is known of bank lines.
func (w *world) known() string {
	return query[string](w, `SELECT string_agg(concat_ws(' ', key, payout, against, evidence, returned_line, said_by), E'\n' ORDER BY key) FROM statement_entry`)
}

// unsettled is whether a line, or that off which it came, is not settled: of one that a person said came back that which took its place.
func (w *world) unsettled(key string) bool {
	return query[bool](w, `SELECT EXISTS (SELECT FROM statement_entry e JOIN statement_entry o ON o.statement = e.statement AND o.entry = e.entry LEFT JOIN receipt r ON r.key = o.receipt
		WHERE e.key = $1 AND o.kind <> 'fee' AND o.payout IS NULL AND r.gone IS NULL)`, key)
}

// Whatever a bank does with a batch, in whatever order and on whatever days it tells it: no client is paid again of what it kept, and once persons said what they were told by the bank of all that waits, each client is paid once or owed, nothing waits, and the next payout leaves.
func TestAPersonCanAlwaysTellWhatCameBack(t *testing.T) {
	t.Parallel()
	from, n := 0, 40
	if more, err := strconv.Atoi(os.Getenv("LIVES_FROM")); err == nil {
		from, n = more, 400
	}
	for seed := from; seed < from+n; seed++ {
		t.Run(strconv.Itoa(seed), func(t *testing.T) {
			t.Parallel()
			l := &bankLife{Rand: rand.New(rand.NewPCG(uint64(seed), 5)), status: map[string]settlement.PayoutStatus{}}
			w := paying(t)
			amounts := [][]string{{"100.00", "7.00", "5.00", "2.00"}, {"12.00", "7.00", "5.00", "2.00"}, {"50.00", "50.00", "7.00", "5.00"}}[l.IntN(3)]
			for i, amount := range amounts[:2+l.IntN(3)] {
				code := string(rune('B' + i))
				w.tellsAccount(code, secondIBAN, 0)
				w.approvesAccount(w.receivesFor(code, "r"+code, amount), secondIBAN, "Anna", "Bram")
			}
			l.p = w.paidOut(today)
			if report := l.lives(); report != "" {
				ok(t, second(w.ReportPayout(t.Context(), reported(l.p, report), at(today))))
			}
			story := w.imports(l)
			for id, is := range w.became(l.p) {
				if is == settlement.PayoutReturned && l.status[id] == settlement.PayoutBooked {
					t.Errorf("payment %s was kept, and is to be paid again", id)
				}
			}
			w.tellsTruth(t, l)
			for id, is := range w.became(l.p) {
				if is != l.status[id] && (is != settlement.PayoutReturned || l.status[id] != settlement.PayoutRejected) { // which of the two it is makes no difference for anybody
					t.Errorf("payment %s is %s; right would be %s", id, is, l.status[id])
				}
			}
			says(t, "what waits", w.still()+w.waitingToBe(), "")
			w.fillsUp("own", "8.50")
			w.verified()
			w.receives(w.open(), "r9", "40.00")
			says(t, "the next payout", w.notMade(w.payoutOf(w.client, 20)), "")
			if t.Failed() {
				t.Log(strings.Join(story, "\n"), "\n", query[string](w, `SELECT COALESCE(string_agg(key || ' ' || direction || ' ' || amount || ': ' || payout_why, E'\n'), '') FROM statement_entry WHERE payout_why <> ''`))
			}
		})
	}
}
