package main

import (
	"context"
	"fmt"
	"runtime"
)

// operations are what commands do to a store, by name; see control.go.
var operations map[string]operation

func init() { // filled here, since operations and the server name each other
	operations = map[string]operation{
		"user":   userOperation,
		"backup": backupOperation,
		"check":  checkOperation,
		"doctor": doctorOperation,
		"search": searchOperation,
		"eval":   evalOperation,

		"eval mapping": evalMappingOperation,
		"reindex":      reindexOperation,
		"import":       importOperation,

		"import reference": referenceOperation,
		"export":           exportOperation,
	}
}

func versionCommand(_ context.Context, e *env, args []string) error {
	if len(args) > 0 {
		return usage("%q is not expected", args[0])
	}
	fmt.Fprintf(e.out, "merida %s (%s, %s/%s)\n", version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return nil
}
