package config

import (
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/incassocenter/dunning/internal/codec"
)

// minToken is the least length of a token in production, in characters (ASVS: secrets of at least 32 bytes).
const minToken = 32

// longestMail is what connecting and sending may take together. Writing the letter before it (up to 10 s) and noting how it ended (5 s) must
// fit with it into one attempt (50 s), and that into the lease of a letter (60 s): after that its fate would be taken for unknown.
const longestMail = 35 * time.Second

var connectionRules = []rule{
	{"database.url", func(c *Config) (string, string) { return databaseURL(c, c.Database.URL) }},
	{"database.owner_url", func(c *Config) (string, string) { return databaseURL(c, c.Database.OwnerURL) }},
	{"temporal.address", func(c *Config) (string, string) { return hostPort(c.Temporal.Address) }},
	{"temporal.namespace", nothing},
	{"temporal.time_skipping", func(c *Config) (string, string) {
		if c.Temporal.TimeSkipping && c.Environment == Production {
			return "is on in production, where days must take a day", "false"
		}
		return "", ""
	}},
	{"temporal.tls.cert", func(c *Config) (string, string) {
		if c.Temporal.TLS.Key == "" {
			return "is given without temporal.tls.key", "both or neither"
		}
		return readable(c.Temporal.TLS.Cert)
	}},
	{"temporal.tls.key", func(c *Config) (string, string) {
		if c.Temporal.TLS.Cert == "" {
			return "is given without temporal.tls.cert", "both or neither"
		}
		return readable(c.Temporal.TLS.Key)
	}},
	{"temporal.tls.ca", func(c *Config) (string, string) { return readable(c.Temporal.TLS.CA) }},
	{"codec.keys", codecKeys},
	{"codec.endpoint_listen", codecEndpoint},
	{"codec.ui_origin", func(c *Config) (string, string) {
		u, err := url.Parse(c.Codec.UIOrigin)
		if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") || u.Scheme+"://"+u.Host != c.Codec.UIOrigin {
			return fmt.Sprintf("%q is not an origin", c.Codec.UIOrigin), "https://temporal.example.nl, without a path or a slash at the end"
		}
		return "", ""
	}},
	{"codec.token", func(c *Config) (string, string) {
		if c.Environment == Production && len(c.Codec.Token) < minToken {
			return fmt.Sprintf("is shorter than %d characters", minToken), "what `openssl rand -hex 32` prints"
		}
		return "", ""
	}},
	{"smtp.host", nothing},
	{"smtp.port", func(c *Config) (string, string) { return between(c.SMTP.Port, 1, 65535) }},
	{"smtp.tls", func(c *Config) (string, string) {
		if c.SMTP.TLS == "none" && c.Environment == Production {
			return "is none in production: names and debts would travel in the clear", "mandatory"
		}
		return oneOf(c.SMTP.TLS, "mandatory", "opportunistic", "none")
	}},
	{"smtp.auth", func(c *Config) (string, string) { return oneOf(c.SMTP.Auth, "plain", "login") }},
	{"smtp.username", func(c *Config) (string, string) {
		if c.SMTP.Password == "" {
			return "is given without smtp.password", "both or neither"
		}
		return "", ""
	}},
	{"smtp.password", func(c *Config) (string, string) {
		if c.SMTP.Username == "" {
			return "is given without smtp.username", "both or neither"
		}
		return "", ""
	}},
	{"smtp.from", func(c *Config) (string, string) { return mailAddress(c.SMTP.From) }},
	{"smtp.hello", func(c *Config) (string, string) {
		return matches(c.SMTP.Hello, `^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$`, "a host name", "mail.example.nl")
	}},
	{"smtp.connect_timeout", func(c *Config) (string, string) {
		return between(int(c.SMTP.ConnectTimeout.Milliseconds()), 100, 30_000, "ms")
	}},
	{"smtp.send_timeout", func(c *Config) (string, string) {
		if c.SMTP.ConnectTimeout+c.SMTP.SendTimeout > longestMail {
			return fmt.Sprintf("with smtp.connect_timeout takes %s", c.SMTP.ConnectTimeout+c.SMTP.SendTimeout), fmt.Sprintf("together at most %s, so that its outcome can be noted in time", longestMail)
		}
		return between(int(c.SMTP.SendTimeout.Milliseconds()), 100, 30_000, "ms")
	}},
	{"smtp.idle_connections", func(c *Config) (string, string) { return between(c.SMTP.IdleConnections, 0, 100) }},
	{"mail.per_second", func(c *Config) (string, string) {
		if c.Mail.PerSecond < 0 || c.Mail.PerSecond > 10_000 {
			return fmt.Sprintf("is %g", c.Mail.PerSecond), "0 (no limit) to 10000"
		}
		return "", ""
	}},
}

// databaseURL checks what can be checked without connecting. Its answers never contain the URL, which holds a password.
func databaseURL(c *Config, u Secret) (wrong, right string) {
	const example = "postgres://dunning_app:...@host:5432/dunning?sslmode=verify-full"
	parsed, err := pgconn.ParseConfig(string(u))
	if err != nil {
		return "is not a PostgreSQL URL", example
	}
	if c.Environment != Production || local(parsed.Host) {
		return "", ""
	}
	clear := parsed.TLSConfig == nil || parsed.TLSConfig.InsecureSkipVerify // all but verify-full check the name not, or not always
	for _, f := range parsed.Fallbacks {
		clear = clear || f.TLSConfig == nil && !local(f.Host)
	}
	if clear {
		return "reaches another machine without checking who answers", "a URL with sslmode=verify-full"
	}
	return "", ""
}

// local says whether a database or listen host is this machine.
func local(host string) bool {
	ip := net.ParseIP(host)
	return strings.HasPrefix(host, "/") || host == "localhost" || ip != nil && ip.IsLoopback()
}

func codecKeys(c *Config) (wrong, right string) {
	keys := Reveal(c.Codec.Keys)
	if _, err := codec.ParseKeys(keys); err != nil {
		return strings.ReplaceAll(err.Error(), "\n", "; "), ""
	}
	for _, key := range keys {
		if c.Environment == Production && strings.HasPrefix(key, developmentKeyID+":") {
			return "has the key of development, which everybody knows", "a key of your own: 2026a: and what `openssl rand -base64 32` prints"
		}
	}
	return "", ""
}

func codecEndpoint(c *Config) (wrong, right string) {
	if wrong, right := listenAddress(c.Codec.EndpointListen); wrong != "" {
		return wrong, right
	}
	host, _, _ := net.SplitHostPort(c.Codec.EndpointListen)
	switch {
	case c.Codec.UIOrigin == "":
		return "is given without codec.ui_origin", "the origin of the Temporal UI there"
	case c.Codec.Token == "" && c.Environment == Production:
		return "is given without codec.token: anyone could read the payloads", "a token there"
	case c.Codec.Token == "" && !local(host):
		return "is not this machine and codec.token is not given", "127.0.0.1:8088, or a token"
	}
	return "", ""
}
