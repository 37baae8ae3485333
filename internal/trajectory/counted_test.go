package trajectory_test

import (
	"testing"

	"github.com/incassocenter/dunning/internal/trajectory"
)

// A correction that left between two settlements of one day is wrong for the second only: it had counted the first.
func TestWhatALetterHadCountedIsNoReason(t *testing.T) {
	t.Parallel()
	f := tell("consumer; 2026-10-05 reminder by email; 2026-10-10 correction:reminder by email asked 400.00; 2026-10-01 paid 200.00 known 2026-10-10; 2026-10-04 credited 600.00 known 2026-10-10")
	for i := range f.Letters {
		if f.Letters[i].Step == "correction:reminder" {
			f.Letters[i].Kind = trajectory.Correction
		}
	}
	if got, want := faults(t, f), "correction:reminder of 2026-10-10 asked 400.00, owed 201.38: paid"; len(got) < len(want) || got[len(got)-len(want):] != want {
		t.Errorf("got %q, want it to end with %q", got, want)
	}
}
