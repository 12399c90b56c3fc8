"""All checks together, over made environments."""

from __future__ import annotations

import json

import pytest
from edgevision.devices import doctor, environment
from edgevision.devices.finding import Finding
from edgevision.devices.health.health import Health
from support.boards import OLD_PI4, PI5_CSI, write_tree


def test_healthy_board_is_not_broken(make_environment):
    diagnosis = doctor.diagnose(make_environment())
    assert not diagnosis.is_broken
    levels = {finding.level for finding in diagnosis.findings.values()}
    assert levels <= {"ok", "note"}


def test_warnings_alone_do_not_break(make_environment):
    health = Health(limits_seen=("under-voltage",), governor="powersave")
    diagnosis = doctor.diagnose(make_environment(health=health))
    assert diagnosis.findings["voltage"].level == "warning"
    assert diagnosis.findings["governor"].level == "warning"
    assert not diagnosis.is_broken


def test_everything_wrong_at_once_is_one_finding_per_check(make_environment):
    environment = make_environment(
        packages={},
        probes={},
        wants=["camera", "csi", "gstreamer", "window", "convert"],
        now=0.0,
        disk_free_bytes=0,
    )
    diagnosis = doctor.diagnose(environment)
    assert diagnosis.is_broken
    for finding in diagnosis.findings.values():
        if finding.level != "ok":
            assert finding.cure
    json.dumps(diagnosis.to_dict(), allow_nan=False)


def test_level_of_a_finding_is_one_of_four():
    with pytest.raises(ValueError, match="level must be one of"):
        Finding("fine", "x")


def test_made_boards_are_judged_as_a_whole(tmp_path, monkeypatch):
    monkeypatch.setattr(environment.probes, "probe_all", lambda modules: {})
    write_tree(tmp_path, OLD_PI4)
    found = doctor.diagnose(environment.gather(root=tmp_path)).findings
    assert "Under-voltage now" in found["voltage"].what
    assert "The processor is throttled at 81 °C." in found["heat"].what
    assert "powersave" in found["governor"].what
    assert "scaling_governor" in found["governor"].cure
    assert "Only 88 MiB of memory" in found["memory"].what
    for name in ("voltage", "heat", "governor", "memory"):
        assert found[name].level == "warning"


def test_healthy_made_board_has_none_of_that(tmp_path, monkeypatch):
    monkeypatch.setattr(environment.probes, "probe_all", lambda modules: {})
    write_tree(tmp_path, PI5_CSI)
    gathered = environment.gather(root=tmp_path)
    found = doctor.diagnose(gathered).findings
    assert found["heat"] == Finding("ok", "The chip is at 48 °C.")
    assert {"voltage", "governor"}.isdisjoint(found)
    assert gathered.sensors == ("imx708",)
    assert "imx708 camera needs picamera2" in found["csi camera"].what
