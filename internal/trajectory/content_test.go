package trajectory_test

import (
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/trajectory"
)

// A pin names one content for good: whatever changes what is done changes the fingerprint, and nothing else does.
func TestFingerprintOfATrajectory(t *testing.T) {
	t.Parallel()
	was := parsed(t, businessPolicy).Fingerprint()
	for _, c := range []struct {
		name, old, new string
		same           bool
	}{
		{"a comment", "version: 1\n", "version: 1 # the first\n", true},
		{"what was left out is said", "spacing: 4\n", "spacing: 4\nlate_after: 7\n", true},
		{"other spacing", "spacing: 4", "spacing: 3", false},
		{"a day", "after: previous, days: 6, term: 7", "after: previous, days: 7, term: 7", false},
		{"a channel", "channels: [post]", "channels: [email]", false},
		{"a condition", "{plan: premium}", "{plan: basis}", false},
		{"no approval", ", approval: operator", "", false},
		{"another outage rule", "late: coalesce", "late: expire", false},
		{"another default", "basis: close", "basis: monitoring", false},
		{"no registers are asked", "years: 20}", "years: 20, checks: []}", false},
	} {
		text := strings.Replace(businessPolicy, c.old, c.new, 1)
		if text == businessPolicy {
			t.Fatalf("%s: %q does not stand in the policy", c.name, c.old)
		}
		if got := parsed(t, text).Fingerprint(); (got == was) != c.same {
			t.Errorf("%s: the same %v, want %v", c.name, got == was, c.same)
		}
	}
	// What workers of before registered must stay known: a new field is left out of the JSON while nothing is said there.
	if want := "b51a32a8c2b59c1a9eed06dbaea7461e9368ed83cdd3e908e014fe366788ea6b"; was != want {
		t.Errorf("the fingerprint of a file that did not change is %s; was %s", was, want)
	}
}

func TestTrajectoriesThatWorkersKnow(t *testing.T) {
	t.Parallel()
	p, other := parsed(t, consumerPolicy), parsed(t, strings.Replace(consumerPolicy, "days: 16", "days: 17", 1))
	for _, c := range []struct {
		name    string
		workers trajectory.Policy
		want    string
	}{
		{"known", p, ""},
		{"another content", other, "workers know trajectory consumer@3 with another content than its file here"},
		{"another trajectory", parsed(t, businessPolicy), "no worker knows trajectory consumer@3"},
	} {
		err := p.KnownTo(map[string]string{c.workers.Pin(): c.workers.Fingerprint()})
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
