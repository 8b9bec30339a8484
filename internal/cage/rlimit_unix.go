//go:build linux || darwin || netbsd || openbsd || solaris || aix || illumos

package cage

import "golang.org/x/sys/unix"

func setRlimit(r *unix.Rlimit, v uint64) { r.Cur, r.Max = v, v }
