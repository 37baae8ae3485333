package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/devstack"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/settlement"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// report shows what became of every claim and of every cent.
type report struct {
	out   io.Writer
	dir   string
	store *postgres.Store
	rules *trajectory.Library
	sink  *devstack.SMTPSink
	took  time.Duration
}

// ending is how one claim ended.
type ending struct {
	played
	file   postgres.CaseFile
	events []postgres.Event
	shares []settlement.Share
	last   calendar.Date
}

func (r *report) print(ctx context.Context, cast []played) error {
	var endings []ending
	for _, p := range cast {
		if p.ref == (postgres.Ref{}) {
			continue
		}
		e, err := r.ending(ctx, p)
		if err != nil {
			return err
		}
		endings = append(endings, e)
	}
	letters, err := r.writeLetters(ctx, endings)
	if err != nil {
		return err
	}
	r.timelines(endings)
	r.outcomes(cast, endings)
	if err := asTold(cast, endings); err != nil {
		return err
	}
	booked, err := r.store.ReceiptsTotal(ctx)
	if err != nil {
		return err
	}
	if err := r.money(endings, booked); err != nil {
		return err
	}
	return r.checks(endings, letters)
}

func (r *report) ending(ctx context.Context, p played) (e ending, err error) {
	e.played = p
	if e.file, err = r.store.CaseFile(ctx, p.ref); err != nil {
		return e, err
	}
	if e.events, err = r.store.Timeline(ctx, p.ref); err != nil {
		return e, err
	}
	for _, event := range e.events {
		e.last = calendar.Max(e.last, calendar.Max(event.On, calendar.DateOf(event.At)))
	}
	rules, err := r.rules.Rules(e.file.Facts)
	if err != nil {
		return e, err
	}
	account, err := e.file.Facts.AccountOn(rules.Tables, e.last)
	if err != nil {
		return e, err
	}
	e.shares = settlement.Shares(account, e.file.Facts.Principal(), e.file.Facts.MonitoredFrom)
	return e, nil
}

// timelines shows one claim for each way it can end.
func (r *report) timelines(endings []ending) {
	shown := map[claim.Status]bool{}
	_, _ = fmt.Fprintf(r.out, "\none claim for each outcome\n")
	for _, e := range endings {
		status := e.file.Facts.Status
		if shown[status] || len(e.events) < 4 {
			continue
		}
		shown[status] = true
		_, _ = fmt.Fprintf(r.out, "\n%s: %s (%s)\n", strings.ToUpper(string(status)), e.Story, e.Claim)
		t := newTable("when", "what", "detail")
		for _, event := range e.events {
			if event.Kind != "letter-registered" { // what was sent says enough here
				t.AppendRow(table.Row{event.At.Format("2006-01-02 15:04"), event.Kind, shorten(detail(event))})
			}
		}
		_, _ = fmt.Fprintln(r.out, t.Render())
	}
}

func shorten(s string) string {
	const most = 90
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return s
}

func (r *report) outcomes(cast []played, endings []ending) {
	t := newTable("claim", "story", "outcome", "until", "letters", "received")
	for _, p := range cast {
		i := slices.IndexFunc(endings, func(e ending) bool { return e.Claim == p.Claim })
		if i < 0 {
			t.AppendRow(table.Row{p.Claim, p.Story, claim.StatusRefused, "", "", shorten(p.reason)})
			continue
		}
		e, letters, received := endings[i], 0, money.Amount(0)
		for _, l := range e.file.Facts.Letters {
			if l.Left() {
				letters++
			}
		}
		for _, s := range e.shares {
			if s.Settlement.Kind == claim.PaidToAgency {
				received += s.Settlement.Amount
			}
		}
		t.AppendRow(table.Row{e.Claim, e.Story, e.file.Facts.Status, e.last, letters, received})
	}
	_, _ = fmt.Fprintf(r.out, "\nall outcomes\n%s\n", t.Render())
}

// asTold compares how each claim ended with how its story says it must.
func asTold(cast []played, endings []ending) error {
	ends := map[string]claim.Status{}
	for _, e := range endings {
		ends[e.Claim] = e.file.Facts.Status
	}
	var wrong []string
	for _, p := range cast {
		if got := cmp.Or(ends[p.Claim], claim.StatusRefused); got != p.Ends {
			wrong = append(wrong, fmt.Sprintf("%s (%s) ended as %s, not as %s", p.Claim, p.Story, got, p.Ends))
		}
	}
	if len(wrong) > 0 {
		return fmt.Errorf("not every claim ended as its story says: %s", strings.Join(wrong, "; "))
	}
	return nil
}

// money shows where every cent went, and refuses to when one is missing. booked is what the trust account received.
func (r *report) money(endings []ending, booked money.Amount) error {
	type row struct{ received, principal, interest, costs, surplus, client, agency money.Amount }
	var agency, direct, monitored row
	add := func(to *row, s settlement.Share) {
		to.received += s.Settlement.Amount
		to.principal += s.Principal
		to.interest += s.Interest
		to.costs += s.Costs
		to.surplus += s.Surplus
		to.client += s.Client
		to.agency += s.Agency
	}
	for _, e := range endings {
		for _, s := range e.shares {
			switch {
			case s.Monitoring:
				add(&monitored, s)
			case s.Settlement.Kind == claim.PaidToAgency:
				add(&agency, s)
			case s.Settlement.Kind == claim.PaidToClient:
				add(&direct, s)
			}
		}
	}
	t := newTable("received", "amount", "principal", "interest", "costs", "surplus (debtor's)", "client", "agency")
	line := func(name string, x row) {
		t.AppendRow(table.Row{name, x.received, x.principal, x.interest, x.costs, x.surplus, x.client, x.agency})
	}
	line("on the trust account, amicable", agency)
	line("on the trust account, monitoring (50/50)", monitored)
	line("by the client itself", direct)
	_, _ = fmt.Fprintf(r.out, "\nevery cent received\n%s\n", t.Render())
	for name, x := range map[string]row{"amicable": agency, "monitoring": monitored, "by the client": direct} {
		if x.principal+x.interest+x.costs+x.surplus != x.received || x.client+x.agency+x.surplus != x.received {
			return fmt.Errorf("money received (%s) does not add up: %+v", name, x)
		}
	}
	if agency.received+monitored.received != booked {
		return fmt.Errorf("the trust account received %s, the claims account for %s", booked, agency.received+monitored.received)
	}
	_, _ = fmt.Fprintf(r.out, "principal + interest + costs + surplus = client + agency + surplus = received, to the cent; the trust account received %s\n", booked)
	return nil
}

// writeLetters puts every letter that left in a folder, by claim.
func (r *report) writeLetters(ctx context.Context, endings []ending) (count int, err error) {
	for _, e := range endings {
		letters, err := r.store.LettersOf(ctx, e.ref)
		if err != nil {
			return count, err
		}
		for _, l := range letters {
			if l.State != claim.LetterAccepted && l.State != claim.LetterUnknown {
				continue
			}
			folder := filepath.Join(r.dir, "letters", e.Claim)
			if err := os.MkdirAll(folder, 0o700); err != nil {
				return count, err
			}
			name := filepath.Join(folder, fmt.Sprintf("%s-%s-%s.pdf", l.On, l.Kind, l.Channel))
			if err := os.WriteFile(name, l.PDF, 0o600); err != nil {
				return count, err
			}
			count++
		}
	}
	return count, nil
}

// checks compares the register with what the mail server and the post spool really have.
func (r *report) checks(endings []ending, letters int) error {
	ids := map[string]int{}
	for _, m := range r.sink.Summaries() {
		ids[m.MessageID]++
	}
	posted, mailed := 0, 0
	for _, e := range endings {
		for _, l := range e.file.Facts.Letters {
			switch {
			case !l.Left():
			case l.Channel == trajectory.ChannelPost:
				posted++
			default:
				mailed++
			}
		}
	}
	for id, n := range ids {
		if n > 1 {
			return fmt.Errorf("mail %s was delivered %d times", id, n)
		}
	}
	if len(ids) != mailed {
		return fmt.Errorf("the register has %d mails, the mail server %d", mailed, len(ids))
	}
	_, _ = fmt.Fprintf(r.out, "\n%d letters: %d by e-mail, each once at the mail server, %d in the post spool; the story took %s\n", letters, mailed, posted, r.took.Round(time.Second))
	return nil
}
