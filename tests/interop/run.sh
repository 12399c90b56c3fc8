#!/bin/sh
# Our files in MediaPipe Tasks and the TFLite Task Library, each in an environment of
# its own: run.sh PYTHON-WITH-EDGEVISION-AND-TENSORFLOW [PYTHON-FOR-THE-PEERS]
set -eu
cd "$(dirname "$0")/../.."
OURS=$1
PYTHON=${2:-python3}
WORK=${INTEROP_WORK:-.cache/interop}

peer() { # NAME REQUIREMENTS...: an environment, made once
  folder=$WORK/venv-$1
  shift
  if [ ! -e "$folder/.ready" ]; then
    "$PYTHON" -m venv "$folder"
    "$folder/bin/python" -m pip install --quiet --disable-pip-version-check "$@"
    touch "$folder/.ready"
  fi
}

# The last release of the Task Library is built for NumPy 1 and Python up to 3.11.
"$PYTHON" -c 'import sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 11))' || {
  echo "tflite-support 0.4.4 needs Python 3.10 or 3.11, and $PYTHON is another: run make test-interop PYTHON=python3.11" >&2
  exit 1
}
mkdir -p "$WORK"
peer mediapipe mediapipe opencv-python-headless
peer task-library tflite-support==0.4.4 'numpy<2' 'opencv-python-headless<4.12'
"$OURS" tests/interop/prepare.py "$WORK"
"$WORK/venv-mediapipe/bin/python" tests/interop/ask_mediapipe.py "$WORK" 2>"$WORK/mediapipe.log" ||
  { tail -5 "$WORK/mediapipe.log"; exit 1; }
"$WORK/venv-task-library/bin/python" tests/interop/ask_task_library.py "$WORK" 2>"$WORK/task-library.log" ||
  { tail -5 "$WORK/task-library.log"; exit 1; }
"$OURS" tests/interop/judge.py "$WORK"
