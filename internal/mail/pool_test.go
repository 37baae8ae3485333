package mail_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/incassocenter/dunning/internal/mail"
)

func kept(n int) func(*mail.Options) { return func(o *mail.Options) { o.MaxIdle = n } }

// Two mails over a pool of one: what happens to the second when the kept connection has gone bad.
func TestKeptConnection(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		story       string
		script      script
		between     func(*server)
		second      mail.Outcome
		taken       int
		connections int
	}{
		{"is used again after RSET", nil, nil, mail.Accepted, 2, 1},
		{"closed by the relay while idle", nil, (*server).hangUp, mail.Accepted, 2, 2},
		{"RSET refused", script{"rset": "500 no"}, nil, mail.Accepted, 2, 2},
		{"421 at RSET", script{"rset": "421 4.4.2 idle too long"}, nil, mail.Accepted, 2, 2},
		{"dropped at MAIL", script{"mail": "2=drop"}, nil, mail.Accepted, 2, 2},
		{"421 at MAIL", script{"mail": "2=421 4.7.0 enough for one connection"}, nil, mail.Accepted, 2, 2},
		{"451 at MAIL is an answer, not a dead connection", script{"mail": "2=451 4.7.1 greylisted"}, nil, mail.Retry, 1, 1},
		{"dropped at RCPT: never a second try", script{"rcpt": "2=drop"}, nil, mail.Retry, 1, 1},
		{"dropped after the dot: never a second try", script{"dot": "2=take+drop"}, nil, mail.Unknown, 2, 1},
		{"550 for the second recipient", script{"rcpt": "2=550 5.1.1 no such user"}, nil, mail.Bounced, 1, 1},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			srv := serve(t, c.script)
			s := sender(t, srv, kept(1))
			if got := s.Send(t.Context(), letter("a1")); got.Outcome != mail.Accepted {
				t.Fatalf("first: %+v", got)
			}
			if c.between != nil {
				c.between(srv)
			}
			if got := s.Send(t.Context(), letter("a2")); got.Outcome != c.second {
				t.Errorf("second: %+v, want %s", got, c.second)
			}
			if n := len(srv.mails()); n != c.taken {
				t.Errorf("the server took %d mails, want %d", n, c.taken)
			}
			if n := srv.count("greet"); n != c.connections {
				t.Errorf("%d connections, want %d", n, c.connections)
			}
		})
	}
}

func TestARefusedMailDoesNotSpoilTheConnection(t *testing.T) {
	t.Parallel()
	srv := serve(t, script{"rcpt": "1=550 5.1.1 no such user", "dot": "1=554 5.6.0 spam"})
	s := sender(t, srv, kept(1))
	for i, want := range []mail.Outcome{mail.Bounced, mail.Refused, mail.Accepted} {
		if got := s.Send(t.Context(), letter(fmt.Sprint("a", i))); got.Outcome != want {
			t.Errorf("mail %d: %+v, want %s", i, got, want)
		}
	}
	if srv.count("greet") != 1 || len(srv.mails()) != 1 || !strings.Contains(srv.mails()[0], "<a2@") {
		t.Errorf("%d connections, %d mails", srv.count("greet"), len(srv.mails()))
	}
}

func TestConnectionsAreGivenUpInTime(t *testing.T) {
	t.Parallel()
	for story, change := range map[string]func(*mail.Options){
		"after so many mails": func(o *mail.Options) { o.MaxIdle, o.MailsPerConnection = 1, 1 },
		"after so much time":  func(o *mail.Options) { o.MaxIdle, o.IdleTimeout = 1, time.Nanosecond },
		"at once":             kept(0),
	} {
		t.Run(story, func(t *testing.T) {
			t.Parallel()
			srv := serve(t, nil)
			s := sender(t, srv, change)
			for i := range 3 {
				if got := s.Send(t.Context(), letter(fmt.Sprint("a", i))); got.Outcome != mail.Accepted {
					t.Fatalf("%+v", got)
				}
			}
			s.Close()
			if srv.count("greet") != 3 || srv.count("quit") != 3 {
				t.Errorf("%d greetings, %d farewells", srv.count("greet"), srv.count("quit"))
			}
		})
	}
}

func TestManySendersAtOnce(t *testing.T) {
	t.Parallel()
	srv := serve(t, nil)
	s := sender(t, srv, kept(4))
	var wg sync.WaitGroup
	for i := range 100 {
		wg.Go(func() {
			if got := s.Send(t.Context(), letter(fmt.Sprint("m", i))); got.Outcome != mail.Accepted {
				t.Errorf("%+v", got)
			}
		})
	}
	wg.Wait()
	ids := map[string]bool{}
	for _, m := range srv.mails() {
		_, id, _ := strings.Cut(m, "Message-ID: ")
		id, _, _ = strings.Cut(id, "\n")
		ids[id] = true
	}
	if len(ids) != 100 || len(srv.mails()) != 100 {
		t.Errorf("%d mails with %d ids, want 100", len(srv.mails()), len(ids))
	}
}

func TestAfterCloseNothingIsKept(t *testing.T) {
	t.Parallel()
	srv := serve(t, nil)
	s := sender(t, srv, kept(1))
	s.Close()
	if got := s.Send(t.Context(), letter("a1")); got.Outcome != mail.Accepted {
		t.Fatalf("%+v", got)
	}
	if srv.count("quit") != 1 {
		t.Error("the connection was kept")
	}
}
