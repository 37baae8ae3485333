package postgres

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// Letter is one row of the register with what is to be sent. Recipient is an e-mail address or, for post, the address lines joined.
type Letter struct {
	ID        string
	MessageID string
	Step      string
	Kind      string
	Cycle     int
	Channel   string
	State     claim.LetterState
	On        calendar.Date
	PayBy     calendar.Date
	Demanded  money.Amount
	Recipient string
	Sender    string // name the letter is from; it is not kept
	ReplyTo   string // where answers go, when not to the agency; it is not kept
	Subject   string
	Body      string
	PDF       []byte
}

// Draft is a letter before it is registered.
type Draft struct {
	PayBy         calendar.Date
	Demanded      money.Amount
	Sender        string
	ReplyTo       string
	Recipient     string
	Subject, Body string
	PDF           []byte
	Corrects      string          // of a correction, see trajectory.Corrects
	Told          claim.Told      // of a correction during a promise or an arrangement
	Announced     claim.Announced // of a 14-day letter
	Certificate   []byte          // JSON: the verdicts of its legal certificate; none for letters to the client
}

// UnlawfulError says which rules of law a letter does not keep: it is not registered, and a person is asked.
type UnlawfulError struct{ Rules []string }

func (e *UnlawfulError) Error() string {
	return "the law does not allow it: " + strings.Join(e.Rules, "; ")
}

// lease is how long one attempt to send may take before nobody knows how it ended.
const lease = "60 seconds"

// RegisterLetter is where payment wins or letter wins. Under the claim's row lock it asks again what comes next; only when that is still
// the same letter, no unallocated receipt could be for it, and it is not out yet, the letter is written and entered under its unique key.
// A letter registered before that never left is written anew.
// ok is false when the letter is not to be sent (any more): the caller decides again on the facts, which are those after the transaction.
// They are not read when ok: sending it gives newer ones. A letter that the law does not allow opens a task with the reason, and is an *UnlawfulError.
// A crash before the commit leaves nothing; after it, the next attempt finds the row.
func (s *Store) RegisterLetter(ctx context.Context, ref Ref, action trajectory.Action, by Actor, rules RulesFor, write func(CaseFile) (Draft, error)) (l Letter, facts claim.Facts, ok bool, err error) {
	var unlawful *UnlawfulError
	err = s.tenant(ctx, ref.ClientID, func(tx pgx.Tx) error {
		if err := lockClaim(ctx, tx, ref); err != nil {
			return err
		}
		if err := oneNoticeAtATime(ctx, tx, ref, action); err != nil {
			return err
		}
		file, err := readCaseFile(ctx, tx, ref)
		if err != nil {
			return err
		}
		if ok, err = stillNext(file.Facts, rules, action, by.At); err != nil {
			return err
		}
		if !ok {
			facts = file.Facts
			return markSeen(ctx, tx, ref, facts.Version)
		}
		if err := readForLetter(ctx, tx, ref, action, &file); err != nil {
			return err
		}
		draft, err := write(file)
		if errors.As(err, &unlawful) {
			ok = false
			return openTask(ctx, tx, ref, trajectory.UnlawfulLetter+action.Step, unlawful.Error(), by)
		}
		if err != nil {
			return fmt.Errorf("write %s of claim %s: %w", action.Step, ref.ClaimID, err)
		}
		if ok, err = s.noSuspect(ctx, tx, ref, file, draft, action, by); err != nil || !ok {
			facts, err = refresh(ctx, tx, ref, err)
			return err
		}
		if err := nothingUnderWay(ctx, tx, ref, action, draft); err != nil {
			return err
		}
		if l, ok, err = enter(ctx, tx, ref, action, by, draft); err != nil || draft.Certificate == nil {
			return err
		}
		return certify(ctx, tx, ref, l, draft.Certificate)
	})
	if err == nil && unlawful != nil {
		err = unlawful
	}
	return l, facts, ok, err
}

// ErrUnderWay says that the same letter is being sent to another address, or was when its sender died: how that ended must be known first.
var ErrUnderWay = errors.New("the same letter is under way to another address")

// nothingUnderWay refuses a letter of which another is being sent: the address was corrected, or the channel closed, while it was. The sweeper
// settles one that was cut off.
func nothingUnderWay(ctx context.Context, tx pgx.Tx, ref Ref, action trajectory.Action, d Draft) error {
	recipient := sha256.Sum256([]byte(d.Recipient))
	var busy bool
	err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM letter WHERE client_id = $1 AND claim_id = $2 AND step = $3 AND cycle = $4 AND state = 'sending' AND (channel, recipient) <> ($5, $6))`,
		ref.ClientID, ref.ClaimID, action.Step, action.Cycle, action.Channel, hex.EncodeToString(recipient[:])).Scan(&busy)
	if err == nil && busy {
		err = ErrUnderWay
	}
	return err
}

// RulesFor gives the rules a claim is pinned to.
type RulesFor func(f claim.Facts) (trajectory.Rules, error)

// stillNext says whether the decision, taken again on these facts, is the same action and due.
func stillNext(facts claim.Facts, rules RulesFor, action trajectory.Action, at time.Time) (bool, error) {
	pinned, err := rules(facts)
	if err != nil {
		return false, err
	}
	next, err := trajectory.Next(facts, pinned, at)
	if err != nil {
		return false, err
	}
	return next.Same(action) && !next.Due.After(at), nil
}

func refresh(ctx context.Context, tx pgx.Tx, ref Ref, err error) (claim.Facts, error) {
	if err != nil {
		return claim.Facts{}, err
	}
	file, err := readCaseFile(ctx, tx, ref)
	if err != nil {
		return claim.Facts{}, err
	}
	return file.Facts, markSeen(ctx, tx, ref, file.Facts.Version)
}

// noSuspect stops a letter while a receipt that is not allocated could pay this claim, and opens the task to find out.
func (s *Store) noSuspect(ctx context.Context, tx pgx.Tx, ref Ref, file CaseFile, draft Draft, action trajectory.Action, by Actor) (bool, error) {
	if asks := action.Letter == trajectory.Correction && draft.Demanded > 0; !asks && !trajectory.Demands(action.Letter) {
		return true, nil
	}
	key, err := suspectReceipt(ctx, tx, file, draft.Demanded.Cents())
	if err != nil || key == "" {
		return err == nil, err
	}
	return false, openTask(ctx, tx, ref, trajectory.AllocateReceipt+key, "a receipt that is not allocated may belong to this claim; "+action.Step+" waits", by)
}

// enter inserts the letter under its unique key, or takes over the row of an earlier attempt that never left.
func enter(ctx context.Context, tx pgx.Tx, ref Ref, action trajectory.Action, by Actor, d Draft) (Letter, bool, error) {
	recipient, sum := hashed(d.Recipient), sha256.Sum256(d.PDF)
	id := uuid.NewSHA1(uuid.NameSpaceURL, fmt.Appendf(nil, "%s/%s/%d/%s/%s", ref.ClaimID, action.Step, action.Cycle, action.Channel, recipient)).String()
	l := Letter{
		ID: id, MessageID: id + "@dunning", Step: action.Step, Kind: action.Letter, Cycle: action.Cycle, Channel: action.Channel, State: claim.LetterClaimed,
		On: by.today(), PayBy: d.PayBy, Demanded: d.Demanded, Recipient: d.Recipient, Sender: d.Sender, ReplyTo: d.ReplyTo, Subject: d.Subject, Body: d.Body, PDF: d.PDF,
	}
	tag, err := tx.Exec(ctx, `
		INSERT INTO letter (client_id, claim_id, id, step, kind, cycle, channel, recipient, state, on_day, pay_by, demanded, subject, body, pdf, sha256, message_id,
			announced_principal, announced_costs, announced_vat, others_principal, others_costs, corrects, told_of, told_comes, lease_until)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'claimed', $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, clock_timestamp() + interval '`+lease+`')
		ON CONFLICT (claim_id, step, cycle, channel, recipient) DO UPDATE
		SET on_day = excluded.on_day, pay_by = excluded.pay_by, demanded = excluded.demanded, subject = excluded.subject, body = excluded.body,
		    pdf = excluded.pdf, sha256 = excluded.sha256,
		    announced_principal = excluded.announced_principal, announced_costs = excluded.announced_costs, announced_vat = excluded.announced_vat,
		    others_principal = excluded.others_principal, others_costs = excluded.others_costs, corrects = excluded.corrects, told_of = excluded.told_of, told_comes = excluded.told_comes, lease_until = excluded.lease_until,
		    overnamed_by = '', overnamed_on = NULL, overnamed_known = NULL -- it names what is known now
		WHERE letter.state = 'claimed'`,
		ref.ClientID, ref.ClaimID, l.ID, l.Step, l.Kind, l.Cycle, l.Channel, recipient, l.On, l.PayBy, l.Demanded, l.Subject, l.Body, l.PDF, sum[:], l.MessageID,
		d.Announced.Principal, d.Announced.Costs, d.Announced.VAT, d.Announced.Others.Principal, d.Announced.Others.Costs, d.Corrects, d.Told.Of, d.Told.Comes)
	if err != nil {
		return Letter{}, false, fmt.Errorf("register %s of claim %s: %w", action.Step, ref.ClaimID, err)
	}
	if tag.RowsAffected() == 0 {
		return l, true, readRegistered(ctx, tx, ref, &l)
	}
	detail := map[string]any{"step": l.Step, "channel": l.Channel, "cycle": l.Cycle, "demanded": l.Demanded, "sha256": hex.EncodeToString(sum[:]), "reason": action.Reason}
	if _, err = record(ctx, tx, ref, by.event(fmt.Sprintf("letter:%s:%x", l.ID, sum[:8]), "letter-registered", l.On, detail)); err != nil {
		return Letter{}, false, err
	}
	_, err = tx.Exec(ctx, `UPDATE letter SET facts_version = c.version FROM claim c WHERE c.client_id = $1 AND c.id = $2 AND letter.client_id = $1 AND letter.id = $3`, ref.ClientID, ref.ClaimID, l.ID)
	return l, true, err
}

// readRegistered reads the letter that an earlier attempt registered: its state, and its paper rather than one written since.
func readRegistered(ctx context.Context, tx pgx.Tx, ref Ref, l *Letter) error {
	err := tx.QueryRow(ctx, `SELECT state, on_day, pay_by, demanded, subject, body, pdf FROM letter WHERE client_id = $1 AND id = $2`, ref.ClientID, l.ID).
		Scan(&l.State, &l.On, &l.PayBy, &l.Demanded, &l.Subject, &l.Body, &l.PDF)
	if err != nil {
		return fmt.Errorf("read letter %s: %w", l.ID, err)
	}
	return nil
}

// BeginSending moves a letter from claimed to sending, under the claim's lock and only while it is still what comes next
// and nothing changed since it was written: the caller writes it again when a (part) payment came in between. Of two demands to one debtor that are due on
// one day the second is not due any more.
// It returns the state the letter is in afterwards: sending means that this caller, and nobody else, sends it now;
// unknown means that an earlier attempt by e-mail was cut off while sending and the letter may have left. An attempt by post that was cut off
// is taken up again with the same paper, because the spool takes a letter once. busy means that another attempt is under way.
func (s *Store) BeginSending(ctx context.Context, ref Ref, l *Letter, action trajectory.Action, by Actor, rules RulesFor) (state claim.LetterState, busy bool, err error) {
	err = s.tenant(ctx, ref.ClientID, func(tx pgx.Tx) error {
		if err := lockClaim(ctx, tx, ref); err != nil {
			return err
		}
		var expired bool
		var writtenFrom int64
		err := tx.QueryRow(ctx, `SELECT state, lease_until < clock_timestamp(), facts_version FROM letter WHERE client_id = $1 AND id = $2`, ref.ClientID, l.ID).Scan(&state, &expired, &writtenFrom)
		if err != nil {
			return fmt.Errorf("read letter %s: %w", l.ID, err)
		}
		switch {
		case state == claim.LetterSending && !expired:
			busy = true
			return nil
		case state == claim.LetterSending && l.Channel == trajectory.ChannelPost:
			return takeUp(ctx, tx, ref, l)
		case state == claim.LetterSending:
			state = claim.LetterUnknown
			return settle(ctx, tx, ref, *l, Settled{State: state, Reply: "cut off while sending"}, by)
		case state != claim.LetterClaimed:
			return nil
		}
		if err := oneContactAtATime(ctx, tx, ref, action); err != nil {
			return err
		}
		file, err := readCaseFile(ctx, tx, ref)
		if err != nil {
			return err
		}
		if file.Facts.Version != writtenFrom {
			return nil
		}
		if ok, err := stillNext(file.Facts, rules, action, by.At); err != nil || !ok {
			return err
		}
		state = claim.LetterSending
		return leaseSending(ctx, tx, ref, l.ID)
	})
	return state, busy, err
}

func leaseSending(ctx context.Context, tx pgx.Tx, ref Ref, letterID string) error {
	_, err := tx.Exec(ctx, `UPDATE letter SET state = 'sending', lease_until = clock_timestamp() + interval '`+lease+`' WHERE client_id = $1 AND id = $2 AND state IN ('claimed', 'sending')`, ref.ClientID, letterID)
	return err
}

// takeUp goes on with the paper that was registered, not with one written since.
func takeUp(ctx context.Context, tx pgx.Tx, ref Ref, l *Letter) error {
	if err := readRegistered(ctx, tx, ref, l); err != nil {
		return err
	}
	return leaseSending(ctx, tx, ref, l.ID)
}

// notSent is how a letter ended that was registered, and never offered to a carrier because its claim was closed first.
const notSent = "not sent: the claim was closed first"

// ToDebtor says whether the letter goes to the debtor; the others go to the client.
func (l Letter) ToDebtor() bool { return trajectory.ToDebtor(l.Kind) }
