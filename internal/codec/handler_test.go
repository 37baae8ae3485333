package codec_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"

	"github.com/incassocenter/dunning/internal/codec"
)

const uiOrigin = "https://temporal.example.nl"

func TestEndpointAccess(t *testing.T) {
	t.Parallel()
	const local, remote = "127.0.0.1:4711", "192.0.2.7:4711"
	for _, c := range []struct {
		story, token, method, from, origin, authorization string
		status                                            int
	}{
		{"the UI with its token", "t0ken", "POST", remote, uiOrigin, "Bearer t0ken", 200},
		{"the command line with its token", "t0ken", "POST", remote, "", "Bearer t0ken", 200},
		{"no token", "t0ken", "POST", local, uiOrigin, "", 401},
		{"wrong token", "t0ken", "POST", local, uiOrigin, "Bearer t0ken2", 401},
		{"another scheme", "t0ken", "POST", local, uiOrigin, "Basic t0ken", 401},
		{"another site with the token", "t0ken", "POST", local, "https://evil.example", "Bearer t0ken", 403},
		{"the right site with a slash is another origin", "t0ken", "POST", local, uiOrigin + "/", "Bearer t0ken", 403},
		{"null origin", "t0ken", "POST", local, "null", "Bearer t0ken", 403},
		{"preflight", "t0ken", "OPTIONS", remote, uiOrigin, "", 204},
		{"preflight of another site", "t0ken", "OPTIONS", remote, "https://evil.example", "", 403},
		{"GET is no request of the protocol", "t0ken", "GET", remote, uiOrigin, "Bearer t0ken", 404},
		{"development: the UI on this machine", "", "POST", local, uiOrigin, "", 200},
		{"development: IPv6", "", "POST", "[::1]:4711", uiOrigin, "", 200},
		{"development: no origin", "", "POST", local, "", "", 401},
		{"development: from elsewhere", "", "POST", remote, uiOrigin, "", 401},
		{"development: a token of nobody", "", "POST", remote, uiOrigin, "Bearer ", 401},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequest(c.method, "/decode", strings.NewReader(`{"payloads":[]}`))
			r.RemoteAddr = c.from
			for name, value := range map[string]string{"Origin": c.origin, "Authorization": c.authorization} {
				if value != "" {
					r.Header.Set(name, value)
				}
			}
			w := httptest.NewRecorder()
			codec.Handler(mustKeys(t, "k:"+secretOf(1)), uiOrigin+"/", c.token).ServeHTTP(w, r)
			if w.Code != c.status {
				t.Errorf("status %d, want %d: %s", w.Code, c.status, w.Body)
			}
			if got := w.Header().Get("Access-Control-Allow-Origin"); got != "" && got != uiOrigin || (c.origin == uiOrigin) != (got == uiOrigin) {
				t.Errorf("Access-Control-Allow-Origin %q", got)
			}
		})
	}
}

func TestEndpointWithoutOriginServesNoBrowser(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequest(http.MethodPost, "/decode", strings.NewReader(`{}`))
	r.RemoteAddr = "127.0.0.1:1"
	r.Header.Set("Origin", uiOrigin)
	w := httptest.NewRecorder()
	codec.Handler(mustKeys(t, "k:"+secretOf(1)), "", "").ServeHTTP(w, r)
	if w.Code != http.StatusForbidden {
		t.Errorf("status %d", w.Code)
	}
}

func TestPreflightAllowsWhatTheUISends(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequest(http.MethodOptions, "/decode", nil)
	r.Header.Set("Origin", uiOrigin)
	w := httptest.NewRecorder()
	codec.Handler(mustKeys(t, "k:"+secretOf(1)), uiOrigin, "t").ServeHTTP(w, r)
	for _, name := range []string{"Authorization", "Content-Type", "X-Namespace"} {
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
	server := httptest.NewServer(codec.Handler(keys, uiOrigin, "t0ken"))
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
