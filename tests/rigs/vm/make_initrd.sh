#!/usr/bin/env bash
# make_initrd.sh FOLDER: Debian's own kernel (FOLDER/vmlinuz) and a small initrd that holds
# busybox and the modules of a virtual V4L2 camera, a file share, a disk with ext4 and
# nothing else.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
cd "$1"
. "$here/../packages.sh"

fetch() { # PACKAGE FOLDER: its newest version, unpacked; nothing is installed
  apt-get download -qq "$1" >/dev/null 2>&1 || {
    apt-get update -qq >/dev/null 2>&1 || true
    apt-get download -qq "$1" >/dev/null 2>&1 || {
      say "The virtual machine needs Debian's package $1, which apt-get could not fetch: look at 'apt-get download $1'."
      exit 1
    }
  }
  dpkg-deb -x "$1"_*.deb "$2"
  rm -f "$1"_*.deb
}

newest() { # the image package that Debian's linux-image-amd64 stands for
  apt-cache depends linux-image-amd64 2>/dev/null |
    sed -n 's/^ *Depends: \(linux-image-[0-9][^ ]*-amd64\)$/\1/p' | head -n 1
}

package=$(newest)
if [ -z "$package" ]; then
  apt-get update -qq >/dev/null 2>&1 || true
  package=$(newest)
fi
if [ -z "$package" ]; then
  say "The virtual machine needs Debian's kernel package linux-image-amd64, which apt does not list here: run it on Debian 12."
  exit 1
fi
release=${package#linux-image-}
# The stamp names the kernel and these scripts: a newer one of either makes both again.
stamp="$release $(cat "$here/init" "$here/make_initrd.sh" | sha256sum | cut -c 1-16)"
if [ "$(cat stamp 2>/dev/null)" = "$stamp" ]; then exit 0; fi
rm -rf work stamp
mkdir work
cd work
say "fetching $package (70 MB)"
fetch "$package" kernel
fetch busybox-static busybox
modules=lib/modules/$release
mkdir -p tree/bin tree/proc tree/sys tree/dev tree/guest tree/lib "tree/$modules"
cp "$(find busybox -type f -path "*/bin/busybox" | head -n 1)" tree/bin/busybox
for name in sh mount modprobe chroot poweroff mkdir ln cat sync; do
  ln -s busybox "tree/bin/$name"
done
/sbin/depmod -b kernel "$release"
for module in virtio_pci 9pnet_virtio 9p vivid virtio_blk crc32c_generic ext4; do
  /sbin/modprobe -d kernel -S "$release" --show-depends "$module"
done | sed -n 's/^insmod \([^ ]*\).*/\1/p' | sort -u | while read -r file; do
  file=${file#*"/$modules/"}
  mkdir -p "tree/$modules/$(dirname "$file")"
  cp "kernel/$modules/$file" "tree/$modules/$file"
done
cp "kernel/$modules/modules.order" "kernel/$modules/modules.builtin" "tree/$modules/"
/sbin/depmod -b tree "$release" 2>/dev/null
cp "$here/init" tree/init
chmod 755 tree/init
(cd tree && find . | cpio -o -H newc --quiet) | gzip -1 >../initrd.gz
cp "kernel/boot/vmlinuz-$release" ../vmlinuz
cd ..
rm -rf work
printf '%s\n' "$stamp" >stamp
