package activities

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/mail"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/spool"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// Register is the letter register.
type Register interface {
	RegisterLetter(ctx context.Context, ref postgres.Ref, action trajectory.Action, by postgres.Actor, rules postgres.RulesFor, write func(postgres.CaseFile) (postgres.Draft, error)) (l postgres.Letter, facts claim.Facts, ok bool, err error)
	BeginSending(ctx context.Context, ref postgres.Ref, l *postgres.Letter, action trajectory.Action, by postgres.Actor, rules postgres.RulesFor) (state claim.LetterState, busy bool, err error)
	SettleLetter(ctx context.Context, ref postgres.Ref, l postgres.Letter, result postgres.Settled, by postgres.Actor) (claim.Facts, error)
	Facts(ctx context.Context, ref postgres.Ref) (claim.Facts, error)
}

// MailSender offers one mail to the mail server and says what became of it.
type MailSender interface {
	Send(ctx context.Context, m mail.Message) mail.Result
}

// PostSpool takes one letter for print and post; the same key twice is one letter.
type PostSpool interface {
	Put(ctx context.Context, item spool.Item) (spool.Entry, error)
}

// Writer writes letters.
type Writer interface {
	Write(file postgres.CaseFile, action trajectory.Action, at time.Time) (postgres.Draft, error)
}

// Letters registers and sends letters.
type Letters struct {
	Register Register
	Mail     MailSender
	Spool    PostSpool
	Writer   Writer
	Rules    Rules
	From     string // the agency's e-mail address
	Delivery Delivery
}

// SettleWithin is the time of its own that noting an outcome has. It adds to that of Mail and Spool, within the attempt and the lease.
const SettleWithin = 5 * time.Second

// Delivery is after how many days a letter counts as received, by channel: working days for the post, calendar days for e-mail.
type Delivery struct{ PostDays, MailDays int }

// Received is the day on which a letter that left on a day counts as received.
func (d Delivery) Received(on calendar.Date, channel string) calendar.Date {
	if channel == trajectory.ChannelPost {
		return calendar.AddWorkingDays(on, d.PostDays)
	}
	return on.AddDays(d.MailDays)
}

// IssueLetter registers the letter that is due and sends it. It is one activity of three transactions with the sending between the last two;
// a crash anywhere leaves a row that says how far it came:
//   - before registering: nothing; the retry begins anew;
//   - registered (claimed): it never left; the retry takes the row over;
//   - sending: it may have left; when its lease is over the retry makes it unknown, and it is never sent again without a person or proof;
//   - sent but not noted: the same, unknown.
//
// A letter that is no longer what comes next (a payment won, or it is eight in the evening by now) is not sent; the situation says what comes next
// instead.
func (a *Letters) IssueLetter(ctx context.Context, in Act) (Situation, error) {
	in = in.attempt(ctx)
	write := func(file postgres.CaseFile) (postgres.Draft, error) {
		return a.Writer.Write(file, in.Action, in.AsOf)
	}
	letter, facts, ok, err := a.Register.RegisterLetter(ctx, in.ref(), in.Action, in.by(), pinned(a.Rules), write)
	if errors.Is(err, postgres.ErrUnderWay) {
		return Situation{}, later(TypeBusy, err.Error(), 20*time.Second)
	}
	if err != nil || !ok {
		return situation(a.Rules, facts, in.AsOf, err)
	}
	state, busy, err := a.Register.BeginSending(ctx, in.ref(), &letter, in.Action, in.by(), pinned(a.Rules))
	if err != nil {
		return Situation{}, translate(err)
	}
	if busy {
		return Situation{}, later(TypeBusy, "another attempt to send this letter is under way", 20*time.Second)
	}
	if state != claim.LetterSending {
		facts, err := a.Register.Facts(ctx, in.ref())
		return situation(a.Rules, facts, in.AsOf, err)
	}
	result, cause := a.send(ctx, letter, in.AsOf)
	facts, err = a.settle(ctx, in, letter, result)
	if err == nil && result.State == claim.LetterClaimed {
		return Situation{}, notTaken(cause)
	}
	return situation(a.Rules, facts, in.AsOf, err)
}

// attempt is the act at the business time of this attempt. All attempts of an activity carry the time of the first; how long ago that is the service
// knows, by the clock of the workflow: the contact window is that of the attempt.
func (a Act) attempt(ctx context.Context) Act {
	if activity.IsActivity(ctx) {
		info := activity.GetInfo(ctx)
		a.AsOf = a.AsOf.Add(max(0, info.StartedTime.Sub(info.ScheduledTime)))
	}
	return a
}

// notTaken is for a letter that did not leave: a person is asked when it never will (cause says so), else it is tried later.
func notTaken(cause error) error {
	var final *temporal.ApplicationError
	if err := translate(cause); errors.As(err, &final) {
		return err
	}
	return later(TypeCarrier, "the carrier cannot take the letter now; its words are in the register", 0) // they may name the debtor, and errors are logged
}

// later is an error that a retry may mend; after delay when that is known.
func later(kind, message string, delay time.Duration) error {
	return temporal.NewApplicationErrorWithOptions(message, kind, temporal.ApplicationErrorOptions{NextRetryDelay: delay, Category: temporal.ApplicationErrorCategoryBenign})
}

func (a *Letters) send(ctx context.Context, l postgres.Letter, asOf time.Time) (postgres.Settled, error) {
	if l.Channel == trajectory.ChannelPost {
		return a.post(ctx, l, calendar.DateOf(asOf))
	}
	result := a.Mail.Send(ctx, mail.Message{
		ID: l.MessageID, From: a.From, FromName: l.Sender, ReplyTo: l.ReplyTo, To: l.Recipient, Subject: l.Subject, Text: l.Body, Date: asOf,
		AttachmentName: fmt.Sprintf("%s-%s.pdf", l.Kind, l.On), Attachment: l.PDF,
	})
	settled := postgres.Settled{Reply: result.Reply}
	switch result.Outcome {
	case mail.Accepted:
		settled.State, settled.Received = claim.LetterAccepted, a.Delivery.Received(l.On, l.Channel)
	case mail.Retry:
		settled.State = claim.LetterClaimed
	case mail.Unknown:
		settled.State = claim.LetterUnknown
	case mail.Bounced:
		settled.State, settled.Unwelcome = claim.LetterFailed, true
	case mail.Refused: // this letter goes over the next channel; the next letter may try the address again
		settled.State = claim.LetterFailed
	}
	return settled, nil
}

// settle notes how sending ended even when the attempt has no time left or the worker stops: what is known must not become unknown.
func (a *Letters) settle(ctx context.Context, in Act, l postgres.Letter, result postgres.Settled) (claim.Facts, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), SettleWithin)
	defer cancel()
	return a.Register.SettleLetter(ctx, in.ref(), l, result, in.by())
}

// post hands the letter to the spool. Writing a file twice under one key is harmless, so there is no unknown here: it is in the spool or it is not.
// It is received after the day on which it is really posted: today, or the day on which an attempt that was cut off left it there.
func (a *Letters) post(ctx context.Context, l postgres.Letter, today calendar.Date) (postgres.Settled, error) {
	entry, err := a.Spool.Put(ctx, spool.Item{Key: l.ID, PDF: l.PDF, Address: splitAddress(l.Recipient), Pages: pages(l.PDF), On: today})
	if err != nil {
		return postgres.Settled{State: claim.LetterClaimed, Reply: "spool: " + err.Error()}, err
	}
	return postgres.Settled{State: claim.LetterAccepted, Received: a.Delivery.Received(entry.On, l.Channel), Reply: "in the post spool"}, nil
}

// pages counts the page objects of a PDF.
func pages(pdf []byte) int {
	return bytes.Count(pdf, []byte("/Type /Page")) - bytes.Count(pdf, []byte("/Type /Pages"))
}
