#!/usr/bin/env bash
# Runs each fuzz test for a bounded time: FUZZTIME, 10 seconds unless told. An
# input that breaks something is kept in testdata/fuzz beside its test.
set -euo pipefail
time=${FUZZTIME:-10s}
found=$(git ls-files -co --exclude-standard '*_test.go' | xargs grep -Eo '^func Fuzz[A-Za-z0-9_]+' /dev/null | sort -u)
[ -n "$found" ] || { echo "there is no fuzz test" >&2; exit 1; }
while IFS=: read -r file name; do
  name=${name#func }
  echo "== $name in $(dirname "$file"), $time"
  ${GO:-go} test -run '^$' -fuzz "^$name\$" -fuzztime "$time" "./$(dirname "$file")"
done <<<"$found"
