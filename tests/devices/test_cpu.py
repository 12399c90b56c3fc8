"""Cores, names and instructions of made processors."""

from __future__ import annotations

from edgevision.devices import cpu as cpu_module

PI3_32BIT_CPUINFO = (
    "processor\t: 0\nmodel name\t: ARMv7 Processor rev 4 (v7l)\n"
    "Features\t: half thumb neon vfpv4\nCPU implementer\t: 0x41\nCPU part\t: 0xd03\n\n"
    "Hardware\t: BCM2835\nModel\t\t: Raspberry Pi 3 Model B Plus Rev 1.3\n"
)
X86_CPUINFO = "\n".join(
    f"processor\t: {number}\nvendor_id\t: GenuineIntel\n"
    "model name\t: Intel(R) N100\nflags\t\t: fpu sse4_1 avx avx2 avx_vnni\n"
    for number in range(4)
)


def test_hardware_block_of_an_old_pi_is_not_a_core(make_tree):
    root = make_tree({"/proc/cpuinfo": PI3_32BIT_CPUINFO})
    found = cpu_module.cpu(root)
    assert (found.model, found.threads) == ("Cortex-A53", 1)
    assert cpu_module.processor(root) == "armv7l-neon"


def test_hyperthreads_share_a_physical_core(make_tree):
    files = {"/proc/cpuinfo": X86_CPUINFO}
    for number in range(4):
        name = f"/sys/devices/system/cpu/cpu{number}/topology/core_cpus_list"
        files[name] = "0,2\n" if number % 2 == 0 else "1,3\n"
    root = make_tree(files)
    found = cpu_module.cpu(root)
    assert (found.cores, found.threads) == (2, 4)
    assert cpu_module.processor(root) == "x86_64-avxvnni"


def test_big_core_names_a_board_with_two_kinds(make_tree):
    text = (
        "processor\t: 0\nCPU implementer\t: 0x41\nCPU part\t: 0xd05\n\n"
        "processor\t: 1\nCPU implementer\t: 0x41\nCPU part\t: 0xd0b\n"
    )
    assert cpu_module.cpu(make_tree({"/proc/cpuinfo": text})).model == "Cortex-A76"
