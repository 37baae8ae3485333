//go:build !linux

package inbox

// beingWritten is not known here: that a file does not change has to do.
func beingWritten(string) bool { return false }
