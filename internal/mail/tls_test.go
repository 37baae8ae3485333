package mail_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"testing"
	"time"

	"github.com/incassocenter/dunning/internal/mail"
)

// certified gives a server configuration for 127.0.0.1 and the pool that trusts it.
func certified(t *testing.T) (*tls.Config, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "sink"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(cert)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, pool
}

func TestEncryption(t *testing.T) {
	t.Parallel()
	config, pool := certified(t)
	_, strangers := certified(t)
	for _, c := range []struct {
		story   string
		policy  mail.TLSPolicy
		offered bool
		roots   *x509.CertPool
		script  script
		outcome mail.Outcome
		upgrade int // STARTTLS commands
	}{
		{"mandatory and offered", mail.TLSMandatory, true, pool, nil, mail.Accepted, 1},
		{"mandatory is the default", "", true, pool, nil, mail.Accepted, 1},
		{"mandatory and stripped on the way", mail.TLSMandatory, false, pool, nil, mail.Retry, 0},
		{"mandatory and refused", mail.TLSMandatory, true, pool, script{"starttls": "454 4.7.0 not now"}, mail.Retry, 1},
		{"certificate of a stranger", mail.TLSMandatory, true, strangers, nil, mail.Retry, 1},
		{"opportunistic and offered", mail.TLSOpportunistic, true, pool, nil, mail.Accepted, 1},
		{"opportunistic and not offered", mail.TLSOpportunistic, false, pool, nil, mail.Accepted, 0},
		{"none although offered", mail.TLSNone, true, pool, nil, mail.Accepted, 0},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			srv := serve(t, c.script, func(s *server) {
				if c.offered {
					s.tls = config
				}
			})
			s := sender(t, srv, func(o *mail.Options) { o.TLS, o.Roots = c.policy, c.roots })
			if got := s.Send(t.Context(), letter("a1")); got.Outcome != c.outcome {
				t.Errorf("%+v, want %s", got, c.outcome)
			}
			if c.outcome == mail.Retry && srv.count("mail") != 0 {
				t.Error("an address went out over a connection that should not be used")
			}
			if n := srv.count("starttls"); n != c.upgrade {
				t.Errorf("%d STARTTLS, want %d", n, c.upgrade)
			}
		})
	}
}

func TestSigningIn(t *testing.T) {
	t.Parallel()
	config, pool := certified(t)
	for _, c := range []struct {
		story, method string
		script        script
		outcome       mail.Outcome
		tries         int
	}{
		{"plain", "plain", nil, mail.Accepted, 1},
		{"login", "login", nil, mail.Accepted, 1},
		{"wrong password", "plain", script{"auth": "535 5.7.8 no"}, mail.Retry, 1},
		{"dropped", "plain", script{"auth": "drop"}, mail.Retry, 1},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			srv := serve(t, c.script, func(s *server) { s.tls = config })
			s := sender(t, srv, func(o *mail.Options) {
				o.TLS, o.Roots, o.Auth, o.Username, o.Password = mail.TLSMandatory, pool, c.method, "agency", "hunter2"
			})
			if got := s.Send(t.Context(), letter("a1")); got.Outcome != c.outcome {
				t.Errorf("%+v, want %s", got, c.outcome)
			}
			if n := srv.count("auth"); n != c.tries {
				t.Errorf("%d sign-ins, want %d", n, c.tries)
			}
		})
	}
}

func TestWrongOptions(t *testing.T) {
	t.Parallel()
	for story, o := range map[string]mail.Options{
		"no host":            {Port: 25},
		"no port":            {Host: "mail.example.nl"},
		"no such policy":     {Host: "mail.example.nl", Port: 25, TLS: "maybe"},
		"no such method":     {Host: "mail.example.nl", Port: 25, Username: "u", Auth: "cram"},
		"a negative timeout": {Host: "mail.example.nl", Port: 25, SendTimeout: -1},
	} {
		if _, err := mail.New(o); err == nil {
			t.Errorf("%s: accepted", story)
		}
	}
}
