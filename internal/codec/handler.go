package codec

import (
	"crypto/sha256"
	"crypto/subtle"
	"net"
	"net/http"
	"net/url"
	"strings"

	"go.temporal.io/sdk/converter"
)

// maxBody bounds one request of the UI: a page of history is far below it. In bytes.
const maxBody = 16 << 20

// Access says who may use the codec endpoint.
type Access struct {
	// Origin is the Temporal UI ("https://temporal.example.nl"; a trailing slash is ignored), the one page that may call: any other Origin is
	// refused. Where it is this machine, localhost and 127.0.0.1 are both it.
	Origin string
	// Token is what callers show as "Authorization: Bearer <token>". The Temporal UI cannot show one of ours: it sends cookies at most, so
	// its users give the token once on the page of the endpoint (see signIn). Empty: nobody can show one.
	Token string
	// Development lets the UI in without a token when its browser is on this machine. Never with a proxy before it, which is this machine too.
	Development bool
}

// Handler is the codec endpoint (POST .../encode and .../decode) with which the Temporal UI and command line show and send payloads.
func Handler(keys Keys, access Access) http.Handler {
	access.Origin = strings.TrimSuffix(access.Origin, "/")
	e := &endpoint{Access: access, next: converter.NewPayloadCodecHTTPHandler(NewCodec(keys))}
	return http.HandlerFunc(e.serve)
}

type endpoint struct {
	Access
	next http.Handler
}

func (e *endpoint) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Add("Vary", "Origin")
	h.Set("Cache-Control", "no-store") // decrypted payloads stay in no cache
	if r.URL.Path == "/" {
		e.signIn(w, r)
		return
	}
	from := r.Header.Get("Origin")
	if from != "" && !e.isUI(from) {
		http.Error(w, "this origin may not use the codec endpoint", http.StatusForbidden)
		return
	}
	if from != "" {
		h.Set("Access-Control-Allow-Origin", from)
		h.Set("Access-Control-Allow-Credentials", "true")
		h.Set("Access-Control-Allow-Methods", "POST, OPTIONS")
		h.Set("Access-Control-Allow-Headers", "Authorization, Authorization-Extras, Content-Type, X-Namespace")
		h.Set("Access-Control-Max-Age", "600")
	}
	if r.Method == http.MethodOptions { // a browser sends a preflight without credentials; it learns nothing
		w.WriteHeader(http.StatusNoContent)
		return
	}
	if !e.allowed(r) {
		h.Set("WWW-Authenticate", `Bearer realm="codec"`)
		http.Error(w, "not authorised", http.StatusUnauthorized)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	e.next.ServeHTTP(w, r)
}

// isUI says whether an origin is that of the Temporal UI.
func (e *endpoint) isUI(origin string) bool {
	return origin != "" && (origin == e.Origin || origin == otherName(e.Origin))
}

// otherName is the origin of the same page on this machine under its other name: people type either. It is empty for another machine.
func otherName(origin string) string {
	names := map[string]string{"localhost": "127.0.0.1", "127.0.0.1": "localhost"}
	u, err := url.Parse(origin)
	if err != nil || names[u.Hostname()] == "" {
		return ""
	}
	return strings.Replace(origin, u.Hostname(), names[u.Hostname()], 1)
}

func (e *endpoint) allowed(r *http.Request) bool {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if strings.EqualFold(scheme, "Bearer") && e.isToken(strings.TrimSpace(token)) {
		return true
	}
	// A browser sends the cookie of its own accord, so it counts for nothing without the page that asks.
	return e.isUI(r.Header.Get("Origin")) && (e.signedIn(r) || e.Development && fromThisMachine(r.RemoteAddr))
}

// isToken compares hashes, which have one length, so that it takes the same time for every guess.
func (e *endpoint) isToken(guess string) bool {
	want, got := sha256.Sum256([]byte(e.Token)), sha256.Sum256([]byte(guess))
	return e.Token != "" && subtle.ConstantTimeCompare(want[:], got[:]) == 1
}

func fromThisMachine(remote string) bool {
	host, _, err := net.SplitHostPort(remote)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
