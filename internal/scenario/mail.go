package scenario

import (
	"context"
	"sync"
	"time"

	"github.com/incassocenter/dunning/internal/mail"
)

// moods are what a mailbox can do with a mail: take it, not exist, not want it, or take it and never say so.
var moods = []string{"works", "bounces", "refuses", "silent"}

// mailServer is the world that mail goes to. It answers as the events of the scenario say.
type mailServer struct {
	mu     sync.Mutex
	client string // its address: all others are the debtor's
	debtor string // mood of the debtor's mailbox; empty: works
	ours   string // mood of the client's
	back   time.Time
}

// downUntil lets the server take nothing before an instant.
func (s *mailServer) downUntil(back time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.back = back
}

// set gives a mailbox its mood: the client's, or the debtor's.
func (s *mailServer) set(client bool, mood string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if client {
		s.ours = mood
	} else {
		s.debtor = mood
	}
}

// Send answers a mail at its date, which is the business time of the attempt. What cannot be sent is answered as the real sender does.
func (s *mailServer) Send(_ context.Context, m mail.Message) mail.Result {
	if err := m.Validate(); err != nil {
		return mail.Unsendable(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if m.Date.Before(s.back) {
		return mail.Result{Outcome: mail.Retry, Reply: "connection refused"}
	}
	mood := s.debtor
	if m.To == s.client {
		mood = s.ours
	}
	switch mood {
	case "bounces":
		return mail.Result{Outcome: mail.Bounced, Reply: "550 no such mailbox"}
	case "refuses":
		return mail.Result{Outcome: mail.Refused, Reply: "550 5.7.1 not wanted here"}
	case "silent":
		return mail.Result{Outcome: mail.Unknown, Reply: "no answer"}
	}
	return mail.Result{Outcome: mail.Accepted, Reply: "250 taken"}
}
