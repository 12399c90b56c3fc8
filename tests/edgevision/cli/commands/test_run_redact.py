"""``edgevision run --redact``: what is covered, what is refused, what is said."""

from __future__ import annotations

import json

import cv2
import pytest
from click.testing import CliRunner
from edgevision.runtime.redaction import redact_stage
from support.running import MODEL

from edgevision.cli.main import cli

DETECTOR = "runtime/demo/detector.tflite"


@pytest.fixture
def detector(repository):
    return str(repository / DETECTOR)


def _run(*words):
    return CliRunner().invoke(cli, ["run", *map(str, words), "--quiet"])


def test_what_the_detector_finds_is_covered_in_what_a_sink_writes(detector, tmp_path):
    source, sink = "synthetic:?seed=3", f"images:{tmp_path}/own?format=png&draw=0"
    assert (
        _run(detector, "-s", source, "--max-frames", 4, "--sink", sink).exit_code == 0
    )
    result = _run(
        *(detector, "-s", tmp_path / "own", "--redact", "all"),
        *("--redact-zone", "0,0,0.1,0.1", "--redact-style", "fill"),
        *("--sink", f"images:{tmp_path}/redacted?format=png&draw=0"),
        *("--sink", f"jsonl:{tmp_path}/records.jsonl"),
    )
    assert result.exit_code == 0, result.output
    text = (tmp_path / "records.jsonl").read_text()
    records = [json.loads(line) for line in text.splitlines()]
    assert sum(len(one["detections"]) for one in records) >= 4
    pictures = [sorted((tmp_path / name).iterdir()) for name in ("own", "redacted")]
    for record, before, after in zip(records, *pictures, strict=True):
        assert record["redaction_failed"] == 0
        own, redacted = (cv2.imread(str(path)) for path in (before, after))
        assert not redacted[:48, :64].any()
        for item in record["detections"]:
            left, top, right, bottom = map(round, item["box"])
            assert not redacted[top:bottom, left:right].any()
        is_same = (own == redacted).all(axis=2)
        assert is_same.mean() > 0.5
        assert not redacted[~is_same].any()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--redact", "sqare"), "Did you mean 'square'"),
        (("--redact", "square", "--deny", "square"), "No label 'square'"),
        (("--redact", ","), "empty text"),
        (("--redact-zone", "0,0,1"), "is no zone"),
        (("--redact-zone", "0,0,2,1"), "the point 2, 0"),
        (("--redact-style", "blur"), "--redact-style goes with --redact"),
        (("--redact-hold", "2s"), "--redact-hold goes with --redact"),
        (("--redact-model", DETECTOR), "--redact-model goes with --redact"),
        (
            ("--redact-zone", "0,0,1,1", "--redact-model", DETECTOR),
            "model finds what has a label",
        ),
    ],
)
def test_what_would_cover_nothing_is_refused(detector, words, sentence):
    result = _run(detector, "-s", "synthetic:", "--max-frames", "1", *words)
    assert result.exit_code == 2
    assert sentence in " ".join(result.output.split())


def test_a_classifier_needs_a_model_that_finds_things(detector):
    words = (MODEL, "-s", "synthetic:", "--max-frames", "2", "--redact", "square")
    result = _run(*words)
    assert result.exit_code == 2
    assert "does not say where square is" in " ".join(result.output.split())
    assert _run(*words, "--redact-model", detector).exit_code == 0
    assert _run(*words[:5], "--redact-zone", "0,0,1,1").exit_code == 0


def test_a_detector_that_reports_no_more_shows_nothing(detector, caplog):
    words = ("-s", "synthetic:?seed=3", "--max-frames", "3", "--redact", "all")
    limits = ("--max-detections", "1", "--score-threshold", "0.1")
    assert _run(detector, *words, *limits).exit_code == 1
    assert "reports at most 1 in a picture" in caplog.text
    assert _run(detector, *words).exit_code == 0


def test_a_run_whose_redaction_failed_says_so_at_its_end(detector, monkeypatch):
    def fail(self, event, image):
        raise ValueError("no luck")

    monkeypatch.setattr(redact_stage.RedactStage, "_areas", fail)
    result = _run(detector, "-s", "synthetic:", "--max-frames", "3", "--redact", "all")
    assert result.exit_code == 1
    assert "redact failed for 3 frames" in result.output
    assert "3 pictures were replaced by black" in result.output
