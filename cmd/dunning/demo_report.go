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

	payOut  func(ctx context.Context, on calendar.Date) (paid calendar.Date, err error) // what the story brought
	invoice func(ctx context.Context, r report, on calendar.Date) error                 // what clients owe
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
		if p.refused() {
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
	r.timelines(cast, endings)
	r.outcomes(cast, endings)
	if err := asTold(cast, endings); err != nil {
		return err
	}
	end, err := r.close(ctx, endings)
	if err != nil {
		return err
	}
	booked, err := r.store.ReceiptsTotal(ctx)
	if err != nil {
		return err
	}
	journals, err := r.store.Journals(ctx, postgres.JournalFilter{})
	if err != nil {
		return err
	}
	if err := r.money(endings, journals, booked); err != nil {
		return err
	}
	if end, err = r.payOut(ctx, end); err != nil {
		return err
	}
	if err := r.invoice(ctx, *r, end); err != nil {
		return err
	}
	if err := r.books(ctx, end); err != nil {
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
	e.shares = rules.Settling[e.file.Facts.Plan].Policy.Shares(account, e.file.Facts.Principal(), e.file.Facts.Halved)
	return e, nil
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
