package activities_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"go.temporal.io/sdk/temporal"

	"github.com/incassocenter/dunning/activities"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/mail"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/spool"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// register has one letter that is ready to be sent, and keeps how that ended, as a database does: not after the caller's time is up.
type register struct {
	activities.Register
	channel string
	on      calendar.Date
	settled []postgres.Settled
	within  time.Duration
}

func (r *register) RegisterLetter(context.Context, postgres.Ref, trajectory.Action, postgres.Actor, postgres.RulesFor, func(postgres.CaseFile) (postgres.Draft, error)) (postgres.Letter, claim.Facts, bool, error) {
	return postgres.Letter{Channel: r.channel, On: r.on}, claim.Facts{}, true, nil
}

func (r *register) BeginSending(context.Context, postgres.Ref, *postgres.Letter, trajectory.Action, postgres.Actor, postgres.RulesFor) (claim.LetterState, bool, error) {
	return claim.LetterSending, false, nil
}

func (r *register) SettleLetter(ctx context.Context, _ postgres.Ref, _ postgres.Letter, result postgres.Settled, _ postgres.Actor) (claim.Facts, error) {
	if err := ctx.Err(); err != nil {
		return claim.Facts{}, err
	}
	if end, ok := ctx.Deadline(); ok {
		r.within = time.Until(end)
	}
	r.settled = append(r.settled, result)
	return claim.Facts{}, nil
}

type sender func() mail.Result

func (s sender) Send(context.Context, mail.Message) mail.Result { return s() }

// The mail server hangs until the attempt has no time left, or the worker is stopped: how it ended is written down all the same.
func TestHowSendingEndedIsWrittenDown(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		outcome mail.Outcome
		state   claim.LetterState
	}{{mail.Retry, claim.LetterClaimed}, {mail.Unknown, claim.LetterUnknown}} {
		ctx, cancel := context.WithCancel(t.Context())
		r := &register{channel: trajectory.ChannelEmail}
		letters := &activities.Letters{Register: r, Rules: noRules{}, Mail: sender(func() mail.Result {
			cancel()
			return mail.Result{Outcome: c.outcome}
		})}
		_, err := letters.IssueLetter(ctx, activities.Act{})
		if len(r.settled) != 1 || r.settled[0].State != c.state || r.within <= 0 || r.within > activities.SettleWithin {
			t.Errorf("%s: settled %+v within %s: %v", c.outcome, r.settled, r.within, err)
		}
		var e *temporal.ApplicationError
		if c.outcome == mail.Retry && (!errors.As(err, &e) || e.Type() != activities.TypeCarrier) {
			t.Errorf("%s: %v", c.outcome, err)
		}
	}
}

type noRules struct{}

func (noRules) Rules(claim.Facts) (trajectory.Rules, error) {
	return trajectory.Rules{}, errors.New("no rules")
}

type box func(spool.Item) (spool.Entry, error)

func (b box) Put(_ context.Context, item spool.Item) (spool.Entry, error) { return b(item) }

// A spool that will never take the letter is for a person, one that is full is for later; in both cases the letter did not leave.
func TestALetterThatCannotBeSpooled(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err  error
		kind string
	}{
		{&spool.ItemError{Field: "address", Problem: "has fewer than 2 lines"}, activities.TypeBadData},
		{&spool.ConflictError{Key: "k"}, activities.TypeBadData},
		{errors.New("no space left"), activities.TypeCarrier},
	} {
		r := &register{channel: trajectory.ChannelPost}
		letters := &activities.Letters{Register: r, Rules: noRules{}, Spool: box(func(spool.Item) (spool.Entry, error) { return spool.Entry{}, c.err })}
		_, err := letters.IssueLetter(t.Context(), activities.Act{})
		var e *temporal.ApplicationError
		if !errors.As(err, &e) || e.Type() != c.kind || e.NonRetryable() != (c.kind == activities.TypeBadData) {
			t.Errorf("%v becomes %v", c.err, err)
		}
		if len(r.settled) != 1 || r.settled[0].State != claim.LetterClaimed {
			t.Errorf("%v: settled %+v", c.err, r.settled)
		}
	}
}

func TestReceived(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ story, channel, on, want string }{
		{"post, the second working day", trajectory.ChannelPost, "2026-11-23", "2026-11-25"},
		{"posted on Friday", trajectory.ChannelPost, "2026-11-20", "2026-11-24"},
		{"posted on Saturday", trajectory.ChannelPost, "2026-11-21", "2026-11-24"},
		{"posted before Christmas", trajectory.ChannelPost, "2026-12-24", "2026-12-29"},
		{"a mail on a Saturday", trajectory.ChannelEmail, "2026-11-21", "2026-11-21"},
	} {
		got := activities.Delivery{PostDays: 2}.Received(calendar.MustParseDate(c.on), c.channel)
		if got.String() != c.want {
			t.Errorf("%s: sent on %s it is received on %s, want %s", c.story, c.on, got, c.want)
		}
	}
}

// A letter for the post whose attempt was cut off is taken up days later: it is posted that day, unless the spool had it already.
func TestATakenUpLetterIsReceivedAfterItIsPosted(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ story, had, want string }{
		{"it was not in the spool", "", "2026-11-09"}, // Thursday, Friday, Monday
		{"the spool had it since Tuesday", "2026-11-03", "2026-11-05"},
	} {
		r := &register{channel: trajectory.ChannelPost, on: calendar.MustParseDate("2026-11-02")}
		letters := &activities.Letters{Register: r, Rules: noRules{}, Delivery: activities.Delivery{PostDays: 2}, Spool: box(func(item spool.Item) (spool.Entry, error) {
			if c.had != "" {
				item.On = calendar.MustParseDate(c.had)
			}
			return spool.Entry{On: item.On}, nil
		})}
		_, _ = letters.IssueLetter(t.Context(), activities.Act{AsOf: calendar.MustParseDate("2026-11-05").At(9, 0)}) // without rules nothing is decided after it
		if len(r.settled) != 1 || r.settled[0].Received.String() != c.want {
			t.Errorf("%s: %+v, want received on %s", c.story, r.settled, c.want)
		}
	}
}
