package devstack

import "syscall"

// dieWithParent asks the kernel to signal the child when we die, even of SIGKILL.
func dieWithParent(attr *syscall.SysProcAttr, sig syscall.Signal) { attr.Pdeathsig = sig }
