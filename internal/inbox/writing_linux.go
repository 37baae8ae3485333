package inbox

import (
	"errors"
	"os"
	"syscall"
)

const setLease = 1024 // F_SETLEASE of fcntl(2)

// beingWritten says whether somebody has a file open for writing: then Linux gives no lease to read it. Where it gives none for another reason, as of a
// file of another user, it is not known, and that the file does not change has to do.
func beingWritten(path string) bool {
	f, err := os.Open(path) //nolint:gosec // of the configured directory
	if err != nil {
		return false
	}
	defer func() { _ = f.Close() }() // which gives the lease back
	_, _, errno := syscall.Syscall(syscall.SYS_FCNTL, f.Fd(), setLease, syscall.F_RDLCK)
	return errors.Is(errno, syscall.EAGAIN)
}
