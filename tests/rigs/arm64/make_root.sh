#!/usr/bin/env bash
# make_root.sh FOLDER: an arm64 Debian 12 in FOLDER/root (Raspberry Pi OS 12 is made of it:
# Python 3.11, glibc 2.36), unpacked only, so that nothing has to run emulated. Needs root.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../packages.sh"
mkdir -p "$1"
cd "$1"
stamp=$(sha256sum "$0" | cut -c 1-16)
if [ "$(cat root.stamp 2>/dev/null)" = "$stamp" ]; then exit 0; fi
rm -rf root root.stamp
say "unpacking an arm64 Debian 12"
mmdebstrap --quiet --mode=root --variant=extract --architectures=arm64 --components=main \
  --include=python3-minimal,python3,libpython3-stdlib,libstdc++6,dash,coreutils,zlib1g \
  bookworm root >mmdebstrap.log 2>&1 || {
  tail -n 5 mmdebstrap.log >&2
  say "The arm64 system could not be unpacked: Debian's mirror does not answer, or mmdebstrap failed as above."
  exit 1
}
# Where the rig mounts things; users that scripts ask for.
mkdir -p root/proc root/dev root/tmp root/checkout root/data/data root/bytecode root/out root/usr/local/lib/python3.11/dist-packages
printf 'root:x:0:0::/tmp:/bin/sh\n' >root/etc/passwd
printf 'root:x:0:\n' >root/etc/group
printf '127.0.0.1 localhost\n' >root/etc/hosts
printf '%s\n' "$stamp" >root.stamp
