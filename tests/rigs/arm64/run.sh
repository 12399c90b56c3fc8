#!/usr/bin/env bash
# The device's code inside an arm64 Debian 12 under user-mode emulation:
#   run.sh PYTHON INTERPRETER [PYTHON INTERPRETER]...
# Each PYTHON of the host has that interpreter package. It writes the reference, and the
# same versions of its packages are put into the arm64 system. All mounts live in mount
# namespaces of their own, which end with their processes, however those end.
# Emulation says nothing about speed.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
checkout=$(cd "$here/../../.." && pwd)
cache=$checkout/.cache/arm64
. "$here/../packages.sh"

if [ "$(uname -s)" != Linux ] || [ "$(uname -m)" = aarch64 ]; then
  say "make test-arm64 emulates an arm64 board on another Linux machine; this is $(uname -sm): run make test."
  exit 1
fi
if [ "$(id -u)" -ne 0 ]; then
  say "make test-arm64 mounts folders into an arm64 system, for which it must be root. Run: sudo make test-arm64"
  exit 1
fi
need "make test-arm64" qemu-user-static=qemu-aarch64-static mmdebstrap=mmdebstrap \
  debian-archive-keyring=/usr/share/keyrings/debian-archive-keyring.gpg
data=${EDGEVISION_SHARED:-$checkout/../shared}/data
if [ ! -e "$data/README.md" ]; then
  say "make test-arm64 compares real models, and there is no ../shared/data beside the checkout."
  [ "${EDGEVISION_REQUIRE_SHARED:-}" != 1 ] || exit 1
  exit 0
fi
data=$(cd "$data" && pwd)
mkdir -p "$cache"
"$here/make_root.sh" "$cache"

wheels() { # PYTHON INTERPRETER FOLDER: its packages for arm64, made anew when versions change
  local wanted platforms=() minor
  wanted=$("$1" "$here/wheels.py" "$2")
  if [ "$(cat "$3.stamp" 2>/dev/null)" = "$wanted" ]; then return 0; fi
  say "fetching arm64 wheels of $2"
  for minor in $(seq 36 -1 17); do platforms+=(--platform "manylinux_2_${minor}_aarch64"); done
  rm -rf "$3" "$3.stamp"
  # shellcheck disable=SC2086
  "$1" -m pip install --quiet --quiet --disable-pip-version-check --root-user-action=ignore \
    --only-binary=:all: --python-version 3.11 --implementation cp "${platforms[@]}" \
    --platform manylinux2014_aarch64 --target "$3" $wanted
  printf '%s\n' "$wanted" >"$3.stamp"
}

converted=$cache/converted.tflite
if [ ! -e "$converted" ] || [ -n "$(find "$checkout/converters" "$checkout/runtime" -name '*.py' -newer "$converted" -print -quit)" ]; then
  say "converting a model on the host"
  (cd "$checkout" && "$1" -m edgevision convert "$data/models/cifar10_resnet8.h5" -o "$converted.new.tflite" --force \
    --normalize raw --calibration "$data/cifar10/calibration") >"$cache/convert.log" 2>&1 || {
    tail -n 5 "$cache/convert.log" >&2
    exit 1
  }
  mv "$converted.new.tflite" "$converted"
fi

limit=${LIMIT_S:-1200}
format=edgevision-arm64-$$
child=
leave() {
  [ -z "$child" ] || kill -KILL "$child" 2>/dev/null || true
  # Where the host has binfmt_misc mounted, an entry outlives a process that was killed.
  [ ! -e "/proc/sys/fs/binfmt_misc/$format" ] || echo -1 >"/proc/sys/fs/binfmt_misc/$format"
}
trap leave EXIT
trap 'exit 130' INT TERM

status=0
while [ "$#" -ge 2 ]; do
  python=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
  name=$2
  shift 2
  out=$cache/out-$name
  rm -rf "$out"
  mkdir -p "$out" "$cache/bytecode-$name"
  wheels "$python" "$name" "$cache/site-$name"
  cp "$converted" "$here/inside.sh" "$out/"
  say "asking the models on this machine ($name)"
  (cd "$checkout" && PYTHONPATH=$checkout "$python" "$here/answers.py" "$data" "$converted" "$out/x86.npz") \
    >"$out/x86.log" 2>&1 || { tail -n 20 "$out/x86.log" >&2; exit 1; }
  say "running the tests on arm64 ($name)"
  # Namespaces of its own, and each process dies with the one before it.
  FORMAT=$format ROOT=$cache/root SITE=$cache/site-$name BYTECODE=$cache/bytecode-$name CHECKOUT=$checkout DATA=$data OUT=$out \
    setpriv --pdeathsig KILL timeout --signal=KILL "$limit" setpriv --pdeathsig KILL \
    unshare --mount --pid --fork --kill-child "$here/enter.sh" /bin/sh /out/inside.sh "$name" </dev/null &
  child=$!
  code=0
  wait "$child" || code=$?
  child=
  [ "$code" -ne 137 ] || say "The arm64 tests did not end within $limit s; LIMIT_S=1800 gives them longer."
  [ "$code" -eq 0 ] || status=1
done
exit "$status"
