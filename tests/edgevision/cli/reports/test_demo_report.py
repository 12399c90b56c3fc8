"""What the demonstration shows of a model at work."""

from __future__ import annotations

import json

from edgevision.runtime.demo import CLASSIFIER, DETECTOR

from edgevision.cli.reports import show_classifier, show_detector


def test_a_detector_s_lines_agree_with_its_record(tmp_path):
    lines: list[str] = []
    results = tmp_path / "seen.jsonl"
    watched = show_detector(DETECTOR, None, results, 12, 0, 3, lines.append)
    assert lines[0].startswith("detect    detector.tflite, ")
    seen = watched.to_dict()
    text = "\n".join(lines)
    assert f"{seen['right']} of {seen['true']} true boxes found in 12 pictures" in text
    records = [json.loads(line) for line in results.read_text().splitlines()]
    assert sum(len(item["detections"]) for item in records) == seen["found"]


def test_a_classifier_is_told_right_or_what_it_is():
    lines: list[str] = []
    watched = show_classifier(CLASSIFIER, None, 12, 0, 3, lines.append)
    shown = [line for line in lines if line.strip().startswith("#")]
    assert len(shown) == 6
    assert all("right" in line or "it is a " in line for line in shown)
    assert any(f"{watched.right} of 12 pictures right" in line for line in lines)
