"""PyAV and pillow-heif: optional, unless they are wanted; judged as they are made."""

from __future__ import annotations

import pytest
from edgevision.devices.checks import extras
from edgevision.devices.probes import Probe
from edgevision.runtime import pyav
from edgevision.runtime.image import other_decoders

CHECKS = [(extras.video, "av", "18.1.0"), (extras.heic, "pillow_heif", "1.1.0")]


@pytest.mark.parametrize(("check", "module", "version"), CHECKS)
def test_what_is_there_is_ok_and_called_optional(
    make_environment, check, module, version
):
    finding = check(make_environment(probes={module: Probe(version)}))
    assert finding.level == "ok"
    assert f"(optional) {version} can be imported" in finding.what


@pytest.mark.parametrize(("check", "module", "version"), CHECKS)
def test_what_is_absent_is_a_note_and_broken_only_where_wanted(
    make_environment, check, module, version
):
    assert check(make_environment(probes={})).level == "note"
    assert "(optional) is not installed" in check(make_environment(probes={})).what
    wanted = make_environment(probes={}, wants=[check.__name__])
    assert check(wanted).level == "broken"
    assert "optional" not in check(wanted).what


@pytest.mark.parametrize(("check", "module", "version"), CHECKS)
def test_what_cannot_be_imported_is_a_warning_and_installed_anew(
    make_environment, check, module, version
):
    probes = {module: Probe(error="ImportError: libx.so.1: no such file")}
    finding = check(make_environment(probes=probes))
    assert finding.level == "warning"
    assert "libx.so.1" in finding.what
    assert "--force-reinstall" in finding.cure
    wanted = make_environment(probes=probes, wants=[check.__name__])
    assert check(wanted).level == "broken"


def test_a_pyav_that_a_run_refuses_is_a_warning(make_environment):
    for version in ("14.4.0", "", "x.1"):
        finding = extras.video(make_environment(probes={"av": Probe(version)}))
        assert finding.level == "warning"
        assert "15 or newer is needed" in finding.what
    oldest = {"av": Probe(f"{pyav.OLDEST}.0.0")}
    assert extras.video(make_environment(probes=oldest)).level == "ok"


def test_the_cures_are_those_of_a_run(make_environment):
    nothing = make_environment(probes={})
    assert extras.video(nothing).cure == f"Run: {pyav.INSTALL}"
    assert extras.heic(nothing).cure == f"Run: {other_decoders.INSTALL}"
