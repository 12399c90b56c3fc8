"""What this machine is, read from made trees, and the wheel that fits a Python."""

from __future__ import annotations

import json
import os
import platform

from edgevision.devices import detect

PI5_CPUINFO = "\n".join(
    f"processor\t: {number}\nBogoMIPS\t: 108.00\n"
    "Features\t: fp asimd evtstrm aes asimdhp asimddp\n"
    "CPU implementer\t: 0x41\nCPU architecture: 8\nCPU part\t: 0xd0b\n"
    for number in range(4)
)


def test_pi5_is_read_from_its_tree(make_tree):
    root = make_tree(
        {
            "/proc/device-tree/model": "Raspberry Pi 5 Model B Rev 1.0\0",
            "/proc/cpuinfo": PI5_CPUINFO,
            "/proc/meminfo": "MemTotal:        8245568 kB\nMemFree: 1 kB\n",
            "/proc/sys/kernel/osrelease": "6.12.25+rpt-rpi-2712\n",
            "/etc/os-release": 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n'
            'VERSION_ID="12"\nID=debian\n',
        }
    )
    machine = detect.detect(root)
    assert machine.board == "Raspberry Pi 5 Model B Rev 1.0"
    assert machine.cpu.model == "Cortex-A76"
    assert (machine.cpu.cores, machine.cpu.threads) == (4, 4)
    assert machine.memory_bytes == 8245568 * 1024
    assert machine.kernel == "6.12.25+rpt-rpi-2712"
    assert (machine.system_id, machine.system_version) == ("debian", "12")
    assert detect.processor(root) == "aarch64-dotprod"
    json.dumps(machine.to_dict())


def test_empty_tree_gives_unknowns_and_no_error(tmp_path):
    machine = detect.detect(tmp_path)
    assert (machine.board, machine.system, machine.memory_bytes) == ("", "", 0)
    assert machine.cpu.threads >= 1
    assert detect.processor(tmp_path).endswith("-unknown")


def test_this_machine_is_described():
    machine = detect.detect("/")
    assert machine.python.version == tuple(
        map(int, platform.python_version_tuple()[:2])
    )
    assert 1 <= machine.cpu.cores <= machine.cpu.threads <= (os.cpu_count() or 1)
    assert detect.processor("/") == detect.processor("/")
