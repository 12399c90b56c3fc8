"""Cameras: judged in made environments."""

from __future__ import annotations

import pytest
from edgevision.devices.camera_nodes import CameraNode
from edgevision.devices.checks import camera
from edgevision.devices.probes import Probe

USB = CameraNode("/dev/video0", "UVC Camera")


def test_no_camera_matters_only_where_one_is_wanted(make_environment):
    assert camera.permission(make_environment()) is None
    found = camera.permission(make_environment(wants=["camera"]))
    assert found.level == "broken"


def test_usable_camera_is_named(make_environment):
    found = camera.permission(make_environment(cameras=(USB,)))
    assert (found.level, found.what) == ("ok", "/dev/video0 (UVC Camera) may be used.")


def test_forbidden_camera_names_the_group(make_environment):
    node = CameraNode("/dev/video0", may_use=False)
    found = camera.permission(make_environment(cameras=(node,)))
    assert found.level == "warning"
    assert "usermod -aG video" in found.cure
    wanted = make_environment(cameras=(node,), wants=["camera"])
    assert camera.permission(wanted).level == "broken"


def test_one_of_two_forbidden_cameras_is_only_a_warning(make_environment):
    nodes = (CameraNode("/dev/video0", may_use=False), CameraNode("/dev/video2"))
    found = camera.permission(make_environment(cameras=nodes, wants=["camera"]))
    assert (found.level, "/dev/video2" in found.what) == ("warning", False)


def test_busy_camera_names_its_user(make_environment):
    node = CameraNode("/dev/video0", is_busy=True, user="ffmpeg (process 12)")
    found = camera.busy(make_environment(cameras=(node,), wants=["camera"]))
    assert found.level == "broken"
    assert found.what == "ffmpeg (process 12) uses /dev/video0."


def test_busy_camera_of_another_user_says_how_to_find_out(make_environment):
    node = CameraNode("/dev/video0", is_busy=True)
    found = camera.busy(make_environment(cameras=(node, USB)))
    assert "sudo fuser /dev/video0" in found.cure
    assert "another camera" in found.cure
    assert camera.busy(make_environment(cameras=(USB,))) is None


def test_ribbon_camera_concerns_a_pi_that_has_one_or_wants_one(make_environment):
    assert camera.csi(make_environment()) is None
    assert camera.csi(make_environment(board="PC", wants=["csi"])) is None
    found = camera.csi(make_environment(sensors=("imx708",)))
    assert "The imx708 camera needs picamera2, which is not installed" in found.what
    assert found.cure == "Run: sudo apt install python3-picamera2"


def test_bare_environment_cannot_see_picamera2(make_environment):
    found = camera.csi(make_environment(sensors=("imx708",), system_packages=False))
    assert found.level == "broken"
    assert "--system-site-packages" in found.cure


# What picamera2's import says, NumPy -> cure
FAILURES = [
    ("ValueError: numpy.dtype size changed", "2.2.6", "pip install 'numpy<2'"),
    ("ModuleNotFoundError: No module named 'libcamera'", "1.26.4", "pip uninstall"),
    ("ImportError: kms", "1.26.4", "--reinstall python3-picamera2"),
]


@pytest.mark.parametrize(("error", "numpy", "cure"), FAILURES)
def test_picamera2_that_fails_is_cured_by_its_reason(
    make_environment, error, numpy, cure
):
    found = camera.csi(
        make_environment(
            sensors=("imx708",),
            packages={"numpy": numpy},
            probes={"picamera2": Probe(error=error)},
        )
    )
    assert found.level == "broken"
    assert cure in found.cure


def test_picamera2_works_with_a_sensor_and_misses_one_that_is_wanted(make_environment):
    probes = {"picamera2": Probe("0.3")}
    there = make_environment(sensors=("imx219",), probes=probes)
    assert camera.csi(there).level == "ok"
    absent = make_environment(wants=["csi"], probes=probes)
    assert "seat the ribbon cable" in camera.csi(absent).cure
