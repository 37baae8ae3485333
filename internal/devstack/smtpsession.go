package devstack

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/emersion/go-smtp"
)

// Reaction is what the sink does with one recipient. The zero value accepts.
type Reaction struct {
	Rcpt     int           // reply code to RCPT when not 0
	Data     int           // reply code after the final dot when not 0; nothing is kept
	AfterDot AfterDot      // what happens instead of the reply after the final dot
	Delay    time.Duration // wait before replying to the final dot
}

// AfterDot is a way to end a delivery that leaves the sender in doubt.
type AfterDot string

const (
	// KeepAndDrop keeps the mail and closes the connection without a reply: delivered, unknown to the sender.
	KeepAndDrop AfterDot = "keep and drop"
	// KeepAndHang keeps the mail and never replies.
	KeepAndHang AfterDot = "keep and hang"
	// LoseAndDrop closes the connection likewise, but nothing was kept: to the sender it looks the same.
	LoseAndDrop AfterDot = "lose and drop"
)

// slowReply is the delay of the "slow" script.
const slowReply = 2 * time.Second

// ScriptedReaction plays the part that the local part of the address names, either whole or after its
// last plus: `bounce@example.nl` and `jan+bounce@example.nl` do the same.
//
//	bounce        550 to RCPT: no such mailbox
//	full          552 to RCPT: mailbox full
//	busy          451 to the first RCPT for the address, then accepted
//	rejectdata    554 after the final dot
//	laterdata     451 after the final dot the first time, then accepted
//	dropafterdot  accepted and kept, then the connection drops without a reply
//	lostafterdot  the connection drops without a reply and nothing is kept
//	hangafterdot  accepted and kept, then never a reply
//	slow          accepted, the reply comes after two seconds
//
// Any other address accepts.
func ScriptedReaction(rcpt string, attempt int) Reaction {
	local, _, _ := strings.Cut(strings.ToLower(rcpt), "@")
	switch local[strings.LastIndex(local, "+")+1:] {
	case "bounce":
		return Reaction{Rcpt: 550}
	case "full":
		return Reaction{Rcpt: 552}
	case "busy":
		if attempt == 1 {
			return Reaction{Rcpt: 451}
		}
	case "rejectdata":
		return Reaction{Data: 554}
	case "laterdata":
		if attempt == 1 {
			return Reaction{Data: 451}
		}
	case "dropafterdot":
		return Reaction{AfterDot: KeepAndDrop}
	case "lostafterdot":
		return Reaction{AfterDot: LoseAndDrop}
	case "hangafterdot":
		return Reaction{AfterDot: KeepAndHang}
	case "slow":
		return Reaction{Delay: slowReply}
	}
	return Reaction{}
}

// smtpSession is one client connection; go-smtp calls it from one goroutine.
type smtpSession struct {
	sink *SMTPSink
	conn *smtp.Conn
	from string
	to   []string
	with Reaction // of the recipient that reacts worst
}

func (s *smtpSession) Mail(from string, _ *smtp.MailOptions) error {
	s.from = from
	return nil
}

func (s *smtpSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	r := s.sink.react(to)
	if r.Rcpt != 0 {
		return refusal(r.Rcpt, to)
	}
	s.to = append(s.to, to)
	if r != (Reaction{}) {
		s.with = r
	}
	return nil
}

func (s *smtpSession) Data(r io.Reader) error {
	body, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if s.with.Data != 0 {
		return refusal(s.with.Data, strings.Join(s.to, ", "))
	}
	if s.with.AfterDot != LoseAndDrop {
		// The mail is on disk before anything is said, as a real server does it.
		if err := s.sink.box.add(envelope{from: s.from, to: s.to}, body); err != nil {
			return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: err.Error()}
		}
	}
	if s.with.Delay > 0 {
		select {
		case <-time.After(s.with.Delay):
		case <-s.sink.closed:
		}
	}
	switch s.with.AfterDot {
	case KeepAndDrop, LoseAndDrop:
		return s.conn.Conn().Close()
	case KeepAndHang:
		_, _ = io.Copy(io.Discard, s.conn.Conn()) // until the client or the sink closes
		return s.conn.Conn().Close()
	}
	return nil
}

func (s *smtpSession) Reset() { s.from, s.to, s.with = "", nil, Reaction{} }

func (s *smtpSession) Logout() error { return nil }

func refusal(code int, rcpt string) error {
	text := map[int]string{550: "no such mailbox", 552: "mailbox full", 451: "try again later", 452: "too busy", 554: "message refused"}[code]
	status := smtp.EnhancedCode{code / 100, 0, 0}
	switch code {
	case 550:
		status = smtp.EnhancedCode{5, 1, 1}
	case 552:
		status = smtp.EnhancedCode{5, 2, 2}
	case 554:
		status = smtp.EnhancedCode{5, 7, 1}
	}
	return &smtp.SMTPError{
		Code: code, EnhancedCode: status,
		Message: fmt.Sprintf("%s: %s", rcpt, text),
	}
}
