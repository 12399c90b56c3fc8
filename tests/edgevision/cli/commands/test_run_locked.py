"""A second run on the outputs of a living one is refused, with --force or without."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from support.running import MODEL, Run

from edgevision.cli.main import cli


@pytest.fixture(scope="module")
def living(tmp_path_factory):
    """Start a run that writes to every kind of file; give its folder and itself."""
    folder = tmp_path_factory.mktemp("living")
    sinks = [
        f"--sink={kind}"
        for kind in (f"csv:{folder}/a.csv", f"images:{folder}/pictures")
    ]
    sinks.append(f"--sink=video:{folder}/a.mkv")
    with Run("--source", "synthetic:?fps=20", *sinks, folder=folder) as run:
        run.wait_for_records(8)
        yield folder, run


@pytest.mark.parametrize("more", [["--force"], []])
@pytest.mark.parametrize(
    "sink",
    [
        "jsonl:{}/watched.jsonl?append=1",
        "csv:{}/a.csv?append=1",
        "images:{}/pictures?append=1",
        "video:{}/a.mkv",
    ],
)
def test_the_second_run_names_the_first_and_harms_nothing(living, sink, more):
    folder, run = living
    if sink.startswith("video") and not more:
        more = ["--force"]  # without it a video that exists is refused in any case
    before = len(run.records())
    command = ["run", str(MODEL), "--trust", "--source", "synthetic:", *more]
    done = CliRunner().invoke(cli, [*command, "--sink", sink.format(folder)])
    assert done.exit_code == 1
    words = f"is written to by process {run.process_id} ("
    assert words in done.stderr
    run.wait_for_records(2)
    indices = [record["index"] for record in run.records()]
    assert len(indices) > before
    assert indices == sorted(indices)
    assert indices[0] <= 8  # nothing was emptied


def test_a_killed_run_locks_nothing_and_its_files_are_continued(tmp_path):
    sink = f"--sink=images:{tmp_path}/pictures"
    with Run("--source", "synthetic:?fps=20", sink, folder=tmp_path) as run:
        run.wait_for_records(8)
    records = tmp_path / "watched.jsonl"
    before = len(records.read_bytes().split(b"\n"))
    done = CliRunner().invoke(
        cli,
        [
            *("run", str(MODEL), "--trust", "--source", "synthetic:"),
            *("--max-frames", "3", "--sink", f"jsonl:{records}?append=1"),
            *("--sink", f"images:{tmp_path}/pictures?append=1"),
        ],
    )
    assert done.exit_code == 0, done.stderr
    lines = records.read_bytes().splitlines()
    assert len(lines) in (before + 2, before + 3)  # a last record in part is cut off
    assert all(json.loads(line) for line in lines)
    names = [path.name for path in (tmp_path / "pictures").iterdir()]
    assert not [name for name in names if name.startswith(".")]
    # Each record's picture is there, also those that only waited for the disk; the kill
    # came between the two sinks at most once.
    assert len(lines) <= len(names) <= len(lines) + 1
