package codec

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// sessionCookie carries "<unix time of its end>.<MAC of that time under the token>". It is not the token, because a cookie goes to every port of
// its host; it ends by itself, and with every change of the token.
const (
	sessionCookie = "dunning-codec"
	sessionLength = 12 * time.Hour
)

const signInPage = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Codec endpoint</title>
<h1>Codec endpoint of dunning</h1>
<p>Give the codec token to read payloads in the Temporal UI from this browser, for 12 hours.</p>
<form method="post"><label>Token <input type="password" name="token" autocomplete="current-password" autofocus></label> <button>Sign in</button></form>
</html>
`

// signIn is the page where an operator gives the token once. The Temporal UI, which must then be told to include credentials
// (TEMPORAL_CODEC_INCLUDE_CREDENTIALS=true), sends the cookie along, provided that both are on one host or under one domain.
func (e *endpoint) signIn(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self' "+e.Origin) // it ends at the UI
	h.Set("Content-Type", "text/html; charset=utf-8")
	r.Body = http.MaxBytesReader(w, r.Body, 4096)
	switch {
	case e.Token == "" || e.Origin == "":
		http.NotFound(w, r)
	case r.Method == http.MethodGet:
		_, _ = w.Write([]byte(signInPage))
	case r.Method != http.MethodPost:
		h.Set("Allow", "GET, POST")
		http.Error(w, "GET or POST", http.StatusMethodNotAllowed)
	case !e.isToken(strings.TrimSpace(r.PostFormValue("token"))):
		http.Error(w, "this is not the token (codec.token); go back and try again", http.StatusUnauthorized)
	default:
		end := strconv.FormatInt(time.Now().Add(sessionLength).Unix(), 10)
		http.SetCookie(w, &http.Cookie{
			Name: sessionCookie, Value: end + "." + e.sign(end), Path: "/", MaxAge: int(sessionLength.Seconds()),
			HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: strings.HasPrefix(e.Origin, "https:"),
		})
		http.Redirect(w, r, e.Origin, http.StatusSeeOther)
	}
}

// signedIn says whether the browser has the cookie of a session that has not ended.
func (e *endpoint) signedIn(r *http.Request) bool {
	cookie, err := r.Cookie(sessionCookie)
	if err != nil || e.Token == "" {
		return false
	}
	end, mac, _ := strings.Cut(cookie.Value, ".")
	unix, err := strconv.ParseInt(end, 10, 64)
	return err == nil && hmac.Equal([]byte(mac), []byte(e.sign(end))) && time.Now().Before(time.Unix(unix, 0))
}

func (e *endpoint) sign(end string) string {
	mac := hmac.New(sha256.New, []byte(e.Token))
	mac.Write([]byte("codec session until " + end))
	return hex.EncodeToString(mac.Sum(nil))
}
