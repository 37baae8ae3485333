package mail_test

import (
	"bytes"
	"context"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/incassocenter/dunning/internal/mail"
)

func letter(id string) mail.Message {
	return mail.Message{
		ID: id + "@dunning.example.nl", From: "post@incasso.example.nl", FromName: "Incassocenter", To: "jan@example.nl",
		Subject: "Herinnering €", Text: "Geachte heer De Vries,\n\nWij verzoeken u te betalen.\n.\nMet vriendelijke groet\n",
		Date:           time.Date(2026, 12, 3, 9, 30, 0, 0, time.UTC),
		AttachmentName: "brief.pdf", Attachment: bytes.Repeat([]byte("%PDF-1.7 30 kB of a letter\n"), 1100),
	}
}

func sender(tb testing.TB, srv *server, change func(*mail.Options)) *mail.Sender {
	tb.Helper()
	o := mail.Options{Host: "127.0.0.1", Port: srv.port(), TLS: mail.TLSNone, Hello: "dunning.example.nl"}
	if change != nil {
		change(&o)
	}
	s, err := mail.New(o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(s.Close)
	return s
}

// The cases of reliability.md P1 and test 6, each against a real server.
func TestOutcomes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		story   string
		script  script
		outcome mail.Outcome
		reply   string
		taken   int // mails the server took
	}{
		{"all well", nil, mail.Accepted, "250 2.0.0 queued as 4Xk2 for <[address]>", 1},
		{"QUIT dropped after acceptance", script{"quit": "drop"}, mail.Accepted, "queued as", 1},
		{"QUIT refused after acceptance", script{"quit": "500 no"}, mail.Accepted, "queued as", 1},
		{"connection lost after the dot, mail taken", script{"dot": "take+drop"}, mail.Unknown, "EOF", 1},
		{"connection lost after the dot, mail not taken", script{"dot": "drop"}, mail.Unknown, "EOF", 0},
		{"garbage after the dot", script{"dot": "what is this"}, mail.Unknown, "closing SMTP DATA writer", 0},
		{"an answer of another kind after the dot", script{"dot": "354 go on"}, mail.Unknown, "354", 0},
		{"451 after the dot", script{"dot": "451 4.3.0 disk full"}, mail.Retry, "451 4.3.0 disk full", 0},
		{"421 after the dot", script{"dot": "421 4.3.2 shutting down"}, mail.Retry, "421", 0},
		{"554 after the dot", script{"dot": "554 5.6.0 looks like spam"}, mail.Refused, "554 5.6.0", 0},
		{"552 after the dot", script{"dot": "552 5.3.4 too big"}, mail.Refused, "552", 0},
		{"policy after the dot", script{"dot": "550 5.7.1 not wanted here"}, mail.Refused, "550 5.7.1", 0},
		{"no such user, said after the dot", script{"dot": "550 5.1.1 no such user"}, mail.Refused, "550 5.1.1", 0},
		{"450 at RCPT", script{"rcpt": "450 4.2.1 busy, jan@example.nl"}, mail.Retry, "450 4.2.1 busy, [address]", 0},
		{"no such user", script{"rcpt": "550 5.1.1 <jan@example.nl>: no such user"}, mail.Bounced, "550 5.1.1 <[address]>: no such user", 0},
		{"a domain without mail", script{"rcpt": "556 5.1.10 null MX"}, mail.Bounced, "556", 0},
		{"mailbox switched off", script{"rcpt": "550 5.2.1 disabled"}, mail.Bounced, "550", 0},
		{"a mailbox that is full can be emptied", script{"rcpt": "552 5.2.2 full"}, mail.Refused, "552", 0},
		{"this letter is too large for the mailbox", script{"rcpt": "552 5.2.3 too large"}, mail.Refused, "552", 0},
		{"our sender's domain, refused at RCPT only", script{"rcpt": "553 5.1.8 <post@incasso.example.nl>: sender's domain not found"}, mail.Retry, "553", 0},
		{"our sender's mailbox, refused at RCPT only", script{"rcpt": "553 5.1.7 bad sender"}, mail.Retry, "553", 0},
		{"policy of the recipient", script{"rcpt": "550 5.7.1 no bulk mail"}, mail.Refused, "550", 0},
		{"access denied, whatever that is about", script{"rcpt": "550 5.4.1 access denied"}, mail.Refused, "550", 0},
		{"another figure than a status in the text", script{"rcpt": "554 blocked: 192.5.1.1"}, mail.Refused, "554", 0},
		{"550 without a status", script{"rcpt": "550 unknown user"}, mail.Bounced, "550", 0},
		{"550 with the status that says nothing", script{"rcpt": "550 5.0.0 unknown user"}, mail.Bounced, "550", 0},
		{"551 without a status", script{"rcpt": "551 not here"}, mail.Bounced, "551", 0},
		{"553 without a status", script{"rcpt": "553 no such name"}, mail.Bounced, "553", 0},
		{"552 without a status", script{"rcpt": "552 too much"}, mail.Refused, "552", 0},
		{"554 without a status", script{"rcpt": "554 no"}, mail.Refused, "554", 0},
		{"530 at RCPT is our configuration", script{"rcpt": "530 5.7.0 authenticate first"}, mail.Retry, "530", 0},
		{"a status from a server that does not offer any", script{"ehlo": "250 sink", "rcpt": "550 5.7.1 policy"}, mail.Refused, "550", 0},
		{"550 at RCPT and RSET fails", script{"rcpt": "550 5.1.1 no", "rset": "drop"}, mail.Bounced, "550", 0},
		{"451 at MAIL", script{"mail": "451 4.7.1 greylisted"}, mail.Retry, "451", 0},
		{"our sender is unknown", script{"mail": "553 5.1.8 sender unknown"}, mail.Retry, "553", 0},
		{"our sender is not allowed", script{"mail": "550 5.7.1 sender not authorised"}, mail.Retry, "550", 0},
		{"our sender, without a status", script{"mail": "550 sender not authorised"}, mail.Retry, "550", 0},
		{"530 at MAIL is our configuration", script{"mail": "530 5.7.0 authenticate first"}, mail.Retry, "530", 0},
		{"452 at DATA", script{"data": "452 4.3.1 full"}, mail.Retry, "452", 0},
		{"554 at DATA", script{"data": "554 5.5.1 no valid recipients"}, mail.Refused, "554", 0},
		{"530 at DATA is our configuration", script{"data": "530 5.7.0 authenticate first"}, mail.Retry, "530", 0},
		{"nonsense at DATA", script{"data": "250 ok"}, mail.Retry, "250", 0},
		{"dropped at the greeting", script{"greet": "drop"}, mail.Retry, "connect to mail server", 0},
		{"refused at the greeting", script{"greet": "554 5.7.1 not you"}, mail.Retry, "554", 0},
		{"dropped at EHLO", script{"ehlo": "drop"}, mail.Retry, "connect to mail server", 0},
		{"dropped at MAIL", script{"mail": "drop"}, mail.Retry, "EOF", 0},
		{"dropped at RCPT", script{"rcpt": "drop"}, mail.Retry, "EOF", 0},
		{"dropped at DATA", script{"data": "drop"}, mail.Retry, "EOF", 0},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			srv := serve(t, c.script)
			got := sender(t, srv, nil).Send(t.Context(), letter("a1"))
			if got.Outcome != c.outcome || !strings.Contains(got.Reply, c.reply) {
				t.Errorf("%+v, want %s %q", got, c.outcome, c.reply)
			}
			if strings.Contains(got.Reply, "jan@") || strings.Contains(got.Reply, "post@") {
				t.Errorf("address in reply %q", got.Reply)
			}
			if n := len(srv.mails()); n != c.taken {
				t.Errorf("the server took %d mails, want %d", n, c.taken)
			}
		})
	}
}

// A lost connection in the middle of a message is never accepted or bounced; Retry only where the dot provably never left.
func TestConnectionLostInsideTheMessage(t *testing.T) {
	t.Parallel()
	srv := serve(t, script{"body": "drop"})
	got := sender(t, srv, nil).Send(t.Context(), letter("a1"))
	if got.Outcome != mail.Unknown && got.Outcome != mail.Retry {
		t.Errorf("%+v", got)
	}
	if len(srv.mails()) != 0 || srv.count("dot") != 0 {
		t.Error("the server got a whole message")
	}
}

// 16 MB do not fit the buffers of two loopback sockets: when the server stops reading, the dot cannot have left, whenever time runs out.
func TestAMessageThatCouldNotLeaveIsRetried(t *testing.T) {
	t.Parallel()
	srv := serve(t, script{"body": "stall"})
	m := letter("a1")
	m.Attachment = bytes.Repeat([]byte("%PDF-1.7"), 2<<20)
	got := sender(t, srv, func(o *mail.Options) { o.SendTimeout = 500 * time.Millisecond }).Send(t.Context(), m)
	close(srv.resume) // the server now reads what is left
	srv.finish()
	if got.Outcome != mail.Retry || len(srv.mails()) != 0 {
		t.Errorf("%+v, and the server took %d mails", got, len(srv.mails()))
	}
}

// The server says nothing at a stage; the caller's context ends there, as when a worker stops.
func TestContextEnds(t *testing.T) {
	t.Parallel()
	for stage, want := range map[string]mail.Outcome{
		"greet": mail.Retry, "ehlo": mail.Retry, "mail": mail.Retry, "rcpt": mail.Retry, "data": mail.Retry, "dot": mail.Unknown,
	} {
		t.Run(stage, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			srv := serve(t, script{stage: "hang"}, func(s *server) {
				s.reached = func(at string) {
					if at == stage {
						cancel()
					}
				}
			})
			if got := sender(t, srv, nil).Send(ctx, letter("a1")); got.Outcome != want {
				t.Errorf("%+v, want %s", got, want)
			}
		})
	}
}

func TestTimeouts(t *testing.T) {
	t.Parallel()
	for stage, change := range map[string]func(*mail.Options){
		"greet": func(o *mail.Options) { o.ConnectTimeout = 20 * time.Millisecond },
		"mail":  func(o *mail.Options) { o.SendTimeout = 20 * time.Millisecond },
	} {
		t.Run(stage, func(t *testing.T) {
			t.Parallel()
			if got := sender(t, serve(t, script{stage: "hang"}), change).Send(t.Context(), letter("a1")); got.Outcome != mail.Retry {
				t.Errorf("%+v", got)
			}
		})
	}
}

func TestConnectionRefused(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := &server{Listener: l}
	s := sender(t, srv, nil)
	_ = l.Close()
	if got := s.Send(t.Context(), letter("a1")); got.Outcome != mail.Retry {
		t.Errorf("%+v", got)
	}
}
