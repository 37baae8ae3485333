package devstack

import (
	"crypto/tls"
	"strings"
	"testing"
	"time"

	"github.com/wneessen/go-mail"
)

// Pitfall P1: the mail is in, yet the client reports an error.
func TestWireHooks(t *testing.T) {
	tests := []struct {
		name      string
		hook      WireHook
		kept      int
		delivered bool
	}{
		{"RSET fails", FailReset, 1, true},
		{"QUIT is dropped", DropQuit, 1, true},
		{"the greeting never comes", func(r string) (string, bool) { return r, !strings.HasPrefix(r, "220") }, 0, false},
		{"the connection drops at DATA", func(r string) (string, bool) { return r, !strings.HasPrefix(r, "354") }, 0, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := sink(t, SMTPSinkOptions{Wire: tt.hook})
			m := letter(t, "one@x.nl", "jan@x.nl")
			if err := send(t, s, m); err == nil {
				t.Error("no error")
			}
			if s.Count() != tt.kept || m.IsDelivered() != tt.delivered {
				t.Errorf("kept %d, delivered %v", s.Count(), m.IsDelivered())
			}
			s.SetWire(nil)
			if err := send(t, s, letter(t, "two@x.nl", "jan@x.nl")); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestSinkWithoutTLSOffersNone(t *testing.T) {
	s := sink(t, SMTPSinkOptions{})
	err := send(t, s, letter(t, "one@x.nl", "jan@x.nl"), mail.WithTLSPolicy(mail.TLSMandatory))
	if err == nil || s.Count() != 0 {
		t.Errorf("error %v, kept %d", err, s.Count())
	}
}

func TestSinkSpeaksTLS(t *testing.T) {
	s := sink(t, SMTPSinkOptions{TLS: &tls.Config{Certificates: []tls.Certificate{selfSigned(t)}}, Wire: FailReset})
	err := send(t, s, letter(t, "one@x.nl", "jan@x.nl"), mail.WithTLSPolicy(mail.TLSMandatory), mail.WithTimeout(2*time.Second),
		mail.WithTLSConfig(&tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS13}))
	if err != nil || s.Count() != 1 {
		t.Errorf("error %v, kept %d", err, s.Count())
	}
}
