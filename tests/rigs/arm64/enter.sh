#!/bin/sh
# enter.sh COMMAND...: run by run.sh in namespaces of its own; puts the arm64 system
# together from the folders that its variables name, and runs COMMAND inside it.
set -eu
formats=/proc/sys/fs/binfmt_misc
# Nothing that is mounted here is seen outside.
mount --make-rprivate /
mountpoint -q $formats || mount -t binfmt_misc binfmt_misc $formats || {
  echo "make test-arm64 needs the kernel's binfmt_misc, which cannot be mounted here." >&2
  exit 1
}
# How the kernel knows an arm64 program: Debian's own entry where there is one, else ours,
# which goes with this namespace. F: qemu is opened now, outside of the root.
if ! grep -qs '^flags:.*F' $formats/qemu-aarch64; then
  magic='\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00'
  mask='\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff'
  printf '%s' ":$FORMAT:M::$magic:$mask:$(command -v qemu-aarch64-static):F" >$formats/register
  trap 'echo -1 >"$formats/$FORMAT"' EXIT
  trap 'exit 130' INT TERM
fi

mount --bind "$ROOT" "$ROOT"
mount -t proc proc "$ROOT/proc"
mount -t tmpfs tmpfs "$ROOT/tmp"
mount -t tmpfs -o mode=755 tmpfs "$ROOT/dev"
for node in null zero full random urandom; do
  touch "$ROOT/dev/$node"
  mount --bind "/dev/$node" "$ROOT/dev/$node"
done
mkdir -m 1777 "$ROOT/dev/shm"
ln -s /proc/self/fd "$ROOT/dev/fd"
# /sys stays away on purpose: with the host's inside, ai-edge-litert crashes under emulation.
bind() { # FROM TO [ro]
  mount --bind "$1" "$ROOT$2"
  [ -z "${3:-}" ] || mount -o remount,bind,ro "$ROOT$2"
}
bind "$CHECKOUT" /checkout ro
bind "$DATA" /data/data ro
bind "$SITE" /usr/local/lib/python3.11/dist-packages ro
bind "$BYTECODE" /bytecode
bind "$OUT" /out
env -i PATH=/usr/local/bin:/usr/bin:/bin HOME=/tmp LANG=C.UTF-8 PYTHONPYCACHEPREFIX=/bytecode \
  HYPOTHESIS_STORAGE_DIRECTORY=/tmp/hypothesis EDGEVISION_SHARED=/data EDGEVISION_REQUIRE_SHARED=1 \
  EDGEVISION_ARM64=/out EDGEVISION_GATE_SECONDS=120 /usr/sbin/chroot "$ROOT" "$@"
