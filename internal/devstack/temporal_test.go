package devstack

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// fakeServer is a devserver in the eyes of StartTemporal.
func fakeServer(t *testing.T, script string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "devserver")
	syscall.ForkLock.RLock() // a child that begins now would hold the file open, and what is open for writing cannot be run (ETXTBSY)
	err := os.WriteFile(path, []byte("#!/bin/sh\n"+script), 0o755)
	syscall.ForkLock.RUnlock()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func TestTemporalBecomesReady(t *testing.T) {
	var log bytes.Buffer
	s, err := StartTemporal(t.Context(), TemporalOptions{
		Binary: fakeServer(t, `echo "args $*"
echo "warming up"
echo "ready $2 http://ui"
exec sleep 600`),
		DB: "sqlite:/x", Namespace: "dunning", SearchAttributes: map[string]string{"Stage": "Keyword", "Due": "Datetime"},
		CodecEndpoint: "http://codec", TimeSkipping: true, Log: &log,
	})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(s.Addr(), "127.0.0.1:") || s.UIURL() != "http://ui" || !running(s.Pid()) {
		t.Errorf("address %s, ui %s", s.Addr(), s.UIURL())
	}
	if err := s.Stop(context.Background()); err != nil {
		t.Error(err)
	}
	want := "args -listen " + s.Addr() + " -ui  -db sqlite:/x -exit-with-parent -namespace dunning" +
		" -search-attribute Due=Datetime -search-attribute Stage=Keyword -codec-endpoint http://codec -time-skipping\nwarming up\n"
	if log.String() != want {
		t.Errorf("log %q, want %q", log.String(), want)
	}
}

func TestTemporalThatDoesNotStartSaysWhy(t *testing.T) {
	tests := []struct {
		name, script string
		limit        time.Duration
		want         string
	}{
		{"ends at once", "echo no such database >&2; exit 3", time.Minute, "exit status 3): no such database"},
		{"ends without a word of failure", "exit 0", time.Minute, "exit status 0"},
		{"never ready", "echo waiting; exec sleep 600", 200 * time.Millisecond, "deadline exceeded: waiting"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := StartTemporal(t.Context(), TemporalOptions{Binary: fakeServer(t, tt.script), StartLimit: tt.limit})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
	if _, err := StartTemporal(t.Context(), TemporalOptions{Binary: "no/such/binary"}); err == nil {
		t.Error("a binary that does not exist starts")
	}
}
