package codec

import (
	"crypto/sha256"
	"crypto/subtle"
	"net"
	"net/http"
	"strings"

	"go.temporal.io/sdk/converter"
)

// maxBody bounds one request of the UI: a page of history is far below it. In bytes.
const maxBody = 16 << 20

// Handler is the codec endpoint (POST .../encode and .../decode) with which the Temporal UI and CLI show and send payloads.
// A page may call it only from origin ("https://temporal.example.nl"; a trailing slash is ignored); any other Origin is refused.
// With a token every request needs "Authorization: Bearer <token>". Without one (development) it answers only requests that
// come from this machine and carry exactly that Origin; do not put a proxy before it then, for the proxy is this machine too.
func Handler(keys Keys, origin, token string) http.Handler {
	e := &endpoint{origin: strings.TrimSuffix(origin, "/"), token: token, next: converter.NewPayloadCodecHTTPHandler(NewCodec(keys))}
	return http.HandlerFunc(e.serve)
}

type endpoint struct {
	origin, token string
	next          http.Handler
}

func (e *endpoint) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Add("Vary", "Origin")
	h.Set("Cache-Control", "no-store") // decrypted payloads stay in no cache
	from := r.Header.Get("Origin")
	if from != "" && (e.origin == "" || from != e.origin) {
		http.Error(w, "this origin may not use the codec endpoint", http.StatusForbidden)
		return
	}
	if from != "" {
		h.Set("Access-Control-Allow-Origin", e.origin)
		h.Set("Access-Control-Allow-Methods", "POST, OPTIONS")
		h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type, X-Namespace")
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

func (e *endpoint) allowed(r *http.Request) bool {
	if e.token == "" {
		return fromThisMachine(r.RemoteAddr) && e.origin != "" && r.Header.Get("Origin") == e.origin
	}
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return false
	}
	// Hashes have one length, so the comparison takes the same time for every guess.
	want, got := sha256.Sum256([]byte(e.token)), sha256.Sum256([]byte(strings.TrimSpace(token)))
	return subtle.ConstantTimeCompare(want[:], got[:]) == 1
}

func fromThisMachine(remote string) bool {
	host, _, err := net.SplitHostPort(remote)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
