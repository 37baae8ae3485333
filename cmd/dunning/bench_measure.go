package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/devstack"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// ownStore is a store with a database of its own.
type ownStore struct {
	*postgres.Store
	*pgxpool.Pool
}

func (b *bench) ownStore(ctx context.Context, name string) (ownStore, error) {
	server := b.site.stack.postgres
	if err := server.CreateDatabase(ctx, name); err != nil {
		return ownStore{}, err
	}
	if _, err := postgres.Migrate(ctx, server.URLAs(devstack.OwnerRole, name)); err != nil {
		return ownStore{}, err
	}
	pool, err := pgxpool.New(ctx, server.URLAs(devstack.AppRole, name))
	if err != nil {
		return ownStore{}, err
	}
	return ownStore{postgres.NewStore(pool), pool}, nil
}

// measureHandOver hands a file over in a database of its own, so that nobody starts its claims.
func (b *bench) measureHandOver(ctx context.Context) error {
	const name = "handover"
	store, err := b.ownStore(ctx, name)
	if err != nil {
		return err
	}
	defer store.Close()
	rows := b.of(10_000)
	file := madeUpClaims(name, rows, 1)
	began := time.Now()
	if _, err := handOver(ctx, store.Store, file); err != nil {
		return err
	}
	took := time.Since(began).Seconds()
	b.figure("hand_over_rows", float64(rows), "rows")
	b.figure("hand_over", took, "s")
	b.figure("hand_over_rate", float64(rows)/took, "rows/s")
	return nil
}

// measurePDF writes one letter again and again: text, layout and PDF.
func (b *bench) measurePDF(ctx context.Context) error {
	rules, err := agreedLibrary(b.site.stack.config)
	if err != nil {
		return err
	}
	plans, err := readPlans("")
	if err != nil {
		return err
	}
	letters, sender, err := newLetters(b.site.stack.config, b.site.store, rules, plans)
	if err != nil {
		return err
	}
	defer sender.Close()
	ids, err := handOver(ctx, b.site.store, madeUpClaims("pdf", 1, 2))
	if err != nil {
		return err
	}
	ref, err := b.site.store.ClientOfClaim(ctx, ids[0])
	if err != nil {
		return err
	}
	file, err := b.site.store.CaseFile(ctx, ref)
	if err != nil {
		return err
	}
	n := b.of(500)
	summons := trajectory.Action{Kind: trajectory.ActLetter, Step: "summons", Letter: "summons", Channel: trajectory.ChannelEmail, Term: 7}
	began, cpu := time.Now(), ownCPU()
	var draft postgres.Draft
	for range n {
		if draft, err = letters.Writer.Write(file, summons, calendar.NextContactDay(handedOverOn()).At(10, 0)); err != nil {
			return err
		}
	}
	b.figure("pdf", time.Since(began).Seconds()*1000/float64(n), "ms")
	b.figure("pdf_cpu", (ownCPU()-cpu).Seconds()*1000/float64(n), "ms")
	b.figure("pdf_size", float64(len(draft.PDF)), "bytes")
	return nil
}

// measureSleeping lets claims fall asleep in a new worker, and looks at what each takes. Times are kept by timers in the database: a sleeping
// claim needs no memory, but the worker keeps the workflows it knows for speed.
func (b *bench) measureSleeping(ctx context.Context) error {
	if err := b.site.startWorker(ctx, ""); err != nil {
		return err
	}
	idle, err := b.site.worker.resident()
	if err != nil {
		return err
	}
	before, err := b.site.databaseBytes(ctx)
	if err != nil {
		return err
	}
	c, err := b.startClaims(ctx, "sleeping", b.of(2000))
	if err != nil {
		return err
	}
	memory, err := b.site.worker.resident()
	if err != nil {
		return err
	}
	after, err := b.site.databaseBytes(ctx)
	if err != nil {
		return err
	}
	n := float64(len(c.ids))
	b.figure("sleeping_claims", n, "claims")
	b.figure("worker_memory_idle", idle, "MiB")
	b.figure("worker_memory_sleeping", memory, "MiB")
	total := 0.0
	for _, name := range slices.Sorted(maps.Keys(after)) {
		total += after[name] - before[name]
		b.figure("bytes_per_sleeping_claim_"+name, (after[name]-before[name])/n, "bytes")
	}
	b.figure("bytes_per_sleeping_claim", total/n, "bytes")
	return b.countEvents(ctx, c.ids[:min(len(c.ids), 20)])
}

// countEvents looks at the histories of some sleeping claims.
func (b *bench) countEvents(ctx context.Context, ids []string) error {
	events, bytes := 0.0, 0.0
	for _, id := range ids {
		d, err := b.site.temporal.DescribeWorkflowExecution(ctx, id, "")
		if err != nil {
			return err
		}
		events += float64(d.GetWorkflowExecutionInfo().GetHistoryLength())
		bytes += float64(d.GetWorkflowExecutionInfo().GetHistorySizeBytes())
	}
	b.figure("history_events_per_sleeping_claim", events/float64(len(ids)), "events")
	b.figure("history_bytes_per_sleeping_claim", bytes/float64(len(ids)), "bytes")
	return nil
}

// rates is how fast one kind of workflow went and what it took of the processors, over its rounds.
type rates struct {
	n                        int
	starting, letter         time.Duration
	startingCPU, letterCPU   time.Duration
	start                    func(ctx context.Context, name string, n int) (cohort, error)
	started, lettered, thing string // names of its figures
}

// measureRatio runs claims and bare workflows by turns, each kind once first, so that neither always meets the fuller database.
func (b *bench) measureRatio(ctx context.Context) error {
	if err := b.site.startWorker(ctx, ""); err != nil {
		return err
	}
	claims := &rates{start: b.startClaims, started: "claims_started", lettered: "letters", thing: "letters/s"}
	bare := &rates{start: b.startBare, started: "bare_started", lettered: "bare_letters", thing: "activities/s"}
	for round, kind := range []*rates{claims, bare, bare, claims} {
		if err := b.measureRound(ctx, kind, fmt.Sprintf("ratio%d", round+1)); err != nil {
			return err
		}
	}
	for _, r := range []*rates{claims, bare} {
		n := float64(r.n)
		b.figure(r.started, n/r.starting.Seconds(), "workflows/s")
		b.figure(r.started+"_cpu", r.startingCPU.Seconds()*1000/n, "ms")
		b.figure(r.lettered, n/r.letter.Seconds(), r.thing)
		b.figure(r.lettered+"_cpu", r.letterCPU.Seconds()*1000/n, "ms")
	}
	b.figure("claims_started_ratio", bare.starting.Seconds()/claims.starting.Seconds(), "ratio")
	b.figure("letters_ratio", bare.letter.Seconds()/claims.letter.Seconds(), "ratio")
	// The same by processor time, which other programs on the machine disturb less.
	b.figure("claims_started_cpu_ratio", bare.startingCPU.Seconds()/claims.startingCPU.Seconds(), "ratio")
	b.figure("letters_cpu_ratio", bare.letterCPU.Seconds()/claims.letterCPU.Seconds(), "ratio")
	return nil
}

// measureRound starts a cohort and lets its first timers fall due.
func (b *bench) measureRound(ctx context.Context, r *rates, name string) error {
	before, err := b.site.tally()
	if err != nil {
		return err
	}
	c, err := r.start(ctx, name, b.of(750))
	if err != nil {
		return err
	}
	started, err := b.site.tally()
	if err != nil {
		return err
	}
	took, cpu, err := b.measureStep(ctx, c)
	if err != nil {
		return err
	}
	r.n, r.starting, r.startingCPU, r.letter, r.letterCPU = r.n+len(c.ids), r.starting+c.took, r.startingCPU+started.ours()-before.ours(), r.letter+took, r.letterCPU+cpu
	b.say("%s: %s %.1f/s, %s %.1f/s", name, r.started, float64(len(c.ids))/c.took.Seconds(), r.lettered, float64(len(c.ids))/took.Seconds())
	return nil
}

// measureStep is the time from the moment at which all first timers fall due until every workflow sleeps on its next timer, and the processor
// time that it took.
func (b *bench) measureStep(ctx context.Context, c cohort) (took, cpu time.Duration, err error) {
	var first string
	if err := b.site.histories.QueryRow(ctx, `SELECT timer_id FROM timer_info_maps WHERE workflow_id = $1`, c.ids[0]).Scan(&first); err != nil {
		return 0, 0, err
	}
	moment, err := b.lineUp(ctx, c)
	if err != nil {
		return 0, 0, err
	}
	before, err := b.site.tally()
	if err != nil {
		return 0, 0, err
	}
	if err := b.asleep(ctx, c.ids, "done and asleep again", first); err != nil {
		return 0, 0, err
	}
	took = time.Since(moment)
	after, err := b.site.tally()
	return took, after.ours() - before.ours(), err
}

// measureBurst lets the reminders of all claims fall due at one moment and counts them where they arrive, at the mail server.
func (b *bench) measureBurst(ctx context.Context) error {
	if err := b.site.startWorker(ctx, b.profile); err != nil {
		return err
	}
	c, err := b.startClaims(ctx, "burst", b.claims)
	if err != nil {
		return err
	}
	base := b.site.stack.sink.Count()
	moment, err := b.lineUp(ctx, c)
	if err != nil {
		return err
	}
	if early := b.site.stack.sink.Count() - base; early > 0 {
		return fmt.Errorf("%d letters left before the moment", early)
	}
	if _, err := io.WriteString(b.site.worker.orders, "profile\n"); err != nil {
		return err
	}
	tally, err := b.site.tally()
	if err != nil {
		return err
	}
	if _, err := b.await(ctx, "letters at the mail server", len(c.ids), func() (int, error) { return b.site.stack.sink.Count() - base, nil }); err != nil {
		return err
	}
	if err := b.cpuFigures(tally, len(c.ids)); err != nil {
		return err
	}
	return b.judgeBurst(ctx, c, b.site.stack.sink.Summaries()[base:], moment)
}

// cpuFigures tells what a letter took of the processors, by part, and how much of the machine was not ours: others slow a burst down, but
// hardly change what a letter takes.
func (b *bench) cpuFigures(before tally, letters int) error {
	now, err := b.site.tally()
	if err != nil {
		return err
	}
	ours := now.ours() - before.ours()
	for _, part := range slices.Sorted(maps.Keys(now.parts)) {
		used := now.parts[part] - before.parts[part]
		b.figure("burst_cpu_per_letter_"+part, used.Seconds()*1000/float64(letters), "ms")
	}
	all := float64(now.at.Sub(before.at)) * float64(now.processors)
	b.figure("burst_cpu_per_letter", ours.Seconds()*1000/float64(letters), "ms")
	b.figure("burst_cpu_ours", 100*float64(ours)/all, "percent")
	b.figure("burst_cpu_others", 100*float64(now.machine-before.machine-ours)/all, "percent")
	return nil
}

// judgeBurst compares what arrived with the register.
func (b *bench) judgeBurst(ctx context.Context, c cohort, mails []devstack.Mail, moment time.Time) error {
	last, copies := moment, map[string]int{}
	for _, m := range mails {
		copies[m.MessageID]++
		if m.Received.After(last) {
			last = m.Received
		}
	}
	var accepted int
	register, err := pgxpool.New(ctx, b.site.stack.postgres.URL("dunning"))
	if err != nil {
		return err
	}
	defer register.Close()
	settled := func() (int, error) {
		err := register.QueryRow(ctx, `SELECT count(*) FROM letter WHERE state = 'accepted' AND claim_id = ANY ($1)`, c.claimIDs).Scan(&accepted)
		return accepted, err
	}
	if _, err := b.await(ctx, "letters noted as accepted", len(c.ids), settled); err != nil {
		return err
	}
	b.figure("burst_claims", float64(len(c.ids)), "claims")
	b.figure("burst", float64(len(copies))/last.Sub(moment).Seconds(), "letters/s")
	b.figure("burst_lost", float64(len(c.ids)-len(copies)), "letters")
	b.figure("burst_double", float64(len(mails)-len(copies)), "letters")
	b.figure("burst_not_noted", float64(len(c.ids)-accepted), "letters")
	return nil
}
