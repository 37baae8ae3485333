package trajectory_test

import (
	"syscall"
	"testing"
	"time"

	"github.com/incassocenter/dunning/internal/trajectory"
)

// ownCPU is the time that processors spent on this process, which does not grow when others use them too.
func ownCPU(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// The decision is asked for every claim at every step, and a hundred thousand times by the simulator: its aim is 20 microseconds of a processor.
func BenchmarkNext(b *testing.B) {
	for _, c := range []struct{ name, story, at string }{
		{"first letter", "consumer", "2026-10-05T06:00"},
		{"14-day letter", "consumer" + stickered, "2026-10-14T09:00"},
		{"summons", "consumer" + noticed, "2026-10-22T09:00"},
		{"part paid", "company" + bSummoned + "; 2026-10-20 paid 300.00", "2026-10-21T09:00"},
		{"after a hold", "consumer" + reminded + "; 2026-10-07 held until 2026-10-20", "2026-10-21T09:00"},
		{"decision", "consumer" + asked, "2026-12-09T09:00"},
		{"monitoring", "company" + bFinished + "; 2026-11-03 advised; 2027-01-04 monitored", "2027-01-04T03:00"},
	} {
		b.Run(c.name, func(b *testing.B) {
			f := tell(c.story)
			rules, err := library(b).Rules(f)
			if err != nil {
				b.Fatal(err)
			}
			now, err := time.Parse("2006-01-02T15:04", c.at)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			cpu := ownCPU(b)
			for b.Loop() {
				if _, err := trajectory.Next(f, rules, now); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(ownCPU(b)-cpu)/float64(b.N), "cpu-ns/op")
		})
	}
}
