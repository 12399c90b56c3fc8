"""The page "An app in ten minutes", carried out on a video whose events are known."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import cv2
import pytest
from edgevision.runtime.interpreter.backends import installed_backends
from support.shape_clip import Walk, write_clip

REPOSITORY = Path(__file__).resolve().parents[2]
PAGE = REPOSITORY / "docs" / "learn" / "app-in-ten-minutes.md"

pytestmark = pytest.mark.skipif(
    not installed_backends(), reason="no TFLite interpreter is installed"
)

SECONDS = 75
# What walks through the video. The lawn is the lower half of the picture, and the lower
# edge of a shape, 28 pixels of 240 below its middle, decides.
WALKS = (
    # A visit: it stands on the lawn from 5 to 12.
    Walk("star", [(3, 0.3, 0.2), (5, 0.3, 0.384), (6, 0.3, 0.7), (12, 0.4, 0.7)]),
    # No visits: another shape, a star above the lawn, and one that passes in a second.
    Walk("circle", [(4, 0.8, 0.8), (14, 0.7, 0.8)]),
    Walk("star", [(16, 0.1, 0.2), (24, 0.9, 0.2)]),
    Walk("star", [(52, 0.2, 0.8), (53, 0.3, 0.8)]),
    # A visit in the cool-down, 9 s after the first one: no alert.
    Walk("star", [(21, 0.6, 0.8), (27, 0.7, 0.8)]),
    # A second visit, long after.
    Walk("star", [(60, 0.2, 0.8), (68, 0.8, 0.8)]),
)
VISITS = ((5, 12), (60, 68))


def blocks() -> list[str]:
    """Return the pieces of the file, in the order of the page."""
    return re.findall(r"^```toml\n(.*?)^```$", PAGE.read_text("utf-8"), re.M | re.S)


def environment() -> dict[str, str]:
    """Return the environment in which the checkout is found."""
    paths = (str(REPOSITORY), os.environ.get("PYTHONPATH"))
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}


def run(folder: Path, *words: str):
    return subprocess.run(
        [sys.executable, "-m", "edgevision", "app", "app.toml", *words],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder with the page's whole file, and the video."""
    folder = tmp_path_factory.mktemp("app")
    first, place, rest = blocks()
    base = first.partition("[rule.visitor]")[0]
    text = f"{base}\n{place}\n{rest}".replace("web:8080", "web:0")
    (folder / "app.toml").write_text(text)
    write_clip(folder / "clip.avi", WALKS, SECONDS)
    return folder


def test_the_first_file_says_when_a_star_came_and_went(folder, tmp_path):
    (tmp_path / "app.toml").write_text(blocks()[0])
    checked = run(tmp_path, "--check")
    assert checked.returncode == 0, checked.stderr
    assert "app.toml is good." in checked.stderr
    done = run(tmp_path, "--source", str(folder / "clip.avi"))
    lines = done.stdout.splitlines()
    assert len(lines) >= 2, done.stderr
    assert re.fullmatch(
        r"\d\d:\d\d:\d\d  yard  start  visitor: star .*for 2 s", lines[0]
    )


def test_a_wrong_name_is_asked_about(folder, tmp_path):
    (tmp_path / "app.toml").write_text(blocks()[0].replace("star", "stra"))
    done = run(tmp_path, "--check")
    assert done.returncode == 1
    assert "app.toml, line 8: [rule.visitor] when: " in done.stderr
    assert "Did you mean 'star'?" in done.stderr


def test_every_visit_is_explained_and_none_is_invented(folder):
    done = run(folder, "--source", "clip.avi", "--explain", "--json")
    assert done.returncode == 0, done.stderr
    reports = json.loads(done.stdout)["yard"]
    assert [report["phase"] for report in reports] == ["start", "end"] * len(VISITS)
    assert {report["label"] for report in reports} == {"star"}
    assert {tuple(report["regions"]) for report in reports} == {("lawn",)}
    for (begin, end), report in zip(VISITS, reports[1::2], strict=True):
        # A track that is lost lives on for two seconds, and an event for one more.
        assert end - begin - 1 < report["duration_s"] < end - begin + 3.5
    assert not (folder / "events").exists()
    chart = run(folder, "--source", "clip.avi", "--explain").stdout
    assert "star in lawn" in chart
    assert "the cool-down keeps it quiet" in chart


def test_every_visit_leaves_a_line_a_picture_and_a_clip(folder):
    done = run(folder, "--source", "clip.avi")
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 2 * len(VISITS)
    assert re.search(r"Open http://\S+ in a browser", done.stderr)
    records = [
        json.loads(line) for line in (folder / "events.jsonl").read_text().splitlines()
    ]
    assert [record["phase"] for record in records] == ["start", "end"] * len(VISITS)
    ids = {record["id"] for record in records}
    kept = {path.stem for path in (folder / "events").glob("*.json")}
    assert kept == ids
    for record in records[1::2]:
        name = record["id"]
        (video,) = (
            path
            for path in (folder / "events").glob(f"{name}.*")
            if path.suffix in (".mp4", ".mkv")
        )
        capture = cv2.VideoCapture(str(video), cv2.CAP_FFMPEG)
        count = 0
        while capture.read()[0]:
            count += 1
        capture.release()
        # Three seconds before it came, two after its end.
        assert count / 10 == pytest.approx(3 + record["duration_s"] + 2, abs=1)
        picture = cv2.imread(str(folder / "events" / f"{name}.jpg"))
        assert picture.shape == (240, 320, 3)
