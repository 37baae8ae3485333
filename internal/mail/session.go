package mail

import (
	"context"
	"net"
	"time"

	"github.com/wneessen/go-mail/smtp"
)

// quitTimeout bounds the courtesy of saying goodbye: the mail is accepted already, and its acceptance must be recorded soon.
const quitTimeout = time.Second

// session is one signed-in connection. It is used by one goroutine at a time.
type session struct {
	smtp      *smtp.Client
	conn      net.Conn
	sent      int       // mails tried on it
	idleSince time.Time // zero when it is new
}

// reset starts afresh on a connection that was idle, which also finds out whether it is still alive; nothing is at stake yet.
func (c *session) reset(timeout time.Duration) bool {
	return c.smtp.UpdateDeadline(timeout) == nil && c.smtp.Reset() == nil
}

// quit says goodbye and closes. Only for a connection that is between two messages.
func (c *session) quit() {
	if c.smtp.UpdateDeadline(quitTimeout) == nil {
		_ = c.smtp.Quit() // the answer changes nothing
	}
	c.drop()
}

// drop closes without a word. After a message broke off halfway this is the only safe way: any further command, QUIT too, makes
// net/textproto finish the open message with its dot, and the server would accept a truncated letter.
func (c *session) drop() { _ = c.smtp.Close() }

// guard closes the connection when ctx ends. The caller stops it; false means that the connection is gone.
func (c *session) guard(ctx context.Context) (stop func() bool) {
	return context.AfterFunc(ctx, func() { _ = c.conn.Close() })
}
