"""How much memory is left: the least of the system, the groups and the own limits."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from edgevision.devices.memory import available_bytes

MIB = 2**20


def system(root, **files):
    for name, text in {
        "proc/meminfo": "MemTotal: 8000000 kB\nMemFree: 1000 kB\n"
        "MemAvailable:    4000000 kB\n",
        **files,
    }.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def second_version(folder, *, limit, used, cache=0, high="max"):
    return {
        f"{folder}/memory.max": f"{limit}\n",
        f"{folder}/memory.high": f"{high}\n",
        f"{folder}/memory.current": f"{used}\n",
        f"{folder}/memory.stat": f"anon 5\ninactive_file {cache}\nactive_file 7\n",
    }


def test_without_groups_the_system_decides(tmp_path):
    assert available_bytes(system(tmp_path)) == 4000000 * 1024


def test_an_old_kernel_says_free_and_cached(tmp_path):
    root = system(
        tmp_path, **{"proc/meminfo": "MemTotal: 9 kB\nMemFree: 5 kB\nCached: 3 kB\n"}
    )
    assert available_bytes(root) == 8 * 1024


def test_an_empty_system_still_gives_a_number(tmp_path):
    assert available_bytes(tmp_path) > 0


@pytest.mark.parametrize("mount", ["sys/fs/cgroup", "sys/fs/cgroup/unified"])
def test_a_group_of_version_2_limits(tmp_path, mount):
    root = system(
        tmp_path,
        **{"proc/self/cgroup": "0::/system.slice/camera.service\n"},
        **second_version(
            f"{mount}/system.slice/camera.service",
            limit=300 * MIB,
            used=120 * MIB,
            cache=20 * MIB,
        ),
    )
    assert available_bytes(root) == 200 * MIB


def test_a_group_around_may_leave_less(tmp_path):
    root = system(
        tmp_path,
        **{"proc/self/cgroup": "0::/outer/inner\n"},
        **second_version("sys/fs/cgroup/outer/inner", limit="max", used=MIB),
        **second_version("sys/fs/cgroup/outer", limit=100 * MIB, used=90 * MIB),
    )
    assert available_bytes(root) == 10 * MIB


def test_memory_high_limits_too(tmp_path):
    root = system(
        tmp_path,
        **{"proc/self/cgroup": "0::/a\n"},
        **second_version(
            "sys/fs/cgroup/a", limit=400 * MIB, high=50 * MIB, used=10 * MIB
        ),
    )
    assert available_bytes(root) == 40 * MIB


def test_in_a_container_the_mount_is_the_group(tmp_path):
    """Docker with version 1 shows the host's path, which the container lacks."""
    root = system(
        tmp_path,
        **{
            "proc/self/cgroup": "4:cpu,memory:/docker/1234\n3:cpuset:/\n",
            "sys/fs/cgroup/memory/memory.limit_in_bytes": f"{512 * MIB}\n",
            "sys/fs/cgroup/memory/memory.usage_in_bytes": f"{500 * MIB}\n",
            "sys/fs/cgroup/memory/memory.stat": f"total_inactive_file {88 * MIB}\n",
        },
    )
    assert available_bytes(root) == 100 * MIB


def test_more_use_than_the_limit_is_none_left(tmp_path):
    root = system(
        tmp_path,
        **{"proc/self/cgroup": "0::/\n"},
        **second_version("sys/fs/cgroup", limit=MIB, used=2 * MIB),
    )
    assert available_bytes(root) == 0


def test_garbage_in_place_of_numbers_does_not_fail(tmp_path):
    root = system(
        tmp_path,
        **{
            "proc/self/cgroup": "x\n0::/../../a\n::\n",
            "proc/self/statm": "a b",
            "sys/fs/cgroup/memory.max": "many",
            "sys/fs/cgroup/memory.current": "",
        },
    )
    assert available_bytes(root) == 4000000 * 1024


@pytest.mark.skipif(sys.platform != "linux", reason="limits of Linux")
@pytest.mark.parametrize("kind", ["RLIMIT_AS", "RLIMIT_DATA"])
def test_the_own_limit_counts_what_is_taken_already(kind):
    code = (
        "import resource; from edgevision.devices.memory import available_bytes as f\n"
        f"resource.setrlimit(resource.{kind}, (400 << 20, 400 << 20))\n"
        f"kept = resource.getrlimit(resource.{kind})[0] == 400 << 20\n"
        "before = f(); block = bytearray(100 << 20); print(before, f(), int(kept))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "MALLOC_ARENA_MAX": "1"},
    )
    before, after, is_kept = map(int, run.stdout.split())
    if not is_kept:
        pytest.skip("an emulated processor keeps no such limit")
    assert 200 * MIB < before < 400 * MIB
    assert 99 * MIB < before - after < 102 * MIB
