package bank_test

import (
	"crypto/rand"
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/incassocenter/dunning/internal/bank"
)

func TestValidKenmerk(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ story, text, problem string }{
		{"the official example", "5000056789012345", ""},
		{"as printed, in groups", "5000 0567 8901 2345", ""},
		{"with dots", "5000.0567.8901.2345", ""},
		{"remainder 0 gives check digit 0", "0000000000000000", ""},
		{"one wrong digit names the digit that would fit", "5000056789012346", "has check digit 5; for these digits it would be 3"},
		{"too short", "500005678901234", "must be 16 digits"},
		{"a letter", "500005678901234X", "must be 16 digits"},
		{"empty", "", "must be 16 digits"},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			wantProblem(t, bank.ValidKenmerk(c.text), c.problem)
		})
	}
}

func TestKenmerk(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ story, body, want, problem string }{
		{"the official example", "000056789012345", "5000056789012345", ""},
		{"remainder 1 gives check digit 1", "000000000000006", "1000000000000006", ""}, // 6*2 = 12, rest 1
		{"remainder 10 gives check digit 1", "000000000000005", "1000000000000005", ""},
		{"12 digits are not padded in silence", "056789012345", "", "must be exactly 15 digits"},
		{"letters", "ABC056789012345", "", "must be exactly 15 digits"},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			got, err := bank.Kenmerk(c.body)
			wantProblem(t, err, c.problem)
			if got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestValidRF(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ story, text, problem string }{
		{"the example of the standard", "RF18539007547034", ""},
		{"in groups and lower case", "rf18 5390 0754 7034", ""},
		{"with letters", "RF72ABC123", "has check digits 72; for this body they would be"},
		{"wrong check digits are named with the right ones", "RF19539007547034", "has check digits 19; for this body they would be 18"},
		{"no body", "RF18", "must be RF, two check digits and 1 to 21"},
		{"body too long", "RF18" + strings.Repeat("1", 22), "must be RF, two check digits and 1 to 21"},
		{"a kenmerk", "5000056789012345", "must be RF"},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			wantProblem(t, bank.ValidRF(c.text), c.problem)
		})
	}
}

// TestRFCatchesEveryTypingError is why RF is in the QR code: one wrong digit or two swapped ones never look like a reference.
func TestRFCatchesEveryTypingError(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rf, err := bank.RF(rapid.StringMatching(`[0-9A-Z]{1,21}`).Draw(t, "body"))
		if err != nil || bank.ValidRF(rf) != nil {
			t.Fatalf("%q: %v %v", rf, err, bank.ValidRF(rf))
		}
		i := rapid.IntRange(2, len(rf)-1).Draw(t, "position")
		wrong := []byte(rf)
		wrong[i] = rapid.SampledFrom([]byte("0123456789")).Draw(t, "digit")
		if isDigit(rf[i]) && wrong[i] != rf[i] && bank.ValidRF(string(wrong)) == nil {
			t.Fatalf("%s passes as %s", rf, wrong)
		}
		swapped := []byte(rf)
		j := min(i+1, len(rf)-1)
		swapped[i], swapped[j] = swapped[j], swapped[i]
		if isDigit(rf[i]) && isDigit(rf[j]) && rf[i] != rf[j] && bank.ValidRF(string(swapped)) == nil {
			t.Fatalf("%s passes as %s", rf, swapped)
		}
	})
}

func TestKenmerkCatchesMostTypingErrors(t *testing.T) {
	t.Parallel()
	caught, tried := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		kenmerk, err := bank.Kenmerk(rapid.StringMatching(`[0-9]{15}`).Draw(t, "body"))
		if err != nil || bank.ValidKenmerk(kenmerk) != nil {
			t.Fatalf("%q: %v", kenmerk, err)
		}
		for i := range len(kenmerk) {
			wrong := []byte(kenmerk)
			wrong[i] = '0' + (wrong[i]-'0'+1)%10
			tried++
			if bank.ValidKenmerk(string(wrong)) != nil {
				caught++
			}
		}
	})
	if caught*100 < tried*96 {
		t.Errorf("%d of %d wrong digits caught", caught, tried)
	}
}

func TestReferencesAreValidAndSpread(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 1000 {
		rf, kenmerk, err := bank.References(rand.Reader)
		if err != nil || bank.ValidRF(rf) != nil || bank.ValidKenmerk(kenmerk) != nil {
			t.Fatalf("%q %q %v", rf, kenmerk, err)
		}
		if len(rf) != 14 || len(kenmerk) != 16 || seen[rf] || seen[kenmerk] {
			t.Fatalf("%q %q", rf, kenmerk)
		}
		seen[rf], seen[kenmerk] = true, true
	}
}

func TestReferencesReportAnEmptySource(t *testing.T) {
	t.Parallel()
	if _, _, err := bank.References(strings.NewReader("abc")); err == nil || !strings.HasPrefix(err.Error(), "draw RF reference: ") {
		t.Errorf("error %v", err)
	}
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// wantProblem checks that err is nil when problem is empty, and says it otherwise.
func wantProblem(t *testing.T, err error, problem string) {
	t.Helper()
	if (err == nil) != (problem == "") || (err != nil && !strings.Contains(err.Error(), problem)) {
		t.Errorf("error %v, want %q", err, problem)
	}
	var reference *bank.ReferenceError
	var iban *bank.IBANError
	var epc *bank.EPCError
	if err != nil && !errors.As(err, &reference) && !errors.As(err, &iban) && !errors.As(err, &epc) {
		t.Errorf("error %T has no name", err)
	}
}
