"""The source ``auto``: the profile's camera, a ribbon camera, the first USB camera."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest
from edgevision.runtime.sources import auto
from edgevision.runtime.sources.csi import csi_source as csi
from edgevision.runtime.sources.open import open_source

from edgevision.errors import SourceError

PI5 = "Raspberry Pi 5 Model B Rev 1.0\0"
PROFILE = """\
id = "shed"
name = "The shed"
machine = "aarch64"
camera = "CAMERA"
[processor]
model = "Cortex-A55"
cores = 4
"""


@pytest.fixture
def opened(monkeypatch):
    """Let cameras be opened by name only; returns what was."""
    calls = []

    def remember(kind):
        def opener(target, options, **settings):
            calls.append((kind, target, dict(options)))
            return f"{kind} {target}"

        return SimpleNamespace(open=opener)

    monkeypatch.setattr(auto, "CsiSource", remember("csi"))
    monkeypatch.setattr(auto, "V4l2Source", remember("v4l2"))
    return calls


@pytest.fixture
def board(monkeypatch, tmp_path):
    def make(name, *, ribbon=False, usb=()):
        model = tmp_path / "proc/device-tree/model"
        model.parent.mkdir(parents=True, exist_ok=True)
        model.write_text(name)
        monkeypatch.setenv("EDGEVISION_SYSTEM_ROOT", str(tmp_path))
        monkeypatch.setattr(auto, "has_camera", lambda: ribbon)
        monkeypatch.setattr(auto, "cameras", lambda: list(usb))

    return make


@pytest.fixture
def own(monkeypatch, tmp_path):
    def make(camera):
        path = tmp_path / "my.toml"
        path.write_text(PROFILE.replace("CAMERA", camera))
        monkeypatch.setenv("EDGEVISION_PROFILE", str(path))

    return make


# board, ribbon camera, USB cameras -> what is opened
CHOICES = [
    (PI5, True, ["/dev/video8"], ("csi", "", {})),
    (PI5, False, ["/dev/video8"], ("v4l2", "/dev/video8", {})),
    ("", True, [], ("csi", "", {})),
    ("", False, ["/dev/video0", "/dev/video2"], ("v4l2", "/dev/video0", {})),
]


@pytest.mark.parametrize(("name", "ribbon", "usb", "expected"), CHOICES)
def test_ribbon_camera_where_there_is_one(board, opened, name, ribbon, usb, expected):
    board(name, ribbon=ribbon, usb=usb)
    open_source("auto")
    assert opened == [expected]


def test_a_board_s_default_without_any_camera_is_an_error(board, opened):
    board(PI5)
    with pytest.raises(SourceError, match="No camera was found"):
        open_source("auto")


def test_the_user_s_camera_is_opened_and_no_other(board, opened, own):
    board(PI5, ribbon=True, usb=["/dev/video0"])
    own("synthetic:?size=64x48&frames=3&fps=0")
    frames = list(open_source("auto?frames=2&rotate=90"))
    assert [frame.image.shape for frame in frames] == [(64, 48, 3)] * 2
    assert opened == []


def test_csi_in_the_user_s_profile_falls_back_as_a_board_s_does(board, opened, own):
    board("", usb=["/dev/video4"])
    own("csi:")
    open_source("auto?size=64x48")
    assert opened == [("v4l2", "/dev/video4", {"size": "64x48"})]


@pytest.mark.parametrize(
    ("camera", "match"),
    [
        ("/nowhere/clip.mp4", "profile The shed names cannot be opened: .*nowhere"),
        ("auto?size=64x48", "profile The shed names .*auto cannot have options"),
        ("csi:front", "profile The shed names .*expected csi: or a camera's number"),
    ],
)
def test_a_camera_that_cannot_be_opened_names_its_profile(own, camera, match):
    own(camera)
    with pytest.raises(SourceError, match=match):
        open_source("auto")


# what libcamera lists -> a ribbon camera is among it
LISTS = [
    ([], False),
    ([{"Num": 0, "Id": "/base/soc/i2c0mux/i2c@1/imx708@1a"}], True),
    ([{"Num": 0, "Id": "/base/scb/pcie@7d500000/pci@0,0/usb@0,0-1:1.0-046d"}], False),
]


@pytest.mark.parametrize(("listed", "expected"), LISTS)
def test_usb_cameras_that_libcamera_lists_are_no_ribbon_cameras(
    monkeypatch, listed, expected
):
    camera = SimpleNamespace(global_camera_info=lambda: listed)
    module = SimpleNamespace(Picamera2=camera)
    monkeypatch.setitem(sys.modules, "picamera2", module)
    monkeypatch.setattr(csi, "_is_jetson", lambda: False)
    assert csi.has_camera() is expected
