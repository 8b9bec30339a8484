#!/usr/bin/env bash
# Everything that is held besides the tests. Prints what it does; stops at the first fault.
set -euo pipefail
step() { printf '== %s\n' "$*"; }
step format
unformatted=$(git ls-files -co --exclude-standard '*.go' | xargs gofmt -l)
[ -z "$unformatted" ] || { echo "not formatted: $unformatted" >&2; exit 1; }
step vet
go vet ./...
step staticcheck
go tool staticcheck ./...
step modules
go mod verify
step "other platforms"
for target in windows/amd64 darwin/arm64 linux/arm64; do
  GOOS=${target%/*} GOARCH=${target#*/} CGO_ENABLED=0 go build -o /dev/null ./cmd/...
done
echo "all checks passed"
