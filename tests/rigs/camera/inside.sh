#!/bin/sh
# Run inside the virtual machine by its init: the checkout's tests marked "camera".
. /out/settings
export PATH=/usr/sbin:/usr/bin HOME=/tmp LANG=C.UTF-8 PYTHONDONTWRITEBYTECODE=1
export EDGEVISION_CAMERA_VM=1 EDGEVISION_GATE_SECONDS=120 EDGEVISION_FAULT_ROWS=/out/faults HYPOTHESIS_STORAGE_DIRECTORY=/tmp/hypothesis
cd "$ROOT" || exit 1
exec "$PYTHON" -m pytest -q -p no:cacheprovider --color=no -m camera --durations=5 --basetemp=/tmp/pytest $PYTEST_ARGS tests/rigs/camera
