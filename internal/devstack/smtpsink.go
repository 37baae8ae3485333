package devstack

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emersion/go-smtp"
)

// SMTPSinkOptions says where the sink listens and what it does with recipients.
type SMTPSinkOptions struct {
	Addr string // default 127.0.0.1 with a free port
	Dir  string // the journal: one .eml file per accepted delivery; reused after a restart
	// Behaviour decides what happens to a recipient; attempt counts the RCPT commands for that
	// address since the sink started, from 1. nil is ScriptedReaction.
	Behaviour func(rcpt string, attempt int) Reaction
	Wire      WireHook    // nil leaves the replies alone
	TLS       *tls.Config // nil offers no STARTTLS
}

// WireHook sees each line that the sink is about to reply and returns the line to send in its place;
// false closes the connection without a reply. It must be safe for concurrent use.
type WireHook func(reply string) (instead string, keep bool)

// FailReset answers 451 to RSET: the mail before it was accepted, yet clients report an error.
func FailReset(reply string) (string, bool) {
	if reply == "250 2.0.0 Session reset" {
		return "451 4.3.0 Reset failed", true
	}
	return reply, true
}

// DropQuit closes the connection at QUIT without the reply.
func DropQuit(reply string) (string, bool) { return reply, reply[:3] != "221" }

// SMTPSink is a mail server that delivers nothing: it keeps what it accepts and shows it.
type SMTPSink struct {
	box      *mailbox
	server   *smtp.Server
	listener net.Listener
	closed   chan struct{}
	close    func() error
	wire     atomic.Pointer[WireHook]

	mu        sync.Mutex
	behaviour func(string, int) Reaction
	attempts  map[string]int
}

// maxMail is larger than any letter with its attachments, and small enough to keep in memory.
const maxMail = 32 << 20

// StartSMTPSink listens and returns; the journal of an earlier sink in Dir is read first.
func StartSMTPSink(opts SMTPSinkOptions) (*SMTPSink, error) {
	box, err := openMailbox(opts.Dir)
	if err != nil {
		return nil, err
	}
	if opts.Addr == "" {
		opts.Addr = "127.0.0.1:0"
	}
	l, err := net.Listen("tcp", opts.Addr)
	if err != nil {
		return nil, fmt.Errorf("listen for mail: %w", err)
	}
	s := &SMTPSink{box: box, listener: l, closed: make(chan struct{}), attempts: map[string]int{}}
	s.SetBehaviour(opts.Behaviour)
	s.SetWire(opts.Wire)
	s.server = smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		return &smtpSession{sink: s, conn: c}, nil
	}))
	s.server.Domain = "sink.localhost"
	s.server.TLSConfig = opts.TLS
	s.server.MaxMessageBytes = maxMail
	s.server.MaxRecipients = 100
	s.server.ReadTimeout, s.server.WriteTimeout = 5*time.Minute, time.Minute
	s.server.EnableSMTPUTF8 = true
	s.server.ErrorLog = log.New(io.Discard, "", 0) // broken connections are what the sink is for
	s.close = sync.OnceValue(func() error { close(s.closed); return s.server.Close() })
	go func() { _ = s.server.Serve(wireListener{l, s}) }() // ends with Close
	return s, nil
}

// Addr is the host:port that the sink listens on.
func (s *SMTPSink) Addr() string { return s.listener.Addr().String() }

// Close ends the server and every connection. The journal stays.
func (s *SMTPSink) Close() error {
	if err := s.close(); err != nil {
		return fmt.Errorf("close mail sink: %w", err)
	}
	return nil
}

// SetBehaviour changes what happens to recipients from now on; nil is ScriptedReaction.
func (s *SMTPSink) SetBehaviour(f func(rcpt string, attempt int) Reaction) {
	if f == nil {
		f = ScriptedReaction
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.behaviour = f
}

// SetWire changes the wire hook from now on, also on open connections; nil removes it.
func (s *SMTPSink) SetWire(h WireHook) {
	if h == nil {
		s.wire.Store(nil)
		return
	}
	s.wire.Store(&h)
}

// Count is the number of accepted deliveries.
func (s *SMTPSink) Count() int { return len(s.box.list()) }

// Messages are the accepted deliveries, oldest first, read from the journal with their content. Mails
// without content are cheaper: Summaries.
func (s *SMTPSink) Messages() ([]Mail, error) { return s.load(func(Mail) bool { return true }) }

// ByMessageID are the deliveries of one Message-ID (without angle brackets): more than one is a duplicate.
func (s *SMTPSink) ByMessageID(id string) ([]Mail, error) {
	return s.load(func(m Mail) bool { return m.MessageID == id })
}

// Summaries are the accepted deliveries, oldest first, without Raw, Text, HTML and the content of attachments.
func (s *SMTPSink) Summaries() []Mail { return s.box.list() }

func (s *SMTPSink) load(want func(Mail) bool) ([]Mail, error) {
	var mails []Mail
	for _, m := range s.box.list() {
		if !want(m) {
			continue
		}
		full, err := s.box.read(m.ID)
		if err != nil {
			return nil, err
		}
		mails = append(mails, full)
	}
	return mails, nil
}

// Pages shows the mailbox: a list, each mail and its attachments. All links are relative, so that it
// can be mounted under any prefix that ends in a slash (with http.StripPrefix).
func (s *SMTPSink) Pages() http.Handler { return pages(s.box) }

func (s *SMTPSink) react(rcpt string) Reaction {
	s.mu.Lock()
	s.attempts[rcpt]++
	behaviour, attempt := s.behaviour, s.attempts[rcpt]
	s.mu.Unlock()
	return behaviour(rcpt, attempt)
}

// wireListener puts the wire hook between the server and its clients.
type wireListener struct {
	net.Listener
	sink *SMTPSink
}

func (l wireListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return wireConn{c, l.sink}, nil
}

type wireConn struct {
	net.Conn
	sink *SMTPSink
}

// Write relies on the server writing each reply line at once. Under STARTTLS it sees cipher text,
// which does not begin with a digit, and leaves it alone.
func (c wireConn) Write(p []byte) (int, error) {
	hook := c.sink.wire.Load()
	if hook == nil || len(p) < 5 || p[0] < '2' || p[0] > '5' {
		return c.Conn.Write(p)
	}
	line, keep := (*hook)(string(p[:len(p)-len("\r\n")]))
	if !keep {
		return 0, errors.Join(net.ErrClosed, c.Close())
	}
	if _, err := io.WriteString(c.Conn, line+"\r\n"); err != nil {
		return 0, err
	}
	return len(p), nil
}
