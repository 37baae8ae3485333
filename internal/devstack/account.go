package devstack

import (
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"syscall"
)

// account is the user that PostgreSQL runs as. PostgreSQL refuses to run as root, so root lends it
// to `postgres`, or else `nobody`; everybody else runs it as himself (cred is nil).
type account struct {
	name string
	cred *syscall.Credential
}

func serverAccount() (account, error) {
	if os.Geteuid() != 0 {
		return account{name: "uid " + strconv.Itoa(os.Geteuid())}, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(u.Uid, 10, 32)
		if err != nil {
			return account{}, fmt.Errorf("read uid of %s: %w", name, err)
		}
		gid, err := strconv.ParseUint(u.Gid, 10, 32)
		if err != nil {
			return account{}, fmt.Errorf("read gid of %s: %w", name, err)
		}
		return account{name: name, cred: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, nil
	}
	return account{}, fmt.Errorf("find a user for PostgreSQL: we are root and there is neither postgres nor nobody")
}

// own gives path to the account.
func (a account) own(path string) error {
	if a.cred == nil {
		return nil
	}
	return os.Chown(path, int(a.cred.Uid), int(a.cred.Gid))
}

// uid is the numeric user that PostgreSQL runs as.
func (a account) uid() int {
	if a.cred == nil {
		return os.Geteuid()
	}
	return int(a.cred.Uid)
}

// canEnter reports whether the account may use dir as a directory. It asks the kernel by trying,
// since mode bits of every ancestor, ACLs and mount options all have a say.
func (a account) canEnter(dir string) bool { return a.try(`cd "$1"`, dir) }

// canRun reports whether the account may execute path.
func (a account) canRun(path string) bool { return a.try(`test -x "$1"`, path) }

func (a account) try(script, arg string) bool {
	cmd := exec.Command("/bin/sh", "-c", script, "sh", arg)
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: a.cred}
	return cmd.Run() == nil
}

// dirMode is the mode of a directory of ours that the account must be able to pass through.
func (a account) dirMode() os.FileMode {
	if a.cred == nil {
		return 0o700
	}
	return 0o711
}
