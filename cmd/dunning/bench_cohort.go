package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	random "math/rand/v2"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"golang.org/x/sync/errgroup"

	"github.com/incassocenter/dunning/config"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/devstack"
	"github.com/incassocenter/dunning/internal/intake"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/workflows"
)

// cohort is workflows that are started together and whose first timer falls due together.
type cohort struct {
	ids      []string
	claimIDs []string // of claims, without the prefix of their workflows
	due      func(ctx context.Context, id string) (time.Time, error)
	took     time.Duration // from the first start until all of them slept
}

// handedOverOn is the day of hand-over of every claim: tomorrow, so that no letter is due already, whatever the hour.
func handedOverOn() calendar.Date { return calendar.DateOf(time.Now()).AddDays(1) }

// benchClient is the one client of the benchmark.
var benchClient = postgres.Client{Code: "BENCH", Plan: "premium", Party: postgres.Party{
	Name: "Voorbeeld Energie B.V.", Street: "Demokade 1", Postcode: "3011 AB", Town: "Voorbeeldstad", Email: "administratie@voorbeeld-energie.example",
	Phone: "010-000 0001", Website: "www.voorbeeld-energie.example", KvK: "12345678", VAT: "NL001234567B01", IBAN: "NL91ABNA0417164300", Language: "nl",
}}

// madeUpClaims is a hand-over file of claims with some invoices each, the same for the same name.
func madeUpClaims(name string, claims, invoices int) []byte {
	source := random.New(random.NewPCG(uint64(len(name)), uint64(claims)))
	var file bytes.Buffer
	file.WriteString("client;claim;debtor_kind;debtor;attention;street;postcode;town;email;language;invoice;invoice_date;due_date;amount;not_elsewhere\n")
	for i := range claims {
		kind := []string{"consumer", "consumer", "consumer", "sole-trader", "company"}[source.IntN(5)]
		for invoice := range invoices {
			due := handedOverOn().AddDays(-20 - source.IntN(120))
			fmt.Fprintf(&file, "%s;%s-%d;%s;%s Voorbeeld-%d;;Voorbeeldstraat %d;%d AB;Proefdorp;%s-%d@debiteur.example;nl;F%s-%d-%d;%s;%s;%d,%02d;ja\n", benchClient.Code, name, i, kind,
				name, i, i+1, 1000+i%9000, name, i, name, i, invoice, due.AddDays(-30), due, 25+source.IntN(3000), source.IntN(100))
		}
	}
	return file.Bytes()
}

// handOver hands a file over, all of which must be accepted, and gives the ids of its claims.
func handOver(ctx context.Context, store *postgres.Store, file []byte) ([]string, error) {
	if _, err := store.SaveClient(ctx, benchClient); err != nil {
		return nil, err
	}
	rules, err := library(config.Law{})
	if err != nil {
		return nil, err
	}
	desk := intake.Desk{Store: store, Library: rules, Random: rand.Reader}
	verdicts, err := desk.Submit(ctx, bytes.NewReader(file), postgres.Actor{Name: "bench", At: handedOverOn().At(12, 0)}, nil)
	if err != nil {
		return nil, err
	}
	var ids []string
	seen := map[string]bool{}
	for _, v := range verdicts {
		if v.State != "accepted" {
			return nil, fmt.Errorf("line %d is %s: %s %s", v.Line, v.State, v.Column, v.Reason)
		}
		if !seen[v.ClaimID] {
			seen[v.ClaimID], ids = true, append(ids, v.ClaimID)
		}
	}
	return ids, nil
}

// startClaims hands claims over and waits until each sleeps until its reminder: its workflow started, its intake checked, the decision taken.
func (b *bench) startClaims(ctx context.Context, name string, n int) (cohort, error) {
	file := madeUpClaims(name, n, 1)
	began := time.Now()
	claimIDs, err := handOver(ctx, b.site.store, file)
	if err != nil {
		return cohort{}, err
	}
	c := cohort{claimIDs: claimIDs, due: b.reminderDue}
	for _, id := range claimIDs {
		c.ids = append(c.ids, workflows.ClaimID(id))
	}
	err = b.asleep(ctx, c.ids, name+": claims asleep", "")
	c.took = time.Since(began)
	return c, err
}

// reminderDue is when a sleeping claim will send its reminder, as it shows itself to lists.
func (b *bench) reminderDue(ctx context.Context, id string) (due time.Time, err error) {
	d, err := b.site.temporal.DescribeWorkflowExecution(ctx, id, "")
	if err != nil {
		return due, err
	}
	payload := d.GetWorkflowExecutionInfo().GetSearchAttributes().GetIndexedFields()[workflows.AttributeNext.GetName()]
	return due, converter.GetDefaultDataConverter().FromPayload(payload, &due)
}

// startBare starts bare workflows, as many at a time as the relay starts claims, and waits until each sleeps.
func (b *bench) startBare(ctx context.Context, name string, n int) (cohort, error) {
	due := handedOverOn().At(12, 0)
	c := cohort{due: func(context.Context, string) (time.Time, error) { return due, nil }}
	began := time.Now()
	group, groupCtx := errgroup.WithContext(ctx)
	group.SetLimit(16)
	for i := range n {
		id := fmt.Sprintf("%s/%d", name, i)
		c.ids = append(c.ids, id)
		group.Go(func() error {
			_, err := b.site.temporal.ExecuteWorkflow(groupCtx, client.StartWorkflowOptions{ID: id, TaskQueue: workflows.QueueClaims}, bareName, bareInput{due})
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return c, err
	}
	err := b.asleep(ctx, c.ids, name+": bare workflows asleep", "")
	c.took = time.Since(began)
	return c, err
}

// asleep waits until every workflow waits for a timer other than one.
func (b *bench) asleep(ctx context.Context, ids []string, what, besides string) error {
	n, err := b.await(ctx, what, len(ids), func() (int, error) { return b.site.sleepers(ctx, ids, besides) })
	if err == nil && n < len(ids) {
		err = fmt.Errorf("%s: %d of %d, and no more for a minute and a half", what, n, len(ids))
	}
	return err
}

// await waits until something has been counted up to a total, or nothing was added for a minute and a half.
func (b *bench) await(ctx context.Context, what string, total int, count func() (int, error)) (n int, err error) {
	progress := progressLine(b.log, what)
	moved := time.Now()
	for before := -1; n < total && time.Since(moved) < 90*time.Second; before = n {
		if n, err = count(); err != nil {
			return n, err
		}
		if n != before {
			moved = time.Now()
		}
		progress(n, total)
		select {
		case <-ctx.Done():
			return n, ctx.Err()
		case <-time.After(200 * time.Millisecond):
		}
	}
	return n, nil
}

// lineUp lets the first timer of every workflow fall due at the same real moment, which it returns. Each clock is moved to as long before its
// own timer as that moment is away, and goes at its own pace from there: what is measured afterwards is no skipping of time but timers that
// fire, as they do on a morning on which many letters are due.
func (b *bench) lineUp(ctx context.Context, c cohort) (time.Time, error) {
	if err := b.site.analyse(ctx); err != nil {
		return time.Time{}, err
	}
	moment := time.Now().Add(10*time.Second + time.Duration(len(c.ids))*15*time.Millisecond)
	travel := devstack.TimeTravel{Client: b.site.temporal, Namespace: namespace}
	group, groupCtx := errgroup.WithContext(ctx)
	group.SetLimit(32)
	for _, id := range c.ids {
		group.Go(func() error {
			due, err := c.due(groupCtx, id)
			if err != nil {
				return err
			}
			_, err = travel.MoveTo(groupCtx, id, due.Add(-time.Until(moment)))
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return moment, fmt.Errorf("line up: %w", err)
	}
	if time.Now().After(moment.Add(-time.Second)) {
		return moment, fmt.Errorf("lining up %d workflows took longer than thought: the machine is too busy to measure", len(c.ids))
	}
	b.say("all timers fall due in %s", time.Until(moment).Round(time.Second))
	select {
	case <-ctx.Done():
		return moment, ctx.Err()
	case <-time.After(time.Until(moment)):
		return moment, nil
	}
}
