#!/usr/bin/env bash
# The window sink with an OpenCV that has windows, on a virtual screen.
#   run.sh [PYTHON]      makes its environment in .cache/window; FRESH=1 makes it anew
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
environment=$root/.cache/window
. "$here/../packages.sh"

# The wheel with windows wants two libraries that a server often lacks.
libraries=/usr/lib/$(uname -m)-linux-gnu
need "make test-window" xvfb=Xvfb xdotool=xdotool imagemagick=import \
  libgl1="$libraries/libGL.so.1" libglib2.0-0="$libraries/libgthread-2.0.so.0"

if [ ! -e "$environment/.ready" ] || [ "${FRESH:-}" = 1 ]; then
  rm -rf "$environment"
  "${1:-python3}" -m venv "$environment"
  "$environment/bin/python" -m pip install --quiet --disable-pip-version-check \
    opencv-python numpy click pytest hypothesis
  touch "$environment/.ready"
fi
cd "$root"
exec env -u DISPLAY -u WAYLAND_DISPLAY "$environment/bin/python" -m pytest -q tests/runtime/sinks/window/test_window_sink.py
