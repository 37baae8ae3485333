package mail_test

import (
	"bufio"
	"crypto/tls"
	"io"
	"net"
	"net/textproto"
	"strings"
	"sync"
	"testing"
)

// script says what the server does at a stage (greet, ehlo, starttls, auth, mail, rcpt, data, body, dot, rset, quit) instead of
// accepting: "drop" closes the connection, "hang" says nothing until the client has gone, "take+drop" accepts the mail and loses
// the answer, "stall" stops reading until resume; anything else is the answer. Only the n-th time when it starts with "n=".
type script map[string]string

// server is a real SMTP server on a loopback port, as bad as its script.
type server struct {
	net.Listener
	script  script
	tls     *tls.Config // offers STARTTLS when set
	reached func(stage string)
	resume  chan struct{}

	mu       sync.Mutex
	accepted []string       // messages as received
	seen     map[string]int // stages reached
	open     []net.Conn
	wg       sync.WaitGroup
}

func serve(tb testing.TB, s script, with ...func(*server)) *server {
	tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	srv := &server{Listener: l, script: s, seen: map[string]int{}, reached: func(string) {}, resume: make(chan struct{})}
	for _, w := range with {
		w(srv)
	}
	srv.wg.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			srv.mu.Lock()
			srv.open = append(srv.open, conn)
			srv.mu.Unlock()
			srv.wg.Go(func() { srv.talk(conn) })
		}
	})
	tb.Cleanup(func() {
		srv.hangUp()
		srv.finish()
	})
	return srv
}

// hangUp closes every connection, as a relay does with idle ones.
func (s *server) hangUp() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.open {
		_ = c.Close()
	}
}

// finish waits until every conversation is over.
func (s *server) finish() {
	_ = s.Close()
	s.wg.Wait()
}

func (s *server) port() int { return s.Addr().(*net.TCPAddr).Port }

func (s *server) mails() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.accepted...)
}

func (s *server) count(stage string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.seen[stage]
}

// action is what the script wants at stage, "" for the usual.
func (s *server) action(stage string) string {
	s.mu.Lock()
	s.seen[stage]++
	n := s.seen[stage]
	s.mu.Unlock()
	s.reached(stage)
	action := s.script[stage]
	if nth, rest, limited := strings.Cut(action, "="); limited && len(nth) == 1 {
		if n != int(nth[0]-'0') {
			return ""
		}
		return rest
	}
	return action
}

// talk serves one connection.
func (s *server) talk(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	r, secure := bufio.NewReader(conn), false
	answer := func(action, usual string) bool { // false: the connection is over
		switch action {
		case "":
			_, err := io.WriteString(conn, usual+"\r\n")
			return err == nil
		case "drop", "take+drop":
			return false
		case "hang":
			_, _ = io.Copy(io.Discard, conn)
			return false
		default:
			_, err := io.WriteString(conn, action+"\r\n")
			return err == nil
		}
	}
	if !answer(s.action("greet"), "220 sink ready") {
		return
	}
	for {
		line, err := textproto.NewReader(r).ReadLine()
		if err != nil {
			return
		}
		verb, _, _ := strings.Cut(strings.ToLower(line), " ")
		var next bool
		switch verb {
		case "ehlo":
			next = answer(s.action("ehlo"), s.greeting(secure))
		case "starttls":
			if next = answer(s.action("starttls"), "220 go on"); next {
				encrypted := tls.Server(conn, s.tls)
				conn, r, secure = encrypted, bufio.NewReader(encrypted), true
			}
		case "auth":
			next = answer(s.action("auth"), "235 2.7.0 welcome")
		case "mail", "rcpt", "rset", "noop":
			next = answer(s.action(verb), "250 2.1.0 ok")
		case "data":
			action := s.action("data")
			if next = answer(action, "354 go on"); next && action == "" {
				next = s.body(r, answer)
			}
		case "quit":
			answer(s.action("quit"), "221 bye")
			return
		default:
			next = answer(s.action("other"), "500 what?")
		}
		if !next {
			return
		}
	}
}

func (s *server) greeting(secure bool) string {
	g := "250-sink\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n"
	if s.tls != nil && !secure {
		g += "250-STARTTLS\r\n"
	}
	return g + "250 AUTH PLAIN LOGIN"
}

// body receives one message and answers its dot.
func (s *server) body(r *bufio.Reader, answer func(action, usual string) bool) bool {
	switch s.action("body") {
	case "drop":
		_, _ = r.ReadString('\n')
		return false
	case "stall":
		<-s.resume
	}
	text, err := io.ReadAll(textproto.NewReader(r).DotReader())
	if err != nil {
		return false
	}
	action := s.action("dot")
	if action == "" || strings.HasPrefix(action, "take+") {
		s.mu.Lock()
		s.accepted = append(s.accepted, string(text))
		s.mu.Unlock()
	}
	return answer(action, "250 2.0.0 queued as 4Xk2 for <jan@example.nl>")
}
