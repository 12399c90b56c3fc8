"""Cameras in a made tree: nodes, sensors, and who holds them."""

from __future__ import annotations

import os
import subprocess
import sys

from edgevision.devices.camera_nodes import (
    CameraNode,
    capture_nodes,
    csi_sensors,
    users,
)
from edgevision.devices.system_files import Tree


def test_decoders_of_a_pi_are_no_cameras(make_tree):
    root = make_tree(
        {
            "/dev/video0": "",
            "/sys/class/video4linux/video0/name": "UVC Camera (046d:0825)\n",
            "/dev/video10": "",
            "/sys/class/video4linux/video10/name": "bcm2835-codec-decode\n",
            "/dev/video20": "",
            "/sys/class/video4linux/video20/name": "pispbe-input\n",
            "/dev/video-notes.txt": "",
        }
    )
    assert capture_nodes(Tree(root)) == (
        CameraNode("/dev/video0", "UVC Camera (046d:0825)"),
    )


def test_sensors_are_named_without_their_bus(make_tree):
    base = "/sys/class/video4linux"
    root = make_tree(
        {
            f"{base}/v4l-subdev0/name": "csi2\n",
            f"{base}/v4l-subdev1/name": "imx708_wide 10-001a\n",
            f"{base}/v4l-subdev2/name": "dw9807 10-000c\n",
            f"{base}/v4l-subdev3/name": "ov5647 10-0036\n",
        }
    )
    assert csi_sensors(Tree(root)) == ("imx708_wide", "ov5647")


def test_holder_of_a_camera_is_named(make_tree):
    root = make_tree({"/dev/video0": "", "/proc/77/comm": "ffmpeg\n"})
    folder = root / "proc" / "77" / "fd"
    folder.mkdir()
    (folder / "5").symlink_to(root / "dev" / "video0")
    (node,) = capture_nodes(Tree(root))
    assert (node.is_busy, node.user) == (True, "ffmpeg (process 77)")


def test_machine_without_cameras_has_none(tmp_path):
    assert capture_nodes(Tree(tmp_path)) == ()
    assert csi_sensors(Tree(tmp_path)) == ()


def test_who_holds_a_device_is_named(tmp_path):
    device = tmp_path / "video0"
    device.write_bytes(b"")
    assert users(Tree(), str(device)) == []
    code = (
        f"import sys; f = open({str(device)!r}); print(1, flush=True); sys.stdin.read()"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert child.stdout is not None
        child.stdout.readline()
        (program,) = users(Tree(), str(device))
        assert program.endswith(f" (process {child.pid})")
        with device.open("rb"):
            both = users(Tree(), str(device))
            assert len(both) == 2
            assert any(
                f"(process {os.getpid()})" in p for p in users(Tree(), str(device))
            )
    finally:
        child.communicate(b"\n", timeout=20)
