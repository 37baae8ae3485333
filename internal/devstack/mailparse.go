package devstack

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"strings"
	"time"
)

// Mail is one accepted delivery.
type Mail struct {
	ID           string // name in the journal, unique
	MessageID    string // without angle brackets
	EnvelopeFrom string // MAIL FROM
	EnvelopeTo   []string
	From         string // header, decoded: `Name <address>`, or the bare address
	To           []string
	Subject      string
	Date         time.Time // header; zero when missing or unreadable
	Received     time.Time // when the sink accepted it
	Size         int       // bytes as received
	Text         string    // the text/plain body
	HTML         string    // the text/html body, as sent: do not show it without a sandbox
	Attachments  []Attachment
	Header       mail.Header
	Raw          []byte // as received
}

// Attachment is one part that is not the body.
type Attachment struct {
	Name        string
	ContentType string // without parameters
	Size        int
	Content     []byte
}

// summary drops what is large.
func (m Mail) summary() Mail {
	m.Raw, m.Text, m.HTML = nil, "", ""
	small := make([]Attachment, len(m.Attachments))
	for i, a := range m.Attachments {
		a.Content = nil
		small[i] = a
	}
	m.Attachments = small
	return m
}

// parseMail never fails: a mail that cannot be understood was still delivered. What is unreadable
// shows up as text.
func parseMail(id string, content []byte) Mail {
	env, at, raw := splitTrace(content)
	m := Mail{ID: id, EnvelopeFrom: env.from, EnvelopeTo: env.to, Received: at, Size: len(raw), Raw: raw}
	msg, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		m.Text = string(raw)
		return m
	}
	m.Header = msg.Header
	m.MessageID = strings.Trim(strings.TrimSpace(msg.Header.Get("Message-ID")), "<>")
	m.From = decodeWords(msg.Header.Get("From"))
	if a, err := mail.ParseAddress(m.From); err == nil && a.Name == "" {
		m.From = a.Address
	}
	m.Subject = decodeWords(msg.Header.Get("Subject"))
	m.Date, _ = msg.Header.Date() // zero when unreadable, as documented
	if list, err := msg.Header.AddressList("To"); err == nil {
		for _, a := range list {
			m.To = append(m.To, a.Address)
		}
	}
	m.addPart(textproto.MIMEHeader(msg.Header), msg.Body, 0)
	return m
}

func decodeWords(s string) string {
	if d, err := new(mime.WordDecoder).DecodeHeader(s); err == nil {
		return d
	}
	return s
}

// maxDepth bounds nested multiparts: a hostile mail must not exhaust the stack.
const maxDepth = 10

func (m *Mail) addPart(h textproto.MIMEHeader, body io.Reader, depth int) {
	kind, params, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil {
		kind = "text/plain"
	}
	if strings.HasPrefix(kind, "multipart/") && depth < maxDepth {
		parts := multipart.NewReader(body, params["boundary"])
		for {
			p, err := parts.NextRawPart()
			if err != nil {
				return // the end, or as much as is readable
			}
			m.addPart(p.Header, p, depth+1)
		}
	}
	content, _ := io.ReadAll(decodeTransfer(h.Get("Content-Transfer-Encoding"), body)) // as much as is readable
	disposition, dparams, _ := mime.ParseMediaType(h.Get("Content-Disposition"))
	name := dparams["filename"]
	if name == "" {
		name = params["name"]
	}
	switch {
	case disposition != "attachment" && name == "" && kind == "text/plain" && m.Text == "":
		m.Text = strings.ToValidUTF8(strings.ReplaceAll(string(content), "\r\n", "\n"), "\uFFFD")
	case disposition != "attachment" && name == "" && kind == "text/html" && m.HTML == "":
		m.HTML = strings.ToValidUTF8(string(content), "\uFFFD")
	default:
		if name = decodeWords(name); name == "" {
			name = "part"
		}
		m.Attachments = append(m.Attachments, Attachment{Name: name, ContentType: kind, Size: len(content), Content: content})
	}
}

func decodeTransfer(encoding string, r io.Reader) io.Reader {
	switch strings.ToLower(strings.TrimSpace(encoding)) {
	case "base64":
		return base64.NewDecoder(base64.StdEncoding, r)
	case "quoted-printable":
		return quotedprintable.NewReader(r)
	}
	return r
}
