package main

import (
	"fmt"
	"os"
	"time"

	"merida/exchange/legaltext"
	"merida/internal/cage"
)

// cageWord is the argument by which this program reads one file apart from the server. It is not among
// the commands: nobody types it.
const cageWord = "read-in-cage"

// enterCage does the work of a process of the cage and gives its exit code; ok is false where this is no such process.
func enterCage(args []string) (code int, ok bool) {
	if len(args) < 2 || args[1] != cageWord {
		return 0, false
	}
	if err := legaltext.ServeCage(args[2:], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1, true
	}
	return 0, true
}

// newReader reads files of others in processes of their own, two at once.
func newReader() (legaltext.Parser, error) {
	exe, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return legaltext.In(cage.New([]string{exe, cageWord}, 2, legaltext.MaxTime+5*time.Second)), nil
}
