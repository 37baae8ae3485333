package mail_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	stdmail "net/mail"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/incassocenter/dunning/internal/mail"
)

func TestTheSameMessageIsTheSameBytes(t *testing.T) {
	t.Parallel()
	srv := serve(t, nil)
	s := sender(t, srv, nil)
	again := letter("a1")
	again.Date = again.Date.In(time.FixedZone("elsewhere", 9*3600)) // the same instant
	for _, m := range []mail.Message{letter("a1"), again} {
		if got := s.Send(t.Context(), m); got.Outcome != mail.Accepted {
			t.Fatalf("%+v", got)
		}
	}
	rendered, err := mail.Render(letter("a1"))
	if err != nil {
		t.Fatal(err)
	}
	want := strings.TrimSpace(strings.ReplaceAll(string(rendered), "\r\n", "\n"))
	for _, got := range srv.mails() {
		if diff := cmp.Diff(want, strings.TrimSpace(got)); diff != "" {
			t.Error(diff)
		}
	}
}

func TestWhatTheReaderGets(t *testing.T) {
	t.Parallel()
	rendered, err := mail.Render(letter("a1"))
	if err != nil {
		t.Fatal(err)
	}
	msg, err := stdmail.ReadMessage(bytes.NewReader(rendered))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(msg.Header.Get("Subject"))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{"Subject": subject}
	for _, name := range []string{"From", "To", "Date", "Message-Id", "Auto-Submitted", "Mime-Version", "User-Agent"} {
		got[name] = msg.Header.Get(name)
	}
	want := map[string]string{
		"Subject": "Herinnering €", "From": `"Incassocenter" <post@incasso.example.nl>`, "To": "<jan@example.nl>",
		"Date": "Thu, 03 Dec 2026 10:30:00 +0100", "Message-Id": "<a1@dunning.example.nl>",
		"Auto-Submitted": "auto-generated", "Mime-Version": "1.0", "User-Agent": "",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	_, params, err := mime.ParseMediaType(msg.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	parts := multipart.NewReader(msg.Body, params["boundary"])
	text := part(t, parts, func(r io.Reader) io.Reader { return quotedprintable.NewReader(r) })
	if want := strings.ReplaceAll(letter("a1").Text, "\n", "\r\n"); text != want {
		t.Errorf("text %q, want %q", text, want)
	}
	pdf := part(t, parts, func(r io.Reader) io.Reader { return base64.NewDecoder(base64.StdEncoding, r) })
	if pdf != string(letter("a1").Attachment) {
		t.Error("the attachment changed on the way")
	}
}

func part(t *testing.T, parts *multipart.Reader, decode func(io.Reader) io.Reader) string {
	t.Helper()
	p, err := parts.NextRawPart()
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(decode(p))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestWithoutAttachment(t *testing.T) {
	t.Parallel()
	m := letter("a1")
	m.AttachmentName, m.Attachment = "", nil
	one, err := mail.Render(m)
	if err != nil {
		t.Fatal(err)
	}
	two, err := mail.Render(m)
	if err != nil || !bytes.Equal(one, two) || bytes.Contains(one, []byte("multipart")) {
		t.Errorf("%v\n%s", err, one)
	}
}

func TestRefusedBeforeSending(t *testing.T) {
	t.Parallel()
	srv := serve(t, nil)
	s := sender(t, srv, nil)
	for _, c := range []struct {
		story, field string
		change       func(*mail.Message)
	}{
		{"line break in the subject", "subject", func(m *mail.Message) { m.Subject = "hello\r\nBcc: eve@example.com" }},
		{"bare line feed in the subject", "subject", func(m *mail.Message) { m.Subject = "hello\nBcc: eve@example.com" }},
		{"NUL in the subject", "subject", func(m *mail.Message) { m.Subject = "a\x00b" }},
		{"line break in the sender's name", "sender name", func(m *mail.Message) { m.FromName = "x\r\nBcc: eve@example.com" }},
		{"line break in the recipient", "recipient", func(m *mail.Message) { m.To = "jan@example.nl\r\nRCPT TO:<eve@example.com>" }},
		{"two recipients", "recipient", func(m *mail.Message) { m.To = "jan@example.nl, eve@example.com" }},
		{"a name with the recipient", "recipient", func(m *mail.Message) { m.To = "Jan <jan@example.nl>" }},
		{"quoted local part (CVE-2025-59937)", "recipient", func(m *mail.Message) { m.To = `"jan@x> ORCPT=eve"@example.nl` }},
		{"comment in the recipient", "recipient", func(m *mail.Message) { m.To = "jan@example.nl (eve)" }},
		{"no recipient", "recipient", func(m *mail.Message) { m.To = "" }},
		{"no domain", "recipient", func(m *mail.Message) { m.To = "jan" }},
		{"not ASCII", "recipient", func(m *mail.Message) { m.To = "jän@example.nl" }},
		{"too long", "recipient", func(m *mail.Message) { m.To = strings.Repeat("j", 250) + "@example.nl" }},
		{"line break in the sender", "sender", func(m *mail.Message) { m.From = "a@b.nl\r\n" }},
		{"line break in the message id", "message id", func(m *mail.Message) { m.ID = "a@b\r\nBcc: eve@example.com" }},
		{"angle in the message id", "message id", func(m *mail.Message) { m.ID = "a@b> x" }},
		{"no message id", "message id", func(m *mail.Message) { m.ID = "" }},
		{"line break in the file name", "attachment name", func(m *mail.Message) { m.AttachmentName = "a\r\nX: y.pdf" }},
		{"quote in the file name", "attachment name", func(m *mail.Message) { m.AttachmentName = `a";x=".pdf` }},
		{"path in the file name", "attachment name", func(m *mail.Message) { m.AttachmentName = "../a.pdf" }},
		{"a name without a file", "attachment", func(m *mail.Message) { m.Attachment = nil }},
		{"no date", "date", func(m *mail.Message) { m.Date = time.Time{} }},
	} {
		t.Run(c.story, func(t *testing.T) {
			m := letter("a1")
			c.change(&m)
			var bad *mail.MessageError
			if err := m.Validate(); !errors.As(err, &bad) || bad.Field != c.field {
				t.Errorf("got %v, want a problem with the %s", err, c.field)
			}
			want := mail.Refused
			if c.field == "recipient" {
				want = mail.Bounced
			}
			if got := s.Send(t.Context(), m); got.Outcome != want || !strings.HasPrefix(got.Reply, "refused before sending") || strings.Contains(got.Reply, "eve") {
				t.Errorf("%+v", got)
			}
		})
	}
	if srv.count("greet") != 0 {
		t.Error("something was sent")
	}
}

// A name is data: whatever it contains, the sender's address stays the one given.
func TestSenderNameCannotChangeTheAddress(t *testing.T) {
	t.Parallel()
	for _, name := range []string{`x" <eve@example.com>, "`, "eve@example.com", "Bureau Zuid <eve@example.com>", "Köln & Zürich, B.V.", "=?utf-8?q?eve?="} {
		m := letter("a1")
		m.FromName = name
		rendered, err := mail.Render(m)
		if err != nil {
			t.Fatal(err)
		}
		msg, err := stdmail.ReadMessage(bytes.NewReader(rendered))
		if err != nil {
			t.Fatal(err)
		}
		from, err := msg.Header.AddressList("From")
		if err != nil || len(from) != 1 || from[0].Address != m.From || from[0].Name != name {
			t.Errorf("%q gives %v %v", name, from, err)
		}
	}
}
