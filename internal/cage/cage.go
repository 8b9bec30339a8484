package cage

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime/debug"
	"time"
)

// Limits of one process in a cage: the largest real files need a quarter of them.
const (
	Memory = 400 << 20 // bytes of data
	soft   = 300 << 20 // above it the collector works harder
	Output = 192 << 20 // bytes of the result, where a Cage says nothing else
)

var (
	// ErrTime means that the deadline passed.
	ErrTime = errors.New("the reading took too long")
	// ErrDied means that the process ended without a result: it passed a limit, or a fault of the reader ended it.
	ErrDied = errors.New("the reading ended without a result")
)

// Cage starts processes. The zero value is of no use: Command is needed.
type Cage struct {
	Command []string // the program and its first arguments
	Time    time.Duration
	Output  int // bytes of the result
	slots   chan struct{}
}

// New makes a cage in which at most n processes run at once.
func New(command []string, n int, limit time.Duration) *Cage {
	return &Cage{Command: command, Time: limit, Output: Output, slots: make(chan struct{}, n)}
}

// Run feeds in to one process with further arguments and gives what it wrote.
// Errors are ErrTime, ErrDied, that of the context, or of starting the process.
func (c *Cage) Run(ctx context.Context, in []byte, args ...string) ([]byte, error) {
	select {
	case c.slots <- struct{}{}:
		defer func() { <-c.slots }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	limited, cancel := context.WithTimeout(ctx, c.Time)
	defer cancel()
	cmd := exec.CommandContext(limited, c.Command[0], append(append([]string{}, c.Command[1:]...), args...)...)
	cmd.Env = []string{"GOTRACEBACK=none", "GOMAXPROCS=2"}
	cmd.Dir = string(os.PathSeparator)
	cmd.Stdin = bytes.NewReader(in)
	cmd.WaitDelay = time.Second
	out := &bounded{limit: c.Output}
	said := &bounded{limit: 2000}
	cmd.Stdout, cmd.Stderr = out, said
	apart(cmd)
	err := cmd.Run()
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case limited.Err() != nil:
		return nil, ErrTime
	case err == nil && !out.full:
		return out.b.Bytes(), nil
	}
	var ended *exec.ExitError
	if err != nil && !errors.As(err, &ended) && !out.full {
		return nil, fmt.Errorf("start the reader: %w", err)
	}
	return nil, fmt.Errorf("%w: %v %.200s", ErrDied, err, said.b.String())
}

// bounded keeps the first bytes that are written to it, and lets no more pass.
type bounded struct {
	b     bytes.Buffer
	limit int
	full  bool
}

func (w *bounded) Write(p []byte) (int, error) {
	if room := w.limit - w.b.Len(); len(p) > room {
		w.full = true
		w.b.Write(p[:max(0, room)])
		if w.limit > 10_000 {
			return 0, io.ErrShortWrite
		}
		return len(p), nil // of what was said on the way only the beginning is kept
	}
	return w.b.Write(p)
}

// Enter holds this process to the limits. It is called first in the process of a cage, before anything is read.
func Enter(limit time.Duration) error {
	time.Sleep(time.Millisecond) // the runtime opens what its timers need, while it still may
	debug.SetMemoryLimit(soft)
	debug.SetTraceback("none")
	return enter(limit)
}
