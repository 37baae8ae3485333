package mail

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"sync"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// TLSPolicy says when a connection must be encrypted (STARTTLS).
type TLSPolicy string

// The policies. The zero value is TLSMandatory. TLSNone is for development; the configuration refuses it in production.
const (
	TLSMandatory     TLSPolicy = "mandatory"
	TLSOpportunistic TLSPolicy = "opportunistic"
	TLSNone          TLSPolicy = "none"
)

// Options are the parameters of a Sender; zero durations and counts take the default named with them.
type Options struct {
	Host               string
	Port               int
	TLS                TLSPolicy
	Roots              *x509.CertPool // nil: the roots of the operating system
	Auth               string         // "plain" or "login"; used when Username is set. Neither sends a password over a clear connection.
	Username, Password string
	Hello              string // the name we give in EHLO; "": the host name
	// ConnectTimeout covers dialling, TLS and signing in (10 s). SendTimeout covers one message, answer to the dot included (25 s):
	// RFC 5321 would wait 10 minutes for that answer, but an attempt to send has 50 s in all, so the outcome becomes Unknown instead.
	ConnectTimeout, SendTimeout time.Duration
	// MaxIdle is how many connections are kept for the next mail (0: none), IdleTimeout for how long (30 s), MailsPerConnection
	// how many mails one connection carries (100, the usual limit of relays).
	MaxIdle            int
	IdleTimeout        time.Duration
	MailsPerConnection int
}

// Sender sends mails over a small pool of connections. It is safe for use by many goroutines.
type Sender struct {
	options Options
	client  *gomail.Client

	mu     sync.Mutex
	idle   []*session // newest last
	closed bool
}

// New checks the options; it connects to nothing.
func New(o Options) (*Sender, error) {
	o.ConnectTimeout = cmp.Or(o.ConnectTimeout, 10*time.Second)
	o.SendTimeout = cmp.Or(o.SendTimeout, 25*time.Second)
	o.IdleTimeout = cmp.Or(o.IdleTimeout, 30*time.Second)
	o.MailsPerConnection = cmp.Or(o.MailsPerConnection, 100)
	o.TLS = cmp.Or(o.TLS, TLSMandatory)
	policy, known := map[TLSPolicy]gomail.TLSPolicy{
		TLSMandatory: gomail.TLSMandatory, TLSOpportunistic: gomail.TLSOpportunistic, TLSNone: gomail.NoTLS,
	}[o.TLS]
	if !known {
		return nil, fmt.Errorf("make mail sender: no TLS policy %q; right would be mandatory, opportunistic or none", o.TLS)
	}
	options := []gomail.Option{
		gomail.WithPort(o.Port), gomail.WithTimeout(o.SendTimeout), gomail.WithTLSPolicy(policy),
		gomail.WithTLSConfig(&tls.Config{ServerName: o.Host, MinVersion: tls.VersionTLS12, RootCAs: o.Roots}),
		// No NOOP before and no RSET after a mail: both would keep an accepted mail waiting. session.reset does RSET before the next.
		gomail.WithoutNoop(), gomail.WithoutRset(), gomail.WithoutSMTPUTF8(), gomail.WithDialContextFunc(dialKept),
	}
	if o.Hello != "" {
		options = append(options, gomail.WithHELO(o.Hello))
	}
	auth, err := authOptions(o)
	if err != nil {
		return nil, err
	}
	client, err := gomail.NewClient(o.Host, append(options, auth...)...)
	if err != nil {
		return nil, fmt.Errorf("make mail sender: %w", err)
	}
	return &Sender{options: o, client: client}, nil
}

func authOptions(o Options) ([]gomail.Option, error) {
	if o.Username == "" {
		return nil, nil
	}
	kind, known := map[string]gomail.SMTPAuthType{"": gomail.SMTPAuthPlain, "plain": gomail.SMTPAuthPlain, "login": gomail.SMTPAuthLogin}[o.Auth]
	if !known {
		return nil, fmt.Errorf("make mail sender: no sign-in method %q; right would be plain or login", o.Auth)
	}
	return []gomail.Option{gomail.WithSMTPAuth(kind), gomail.WithUsername(o.Username), gomail.WithPassword(o.Password)}, nil
}

// Unsendable is what became of a mail that was refused before sending, by Validate: Bounced when the recipient's address is wrong, else Refused.
func Unsendable(err error) Result {
	outcome, bad := Refused, (*MessageError)(nil)
	if errors.As(err, &bad) && bad.Field == "recipient" {
		outcome = Bounced
	}
	return Result{outcome, words("refused before sending: " + err.Error())}
}

// Send hands m to the server once and says what became of it. It connects a second time only when a kept connection turned out to be
// dead before the server had accepted MAIL FROM, so that no message can have been taken. When ctx ends the connection is closed; that is
// Retry before the final dot and Unknown after it. A crash of this process at any moment after the dot is Unknown too: the caller
// notes that it is sending before it calls. All together takes at most ConnectTimeout + SendTimeout.
func (s *Sender) Send(ctx context.Context, m Message) Result {
	msg, err := build(m)
	if err != nil {
		return Unsendable(err)
	}
	ctx, cancel := context.WithTimeout(ctx, s.options.ConnectTimeout+s.options.SendTimeout)
	defer cancel()
	if c := s.take(ctx); c != nil {
		if r, dead := s.deliver(ctx, c, msg); !dead {
			return r
		}
	}
	c, err := s.dial(ctx)
	if err != nil {
		return Result{Retry, words(err.Error())}
	}
	r, _ := s.deliver(ctx, c, msg)
	return r
}

// deliver sends msg over c. dead is true when c was a kept connection that had gone before MAIL FROM was accepted.
func (s *Sender) deliver(ctx context.Context, c *session, msg *gomail.Msg) (r Result, dead bool) {
	stop := c.guard(ctx)
	kept := c.sent > 0
	c.sent++
	err := s.client.SendWithSMTPClient(c.smtp, msg)
	r = classify(msg, err)
	var sendErr *gomail.SendError
	answered := err == nil
	if errors.As(err, &sendErr) {
		code := sendErr.ErrorCode()
		answered = code != 0 && code != 421 // 421: the server closes the connection
		early := sendErr.Reason == gomail.ErrConnCheck || sendErr.Reason == gomail.ErrSMTPMailFrom
		dead = kept && early && !answered && ctx.Err() == nil
	}
	if !stop() || !answered {
		c.drop()
	} else {
		s.keep(c)
	}
	return r, dead
}
