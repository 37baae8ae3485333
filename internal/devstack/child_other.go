//go:build !linux

package devstack

import "syscall"

// dieWithParent does nothing: only Linux has a parent-death signal. A PostgreSQL left behind by a
// killed parent is found by its postmaster.pid and stopped at the next start; the Temporal server
// watches its parent itself (-exit-with-parent).
func dieWithParent(*syscall.SysProcAttr, syscall.Signal) {}
