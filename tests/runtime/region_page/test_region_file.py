"""The file of the regions: an app's, one of its own, and what is refused."""

from __future__ import annotations

import pytest
from edgevision.runtime.region_page import RegionFile
from edgevision.runtime.region_page.region_text import DrawnRegion
from edgevision.runtime.regions import Zone

from edgevision.errors import EdgeVisionError

TRIANGLE = ((0.1, 0.1), (0.9, 0.1), (0.5, 0.9))
APP = """[camera.yard]
source = "0"
[camera.yard.region.lawn]
zone = [[0.1, 0.1], [0.9, 0.1], [0.5, 0.9]]  # grass
[rule.intruder]
when = "person in lawn for 3s and not seen(lawn-mower)"
"""


def test_a_file_that_is_not_there_has_no_regions_and_is_made(tmp_path):
    file = RegionFile(tmp_path / "regions.toml")
    assert file.read() == []
    file.write([DrawnRegion(Zone("yard", TRIANGLE))])
    assert [zone.name for zone in RegionFile(file.path).read()] == ["yard"]


def test_the_source_is_that_of_the_camera_of_an_app(tmp_path):
    path = tmp_path / "app.toml"
    path.write_text(APP + '[camera.door]\nsource = "1"\n[camera.gate]\nmax_fps = 3\n')
    names = ("yard", "door", "gate")
    assert [RegionFile(path, name).source() for name in names] == ["0", "1", ""]
    assert RegionFile(tmp_path / "regions.toml").source() == ""


def test_an_app_with_one_camera_needs_no_name(tmp_path):
    path = tmp_path / "app.toml"
    path.write_text(APP)
    file = RegionFile(path)
    assert file.camera == "yard"
    assert [zone.name for zone in file.read()] == ["lawn"]
    file.write([DrawnRegion(Zone("grass", TRIANGLE), "lawn")])
    assert path.read_text() == APP.replace("region.lawn", "region.grass")
    assert file.notes(["lawn"]) == [
        "The rule 'intruder' still says 'lawn': change it as well."
    ]
    assert file.notes(["mower"]) == []


def test_which_camera_is_asked(tmp_path):
    path = tmp_path / "app.toml"
    path.write_text(APP + '[camera.lane]\nsource = "1"\n')
    with pytest.raises(EdgeVisionError, match="2 cameras: yard, lane. Say which one"):
        RegionFile(path)
    with pytest.raises(EdgeVisionError, match="no camera 'lan'. It has: yard, lane"):
        RegionFile(path, "lan")
    assert RegionFile(path, "lane").read() == []
    with pytest.raises(EdgeVisionError, match="describes no camera"):
        RegionFile(tmp_path / "other.toml", "yard")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xff\xfe", "Cannot read"),
        (b"a = ", "is no TOML"),
        (b"[region.a]\nzone = [[0, 0], [1, 1]]", "at least 3 points"),
        (b"[region.a]\nzone = 3", "cannot be used"),
        (b"[region]\na = 3", "cannot be used"),
        (b"[region.a]\nlabels = []", "either zone or line"),
        (b"x" * 1_000_001, "larger than 1 MB"),
    ],
)
def test_what_cannot_be_read_is_said_and_stays(tmp_path, content, words):
    path = tmp_path / "regions.toml"
    path.write_bytes(content)
    with pytest.raises(EdgeVisionError, match=words):
        RegionFile(path).read()
    assert path.read_bytes() == content


def test_tables_that_would_change_otherwise_are_not_written(tmp_path):
    path = tmp_path / "app.toml"
    text = '[camera]\nyard.source = "0"\nyard.region.lawn.line = [[0, 0], [1, 1]]\n'
    path.write_text(text)
    file = RegionFile(path)
    drawn = [DrawnRegion(region, region.name) for region in file.read()]
    with pytest.raises(EdgeVisionError, match="Cannot write"):
        file.write([*drawn, DrawnRegion(Zone("b", TRIANGLE))])
    assert path.read_text() == text
