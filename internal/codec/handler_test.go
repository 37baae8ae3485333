package codec_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"

	"github.com/incassocenter/dunning/internal/codec"
)

const uiOrigin = "https://temporal.example.nl"

const token = "t0ken"

// session is the cookie that the page of the endpoint gives, as the package documents it.
func session(token string, until time.Time) string {
	end := strconv.FormatInt(until.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(token))
	mac.Write([]byte("codec session until " + end))
	return end + "." + hex.EncodeToString(mac.Sum(nil))
}

func TestEndpointAccess(t *testing.T) {
	t.Parallel()
	const local, remote = "127.0.0.1:4711", "192.0.2.7:4711"
	const here, alsoHere = "http://localhost:8233", "http://127.0.0.1:8233"
	production, development := codec.Access{Origin: uiOrigin + "/", Token: token}, codec.Access{Origin: here, Token: token, Development: true}
	soon, past := time.Now().Add(time.Minute), time.Now().Add(-time.Minute)
	for _, c := range []struct {
		story                               string
		access                              codec.Access
		from, origin, authorization, cookie string
		status                              int
	}{
		{"the UI with the token", production, remote, uiOrigin, "Bearer t0ken", "", 200},
		{"the UI of somebody who signed in", production, remote, uiOrigin, "", session(token, soon), 200},
		{"the command line with the token", production, remote, "", "Bearer t0ken", "", 200},
		{"no token", production, local, uiOrigin, "", "", 401},
		{"wrong token", production, local, uiOrigin, "Bearer t0ken2", "", 401},
		{"another scheme", production, local, uiOrigin, "Basic t0ken", "", 401},
		{"a session that has ended", production, remote, uiOrigin, "", session(token, past), 401},
		{"a session of a former token", production, remote, uiOrigin, "", session("former", soon), 401},
		{"a session with another end", production, remote, uiOrigin, "", "9999999999" + session(token, soon)[10:], 401},
		{"the token is no cookie", production, remote, uiOrigin, "", token, 401},
		{"signed in, but no page asks", production, remote, "", "", session(token, soon), 401},
		{"signed in, another site asks", production, remote, "https://evil.example", "", session(token, soon), 403},
		{"another site with the token", production, local, "https://evil.example", "Bearer t0ken", "", 403},
		{"the right site with a slash is another origin", production, local, uiOrigin + "/", "Bearer t0ken", "", 403},
		{"null origin", production, local, "null", "Bearer t0ken", "", 403},
		{"nobody has set a token", codec.Access{Origin: uiOrigin}, remote, uiOrigin, "Bearer ", session("", soon), 401},
		{"development: the UI on this machine", development, local, here, "", "", 200},
		{"development: the UI under the other name of this machine", development, local, alsoHere, "", "", 200},
		{"development: another program on this machine", development, local, "http://localhost:8234", "", "", 403},
		{"development: IPv6", development, "[::1]:4711", here, "", "", 200},
		{"development: the command line", development, local, "", "Bearer t0ken", "", 200},
		{"development: no origin and no token", development, local, "", "", "", 401},
		{"development: from elsewhere", development, remote, here, "", "", 401},
		{"development: from elsewhere, signed in", development, remote, here, "", session(token, soon), 200},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequest(http.MethodPost, "/decode?preserveStorageRefs=true", strings.NewReader(`{"payloads":[]}`))
			r.RemoteAddr = c.from
			for name, value := range map[string]string{"Origin": c.origin, "Authorization": c.authorization} {
				if value != "" {
					r.Header.Set(name, value)
				}
			}
			if c.cookie != "" {
				r.AddCookie(&http.Cookie{Name: "dunning-codec", Value: c.cookie})
			}
			w := httptest.NewRecorder()
			codec.Handler(mustKeys(t, "k:"+secretOf(1)), c.access).ServeHTTP(w, r)
			if w.Code != c.status {
				t.Errorf("status %d, want %d: %s", w.Code, c.status, w.Body)
			}
			want := c.origin
			if c.status == http.StatusForbidden {
				want = ""
			}
			if got := w.Header().Get("Access-Control-Allow-Origin"); got != want {
				t.Errorf("Access-Control-Allow-Origin %q, want %q", got, want)
			}
		})
	}
}

func TestOnlyTheProtocolIsServed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		story, method, path, origin string
		status                      int
	}{
		{"preflight", "OPTIONS", "/decode", uiOrigin, 204},
		{"preflight of another site", "OPTIONS", "/decode", "https://evil.example", 403},
		{"GET is no request of the protocol", "GET", "/decode", uiOrigin, 404},
		{"another path", "POST", "/dump", uiOrigin, 404},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequest(c.method, c.path, nil)
			r.Header.Set("Origin", c.origin)
			r.Header.Set("Authorization", "Bearer t0ken")
			w := httptest.NewRecorder()
			codec.Handler(mustKeys(t, "k:"+secretOf(1)), codec.Access{Origin: uiOrigin, Token: token}).ServeHTTP(w, r)
			if w.Code != c.status {
				t.Errorf("status %d, want %d", w.Code, c.status)
			}
		})
	}
}

// An operator opens the endpoint in the browser, gives the token, comes to the UI, and the UI can decode from then on.
func TestSigningIn(t *testing.T) {
	t.Parallel()
	keys := mustKeys(t, "k:"+secretOf(1))
	ask := func(access codec.Access, method, path, body string, change func(*http.Request)) *http.Response {
		r := httptest.NewRequest(method, path, strings.NewReader(body))
		if body != "" {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		change(r)
		w := httptest.NewRecorder()
		codec.Handler(keys, access).ServeHTTP(w, r)
		return w.Result()
	}
	nothing := func(*http.Request) {}
	access := codec.Access{Origin: uiOrigin, Token: token}
	if page := ask(access, "GET", "/", "", nothing); page.StatusCode != 200 || !strings.Contains(page.Header.Get("Content-Security-Policy"), "frame-ancestors 'none'") {
		t.Errorf("page: %s %v", page.Status, page.Header)
	}
	wrong := ask(access, "POST", "/", "token=guess", nothing)
	if wrong.StatusCode != 401 || len(wrong.Cookies()) > 0 {
		t.Errorf("wrong token: %s %v", wrong.Status, wrong.Cookies())
	}
	in := ask(access, "POST", "/", "token="+token, nothing)
	if in.StatusCode != 303 || in.Header.Get("Location") != uiOrigin || len(in.Cookies()) != 1 {
		t.Fatalf("sign in: %s %v", in.Status, in.Header)
	}
	cookie := in.Cookies()[0]
	if !cookie.HttpOnly || !cookie.Secure || cookie.SameSite != http.SameSiteStrictMode || strings.Contains(cookie.Value, token) {
		t.Errorf("cookie %v", cookie)
	}
	decoded := ask(access, "POST", "/decode", `{"payloads":[]}`, func(r *http.Request) {
		r.Header.Set("Origin", uiOrigin)
		r.AddCookie(cookie)
	})
	if decoded.StatusCode != 200 || decoded.Header.Get("Access-Control-Allow-Credentials") != "true" {
		t.Errorf("decode: %s %v", decoded.Status, decoded.Header)
	}
	if none := ask(codec.Access{Origin: uiOrigin}, "POST", "/", "token=", nothing); none.StatusCode != 404 {
		t.Errorf("nobody has set a token: %s", none.Status)
	}
	plain := ask(codec.Access{Origin: "http://127.0.0.1:8080", Token: token}, "POST", "/", "token="+token, nothing)
	if plain.Cookies()[0].Secure {
		t.Error("the browser would not send a secure cookie over plain http")
	}
}

func TestEndpointWithoutOriginServesNoBrowser(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequest(http.MethodPost, "/decode", strings.NewReader(`{}`))
	r.RemoteAddr = "127.0.0.1:1"
	r.Header.Set("Origin", uiOrigin)
	w := httptest.NewRecorder()
	codec.Handler(mustKeys(t, "k:"+secretOf(1)), codec.Access{Token: token, Development: true}).ServeHTTP(w, r)
	if w.Code != http.StatusForbidden {
		t.Errorf("status %d", w.Code)
	}
}

func TestPreflightAllowsWhatTheUISends(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequest(http.MethodOptions, "/decode", nil)
	r.Header.Set("Origin", uiOrigin)
	w := httptest.NewRecorder()
	codec.Handler(mustKeys(t, "k:"+secretOf(1)), codec.Access{Origin: uiOrigin, Token: token}).ServeHTTP(w, r)
	for _, name := range []string{"Authorization", "Authorization-Extras", "Content-Type", "X-Namespace"} {
		if !strings.Contains(w.Header().Get("Access-Control-Allow-Headers"), name) {
			t.Errorf("%s is not allowed", name)
		}
	}
	if w.Header().Get("Vary") != "Origin" {
		t.Errorf("Vary %q", w.Header().Get("Vary"))
	}
}

func TestEndpointSpeaksTheSDKsProtocol(t *testing.T) {
	t.Parallel()
	keys := mustKeys(t, "k:"+secretOf(1))
	server := httptest.NewServer(codec.Handler(keys, codec.Access{Origin: uiOrigin, Token: token}))
	t.Cleanup(server.Close)
	remote := converter.NewRemotePayloadCodec(converter.RemotePayloadCodecOptions{
		Endpoint: server.URL,
		ModifyRequest: func(r *http.Request) error {
			r.Header.Set("Authorization", "Bearer t0ken")
			return nil
		},
	})
	encoded, err := codec.NewCodec(keys).Encode([]*commonpb.Payload{payload("1234.50")})
	if err != nil {
		t.Fatal(err)
	}
	decoded, err := remote.Decode(encoded)
	if err != nil || string(decoded[0].GetData()) != "1234.50" {
		t.Errorf("%v %v", decoded, err)
	}
	again, err := remote.Encode(decoded)
	if err != nil || string(again[0].GetMetadata()["key-id"]) != "k" {
		t.Errorf("%v %v", again, err)
	}
}
