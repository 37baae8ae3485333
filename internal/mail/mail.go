// Package mail hands one mail to one SMTP server and says what became of it: accepted, refused, to be tried again, or unknown.
// It must not decide whether a mail may be sent, remember what was sent, or send anything twice by itself: after the first byte
// of a message it never tries again, because SMTP cannot tell whether a lost answer was a yes (RFC 1047).
package mail

import (
	"fmt"
	"net/mail"
	"regexp"
	"strings"
	"time"
	"unicode"
)

// Outcome is what became of one attempt.
type Outcome string

// The five outcomes; Retry is the only one after which the same mail may be sent again without a person or proof.
const (
	Accepted Outcome = "accepted" // the server took responsibility for the mail
	Retry    Outcome = "retry"    // certainly not accepted; later it may be
	Unknown  Outcome = "unknown"  // the message went out in full and no answer came back
	Bounced  Outcome = "bounced"  // certainly not accepted, and no mail to this address ever will be
	Refused  Outcome = "refused"  // certainly not accepted, and the same mail never will be; another one to this address may
)

// Result is the outcome and the server's words, with addresses taken out.
type Result struct {
	Outcome Outcome
	Reply   string
}

// Message is one mail to one recipient. Equal messages are equal bytes: every header is set from these fields alone.
type Message struct {
	ID             string // Message-ID without <>, chosen by the caller: it finds the mail in the relay's log
	From, FromName string
	To             string // one bare address
	ReplyTo        string // one bare address for answers; "" is From
	Subject, Text  string
	Date           time.Time
	AttachmentName string // "" is no attachment
	Attachment     []byte // a PDF
}

// MessageError says why a message cannot be sent as it is. It never contains the field's value.
type MessageError struct{ Field, Problem string }

func (e *MessageError) Error() string { return fmt.Sprintf("check mail: %s %s", e.Field, e.Problem) }

// messageID is the part of RFC 5322 that every server passes on unchanged; anything else invites header injection.
var messageID = regexp.MustCompile(`^[A-Za-z0-9._-]{1,128}@[A-Za-z0-9.-]{1,128}$`)

// Validate returns a *MessageError for a message that must not be sent: a line break or other control character in a header,
// an address that is not exactly one ASCII address, a missing date. Send refuses such a message (as Bounced when it
// is the recipient's address that is wrong), since trying again cannot help and a person must look; a caller that wants to know before it registers a letter asks here.
func (m Message) Validate() error {
	for _, f := range []struct{ name, value string }{
		{"sender name", m.FromName}, {"subject", m.Subject}, {"attachment name", m.AttachmentName},
		{"sender", m.From}, {"recipient", m.To}, {"reply address", m.ReplyTo}, {"message id", m.ID},
	} {
		if strings.ContainsFunc(f.value, unicode.IsControl) {
			return &MessageError{f.name, "has a control character (a line break would add a header)"}
		}
	}
	switch {
	case !messageID.MatchString(m.ID):
		return &MessageError{"message id", "is not local@domain of letters, digits, dots, dashes and underscores"}
	case m.Date.IsZero():
		return &MessageError{"date", "is missing"}
	case strings.ContainsAny(m.AttachmentName, `/\"`):
		return &MessageError{"attachment name", "has a slash or a quote"}
	case (m.AttachmentName == "") != (len(m.Attachment) == 0):
		return &MessageError{"attachment", "needs both a name and content"}
	}
	if problem := addressProblem(m.From); problem != "" {
		return &MessageError{"sender", problem}
	}
	if problem := addressProblem(m.ReplyTo); m.ReplyTo != "" && problem != "" {
		return &MessageError{"reply address", problem}
	}
	if problem := addressProblem(m.To); problem != "" {
		return &MessageError{"recipient", problem}
	}
	return nil
}

// addressProblem is strict on purpose: quoted local parts carried ESMTP parameters into other libraries (CVE-2025-59937), and an
// internationalised local part needs SMTPUTF8 at every hop, which the relays of debtors do not have.
func addressProblem(address string) string {
	parsed, err := mail.ParseAddress(address)
	switch {
	case err != nil:
		return "is not a mail address"
	case parsed.Address != address:
		return "is not one bare address"
	case strings.ContainsAny(address, "\"<>(),;: \t"):
		return "has characters that a mail address does not need"
	case strings.ContainsFunc(address, func(r rune) bool { return r > unicode.MaxASCII }):
		return "is not ASCII (write the domain in its xn-- form)"
	case len(address) > 254:
		return "is longer than 254 characters (RFC 5321)"
	}
	return ""
}
