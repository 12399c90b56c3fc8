#!/usr/bin/env bash
# The power of a virtual machine is cut under load, and its files are looked at:
#   run.sh PYTHON [--cuts 20] [--more 10] [--seed 1] [--system]
# PYTHON is that of an environment with EdgeVision's needs. Nothing is mounted on the host;
# its one qemu process needs no privileges and ends with this script.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
cache=$root/.cache/vm
. "$here/../packages.sh"

if [ "$(uname -sm)" != "Linux x86_64" ]; then
  say "The virtual machine boots an x86-64 kernel with this machine's own programs; this is $(uname -sm)."
  exit 1
fi
need "make test-power" qemu-system-x86=qemu-system-x86_64 seabios=/usr/share/seabios/bios-256k.bin \
  kmod=modprobe cpio=cpio e2fsprogs=debugfs
"$here/../vm/make_initrd.sh" "$cache"
python=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
shift
PYTHONPATH=$root PATH=$PATH:/usr/sbin:/sbin exec "$python" "$here/cut_power.py" "$python" "$cache" "$@"
