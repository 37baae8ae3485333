package trajectory

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
)

// Fingerprint is the SHA-256 of what the trajectory says, in hexadecimal. Comments, layout and the order of keys do not count, and a key that is left out counts
// as what it then is. A field that is added to a Policy must be left out of its JSON while nothing is said there: a pin names one content for good.
func (p Policy) Fingerprint() string {
	content, _ := json.Marshal(p) // numbers, strings and lists of them
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// UnknownError says that no worker knows a trajectory as it is here: claims that were pinned to it would stop.
type UnknownError struct {
	Pin     string
	Another bool // they know another content under this pin
}

func (e *UnknownError) Error() string {
	if e.Another {
		return fmt.Sprintf("workers know trajectory %s with another content than its file here; right would be the same file as theirs", e.Pin)
	}
	return fmt.Sprintf("no worker knows trajectory %s; right would be its file in the directory of every worker (policy.trajectories_dir), and a restart of them, first", e.Pin)
}

// KnownTo is nil when workers know the trajectory, of which they registered these fingerprints by pin; else an *UnknownError.
func (p Policy) KnownTo(workers map[string]string) error {
	content, known := workers[p.Pin()]
	if content == p.Fingerprint() {
		return nil
	}
	return &UnknownError{p.Pin(), known}
}
