package devstack

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/smtp"
	"net/textproto"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wneessen/go-mail"
)

func sink(t *testing.T, opts SMTPSinkOptions) *SMTPSink {
	t.Helper()
	if opts.Dir == "" {
		opts.Dir = t.TempDir()
	}
	s, err := StartSMTPSink(opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// letter is a mail as the product will send it.
func letter(t *testing.T, id, to string) *mail.Msg {
	t.Helper()
	m := mail.NewMsg()
	for _, err := range []error{m.From("incasso@example.nl"), m.To(to)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	m.Subject("Aanmaning: één factuur van € 1.234,50")
	m.SetMessageIDWithValue(id)
	m.SetDateWithValue(time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC))
	m.SetBodyString(mail.TypeTextPlain, "Geachte mevrouw Müller,\n\n.een regel die met een punt begint\n")
	m.AddAlternativeString(mail.TypeTextHTML, "<p>Geachte mevrouw Müller</p>")
	if err := m.AttachReader("aanmaning één.pdf", strings.NewReader("%PDF-1.4 test"), mail.WithFileContentType("application/pdf")); err != nil {
		t.Fatal(err)
	}
	return m
}

// send hands m to the sink the way a relay client does.
func send(t *testing.T, s *SMTPSink, m *mail.Msg, opts ...mail.Option) error {
	t.Helper()
	_, port, err := net.SplitHostPort(s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	var n int
	if _, err := fmt.Sscan(port, &n); err != nil {
		t.Fatal(err)
	}
	opts = append([]mail.Option{mail.WithPort(n), mail.WithTLSPolicy(mail.NoTLS), mail.WithHELO("test"), mail.WithTimeout(300 * time.Millisecond)}, opts...)
	c, err := mail.NewClient("127.0.0.1", opts...)
	if err != nil {
		t.Fatal(err)
	}
	return c.DialAndSendWithContext(context.Background(), m)
}

func TestSinkKeepsAndReadsMail(t *testing.T) {
	s := sink(t, SMTPSinkOptions{})
	m := letter(t, "letter-1@example.nl", "Jan.de.Vries@example.nl")
	if err := send(t, s, m); err != nil {
		t.Fatal(err)
	}
	mails, err := s.Messages()
	if err != nil || len(mails) != 1 || s.Count() != 1 {
		t.Fatalf("%d mails, count %d, %v", len(mails), s.Count(), err)
	}
	got := mails[0]
	if got.MessageID != "letter-1@example.nl" || got.ID != got.MessageID ||
		got.EnvelopeFrom != "incasso@example.nl" || !slices.Equal(got.EnvelopeTo, []string{"Jan.de.Vries@example.nl"}) ||
		!slices.Equal(got.To, got.EnvelopeTo) || got.From != "incasso@example.nl" {
		t.Errorf("envelope or header: %+v", got.summary())
	}
	if got.Subject != "Aanmaning: één factuur van € 1.234,50" || got.Date.UTC().Format(time.DateTime) != "2026-11-23 09:30:00" {
		t.Errorf("subject %q, date %s", got.Subject, got.Date)
	}
	if got.Text != "Geachte mevrouw Müller,\n\n.een regel die met een punt begint\n" || got.HTML != "<p>Geachte mevrouw Müller</p>" {
		t.Errorf("text %q, html %q", got.Text, got.HTML)
	}
	if len(got.Attachments) != 1 || got.Attachments[0].Name != "aanmaning één.pdf" ||
		got.Attachments[0].ContentType != "application/pdf" || string(got.Attachments[0].Content) != "%PDF-1.4 test" {
		t.Errorf("attachments: %+v", got.Attachments)
	}
	if got.Size != len(got.Raw) || bytes.Contains(got.Raw, []byte(receivedHeader)) {
		t.Errorf("size %d, raw %d bytes", got.Size, len(got.Raw))
	}
}

func TestJournalSurvivesARestartAndShowsDuplicates(t *testing.T) {
	dir := t.TempDir()
	first := sink(t, SMTPSinkOptions{Dir: dir})
	for _, id := range []string{"a@x.nl", "b@x.nl", "a@x.nl", "../../evil/é@x.nl"} {
		if err := send(t, first, letter(t, id, "jan@x.nl")); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(first.Close(), os.WriteFile(filepath.Join(dir, "1.partial"), []byte("half"), 0o600)); err != nil {
		t.Fatal(err)
	}
	s := sink(t, SMTPSinkOptions{Dir: dir})
	if err := send(t, s, letter(t, "a@x.nl", "jan@x.nl")); err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, m := range s.Summaries() {
		ids = append(ids, m.ID)
	}
	if len(ids) != 5 || !slices.Equal([]string{ids[0], ids[1], ids[2], ids[4]}, []string{"a@x.nl", "b@x.nl", "a@x.nl~2", "a@x.nl~3"}) {
		t.Errorf("ids %q", ids)
	}
	if twice, err := s.ByMessageID("a@x.nl"); err != nil || len(twice) != 3 {
		t.Errorf("%d deliveries of a@x.nl, %v", len(twice), err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) != 5 {
		t.Errorf("files %q, %v", files, err)
	}
}

// What the sender is told, what the sink kept, and what a second attempt gives.
func TestScriptedRecipients(t *testing.T) {
	tests := []struct {
		name   string
		to     string
		first  string // part of the error, "" is success
		kept   int
		second string
		total  int
	}{
		{"no such mailbox", "jan+bounce@x.nl", "550", 0, "550", 0},
		{"the whole local part is the script too", "Bounce@x.nl", "550", 0, "550", 0},
		{"a word that only ends so is a person", "debounce@x.nl", "", 1, "", 2},
		{"mailbox full", "jan+full@x.nl", "552", 0, "552", 0},
		{"busy at first", "jan+busy@x.nl", "451", 0, "", 1},
		{"refused after the dot", "jan+rejectdata@x.nl", "554", 0, "554", 0},
		{"deferred after the dot", "jan+laterdata@x.nl", "451", 0, "", 1},
		{"accepted, but the reply is lost", "jan+dropafterdot@x.nl", "EOF", 1, "EOF", 2},
		{"lost, and so is the reply", "jan+lostafterdot@x.nl", "EOF", 0, "EOF", 0},
		{"accepted, but the reply never comes", "jan+hangafterdot@x.nl", "timeout", 1, "timeout", 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := sink(t, SMTPSinkOptions{})
			check := func(want string, kept int) {
				t.Helper()
				err := send(t, s, letter(t, "one@x.nl", tt.to))
				if (want == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), want) {
					t.Errorf("got error %v, want %q", err, want)
				}
				if s.Count() != kept {
					t.Errorf("kept %d, want %d", s.Count(), kept)
				}
			}
			check(tt.first, tt.kept)
			check(tt.second, tt.total)
		})
	}
}

func TestSlowReplyKeepsTheMail(t *testing.T) {
	s := sink(t, SMTPSinkOptions{Behaviour: func(string, int) Reaction { return Reaction{Delay: time.Hour} }})
	if err := send(t, s, letter(t, "one@x.nl", "jan@x.nl")); err == nil || s.Count() != 1 {
		t.Errorf("error %v, kept %d", err, s.Count())
	}
	if r := ScriptedReaction("jan+slow@x.nl", 1); r.Delay != slowReply {
		t.Errorf("slow script: %+v", r)
	}
}

func TestBehaviourCanChange(t *testing.T) {
	s := sink(t, SMTPSinkOptions{})
	s.SetBehaviour(func(_ string, attempt int) Reaction { return Reaction{Rcpt: 450 + attempt} })
	if err := send(t, s, letter(t, "one@x.nl", "jan@x.nl")); err == nil || !strings.Contains(err.Error(), "451") {
		t.Errorf("got %v", err)
	}
	s.SetBehaviour(nil)
	if err := send(t, s, letter(t, "one@x.nl", "jan@x.nl")); err != nil {
		t.Error(err)
	}
}

// Not every client is go-mail, and not every mail is well formed.
func TestUnreadableMailIsKept(t *testing.T) {
	s := sink(t, SMTPSinkOptions{})
	bodies := []string{
		"no header at all",
		"Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nnever closed",
		"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!",
		"Subject: =?utf-8?q?broken\r\nX-Sink-Received: 2001-01-01T00:00:00Z\r\n\r\nlooks like a trace",
		strings.Repeat("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n", 50),
	}
	for _, body := range bodies {
		if err := smtp.SendMail(s.Addr(), nil, "a@x.nl", []string{"b@x.nl", "c@x.nl"}, []byte(body)); err != nil {
			t.Errorf("%.30q: %v", body, err)
		}
	}
	mails, err := s.Messages()
	if err != nil || len(mails) != len(bodies) {
		t.Fatalf("%d of %d kept, %v", len(mails), len(bodies), err)
	}
	for i, m := range mails {
		if strings.TrimSuffix(string(m.Raw), "\r\n") != strings.TrimSuffix(bodies[i], "\r\n") || len(m.EnvelopeTo) != 2 {
			t.Errorf("%d: %q to %q", i, m.Raw, m.EnvelopeTo)
		}
	}
}

func TestTooLargeMailIsRefused(t *testing.T) {
	s := sink(t, SMTPSinkOptions{})
	c, err := smtp.Dial(s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	if err := errors.Join(c.Mail("a@x.nl"), c.Rcpt("b@x.nl")); err != nil {
		t.Fatal(err)
	}
	w, err := c.Data()
	if err != nil {
		t.Fatal(err)
	}
	line := strings.Repeat("x", 998) + "\r\n"
	for range maxMail/len(line) + 1 {
		if _, err := io.WriteString(w, line); err != nil {
			t.Fatal(err)
		}
	}
	var reply *textproto.Error
	if err := w.Close(); !errors.As(err, &reply) || reply.Code != 552 || s.Count() != 0 {
		t.Errorf("error %v, kept %d", err, s.Count())
	}
}
