#!/usr/bin/env bash
# GStreamer pipelines, and an RTSP camera that is killed and frozen, with Debian's own Python:
# the only one that sees PyGObject.
#   run.sh      makes its environment in .cache/gstreamer; FRESH=1 makes it anew
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
environment=$root/.cache/gstreamer
. "$here/../packages.sh"

python=/usr/bin/python3
need "make test-gstreamer" python3="$python"
libraries=/usr/lib/$("$python" -c 'import sysconfig; print(sysconfig.get_config_var("MULTIARCH"))')
version=$("$python" -c 'import sys; print("python%d.%d" % sys.version_info[:2])')
need "make test-gstreamer" \
  python3-venv="/usr/lib/$version/ensurepip/__main__.py" \
  python3-gi=/usr/lib/python3/dist-packages/gi/__init__.py \
  python3-gst-1.0=/usr/lib/python3/dist-packages/gi/overrides/Gst.py \
  gir1.2-gst-plugins-base-1.0="$libraries/girepository-1.0/GstApp-1.0.typelib" \
  gir1.2-gst-rtsp-server-1.0="$libraries/girepository-1.0/GstRtspServer-1.0.typelib" \
  gstreamer1.0-plugins-base="$libraries/gstreamer-1.0/libgstvideotestsrc.so" \
  gstreamer1.0-plugins-good="$libraries/gstreamer-1.0/libgstrtp.so" \
  gstreamer1.0-plugins-bad="$libraries/gstreamer-1.0/libgstopenh264.so" \
  gstreamer1.0-plugins-ugly="$libraries/gstreamer-1.0/libgstx264.so"

if [ ! -e "$environment/.ready" ] || [ "${FRESH:-}" = 1 ]; then
  rm -rf "$environment"
  "$python" -m venv --system-site-packages "$environment"
  "$environment/bin/python" -m pip install --quiet --disable-pip-version-check \
    opencv-python-headless numpy click pytest hypothesis
  touch "$environment/.ready"
fi
cd "$root"
# None may be skipped here: the one exception asks for a Python without PyGObject. The RTSP
# tests are those of "make test", which leaves them out where these packages are not.
exec "$environment/bin/python" -m pytest -q tests/runtime/sources/test_gstreamer.py tests/runtime/sources/network/test_rtsp.py \
  --deselect tests/runtime/sources/test_gstreamer.py::test_without_pygobject_the_cure_is_named
