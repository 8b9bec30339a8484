package main

import (
	"fmt"
	"strings"
	"time"
)

// bar shows long work on standard error: a bar on a terminal, plain lines otherwise.
type bar struct {
	e     *env
	began time.Time
	last  time.Time
	drawn bool
}

func newBar(e *env) *bar { return &bar{e: e, began: time.Now()} }

const barWidth = 30

func (b *bar) show(p progress) {
	if p.Line != "" {
		b.clear()
		fmt.Fprintln(b.e.err, p.Line)
	}
	every := 100 * time.Millisecond
	if !b.e.tty {
		every = 5 * time.Second
	}
	if time.Since(b.last) < every || p.Stage == "" {
		return
	}
	b.last = time.Now()
	text := fmt.Sprintf("%s %d", p.Stage, p.Done)
	if p.Total > 0 {
		share := min(1, float64(p.Done)/float64(p.Total))
		full := int(share * barWidth)
		left := ""
		if spent := time.Since(b.began); share > 0.02 && spent > 2*time.Second {
			left = fmt.Sprintf(", %s left", (time.Duration(float64(spent) * (1/share - 1))).Round(time.Second))
		}
		if b.e.tty {
			text = fmt.Sprintf("%s [%s%s] %3.0f %% (%d of %d%s)", p.Stage, strings.Repeat("#", full), strings.Repeat(".", barWidth-full), share*100, p.Done, p.Total, left)
		} else {
			text = fmt.Sprintf("%s: %d of %d%s", p.Stage, p.Done, p.Total, left)
		}
	}
	if !b.e.tty {
		fmt.Fprintln(b.e.err, text)
		return
	}
	fmt.Fprintf(b.e.err, "\r\x1b[K%s", text)
	b.drawn = true
}

func (b *bar) clear() {
	if b.drawn {
		fmt.Fprint(b.e.err, "\r\x1b[K")
		b.drawn = false
	}
}

// end takes the bar off the screen; it may be called twice.
func (b *bar) end() { b.clear() }
