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
	ref, name string
	cents     money.Amount // less than nothing: a debit
	after     int          // what it comes after; -1: nothing
	returns   string       // the payment that came back by it; empty: none did
}

// bankLife is what a bank does with a payout: it refuses some, pays the batch once or twice, brings back what it should not have debited, and some payments come back to it.
type bankLife struct {
	*rand.Rand
	p      settlement.Payout
	tells  []bankTold
	status map[string]settlement.PayoutStatus // what became of each payment
}

// pays tells a debit of payments by their batch, and what comes back of those that should not have been debited: payment by payment, or in parts of the batch.
func (l *bankLife) pays(lines, wrong []settlement.PayoutLine, after int) int {
	debit := l.tell(bankTold{name: "#" + l.p.ID + "/client", cents: -sumOf(lines), after: after})
	for len(wrong) > 0 {
		n := 1 + l.IntN(len(wrong))
		part := wrong[:n]
		wrong = wrong[n:]
		name := []string{"#" + l.p.ID + "/client", "Correctie " + l.p.ID + "/client"}[l.IntN(2)]
		if n == 1 && l.IntN(3) > 0 {
			name = []string{"MS03!" + part[0].EndToEndID + "|Correctie", "Correctie " + part[0].EndToEndID}[l.IntN(2)]
		}
		l.tell(bankTold{name: name, cents: sumOf(part), after: debit})
	}
	return debit
}

func (l *bankLife) tell(t bankTold) int {
	t.ref = fmt.Sprintf("ref%d", len(l.tells))
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
		if l.status[p.EndToEndID] = settlement.PayoutBooked; i > 0 && l.IntN(4) == 0 {
			l.status[p.EndToEndID], refused = settlement.PayoutRejected, append(refused, p)
			says = append(says, p.EndToEndID[strings.LastIndex(p.EndToEndID, "-")+1:]+" rejected MS03")
		} else {
			live = append(live, p)
		}
	}
	debits := func(ours []settlement.PayoutLine, after int) int { // also of what it refused, sometimes
		if l.IntN(2) == 0 {
			return l.pays(live, ours, after)
		}
		return l.pays(slices.Concat(live, refused), slices.Concat(refused, ours), after)
	}
	first := debits(nil, -1)
	if l.IntN(3) > 0 {
		debits(live, first)
	}
	for _, p := range live {
		if l.IntN(3) == 0 {
			l.status[p.EndToEndID] = settlement.PayoutReturned
			l.tell(bankTold{name: "AC04!" + p.EndToEndID + "|Retour", cents: p.Cents, after: first, returns: p.EndToEndID})
		}
	}
	return strings.Join(says, "; ")
}

// inOrder draws an order in which each comes after what it is of.
func (l *bankLife) inOrder() (order []bankTold) {
	done := map[int]bool{-1: true}
	for len(order) < len(l.tells) {
		if i := l.IntN(len(l.tells)); !done[i] && done[l.tells[i].after] {
			done[i], order = true, append(order, l.tells[i])
		}
	}
	return order
}

// imports tells all in statements of one day or several, each of one or several entries.
func (w *world) imports(l *bankLife) (story []string) {
	stands, day := eur("500.00"), today.AddDays(1)
	opens, entries := stands, []string{}
	for i, t := range l.inOrder() {
		stands, entries = stands+t.cents, append(entries, fmt.Sprintf("%s %s %s %s", day, t.cents, t.ref, t.name))
		if l.IntN(2) == 0 || i == len(l.tells)-1 {
			told := fmt.Sprintf("%d %s %s: %s", i+1, opens, stands, strings.Join(entries, "; "))
			w.importFile(ofTrust(testkit.Camt(fmt.Sprintf("told%d", i), told)))
			opens, entries, story, day = stands, nil, append(story, told), day.AddDays(l.IntN(2))
		}
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

// tellsTruth is a person who asked the bank which of what came back is a payment that was returned, and says so of each. What is refused is of the same money as another that was taken for it.
func (w *world) tellsTruth(t *testing.T, l *bankLife) {
	for _, c := range l.tells {
		if c.returns == "" {
			continue
		}
		key := query[string](w, `SELECT e.key FROM statement_entry e WHERE e.end_to_end = $1 AND e.reason = 'AC04' AND e.key IS NOT NULL`, c.returns)
		e := postgres.PayoutEntry{Key: key, EndToEndID: c.returns, Amount: c.cents, On: today, Credit: true, Reason: "AC04"}
		for range 2 { // told twice it is once
			if got := words(second(w.BookPayoutEntry(w.Context(), e, at(today.AddDays(20))))); got != "done" && !strings.Contains(got, "is the same money") && !strings.Contains(got, " is returned by entry ") {
				t.Error(key, got)
			}
		}
	}
}

// Whatever a bank does with a batch, in whatever order and on whatever days it tells it: no client is paid again of what it kept, and once a person said of each payment that came back that it did, each client is paid once or owed, nothing waits, and the next payout leaves.
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
				if is == settlement.PayoutReturned && l.status[id] != is {
					t.Errorf("payment %s was kept, and is to be paid again", id)
				}
			}
			w.tellsTruth(t, l)
			if got := w.became(l.p); fmt.Sprint(got) != fmt.Sprint(l.status) {
				t.Errorf("%v, want %v", got, l.status)
			}
			says(t, "what waits", w.still(), "")
			w.verified()
			w.receives(w.open(), "r9", "40.00")
			says(t, "the next payout", w.notMade(w.payoutOf(w.client, 20)), "")
			if t.Failed() {
				t.Log(strings.Join(story, "\n"), "\n", query[string](w, `SELECT COALESCE(string_agg(key || ' ' || direction || ' ' || amount || ': ' || payout_why, E'\n'), '') FROM statement_entry WHERE payout_why <> ''`))
			}
		})
	}
}
