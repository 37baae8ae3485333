package testkit

import (
	"testing"

	"github.com/incassocenter/dunning/internal/devstack"
)

// SMTP starts a mail server that keeps what it accepts and plays the scripts of
// devstack.ScriptedReaction. It ends with the test.
func SMTP(t testing.TB) *devstack.SMTPSink {
	t.Helper()
	s, err := devstack.StartSMTPSink(devstack.SMTPSinkOptions{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}
