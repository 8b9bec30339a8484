//go:build freebsd || dragonfly

package cage

import "golang.org/x/sys/unix"

func setRlimit(r *unix.Rlimit, v uint64) { r.Cur, r.Max = int64(v), int64(v) }
