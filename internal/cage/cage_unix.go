//go:build unix

package cage

import (
	"os/exec"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// apart gives the process a group of its own, so that an interrupt at the terminal ends the parent in its own order.
func apart(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

func enter(limit time.Duration) error {
	for _, l := range []struct {
		what  int
		value uint64
	}{
		{unix.RLIMIT_DATA, Memory},
		{unix.RLIMIT_CPU, uint64(limit/time.Second) + 1},
		{unix.RLIMIT_FSIZE, 0},
		{unix.RLIMIT_CORE, 0},
	} {
		r := unix.Rlimit{}
		setRlimit(&r, l.value)
		if err := unix.Setrlimit(l.what, &r); err != nil {
			return err
		}
	}
	return noFiles()
}

// noFiles lets the process open nothing more than what it has.
func noFiles() error {
	r := unix.Rlimit{}
	setRlimit(&r, 0)
	// Files that are open stay open; the number says where the next would stand.
	return unix.Setrlimit(unix.RLIMIT_NOFILE, &r)
}
