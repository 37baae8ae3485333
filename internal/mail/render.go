package mail

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	stdmail "net/mail"

	gomail "github.com/wneessen/go-mail"

	"github.com/incassocenter/dunning/internal/calendar"
)

// build leaves nothing to go-mail's defaults: its Message-ID, date, boundary and user agent differ at every call.
func build(m Message) (*gomail.Msg, error) {
	if err := m.Validate(); err != nil {
		return nil, err
	}
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithBoundary(boundary(m.ID)))
	msg.SetMessageIDWithValue(m.ID)
	msg.SetDateWithValue(m.Date.In(calendar.Amsterdam))  // the same instant from PostgreSQL or from a workflow prints the same
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no out-of-office answers
	msg.FromMailAddress(&stdmail.Address{Name: m.FromName, Address: m.From})
	msg.SetAddrHeaderFromMailAddress(gomail.HeaderTo, &stdmail.Address{Address: m.To})
	if m.ReplyTo != "" {
		msg.SetAddrHeaderFromMailAddress(gomail.HeaderReplyTo, &stdmail.Address{Address: m.ReplyTo})
	}
	msg.Subject(m.Subject)
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	if m.AttachmentName != "" {
		err := msg.AttachReader(m.AttachmentName, bytes.NewReader(m.Attachment), gomail.WithFileContentType("application/pdf"))
		if err != nil {
			return nil, fmt.Errorf("attach file: %w", err)
		}
	}
	return msg, nil
}

// boundary depends on the Message-ID alone. Nobody who writes a text knows its 128 bits, so no text can contain it.
// No '=' in it, although that would be safer still: go-mail does not quote the parameter.
func boundary(id string) string {
	sum := sha256.Sum256([]byte("boundary of " + id))
	return "dunning_" + hex.EncodeToString(sum[:16])
}
