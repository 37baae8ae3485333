package devstack

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
)

// ClaimKnownAddresses gives the right to listen on the addresses that users know, to one process of a user at a time; another gets ErrLocked
// and takes free ones. Whether an address is free says nothing about a moment later, when a server that was started with it listens.
func ClaimKnownAddresses() (*FileLock, error) {
	acct, err := serverAccount()
	if err != nil {
		return nil, err
	}
	base, err := acct.scratchBase(scratchBases()...)
	if err != nil {
		return nil, err
	}
	return claimAddresses(base)
}

// claimAddresses is the claim of one user, whose directory base is.
func claimAddresses(base string) (*FileLock, error) {
	return TryLockFile(filepath.Join(base, "addresses"))
}

// scratchBases are where scratch directories of this user can be, the best first.
func scratchBases() []string {
	name := fmt.Sprintf("dunning-dev-%d", os.Geteuid())
	return []string{filepath.Join(os.TempDir(), name), filepath.Join("/tmp", name)}
}

// FreePort returns a 127.0.0.1 address with a port that was free a moment ago. Another process may
// take it before the caller listens; a server that can listen on port 0 itself should do that.
func FreePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("find a free port: %w", err)
	}
	addr := l.Addr().String()
	if err := l.Close(); err != nil {
		return "", fmt.Errorf("release port %s: %w", addr, err)
	}
	return addr, nil
}
