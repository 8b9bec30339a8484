#!/usr/bin/env bash
# Installs what the tests need and this machine lacks: a browser, PostgreSQL, fonts, an XML validator.
# Runs apt-get only as root on Debian; elsewhere it says the one command to type.
set -euo pipefail
missing=()
command -v chromium >/dev/null || missing+=(chromium)
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null || missing+=(postgresql)
command -v xmllint >/dev/null || missing+=(libxml2-utils)
[ ${#missing[@]} -eq 0 ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends "${missing[@]}" fonts-noto-core fonts-noto-cjk >/dev/null
  exit 0
fi
echo "The tests need ${missing[*]}. Type: sudo apt-get install ${missing[*]}" >&2
exit 1
