package mail_test

import (
	"crypto/rand"
	"fmt"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/incassocenter/dunning/internal/mail"
)

// cpuMillis is what this process has used, the sink included, in milliseconds.
func cpuMillis(b *testing.B) float64 {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e6
}

// BenchmarkSend sends letters with a PDF of 30 kB to a sink in the same process.
func BenchmarkSend(b *testing.B) {
	pdf := make([]byte, 30_000)
	_, _ = rand.Read(pdf)
	for _, c := range []struct {
		name string
		idle int
	}{{"a connection per mail", 0}, {"kept connections", 8}} {
		b.Run(c.name, func(b *testing.B) {
			s := sender(b, serve(b, nil), func(o *mail.Options) { o.MaxIdle = c.idle })
			var n atomic.Int64
			before := cpuMillis(b)
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					m := letter(fmt.Sprint("m", n.Add(1)))
					m.Attachment = pdf
					if got := s.Send(b.Context(), m); got.Outcome != mail.Accepted {
						b.Errorf("%+v", got)
					}
				}
			})
			b.StopTimer()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "mails/s")
			b.ReportMetric((cpuMillis(b)-before)/float64(b.N), "cpu-ms/mail")
		})
	}
}

func BenchmarkRender(b *testing.B) {
	pdf := make([]byte, 30_000)
	_, _ = rand.Read(pdf)
	m := letter("a1")
	m.Attachment = pdf
	for b.Loop() {
		if _, err := mail.Render(m); err != nil {
			b.Fatal(err)
		}
	}
}
