// Package intake takes hand-over files in: it reads them, issues payment references, pins the trajectory and hands the claims to the store.
// The portal and the command line both come this way. It must not decide what is acceptable (claim does) nor start workflows (outbox does).
package intake

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// Store is the part of the store that intake needs.
type Store interface {
	ClientCodes(ctx context.Context) (map[string]string, error)
	AgreedTrajectories(ctx context.Context, clientID string) (postgres.Trajectories, error)
	KnownTrajectories(ctx context.Context) (map[string]string, error)
	HandOver(ctx context.Context, clientID string, claims []postgres.NewClaim, by postgres.Actor) ([]postgres.Verdict, error)
}

// Desk takes files in.
type Desk struct {
	Store   Store
	Library *trajectory.Library
	Random  io.Reader // bodies of payment references; crypto/rand.Reader
}

// RowVerdict is what became of one row: accepted, unchanged (handed over before) or refused with column and reason.
type RowVerdict struct {
	Line    int    `json:"line"`
	Claim   string `json:"claim"`
	ClaimID string `json:"claim_id,omitempty"`
	State   string `json:"state"`
	Column  string `json:"column,omitempty"`
	Reason  string `json:"reason,omitempty"`
}

const (
	batch = 200 // claims in one transaction
	draws = 5   // of payment references: they are random, and among 50,000 open ones one batch in five hundred meets one that is taken
)

// Submit hands a file over and gives a verdict for every row, in order of line. Handing the same file over twice changes nothing.
// When the database fails half way, the batches before it stand, and the same file can be handed over again. progress, when given, hears
// of every batch. A *claim.FileError means that nothing could be read.
func (d *Desk) Submit(ctx context.Context, file io.Reader, by postgres.Actor, progress func(done, total int)) ([]RowVerdict, error) {
	claims, problems, err := claim.ReadSubmissions(file)
	if err != nil {
		return nil, err
	}
	verdicts := make([]RowVerdict, 0, len(problems)+len(claims))
	for _, p := range problems {
		verdicts = append(verdicts, RowVerdict{Line: p.Line, Claim: p.Claim, State: "refused", Column: p.Column, Reason: p.Reason})
	}
	clients, err := d.Store.ClientCodes(ctx)
	if err != nil {
		return nil, err
	}
	workers, err := d.Store.KnownTrajectories(ctx)
	if err != nil {
		return nil, err
	}
	done := 0
	for code, list := range byClient(claims) {
		id, known := clients[code]
		if !known {
			for _, c := range list {
				verdicts = append(verdicts, rows(c, postgres.Verdict{Reference: c.Submission.Reference, State: "refused", Column: "client", Reason: fmt.Sprintf("%q is not a client; add it with `dunning client add`", code)})...)
			}
			continue
		}
		agreed, err := d.Store.AgreedTrajectories(ctx, id)
		if err != nil {
			return inOrder(verdicts), err
		}
		fit, unfit := d.pin(list, agreed, workers)
		verdicts = append(verdicts, unfit...)
		for part := range slices.Chunk(fit, batch) {
			judged, err := d.handOver(ctx, id, part, by)
			if err != nil {
				return inOrder(verdicts), err
			}
			verdicts = append(verdicts, judged...)
			if done += len(part); progress != nil {
				progress(done, len(claims))
			}
		}
	}
	return inOrder(verdicts), nil
}

func inOrder(verdicts []RowVerdict) []RowVerdict {
	slices.SortFunc(verdicts, func(a, b RowVerdict) int { return a.Line - b.Line })
	return verdicts
}

func byClient(claims []claim.ReadClaim) map[string][]claim.ReadClaim {
	lists := map[string][]claim.ReadClaim{}
	for _, c := range claims {
		lists[c.Submission.Client] = append(lists[c.Submission.Client], c)
	}
	return lists
}

// pinned is a claim with the trajectory that it gets.
type pinned struct {
	claim.ReadClaim
	trajectory string
}

// pin gives the claims of a client the trajectories that it agreed to. One that no worker knows would stop its claims, which are refused; before any worker ever started
// nobody can say, and claims wait for one.
func (d *Desk) pin(list []claim.ReadClaim, agreed postgres.Trajectories, workers map[string]string) (fit []pinned, unfit []RowVerdict) {
	for _, c := range list {
		id := agreed.Business
		if c.Submission.Debtor.Kind.Consumer() {
			id = agreed.Consumer
		}
		policy, err := d.Library.Agreed(id, c.Submission.Debtor.Kind)
		if err == nil && len(workers) > 0 {
			err = policy.KnownTo(workers)
		}
		if err != nil {
			unfit = append(unfit, rows(c, postgres.Verdict{Reference: c.Submission.Reference, State: "refused", Column: "client", Reason: err.Error()})...)
			continue
		}
		fit = append(fit, pinned{c, policy.Pin()})
	}
	return fit, unfit
}

func (d *Desk) handOver(ctx context.Context, clientID string, part []pinned, by postgres.Actor) ([]RowVerdict, error) {
	var judged []postgres.Verdict
	err := postgres.ErrReferenceTaken
	for tries := 0; tries < draws && errors.Is(err, postgres.ErrReferenceTaken); tries++ {
		var claims []postgres.NewClaim
		if claims, err = d.withReferences(part); err != nil {
			return nil, err
		}
		judged, err = d.Store.HandOver(ctx, clientID, claims, by)
	}
	if err != nil {
		return nil, err
	}
	var verdicts []RowVerdict
	for i, v := range judged {
		verdicts = append(verdicts, rows(part[i].ReadClaim, v)...)
	}
	return verdicts, nil
}

// withReferences issues a payment reference for each claim.
func (d *Desk) withReferences(part []pinned) ([]postgres.NewClaim, error) {
	claims := make([]postgres.NewClaim, len(part))
	for i, c := range part {
		rf, kenmerk, err := bank.References(d.Random)
		if err != nil {
			return nil, err
		}
		claims[i] = postgres.NewClaim{Submission: c.Submission, RF: rf, Kenmerk: kenmerk, Trajectory: c.trajectory}
	}
	return claims, nil
}

// rows gives the verdict on a claim to each of its rows; the reason stands at the row it is about.
func rows(c claim.ReadClaim, v postgres.Verdict) []RowVerdict {
	verdicts := make([]RowVerdict, len(c.Rows))
	for i, row := range c.Rows {
		verdicts[i] = RowVerdict{Line: row.Line, Claim: v.Reference, State: v.State, Column: v.Column, Reason: v.Reason}
		if v.State != "refused" {
			verdicts[i].ClaimID = v.ClaimID
		}
		if v.State == "refused" && i != v.Invoice && len(c.Rows) > 1 {
			verdicts[i].Column, verdicts[i].Reason = "", fmt.Sprintf("line %d of the same claim is refused: nothing is half accepted", c.Rows[v.Invoice].Line)
		}
	}
	return verdicts
}
