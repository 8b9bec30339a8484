#!/usr/bin/env bash
# Installs what the tests need and this machine lacks: a browser, PostgreSQL, an XML
# validator, fonts for Arabic and Chinese, a C compiler for the search for data races.
# Runs apt-get only as root on Debian; elsewhere it says the one command to type.
set -euo pipefail
have() { command -v "$1" >/dev/null 2>&1; }
font() { have fc-list && [ -n "$(fc-list ":lang=$1" 2>/dev/null | head -n 1)" ]; }
missing=()
have chromium || have chromium-browser || have google-chrome || missing+=(chromium)
compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || have initdb || missing+=(postgresql)
have xmllint || missing+=(libxml2-utils)
have gcc || have cc || missing+=(gcc libc6-dev)
have fc-list || missing+=(fontconfig)
font ar || missing+=(fonts-noto-core)
font zh || missing+=(fonts-noto-cjk)
[ ${#missing[@]} -eq 0 ] && exit 0
if [ "$(id -u)" = 0 ] && have apt-get; then
  echo "installing ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
  exit 0
fi
if have apt-get; then
  echo "The tests need ${missing[*]}. Type: sudo apt-get install ${missing[*]}" >&2
else
  echo "The tests need ${missing[*]} (names of Debian's packages). Install them, then try again." >&2
fi
exit 1
