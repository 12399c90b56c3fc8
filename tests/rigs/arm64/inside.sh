#!/bin/sh
# Run inside the emulated arm64 system: inside.sh INTERPRETER. First the answers that are
# compared with the host's, then those of the device's tests in which kernels take part.
set -eu
cd /checkout
PYTHONPATH=/checkout python3 tests/rigs/arm64/answers.py /data/data /out/converted.tflite /out/arm64.npz \
  2>/out/arm64.log || { tail -n 20 /out/arm64.log; exit 1; }
tests="tests/runtime/image tests/runtime/interpreter tests/runtime/golden tests/runtime/model/test_model.py
  tests/runtime/opening/test_open_file.py tests/runtime/tensors tests/runtime/decoders
  tests/runtime/demo/test_shipped.py tests/runtime/sinks/test_pictures.py tests/devices
  tests/edgevision/cli/commands/test_inspect.py tests/edgevision/cli/commands/test_run_detect.py
  tests/edgevision/cli/commands/test_demo.py"
if [ "$1" = tflite-runtime ]; then
  # Without what asks no interpreter: Python and NumPy are the same ones as above.
  tests="tests/runtime/image/test_preprocess_rounding.py tests/runtime/interpreter tests/runtime/golden tests/runtime/model/test_model.py
    tests/runtime/opening/test_open_file.py tests/edgevision/cli/commands/test_run_detect.py"
fi
# Two that are about a crash's last words and a banner: here qemu speaks last, and the
# interpreter misses /sys (see enter.sh).
# shellcheck disable=SC2086
exec python3 -m pytest -q --color=no -p no:cacheprovider -m 'not tf and not slow' --durations=8 \
  --deselect tests/devices/test_probes.py::test_module_that_aborts_python_is_an_answer \
  --deselect tests/runtime/interpreter/test_captured_stderr.py::test_banners_stay_off_stderr tests/rigs/arm64 $tests
