package mail

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"time"
)

// dialKey carries a *dialing in a context: go-mail does not hand out the connection it makes, and dial must be able to close it.
type dialKey struct{}

type dialing struct {
	ctx   context.Context // ends at ConnectTimeout; go-mail's own derived context ends as soon as it has signed in
	conn  net.Conn
	guard func() bool // ends the guard; false when ctx has closed the connection
}

// errNotOurs cannot happen: go-mail dials only when dial asks it to.
var errNotOurs = errors.New("dial outside the pool")

func dialKept(ctx context.Context, network, address string) (net.Conn, error) {
	d, ok := ctx.Value(dialKey{}).(*dialing)
	if !ok {
		return nil, errNotOurs
	}
	conn, err := new(net.Dialer).DialContext(ctx, network, address)
	if err != nil {
		return nil, fmt.Errorf("dial: %w", err)
	}
	d.conn = conn
	d.guard = context.AfterFunc(d.ctx, func() { _ = conn.Close() })
	return conn, nil
}

// dial connects, encrypts and signs in, within ConnectTimeout.
func (s *Sender) dial(ctx context.Context) (*session, error) {
	ctx, cancel := context.WithTimeout(ctx, s.options.ConnectTimeout)
	defer cancel()
	d := &dialing{ctx: ctx}
	client, err := s.client.DialToSMTPClientWithContext(context.WithValue(ctx, dialKey{}, d))
	if d.conn != nil && !d.guard() && err == nil {
		err = context.Cause(ctx)
	}
	if err != nil {
		if d.conn != nil {
			_ = d.conn.Close() // go-mail leaves it open when TLS or signing in fails
		}
		return nil, fmt.Errorf("connect to mail server: %w", err)
	}
	return &session{smtp: client, conn: d.conn}, nil
}

// take gives the newest kept connection that is still alive, or nil. What is too old or dead is closed on the way.
func (s *Sender) take(ctx context.Context) *session {
	for c := s.pop(); c != nil; c = s.pop() {
		if time.Since(c.idleSince) > s.options.IdleTimeout {
			c.quit()
			continue
		}
		stop := c.guard(ctx)
		alive := c.reset(s.options.ConnectTimeout)
		if stop() && alive {
			return c
		}
		c.drop()
	}
	return nil
}

func (s *Sender) pop() *session {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.idle) == 0 {
		return nil
	}
	c := s.idle[len(s.idle)-1]
	s.idle = s.idle[:len(s.idle)-1]
	return c
}

// keep puts a connection that is between two messages back, or says goodbye when there are enough or it has carried enough.
func (s *Sender) keep(c *session) {
	c.idleSince = time.Now()
	s.mu.Lock()
	full := s.closed || len(s.idle) >= s.options.MaxIdle || c.sent >= s.options.MailsPerConnection
	if !full {
		s.idle = append(s.idle, c)
	}
	s.mu.Unlock()
	if full {
		c.quit()
	}
}

// Close says goodbye on the kept connections; a Send that is still running finishes and keeps none.
func (s *Sender) Close() {
	s.mu.Lock()
	idle := slices.Clone(s.idle)
	s.idle, s.closed = nil, true
	s.mu.Unlock()
	for _, c := range idle {
		c.quit()
	}
}
