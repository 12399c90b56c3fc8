"""Names of cameras that stay, on folders made by hand."""

from __future__ import annotations

import pytest
from edgevision.runtime.sources.camera_names import (
    listed,
    number_warning,
    stable_names,
)
from edgevision.runtime.sources.open import parse_source


@pytest.fixture
def board(tmp_path):
    """Make devices and udev's links to them; returns the devices and the folder."""

    def make(*cameras: tuple[str, str]):
        devices = []
        for number, (by_id, by_path) in enumerate(cameras):
            device = tmp_path / f"video{2 * number}"
            device.write_bytes(b"")
            devices.append(str(device))
            for kind, name in (("by-id", by_id), ("by-path", by_path)):
                folder = tmp_path / "v4l" / kind
                folder.mkdir(parents=True, exist_ok=True)
                if name:
                    (folder / name).symlink_to(f"../../{device.name}")
        return devices, tmp_path / "v4l"

    return make


def test_two_cameras_are_proposed_by_their_serial_numbers(board):
    devices, root = board(("usb-A_1-index0", "pci-1"), ("usb-B_2-index0", "pci-2"))
    assert stable_names(devices, root=root) == {
        devices[0]: f"{root}/by-id/usb-A_1-index0",
        devices[1]: f"{root}/by-id/usb-B_2-index0",
    }
    warning = number_warning(devices[1], devices, root=root)
    assert warning == (
        f"{devices[1]} is one of 2 cameras; the others: {devices[0]} "
        f"({root}/by-id/usb-A_1-index0). After the next start the numbers may be "
        f"others. --source {root}/by-id/usb-B_2-index0 names this one at every start."
    )


def test_cameras_that_share_one_serial_number_are_proposed_by_their_socket(board):
    # udev has one name for both, and the link is that of the camera it saw last.
    devices, root = board(("", "pci-1"), ("usb-A-index0", "pci-2"))
    assert set(stable_names(devices, root=root).values()) == {
        f"{root}/by-path/pci-1",
        f"{root}/by-path/pci-2",
    }


def test_one_camera_needs_no_other_name(board):
    devices, root = board(("usb-A-index0", "pci-1"))
    assert number_warning(devices[0], devices, root=root) is None
    link = f"{root}/by-id/usb-A-index0"
    assert number_warning(link, [*devices, "/dev/video9"], root=root) is None


def test_without_udev_the_numbers_are_all_there_is(board):
    devices, root = board(("", ""), ("", ""))
    assert listed(devices, root=root) == ", ".join(devices)
    assert "--source" not in (number_warning(devices[0], devices, root=root) or "")


@pytest.mark.parametrize(
    "name",
    [
        "/dev/v4l/by-id/usb-046d_HD_Pro_Webcam_C920_1A2B-video-index0",
        "/dev/v4l/by-path/platform-fd500000.pcie-pci-0000:01:00.0-usb-0:1.2:1.0-video0",
    ],
)
def test_every_name_that_is_proposed_is_a_camera_s(name):
    address = parse_source(name)
    assert (address.kind, address.target) == ("v4l2", name)
    assert parse_source(f"{name}?fps=5").target == name
