package simulation

import (
	"context"
	"fmt"
	"hash/fnv"
	"runtime"
	"slices"
	"sync"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/settlement"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// Side is one of the trajectories that are compared, with the policy that it means for each kind of debtor.
type Side struct {
	Name               string
	Consumer, Business trajectory.Policy
}

func (s Side) of(kind claim.DebtorKind) trajectory.Policy {
	if kind.Consumer() {
		return s.Consumer
	}
	return s.Business
}

// Setup is what is played: each claim on each side, Runs times, from its hand-over until a day (inclusive).
type Setup struct {
	Claims   []claim.Facts
	Sides    []Side
	Model    Behaviour
	Tables   law.Tables
	Received func(on calendar.Date, channel string) calendar.Date
	Seed     uint64
	Runs     int
	Years    int                   // from the hand-over of each claim
	Progress func(done, total int) // called by one goroutine at a time; may be nil
}

// Play plays everything and gives the figures by side and run. The same setup gives the same figures, on any number of processors. An error names the claim
// and the side: the law cannot answer, or a life does not end.
func (s Setup) Play(ctx context.Context) ([][]Figures, error) {
	t := table{figures: make([][]Figures, len(s.Sides)), total: len(s.Sides) * s.Runs * len(s.Claims), tell: s.Progress}
	for side := range s.Sides {
		t.figures[side] = make([]Figures, s.Runs)
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	jobs := make(chan job)
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for j := range jobs {
				if err := s.play(j, &t); err != nil {
					stop(err)
				}
			}
		})
	}
	s.deal(ctx, jobs)
	wg.Wait()
	for side := range t.figures {
		for run := range t.figures[side] {
			t.figures[side][run].finish()
		}
	}
	return t.figures, context.Cause(ctx)
}

// job is some claims in one run on one side.
type job struct {
	side, run int
	claims    []claim.Facts
}

// handful is how many claims are played at a time.
const handful = 256

// deal gives out the jobs until all are, or somebody wants no more.
func (s Setup) deal(ctx context.Context, jobs chan<- job) {
	defer close(jobs)
	for run := range s.Runs {
		for claims := range slices.Chunk(s.Claims, handful) {
			for side := range s.Sides {
				select {
				case jobs <- job{side, run, claims}:
				case <-ctx.Done():
					return
				}
			}
		}
	}
}

// table is where the figures come together.
type table struct {
	sync.Mutex
	figures     [][]Figures
	done, total int
	tell        func(done, total int)
}

func (t *table) put(j job, x Figures) {
	t.Lock()
	defer t.Unlock()
	t.figures[j.side][j.run].merge(x)
	if t.done += x.Claims; t.tell != nil {
		t.tell(t.done, t.total)
	}
}

func (s Setup) play(j job, t *table) error {
	var x Figures
	for _, f := range j.claims {
		if err := s.life(s.Sides[j.side], f, j.run, &x); err != nil {
			return fmt.Errorf("claim %s on %s: %w", f.ClaimID, s.Sides[j.side].Name, err)
		}
	}
	t.put(j, x)
	return nil
}

// life plays one claim and adds it to the figures.
func (s Setup) life(side Side, f claim.Facts, run int, figures *Figures) error {
	policy := side.of(f.Debtor)
	f.Trajectory = policy.Pin()
	until := f.HandedOverOn.AddYears(s.Years)
	o := others{s.Model, s.Tables, s.seedOf(f, run)}
	play := trajectory.Play{Rules: trajectory.Rules{Policy: policy, Tables: s.Tables}, Until: until.At(23, 59), Received: s.Received, Others: o.after}
	life, end, err := play.Life(f, f.HandedOverOn.At(9, 0))
	if err != nil {
		return err
	}
	account, err := end.AccountOn(s.Tables, until)
	if err != nil {
		return err
	}
	figures.add(end, life, settlement.ClientFirst.Shares(account, end.Principal(), end.Halved), s.Model.Prices)
	return nil
}

// seedOf depends on the claim and the run, not on the side.
func (s Setup) seedOf(f claim.Facts, run int) uint64 {
	h := fnv.New64a()
	_, _ = fmt.Fprintf(h, "%d/%d/%s", s.Seed, run, f.ClaimID) // a hash takes everything
	return h.Sum64()
}
