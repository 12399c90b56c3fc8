"""The number of threads: by size, by backend, by profile, by rule."""

from __future__ import annotations

import pytest
from edgevision.runtime.interpreter import threads

LITERT = "ai-edge-litert"
PI3 = "Raspberry Pi 3 Model B Plus Rev 1.3\0"  # its profile says 3
PI5 = "Raspberry Pi 5 Model B Rev 1.0\0"  # its profile says 4

# board, cores, backend, megabytes -> threads, a word of the reason
CHOICES = [
    (PI5, 4, LITERT, 3.0, 4, "profile of Raspberry Pi 5"),
    (PI3, 4, LITERT, 3.0, 3, "profile of Raspberry Pi 3"),
    (PI5, 2, LITERT, 3.0, 2, "profile"),  # a container with two of the cores
    (PI5, 4, LITERT, 0.3, 1, "below 1 MB"),
    (PI5, 4, "tflite-runtime", 3.0, 1, "tflite-runtime"),
    ("linux,dummy-virt\0", 6, LITERT, 3.0, 3, "half of 6 cores"),
    ("", 1, LITERT, 3.0, 1, "half of 1 cores"),
    ("", 64, LITERT, 3.0, 4, "half of 64 cores"),
]


@pytest.mark.parametrize(
    ("board", "cores", "backend", "size", "expected", "why"), CHOICES
)
def test_rule(tmp_path, monkeypatch, board, cores, backend, size, expected, why):
    model = tmp_path / "proc/device-tree/model"
    model.parent.mkdir(parents=True)
    model.write_text(board)
    monkeypatch.setenv("EDGEVISION_SYSTEM_ROOT", str(tmp_path))
    monkeypatch.setattr(threads, "cores", lambda: cores)
    found = threads.default_threads(backend, int(size * 1e6))
    assert found.threads == expected
    assert why in found.reason


@pytest.mark.parametrize(("named", "expected"), [(2, 2), (0, 4)])
def test_the_user_s_profile_counts_and_0_means_the_rule(
    tmp_path, monkeypatch, named, expected
):
    path = tmp_path / "my.toml"
    path.write_text(
        f'id = "shed"\nname = "The shed"\nmachine = "aarch64"\nthreads = {named}\n'
        '[processor]\nmodel = "Cortex-A55"\ncores = 8\n'
    )
    monkeypatch.setenv("EDGEVISION_PROFILE", str(path))
    monkeypatch.setattr(threads, "cores", lambda: 8)
    assert threads.default_threads(LITERT, 3_000_000).threads == expected


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ({1: 9.0, 2: 5.0, 4: 3.0}, 4),
        ({1: 9.0, 2: 8.5, 4: 8.2}, 1),  # not worth two more cores
        ({1: 9.0, 2: 5.0, 4: 4.8}, 2),
    ],
)
def test_a_higher_number_must_save_a_tenth(monkeypatch, times, expected):
    monkeypatch.setattr(threads, "cores", lambda: 4)
    monkeypatch.setattr(threads, "_fastest", lambda native, budget: times[native])
    choice, native = threads.measured_threads(lambda count: count)
    assert choice.threads == native == expected
