#!/usr/bin/env bash
# The tests marked "camera" in a small virtual machine that has a real /dev/video0:
#   run.sh PYTHON...      each the python of an environment with EdgeVision's needs and pytest
# Linux's virtual camera (vivid) gives the pictures. Nothing is mounted or started on the
# host but one qemu process, which needs no privileges and ends by itself.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
cache=$root/.cache/camera
kernel=$root/.cache/vm
. "$here/../packages.sh"

if [ "$(uname -sm)" != "Linux x86_64" ]; then
  say "The camera's virtual machine boots an x86-64 kernel with this machine's own programs; this is $(uname -sm)."
  exit 1
fi
need "make test-camera" qemu-system-x86=qemu-system-x86_64 seabios=/usr/share/seabios/bios-256k.bin \
  kmod=modprobe cpio=cpio
"$here/../vm/make_initrd.sh" "$kernel"

boot() { # PYTHON: one run of the tests; their closing lines, and their exit status
  local python=$1 name prefix number=0 status
  name=$(basename "$(dirname "$(dirname "$python")")")
  out=$cache/out-$name
  rm -rf "$out"
  mkdir -p "$out/faults"
  prefix=$("$python" -c 'import sys; print(sys.base_prefix)')
  local shares=()
  while read -r path; do
    printf 's%d %s\n' "$number" "$path" >>"$out/shares"
    # A comma in a path is doubled: it separates qemu's options.
    shares+=(-virtfs "local,path=${path//,/,,},mount_tag=s$number,security_model=none,readonly=on,multidevs=remap")
    number=$((number + 1))
  done < <(printf '%s\n' /usr "$root" "$prefix" | sort -u | grep -v '^/usr/')
  printf 'export ROOT=%q PYTHON=%q\nexport PYTEST_ARGS=%q\n' "$root" "$python" "${PYTEST_ARGS:-}" >"$out/settings"
  cp "$here/inside.sh" "$out/"
  # Two cameras: a webcam, and a capture card whose picture follows its signal's size.
  echo 'vivid n_devs=2 node_types=0x1,0x1 num_inputs=1,1 input_types=0x0,0x3 ccs_cap_mode=-1,0' >"$out/modules"
  status=0
  # It ends with this script, however that ends.
  setpriv --pdeathsig TERM timeout --foreground "${LIMIT_S:-900}" qemu-system-x86_64 -accel tcg,thread=multi -cpu max -m 1024 -smp 2 \
    -display none -monitor none -no-reboot -nodefaults -serial stdio \
    -kernel "$kernel/vmlinuz" -initrd "$kernel/initrd.gz" \
    -append "console=ttyS0 loglevel=2 panic=-1 mitigations=off" \
    "${shares[@]}" -virtfs "local,path=${out//,/,,},mount_tag=out,security_model=none" \
    </dev/null > >(sed -u -e 's|\r||g' -e '/^\[[ 0-9.]*\] \(reboot: \|\.\.MP-BIOS\)/d') &
  qemu=$!
  wait "$qemu" || status=$?
  qemu=
  if [ ! -s "$out/status" ]; then
    say "The camera's virtual machine did not reach its end within ${LIMIT_S:-900} s (qemu: $status)."
    return 1
  fi
  return "$(cat "$out/status")"
}

qemu=
trap '[ -z "$qemu" ] || kill "$qemu"' EXIT
trap 'exit 130' INT TERM

failed=0
rows=${EDGEVISION_FAULT_ROWS:-}
for python in "$@"; do
  python=$(cd "$(dirname "$python")" && pwd)/$(basename "$python")
  boot "$python" || failed=1
  # What the tests saw, for docs/reference/faults.md; of two environments the last one counts.
  [ -z "$rows" ] || cp "$out"/faults/*.json "$rows/"
done
exit "$failed"
