"""YOLO's masks, keypoints and raw levels from a model file to pictures and records."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import CliRunner
from edgevision.runtime.interpreter.backends import installed_backends
from edgevision.runtime.results.detections import Detections
from edgevision.runtime.results.poses import Poses
from support.constant_model import constant_model

import edgevision
from edgevision.cli.main import cli
from edgevision.errors import UnsupportedModelError

pytestmark = pytest.mark.skipif(
    not installed_backends(), reason="no TFLite interpreter is installed"
)

SIZE = (320, 320)
CELLS = 40 * 40 + 20 * 20 + 10 * 10
BLACK = np.zeros((240, 320, 3), np.uint8)  # padded by 40 above and below


@pytest.fixture
def segmenter(tmp_path: Path) -> Path:
    """Two classes and one object: a square whose mask is its left half."""
    head = np.zeros((1, 4 + 2 + 8, CELLS), np.float32)
    head[0, :4] = 0.5
    head[0, :4, 7] = np.asarray([160, 160, 80, 80]) / 320
    head[0, 5, 7] = 0.9
    head[0, 6, 7] = 1.0
    planes = np.ones((1, 80, 80, 8), np.float32)
    planes[:, :, 40:, 0] = -1.0
    path = tmp_path / "segment.tflite"
    path.write_bytes(constant_model([planes, head], size=SIZE))
    return path


def test_masks_from_a_file(segmenter: Path) -> None:
    with edgevision.load_model(segmenter, normalize="raw", resize="letterbox") as model:
        assert (model.card.task, model.card.output.decoder) == (
            "detection",
            "yolo-segment",
        )
        assert "8 prototype masks 1x80x80x8" in model.evidence["decoder"]
        found = model(BLACK)
    assert isinstance(found, Detections)
    assert found.boxes.tolist() == [[120, 80, 200, 160]]
    assert found.masks is not None
    whole = found.masks.whole(0)
    assert abs(int(np.count_nonzero(whole)) - 80 * 40) <= 80
    assert not whole[:, 162:].any()


def test_masks_on_the_command_line(segmenter: Path, tmp_path: Path) -> None:
    photo = tmp_path / "black.png"
    cv2.imwrite(str(photo), BLACK)
    arguments = ["run", str(segmenter), "--source", str(photo), "--normalize", "raw"]
    sinks = [f"jsonl:{tmp_path / 'out.jsonl'}", f"images:{tmp_path / 'seen'}"]
    for sink in sinks:
        arguments += ["--sink", sink]
    result = CliRunner().invoke(cli, [*arguments, "--tiles", "2x1:0.2"])
    assert result.exit_code == 0, result.output
    record = json.loads((tmp_path / "out.jsonl").read_text())
    assert all(0 < item["area"] < 0.1 for item in record["detections"])
    drawn = cv2.imread(str(next((tmp_path / "seen").iterdir())))
    assert drawn[100, 140].any()


def test_keypoints_from_a_file(tmp_path: Path) -> None:
    head = np.zeros((1, 56, CELLS), np.float32)
    head[0, :4] = 0.5
    head[0, 4, 3] = 0.8
    head[0, 5:, 3] = np.tile([0.25, 0.5, 0.9], 17)
    path = tmp_path / "pose.tflite"
    path.write_bytes(constant_model([head], size=SIZE))
    with pytest.raises(UnsupportedModelError, match="Pass --decoder yolo or"):
        edgevision.load_model(path, normalize="raw")
    with edgevision.load_model(path, normalize="raw", decoder="yolo-pose") as model:
        assert model.card.task == "pose"
        found = model(BLACK)
    assert isinstance(found, Poses)
    np.testing.assert_allclose(found.keypoints[0], [[80, 120]] * 17, atol=0.01)


def test_raw_levels_from_a_file(tmp_path: Path) -> None:
    outputs = []
    for side in (40, 20, 10):
        boxes = np.zeros((1, side, side, 64), np.float32)  # 7.5 strides each way
        scores = np.full((1, side, side, 3), -8, np.float32)
        if side == 40:
            scores[0, 20, 20, 1] = 2.0
        outputs += [boxes, scores]
    path = tmp_path / "levels.tflite"
    path.write_bytes(constant_model(outputs, size=SIZE))
    with edgevision.load_model(path, normalize="raw") as model:
        assert model.card.output.decoder == "yolo-levels"
        found = model(BLACK)
    assert found.class_ids.tolist() == [1]
    np.testing.assert_allclose(found.boxes, [[104, 64, 224, 184]], atol=0.01)
    result = CliRunner().invoke(cli, ["inspect", str(path)])
    assert result.exit_code == 0, result.output
    assert "64 channels of boxes, 3 classes" in result.output


def test_levels_that_channels_do_not_settle_are_settled_by_labels(
    tmp_path: Path,
) -> None:
    sides = (40, 20, 10)
    outputs = [np.zeros((1, side, side, 255), np.float32) for side in sides]
    path = tmp_path / "levels.tflite"
    path.write_bytes(constant_model(outputs, size=SIZE))
    with pytest.raises(UnsupportedModelError, match="several YOLO heads .* YOLOv3 to"):
        edgevision.load_model(path, normalize="raw")
    labels = [str(i) for i in range(191)]
    with edgevision.load_model(path, normalize="raw", labels=labels) as model:
        assert len(model(BLACK)) == 0
    options = {"kind": "yolox"}
    with edgevision.load_model(path, normalize="raw", options=options) as model:
        assert model.decoder.layout.classes == 250
