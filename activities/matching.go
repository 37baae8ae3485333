package activities

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"
	"golang.org/x/sync/errgroup"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/matching"
	"github.com/incassocenter/dunning/internal/postgres"
)

// StatementFiles is the part of the store that Statements needs.
type StatementFiles interface {
	ApplyReturns(ctx context.Context, by postgres.Actor, rules postgres.RulesFor) error
	MatchableClaims(ctx context.Context) ([]postgres.Matchable, error)
	KnownPayers(ctx context.Context) ([]postgres.Payer, error)
	WaitingReceipts(ctx context.Context) ([]postgres.Waiting, error)
	CaseFile(ctx context.Context, ref postgres.Ref) (postgres.CaseFile, error)
	KeepMatch(ctx context.Context, key string, m postgres.Match) error
	BookMatch(ctx context.Context, key string, m postgres.Match, claims []postgres.Ref, versions []int64, by postgres.Actor, rules postgres.RulesFor) error
}

// Statements finds the claims of what came in on the trust account.
type Statements struct {
	Files  StatementFiles
	Rules  RulesAndLaw
	Policy matching.Policy
	// MostADay is how many receipts a rule may match by itself on one day; what it finds after these is suggested. A rule that is not in it has no limit.
	MostADay map[matching.Rule]int
}

// RulesAndLaw gives the rules a claim is pinned to, and the tables of law.
type RulesAndLaw interface {
	Rules
	Tables() law.Tables
}

// MatchReceipts asks for the claims of all receipts that wait, after a statement was booked. AsOf is the business time, from the workflow.
type MatchReceipts struct {
	Statement string    `json:"statement"`
	AsOf      time.Time `json:"as_of"`
}

// Matched counts what became of the receipts. Left is how many were not looked at yet when the time of one attempt was over, or are of claims that moved on while it booked others: as long
// as an attempt books something it is worth another one.
type Matched struct {
	Automatic int `json:"automatic"`
	Suggested int `json:"suggested"`
	Queued    int `json:"queued"`
	Left      int `json:"left"`
}

const (
	matchWithin = 40 * time.Second // of one attempt; what is left comes with the next
	atOnce      = 8                // receipts that are booked at the same time
	lookAgain   = 5                // times, when a claim moves on while its receipt is looked at
)

// TakeBack reverses the receipts that the bank took back. Doing it twice is doing it once.
func (s *Statements) TakeBack(ctx context.Context, in MatchReceipts) error {
	defer beating(ctx)()
	return translate(s.Files.ApplyReturns(ctx, postgres.Actor{Name: "bank", At: in.AsOf}, s.Rules.Rules))
}

// Match looks for the claims of the receipts that wait, those first that nobody looked at yet. What is proven is allocated, one transaction each; for the
// rest it is kept what was found. A crash between two of them is harmless: what is allocated waits no more, and the next attempt goes on with the rest.
func (s *Statements) Match(ctx context.Context, in MatchReceipts) (Matched, error) {
	defer beating(ctx)()
	waiting, err := s.Files.WaitingReceipts(ctx)
	if err != nil || len(waiting) == 0 {
		return Matched{}, translate(err)
	}
	d, err := s.open(ctx, in.AsOf)
	if err != nil {
		return Matched{}, translate(err)
	}
	slices.SortStableFunc(waiting, func(a, b postgres.Waiting) int { return looked(a) - looked(b) })
	enough, stop := context.WithTimeout(ctx, matchWithin)
	defer stop()
	var n tally
	moved, err := d.look(ctx, enough, waiting, atOnce, &n)
	if err == nil { // receipts of one claim, which stood in each other's way
		moved, err = d.look(ctx, enough, moved, 1, &n)
	}
	m := Matched{int(n.outcomes[0].Load()), int(n.outcomes[1].Load()), int(n.outcomes[2].Load()), int(n.left.Load())}
	if m.Automatic > 0 {
		m.Left += len(moved)
	} else { // somebody else moves their claims, and may go on with it: the next statement looks again
		m.Queued += len(moved)
	}
	return m, translate(err)
}

// tally counts what became of receipts: by matching.Automatic, Suggested and Queued, and those that nobody looked at yet.
type tally struct {
	outcomes [3]atomic.Int64
	left     atomic.Int64
}

// look looks for the claims of receipts, so many at the same time, until it is enough. It gives those whose claims moved on at each look.
func (d *desk) look(ctx, enough context.Context, waiting []postgres.Waiting, atOnce int, n *tally) (moved []postgres.Waiting, err error) {
	var mu sync.Mutex // of moved
	group, groupCtx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for _, w := range waiting {
		group.Go(func() error {
			if enough.Err() != nil {
				n.left.Add(int64(1 - looked(w)))
				return nil
			}
			outcome, err := d.find(groupCtx, w)
			if errors.Is(err, postgres.ErrMoved) {
				mu.Lock()
				defer mu.Unlock()
				moved = append(moved, w)
				return nil
			}
			n.outcomes[slices.Index([]matching.Outcome{matching.Automatic, matching.Suggested, matching.Queued}, outcome)].Add(1)
			return err
		})
	}
	err = group.Wait()
	return moved, err
}

// beating tells the server that the activity runs until it is stopped, so that a worker that is lost is seen soon.
func beating(ctx context.Context) (stop func()) {
	if !activity.IsActivity(ctx) {
		return func() {}
	}
	beats, cease := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for beats.Err() == nil {
			activity.RecordHeartbeat(ctx)
			pause, over := context.WithTimeout(beats, 5*time.Second)
			<-pause.Done()
			over()
		}
	}()
	return func() { cease(); <-ended } // none after the activity has ended
}

// looked puts what nobody looked at first.
func looked(w postgres.Waiting) int {
	if w.Match == nil {
		return 0
	}
	return 1
}

// desk is the claims as they are looked through. What a claim asks is computed when something points to it, and again when it has moved on.
type desk struct {
	*Statements
	asOf   time.Time
	mu     sync.Mutex // of what follows
	index  *matching.Index
	claims map[string]postgres.Matchable
	files  map[string]postgres.CaseFile // that were read, and have not moved on as far as is known
}

func (s *Statements) open(ctx context.Context, asOf time.Time) (*desk, error) {
	claims, err := s.Files.MatchableClaims(ctx)
	if err != nil {
		return nil, err
	}
	payers, err := s.Files.KnownPayers(ctx)
	if err != nil {
		return nil, err
	}
	d := &desk{Statements: s, asOf: asOf, index: matching.NewIndex(), claims: map[string]postgres.Matchable{}, files: map[string]postgres.CaseFile{}}
	for _, c := range claims {
		if err := d.index.Add(c.Claim); err != nil {
			return nil, err
		}
		d.claims[c.ID] = c
		if !c.Open { // its references stay known as those of a closed claim
			d.index.Remove(c.ID)
		}
	}
	for _, p := range payers {
		d.index.Learn(p.IBAN, p.Debtor)
		d.index.LearnName(p.Name, p.Debtor)
	}
	return d, nil
}

// find looks for the claim of one receipt and does what is found; postgres.ErrMoved when its claims moved on at each look.
func (d *desk) find(ctx context.Context, w postgres.Waiting) (matching.Outcome, error) {
	for range lookAgain {
		found, versions, err := d.match(ctx, w.Payment)
		if err != nil {
			return matching.Queued, err
		}
		m := postgres.Match{Outcome: found.Outcome, Rule: found.Rule, Version: matching.Version, Why: found.Why, WhyNot: found.WhyNot, Proposals: found.Proposals, At: d.asOf, MostADay: d.MostADay[found.Rule]}
		m = unlessRejected(m, w.Rejected)
		if m.Outcome != matching.Automatic {
			return m.Outcome, d.Files.KeepMatch(ctx, w.Key, m)
		}
		err = d.book(ctx, w, m, versions)
		var never *temporal.ApplicationError
		switch {
		case errors.Is(err, postgres.ErrMoved):
			continue
		case errors.As(translate(err), &never) && never.NonRetryable(): // one receipt must not keep the others from their claims
			m.Outcome, m.Why = matching.Suggested, err.Error()
			return m.Outcome, d.Files.KeepMatch(ctx, w.Key, m)
		}
		return m.Outcome, err
	}
	return matching.Queued, postgres.ErrMoved
}

// match reads the claims that something in the payment points to, and asks which it is for, by what they owe on the payment's day.
func (d *desk) match(ctx context.Context, p matching.Payment) (matching.Result, map[string]int64, error) {
	on := p.On
	if today := calendar.DateOf(d.asOf); today.Before(on) {
		on = today
	}
	d.mu.Lock()
	pointed := d.index.Pointed(p)
	unread := slices.DeleteFunc(slices.Clone(pointed), func(id string) bool { _, read := d.files[id]; return read })
	d.mu.Unlock()
	files := make([]postgres.CaseFile, len(unread))
	for i, id := range unread {
		var err error
		if files[i], err = d.Files.CaseFile(ctx, d.claims[id].Ref); err != nil {
			return matching.Result{}, nil, err
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for i, id := range unread {
		d.files[id] = files[i]
	}
	versions := map[string]int64{}
	for _, id := range pointed {
		file, read := d.files[id]
		if !read { // another receipt moved it on in this moment: what was known of it will do, for no version is
			continue
		}
		versions[id] = file.Facts.Version
		if file.Facts.Status != claim.StatusOpen {
			d.index.Remove(id)
			continue
		}
		if err := d.index.Add(d.asks(id, file.Facts, on)); err != nil {
			return matching.Result{}, nil, err
		}
	}
	return d.index.Match(p, d.Policy), versions, nil
}

// asks is a claim with what it owes and what was asked of its debtor.
func (d *desk) asks(id string, f claim.Facts, on calendar.Date) matching.Claim {
	return postgres.Asked(d.claims[id].Claim, f, d.Rules.Tables(), on)
}

// book allocates a receipt; the claims that it moved on are read again when something points to them.
func (d *desk) book(ctx context.Context, w postgres.Waiting, m postgres.Match, versions map[string]int64) error {
	best := m.Proposals[0]
	refs, known := make([]postgres.Ref, len(best.Parts)), make([]int64, len(best.Parts))
	for i, part := range best.Parts {
		refs[i], known[i] = d.claims[part.Claim].Ref, versions[part.Claim]
	}
	err := d.Files.BookMatch(ctx, w.Key, m, refs, known, postgres.Actor{Name: "matching/" + string(m.Rule), At: d.asOf}, d.Rules.Rules)
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, ref := range refs {
		delete(d.files, ref.ClaimID)
	}
	if err == nil && m.Rule == matching.ExactReference {
		d.index.Learn(w.Payment.IBAN, best.Debtor)
		d.index.LearnName(w.Payment.Payer, best.Debtor)
	}
	return err
}

// unlessRejected leaves out what a person said it is not.
func unlessRejected(m postgres.Match, rejected []string) postgres.Match {
	left := slices.DeleteFunc(slices.Clone(m.Proposals), func(p matching.Proposal) bool {
		return slices.ContainsFunc(p.Parts, func(part matching.Part) bool { return slices.Contains(rejected, part.Claim) })
	})
	if len(left) == len(m.Proposals) {
		return m
	}
	m.Proposals, m.Outcome, m.WhyNot = left, matching.Suggested, ""
	m.Why = "a person said that it is not of the claim that fits best"
	if len(left) == 0 {
		m.Outcome = matching.Queued
	}
	return m
}
