# Sourced by the rigs: the Debian packages that they need, installed where they are absent.
# shellcheck shell=bash

say() { printf '%s\n' "$*" >&2; }

# need WHAT PACKAGE=COMMAND...: install those packages whose command (or file) is absent.
need() {
  local what=$1 pair missing=()
  shift
  for pair in "$@"; do
    # /usr/sbin: an ordinary user's PATH leaves it out.
    [ -e "${pair#*=}" ] || PATH=$PATH:/usr/sbin:/sbin command -v "${pair#*=}" >/dev/null ||
      missing+=("${pair%%=*}")
  done
  [ "${#missing[@]}" -gt 0 ] || return 0
  if ! command -v apt-get >/dev/null; then
    say "$what needs Debian's packages ${missing[*]}, and there is no apt-get here: run it on Debian 12 or Ubuntu."
    exit 1
  fi
  if [ "$(id -u)" -ne 0 ]; then
    say "$what needs packages that are not installed. Run: sudo apt-get install --no-install-recommends ${missing[*]}"
    exit 1
  fi
  say "installing ${missing[*]}"
  # An old list names files that the mirror no longer has: ask it first.
  apt-get update -qq >/dev/null 2>&1 || true
  DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 install -y -qq --no-install-recommends "${missing[@]}" >/dev/null || {
    say "$what needs ${missing[*]}, which apt-get could not install: its message is above."
    exit 1
  }
}
