"""What goes wrong with a real V4L2 device while ``edgevision run`` watches it."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from edgevision.runtime.sources.open import open_source
from support import vivid
from support.fault_rows import record_fault
from support.running import MODEL, REPOSITORY, Run

from edgevision.errors import SourceError

pytestmark = pytest.mark.camera

SOURCE = "v4l2:/dev/video0?size=320x180&fps=25&fourcc=YUYV"
BACK = "opened again by itself; one gap counted; SIGTERM ends it with exit 0"


def _watch(folder: Path, *more: str) -> Run:
    run = Run("--source", SOURCE, "--max-fps", "10", *more, folder=folder)
    run.wait_for_records(3)
    return run


def _ends_well(run: Run, row: str, fault: str, against: str, harmed: float) -> None:
    """Check a run that lost its camera once and has it back; record the row."""
    assert run.stop() == 0, run.text
    last = run.records()[-1]
    assert last["reconnects"] == 1
    assert "1 reconnect (" in run.text
    assert "Traceback" not in run.text
    assert run.text.count("is lost") == 1  # told once, however often it was tried
    gap = run.wait_for("is back after ").split(" is back after ")[1]
    record_fault(
        row,
        source="v4l2:/dev/video0",
        fault=fault,
        against=against,
        told=run.wait_for("is lost: "),
        told_s=run.when("is lost: ") - harmed,
        gap_s=float(gap.removesuffix(" s.")),
        reconnects=1,
        then=BACK,
    )


def test_a_camera_that_is_unplugged_and_plugged_in_again(tmp_path, against):
    with _watch(tmp_path) as run:
        harmed = time.monotonic()
        vivid.unplug()
        told = run.wait_for("is lost: ")
        # On a slow machine the pictures stay away before the device is gone.
        assert "is gone (unplugged)." in told or "no picture came any more" in told
        time.sleep(2)
        vivid.plug_in()
        run.wait_for("/dev/video0 is back after ")
        run.wait_for_records(3)
        _ends_well(
            *(run, "v4l2-unplugged", "unplugged, plugged in again 2 s later"),
            *(against, harmed),
        )


def test_a_camera_that_stalls_is_opened_again(tmp_path, against):
    with _watch(tmp_path) as run:
        harmed = time.monotonic()
        vivid.control(vivid.WEBCAM, vivid.DROPPED_PERCENT, 100)
        run.wait_for("is lost: ")
        vivid.control(vivid.WEBCAM, vivid.DROPPED_PERCENT, 0)
        run.wait_for("is back after ")
        run.wait_for_records(3)
        _ends_well(
            *(run, "v4l2-stalled", "gives no more pictures, until the loss is told"),
            *(against, harmed),
        )


@pytest.mark.parametrize(
    ("number", "row", "fault"),
    [
        (vivid.DISCONNECT, "v4l2-disconnected", "driver says that the device is gone"),
        (vivid.FATAL_ERROR, "v4l2-error", "fatal error of the stream"),
    ],
)
def test_an_error_of_the_driver_is_a_gap(number, row, fault, tmp_path, against):
    with _watch(tmp_path) as run:
        harmed = time.monotonic()
        vivid.control(vivid.WEBCAM, number)
        run.wait_for("is lost: ")
        run.wait_for("is back after ")
        run.wait_for_records(3)
        _ends_well(run, row, fault, against, harmed)


def test_a_camera_that_stays_away_ends_the_run_with_exit_1(tmp_path, against):
    with _watch(tmp_path, "--give-up-after", "3") as run:
        harmed = time.monotonic()
        vivid.unplug()
        lost = run.wait_for("is lost: ")
        assert run.wait() == 1
        end = run.wait_for("Error: ")
        assert "/dev/video0 did not come back within 3 s" in end
        assert "no such device" in end
        assert "frames, " in run.text  # the closing table stands all the same
        record_fault(
            "v4l2-gone",
            source="v4l2:/dev/video0 --give-up-after 3",
            fault="unplugged for good",
            against=against,
            told=lost,
            told_s=run.when("is lost: ") - harmed,
            then="exit 1 after the 3 s; files are finished",
        )


def test_a_camera_that_comes_back_with_another_size_goes_on(tmp_path, against):
    source = "v4l2:/dev/video1?fourcc=YUYV"
    with Run("--source", source, "--max-fps", "5", folder=tmp_path) as run:
        run.wait_for_records(2)
        harmed = time.monotonic()
        vivid.unplug()
        lost = run.wait_for("is lost: ")
        vivid.plug_in()
        vivid.signal(720, 480)
        run.wait_for("/dev/video1 now gives 720x480 pixels instead of 1280x720.")
        run.wait_for_records(2)
        assert run.stop() == 0, run.text
        sizes = [(record["width"], record["height"]) for record in run.records()]
        told_s = run.when("is lost: ") - harmed
        gap = run.wait_for("is back after ").split(" is back after ")[1]
    changes = [size for size, _ in itertools.groupby(sizes)]
    assert changes == [(1280, 720), (720, 480)]
    record_fault(
        "v4l2-size",
        source="v4l2:/dev/video1",
        fault="capture card unplugged; its signal is smaller when it is back",
        against=against,
        told=lost,
        told_s=told_s,
        gap_s=float(gap.removesuffix(" s.")),
        reconnects=1,
        then="said; the run goes on with 720x480 instead of 1280x720",
    )


def test_a_busy_camera_is_one_sentence_and_doctor_names_who_has_it(against):
    with open_source("0") as source:
        frames = iter(source)
        next(frames)
        with pytest.raises(SourceError, match=r"/dev/video0: it is in use by") as error:
            open_source("0")
        assert f" (process {os.getpid()}). End that program" in str(error.value)
        said = _doctor()
        assert f" (process {os.getpid()}) uses /dev/video0." in said
        assert "or choose another camera with --source" in said
        with open_source("1") as other:  # which is free
            assert next(iter(other)).image.shape == (720, 1280, 3)
        frames.close()
    with open_source("0") as source:  # free again
        next(iter(source))
    record_fault(
        "v4l2-busy",
        source="0",
        fault="another program streams from it",
        against=against,
        told=str(error.value),
        then="exit 1; the error and `edgevision doctor` name the program",
    )


def test_a_camera_without_permission_is_one_sentence_with_the_cure(against):
    for device in (vivid.WEBCAM, vivid.CAPTURE_CARD):
        Path(device).chmod(0o600)
    done = _as_nobody("run", str(MODEL), "--source", "0")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    (told,) = [x for x in done.stderr.splitlines() if x.startswith("Error: ")]
    assert "Cannot open camera /dev/video0: no permission. Run: sudo usermod" in told
    said = _as_nobody("doctor").stdout
    assert "This user may not open /dev/video0, /dev/video1." in said
    assert "sudo usermod -aG video $USER" in said
    record_fault(
        "v4l2-permission",
        source="0",
        fault="the user may not open it",
        against=against,
        told=told.removeprefix("Error: "),
        then="exit 1; `edgevision doctor` says the same",
    )


def test_doctor_lists_the_cameras_that_may_be_used():
    said = _doctor()
    assert "ok       camera:        /dev/video0 (vivid" in said
    assert "/dev/video1 (vivid" in said


def _doctor() -> str:
    return subprocess.run(
        [sys.executable, "-m", "edgevision", "doctor"],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=REPOSITORY,
    ).stdout


def _as_nobody(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run EdgeVision as a user who owns nothing here."""
    return subprocess.run(
        [sys.executable, "-m", "edgevision", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=REPOSITORY,
        user=65534,
        group=65534,
        extra_groups=[],
    )
