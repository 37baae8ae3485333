package codec_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/temporal"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"pgregory.net/rapid"

	"github.com/incassocenter/dunning/internal/codec"
)

// secretOf makes a key of one repeated byte, in hex.
func secretOf(b byte) string { return hex.EncodeToString(bytes.Repeat([]byte{b}, 32)) }

func mustKeys(tb testing.TB, texts ...string) codec.Keys {
	tb.Helper()
	keys, err := codec.ParseKeys(texts)
	if err != nil {
		tb.Fatal(err)
	}
	return keys
}

func payload(data string) *commonpb.Payload {
	return &commonpb.Payload{Metadata: map[string][]byte{"encoding": []byte("json/plain"), "messageType": []byte("claim.Facts")}, Data: []byte(data)}
}

func TestRoundTripLeavesNoPlaintext(t *testing.T) {
	t.Parallel()
	c := codec.NewCodec(mustKeys(t, "k1:"+secretOf(1)))
	rapid.Check(t, func(rt *rapid.T) {
		data := rapid.SliceOfN(rapid.Byte(), 0, 4096).Draw(rt, "data")
		in := []*commonpb.Payload{{Metadata: map[string][]byte{"encoding": []byte("binary/plain")}, Data: data}, payload(`"Jan de Vries"`)}
		out, err := c.Encode(in)
		if err != nil {
			rt.Fatal(err)
		}
		for i := range out {
			wire, err := proto.Marshal(out[i])
			if err != nil {
				rt.Fatal(err)
			}
			if bytes.Contains(wire, []byte("Jan")) || bytes.Contains(wire, []byte("plain")) || (len(data) >= 8 && bytes.Contains(wire, data)) {
				rt.Fatalf("plaintext in payload %d", i)
			}
		}
		back, err := c.Decode(out)
		if err != nil {
			rt.Fatal(err)
		}
		if diff := cmp.Diff(in, back, protocmp.Transform()); diff != "" {
			rt.Fatal(diff)
		}
	})
}

func TestMetadataNamesTheKeyAndNothingElse(t *testing.T) {
	t.Parallel()
	out, err := codec.NewCodec(mustKeys(t, "2026a:"+secretOf(1))).Encode([]*commonpb.Payload{payload("x")})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]byte{"encoding": []byte("binary/encrypted"), "key-id": []byte("2026a")}
	if diff := cmp.Diff(want, out[0].GetMetadata()); diff != "" {
		t.Error(diff)
	}
}

func TestEveryChangedByteIsDetected(t *testing.T) {
	t.Parallel()
	c := codec.NewCodec(mustKeys(t, "a:"+secretOf(1), "b:"+secretOf(1)))
	out, err := c.Encode([]*commonpb.Payload{payload("1234.50")})
	if err != nil {
		t.Fatal(err)
	}
	for i := range out[0].GetData() {
		bad := proto.CloneOf(out[0])
		bad.Data[i] ^= 1
		if _, err := c.Decode([]*commonpb.Payload{bad}); !errors.Is(err, codec.ErrTampered) {
			t.Fatalf("byte %d changed: %v", i, err)
		}
	}
	short := proto.CloneOf(out[0])
	short.Data = short.GetData()[:5]
	renamed := proto.CloneOf(out[0]) // same key bytes under another id: the id is authenticated too
	renamed.Metadata["key-id"] = []byte("b")
	for name, bad := range map[string]*commonpb.Payload{"cut short": short, "other key id": renamed} {
		if _, err := c.Decode([]*commonpb.Payload{bad}); !errors.Is(err, codec.ErrTampered) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRotation(t *testing.T) {
	t.Parallel()
	old, rotated := mustKeys(t, "2025:"+secretOf(1)), mustKeys(t, "2026:"+secretOf(2), "2025:"+secretOf(1))
	before, err := codec.NewCodec(old).Encode([]*commonpb.Payload{payload("before")})
	if err != nil {
		t.Fatal(err)
	}
	after, err := codec.NewCodec(rotated).Encode([]*commonpb.Payload{payload("after")})
	if err != nil {
		t.Fatal(err)
	}
	back, err := codec.NewCodec(rotated).Decode(append(before, after...))
	if err != nil {
		t.Fatal(err)
	}
	if got := string(back[0].GetData()) + " " + string(back[1].GetData()); got != "before after" {
		t.Errorf("decoded %q", got)
	}
	var unknown *codec.UnknownKeyError
	if _, err := codec.NewCodec(old).Decode(after); !errors.As(err, &unknown) || unknown.KeyID != "2026" {
		t.Errorf("a key that is not there: %v", err)
	}
	if _, err := codec.NewCodec(mustKeys(t, "2025:"+secretOf(9))).Decode(before); !errors.Is(err, codec.ErrTampered) {
		t.Errorf("another key under the same id: %v", err)
	}
}

func TestPayloadsOfOthersPass(t *testing.T) {
	t.Parallel()
	in := []*commonpb.Payload{payload("from the command line"), {}}
	out, err := codec.NewCodec(mustKeys(t, "k:"+secretOf(1))).Decode(in)
	if err != nil || !proto.Equal(in[0], out[0]) || !proto.Equal(in[1], out[1]) {
		t.Errorf("%v %v", out, err)
	}
}

func TestNoKeyEncryptsNothing(t *testing.T) {
	t.Parallel()
	if _, err := codec.NewDataConverter(codec.Keys{}).ToPayload("secret"); !errors.Is(err, codec.ErrNoKey) {
		t.Errorf("got %v", err)
	}
	if _, err := codec.ParseKeys(nil); !errors.Is(err, codec.ErrNoKey) {
		t.Errorf("got %v", err)
	}
}

func TestFailuresAreEncrypted(t *testing.T) {
	t.Parallel()
	fc := codec.NewFailureConverter(mustKeys(t, "k:"+secretOf(1)))
	cause := errors.New("relay refused jan@example.nl")
	in := temporal.NewApplicationErrorWithCause("send letter to Jan de Vries", "SendFailed", cause, "NL91ABNA0417164300")
	failure := fc.ErrorToFailure(in)
	wire, err := protojson.Marshal(failure)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"Jan", "jan@example.nl", "NL91", "codec_test.go"} {
		if strings.Contains(string(wire), secret) {
			t.Errorf("%q is readable in the failure", secret)
		}
	}
	var back *temporal.ApplicationError
	if !errors.As(fc.FailureToError(failure), &back) || back.Type() != "SendFailed" || back.Message() != "send letter to Jan de Vries" {
		t.Errorf("came back as %v", back)
	}
	var iban string
	if err := back.Details(&iban); err != nil || iban != "NL91ABNA0417164300" {
		t.Errorf("details %q %v", iban, err)
	}
}

func TestParseKey(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ story, text, problem string }{
		{"hex", "k:" + secretOf(7), ""},
		{"base64", "k:BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=", ""},
		{"base64 without padding", "k:BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc", ""},
		{"URL base64", "k:-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_8=", ""},
		{"no id", secretOf(7), "no id"},
		{"empty id", ":" + secretOf(7), "no id"},
		{"too short", "k:BwcHBwcH", "6 bytes"},
		{"not a key at all", "k:hunter2!", "neither base64 nor hex"},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			key, err := codec.ParseKey(c.text)
			if c.problem == "" {
				if err != nil || key.ID() != "k" {
					t.Errorf("%v %v", key, err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), c.problem) || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("got %v, want %q and no secret", err, c.problem)
			}
		})
	}
	if _, err := codec.ParseKeys([]string{"k:" + secretOf(1), "k:" + secretOf(2)}); err == nil || !strings.Contains(err.Error(), "twice") {
		t.Errorf("same id twice: %v", err)
	}
}

func TestPrintedKeyShowsItsNameOnly(t *testing.T) {
	t.Parallel()
	key, err := codec.ParseKey("k:" + secretOf(7))
	if err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d", "%q"} {
		if got := fmt.Sprintf(verb, key); got != "codec key k" {
			t.Errorf("%s prints %s", verb, got)
		}
	}
}

func BenchmarkEncode2kB(b *testing.B) {
	c := codec.NewCodec(mustKeys(b, "k:"+secretOf(1)))
	in := []*commonpb.Payload{payload(strings.Repeat("x", 2000))}
	b.ReportAllocs()
	for b.Loop() {
		out, err := c.Encode(in)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := c.Decode(out); err != nil {
			b.Fatal(err)
		}
	}
}
