"""Lines of three generations of tegrastats, and the program that never ends."""

from __future__ import annotations

import time

from edgevision.devices.health.tegrastats import TegrastatsStream, parse

NANO = (
    "RAM 1738/3956MB (lfb 172x4MB) SWAP 0/1978MB (cached 0MB) "
    "CPU [7%@1224,0%@1224,3%@1224,7%@1224] EMC_FREQ 0% GR3D_FREQ 12% PLL@29C CPU@31C "
    "PMIC@100C GPU@31.5C AO@37C thermal@31.25C POM_5V_IN 1997/2089 POM_5V_GPU 40/57"
)
ORIN_NX = (
    "09-22-2026 00:29:21 RAM 1/2MB CPU [0%@1497,off] GR3D_FREQ 0%@[0] "
    "CV0@-256C CPU@52.75C tj@52.843C"
)
ORIN_NANO = (
    "10-08-2026 04:38:21 RAM 1343/7620MB (lfb 157x4MB) CPU [0%@1497,off] "
    "EMC_FREQ 15%@204 GR3D_FREQ 50%@[305] NVDEC off APE 200 cpu@48.562C/45.8C "
    "tj@49.312C VDD_IN 5251mW/8535mW VDD_CPU_GPU_CV 512mW/1944mW VDD_SOC 2720mW/3659mW"
)


def test_nano_has_rails_without_a_unit():
    found = parse(NANO)
    assert found.power_mw == {"POM_5V_IN": 1997.0, "POM_5V_GPU": 40.0}
    assert found.gpu_load == 0.12
    assert found.temperatures["thermal"] == 31.25


def test_orin_nx_leaves_out_the_offline_sensor():
    assert parse(ORIN_NX).temperatures == {"CPU": 52.75, "tj": 52.843}
    assert parse(ORIN_NX).gpu_load == 0.0


def test_orin_nano_writes_lower_case_and_milliwatts():
    found = parse(ORIN_NANO)
    assert found.temperatures == {"cpu": 48.562, "tj": 49.312}
    assert list(found.power_mw.values()) == [5251.0, 512.0, 2720.0]
    assert found.gpu_load == 0.5


def test_line_of_another_program_holds_nothing():
    assert parse("Terminated.").gpu_load is None


def test_stream_gives_the_newest_line_and_ends_its_program(tmp_path):
    program = tmp_path / "tegrastats"
    program.write_text(f"#!/bin/sh\necho '{NANO}'\necho '{ORIN_NANO}'\nexec sleep 60\n")
    program.chmod(0o755)
    stream = TegrastatsStream(str(program))
    deadline = time.monotonic() + 10
    while (found := stream.newest()) is None and time.monotonic() < deadline:
        time.sleep(0.01)
    stream.close()
    stream.close()
    assert found is not None
    assert found.temperatures


def test_program_that_cannot_start_tells_nothing(tmp_path):
    stream = TegrastatsStream(str(tmp_path / "absent"))
    assert stream.newest() is None
    stream.close()
