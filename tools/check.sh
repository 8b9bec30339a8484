#!/usr/bin/env bash
# Everything that is held besides the tests. Prints what it does; stops at the first fault.
set -euo pipefail
GO=${GO:-go}
step() { printf '== %s\n' "$*"; }
step format
unformatted=$(git ls-files -co --exclude-standard '*.go' | xargs gofmt -l)
[ -z "$unformatted" ] || { echo "not formatted: $unformatted" >&2; exit 1; }
step vet
$GO vet ./...
step staticcheck
$GO tool staticcheck ./...
step "walls and catalogues"
$GO test . ./locale
step modules
$GO mod verify
# Where goroutines meet: the writer and its group, the index, what is counted and limited per request.
step "data races"
MERIDA_ENGINES=sqlite $GO test -race -timeout 5m ./files ./internal/cage ./internal/clock ./internal/httpx ./internal/id ./assistance
# The embedded engine, translated from C, is slow under the detector: the cases with many writers are what matters.
MERIDA_ENGINES=sqlite $GO test -race -timeout 5m -run 'TestStore/(one_failure|writers|outbox|two_hundred|a_repeated)' ./store/sqlite
step "other platforms"
for target in windows/amd64 darwin/arm64 linux/arm64; do
  GOOS=${target%/*} GOARCH=${target#*/} CGO_ENABLED=0 $GO build -o /dev/null ./cmd/...
done
echo "all checks passed"
