#!/bin/sh
# Run inside the virtual machine by its init: all sinks that keep something, under load,
# until the power is cut. /out stands for somebody who watches: it is not on the disk.
. /out/settings
export PATH=/usr/sbin:/usr/bin HOME=/tmp LANG=C.UTF-8 PYTHONDONTWRITEBYTECODE=1
mkdir -p /disk
mount -t ext4 /dev/vda /disk || exit 1
cd "$ROOT" || exit 1
if [ -n "$SYNC" ]; then files="&sync=$SYNC" pictures="&sync=$SYNC"; fi
# Other programs write and sync as well: their commits take our names along.
(while :; do
  dd if=/dev/urandom of=/disk/load bs=64k count=8 conv=fsync 2>/dev/null
  rm /disk/load
  sleep 0.3
done) &
"$PYTHON" -m edgevision run runtime/demo/detector.tflite --trust --quiet \
  --source 'synthetic:?size=320x240&fps=10' \
  --sink "jsonl:/out/truth.jsonl?sync=0" \
  --sink "jsonl:/disk/a.jsonl?max-size=200kB&keep=500${files:-}" \
  --sink "csv:/disk/a.csv?max-size=1GB${files:-}" \
  --sink "images:/disk/pictures?format=jpg${pictures:-}" \
  --sink "video:/disk/a.mkv?draw=0${files:-}" --sink "video:/disk/a.mp4?draw=0${files:-}"
