package devstack

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/wneessen/go-mail"
)

// get returns status, header and body of a page; the pages are mounted under a prefix, as the demo does.
func get(t *testing.T, s *SMTPSink, path string) (*http.Response, string) {
	t.Helper()
	w := httptest.NewRecorder()
	http.StripPrefix("/mail", s.Pages()).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/mail"+path, nil))
	body, err := io.ReadAll(w.Result().Body)
	if err != nil {
		t.Fatal(err)
	}
	return w.Result(), string(body)
}

// pageTests are asked of a mailbox with one mail that was delivered twice.
var pageTests = []struct {
	name, path  string
	status      int
	contains    string
	contentType string
	disposition string
}{
	{"list", "/", 200, `href="mail/one@x.nl"`, "text/html; charset=utf-8", ""},
	{"subjects are escaped", "/", 200, "&lt;script&gt;alert", "text/html; charset=utf-8", ""},
	{"a second delivery stands out", "/", 200, "2×", "text/html; charset=utf-8", ""},
	{"search finds", "/?q=JAN@x", 200, "one@x.nl", "text/html; charset=utf-8", ""},
	{"search finds nothing", "/?q=piet", 200, "Nothing found", "text/html; charset=utf-8", ""},
	{"mail", "/mail/one@x.nl", 200, "Geachte mevrouw Müller,", "text/html; charset=utf-8", ""},
	{"HTML bodies are caged", "/mail/one@x.nl", 200, `<iframe sandbox srcdoc="&lt;p&gt;`, "text/html; charset=utf-8", ""},
	{"source", "/mail/one@x.nl/source", 200, "Message-ID: <one@x.nl>", "text/plain; charset=utf-8", "inline"},
	{"PDF opens", "/mail/one@x.nl/part/0", 200, "%PDF", "application/pdf", "inline"},
	{"anything else is downloaded", "/mail/one@x.nl/part/1", 200, "<script>", "application/octet-stream", "attachment"},
	{"no such mail", "/mail/two@x.nl", 404, "", "", ""},
	{"no such part", "/mail/one@x.nl/part/2", 404, "", "", ""},
	{"no way out", "/mail/..%2F..%2Fetc%2Fpasswd", 404, "", "", ""},
}

func TestPagesShowTheMailbox(t *testing.T) {
	s := sink(t, SMTPSinkOptions{})
	if _, body := get(t, s, "/"); !strings.Contains(body, "No mail yet") {
		t.Errorf("empty mailbox: %s", body)
	}
	m := letter(t, "one@x.nl", "jan@x.nl")
	m.Subject(`<script>alert("x")</script>`)
	if err := m.AttachReader("page.html", strings.NewReader("<script>"), mail.WithFileContentType("text/html")); err != nil {
		t.Fatal(err)
	}
	if err := send(t, s, m); err != nil {
		t.Fatal(err)
	}
	if _, body := get(t, s, "/"); strings.Contains(body, "2×") {
		t.Errorf("a single delivery looks like a second one: %s", body)
	}
	if err := send(t, s, m); err != nil {
		t.Fatal(err)
	}
	for _, tt := range pageTests {
		t.Run(tt.name, func(t *testing.T) {
			r, body := get(t, s, tt.path)
			if r.StatusCode != tt.status {
				t.Fatalf("status %d", r.StatusCode)
			}
			if tt.status != 200 {
				return
			}
			if !strings.Contains(body, tt.contains) {
				t.Errorf("no %q in %s", tt.contains, body)
			}
			h := r.Header
			if h.Get("Content-Type") != tt.contentType || !strings.HasPrefix(h.Get("Content-Disposition"), tt.disposition) {
				t.Errorf("header %v", h)
			}
		})
	}
}

func selfSigned(t *testing.T) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), DNSNames: []string{"localhost"}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}
