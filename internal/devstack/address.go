package devstack

import (
	"fmt"
	"net"
)

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
