"""Compare one frame's record with what NumPy reads in the same network's outputs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
from boxes import aizoo, blaze, compare, fomo_scores, with_op, yolo
from network import Array, Outputs, Way, run
from points import landmarks, poses

DETECTORS = ("face detection", "palm detection", "body detection")
CLASSES = ("classification", "age, gender, emotion", "single number")
# What the kinds take whose file does not say it, by their publishers' own code.
SCALES = {
    "face detection": "signed",
    "palm detection": "unit",
    "body detection": "signed",
    "landmarks": "unit",
    "selfie segmentation": "unit",
    "segmentation": "signed",
    "PoseNet": "signed",
    "BodyPix": "signed",
    "MoveNet": "raw",
    "SSD with its op": "signed",
    "YOLO": "unit",
}


def check(row: dict[str, Any], model: Path, picture: Path, record: Any) -> str:
    """Return in words how a frame's record compares; "" where nothing here reads it.

    A picture is made smaller by averaging and, where that differs, by interpolation:
    the network's users do both.
    """
    words = ""
    image = np.ascontiguousarray(cv2.imread(str(picture))[..., ::-1])
    for shrink in (cv2.INTER_AREA, cv2.INTER_LINEAR):
        words = _check(row, model, image, record, shrink)
        if not words.startswith("differs"):
            break
    return words


def _check(
    row: dict[str, Any], model: Path, image: Array, record: Any, shrink: int
) -> str:
    kind, flags = row["kind"], row["flags"] if row["needs_flags"] else []
    if "--input-size" in flags:
        return ""  # the network here would take a picture of one pixel
    if "--input" in flags or "--delegate" in flags:
        return ""  # nor is its second input filled, or XNNPACK switched off
    is_mobilenet = kind in CLASSES and "mobilenet" in row["file"].lower()
    rule = flags[flags.index("--normalize") + 1] if "--normalize" in flags else ""
    is_bgr = "--color" in flags and flags[flags.index("--color") + 1] == "bgr"
    letterbox = kind in (*DETECTORS, "YOLO", "MoveNet", "landmarks")
    way = Way(
        rule or ("signed" if is_mobilenet else SCALES.get(kind, "unit")),
        letterbox,
        114 if kind == "YOLO" or "--task" in flags else 0,
        is_bgr,
        shrink,
    )
    height, width = image.shape[:2]
    frame = {"width": width, "height": height}
    if kind in DETECTORS:
        mine = blaze(run(model, image, way))
        return compare(
            mine, record["detections"], threshold=0.5, slack=0.16, least=0.6, **frame
        )
    if kind == "YOLO":
        outputs = run(model, image, way)
        mine = yolo(outputs, is_yolox="yolox" in row["file"])
        return compare(mine, record["detections"], threshold=0.25, **frame)
    if row["repository"].startswith("AIZOO"):
        mine = aizoo(run(model, image, way))
        return compare(mine, record["detections"], threshold=0.25, **frame)
    if kind == "SSD with its op":
        mine = with_op(run(model, image, way), width, height)
        return compare(mine, record["detections"], threshold=0.25, **frame)
    if kind == "FOMO":
        return _fomo(run(model, image, way).values[0][0], record["detections"])
    if kind in CLASSES and "classes" in record:
        is_softmax = "activation=softmax" in flags
        return _classes(run(model, image, way).values[0], record, is_softmax)
    if kind == "landmarks" and "landmarks" in record:
        return landmarks(run(model, image, way), record["landmarks"])
    if kind in ("PoseNet", "BodyPix", "MoveNet") and "poses" in record:
        return poses(kind, run(model, image, way), record["poses"], image.shape)
    return _others(model, image, way, record)


def _others(model: Path, image: Array, way: Way, record: Any) -> str:
    if "regions" in record:
        return _regions(run(model, image, way), record["regions"])
    if "values" in record:
        return _values(run(model, image, way).values, record["values"])
    if "embedding" in record:
        mine = run(model, image, way).values[0].reshape(-1)
        theirs = np.array(record["embedding"])
        norms = np.linalg.norm(mine) * np.linalg.norm(theirs)
        cosine = float(mine @ theirs / norms)
        return f"{'' if cosine > 0.98 else 'differs: '}cosine {cosine:.3f}"
    if "text" in record:
        return _text(run(model, image, way).values[0], record["text"])
    if "image" in record:
        return _image(model, image, way, record["image"])
    return ""


def _fomo(values: Array, theirs: list[dict[str, Any]]) -> str:
    mine = [round(score, 2) for score in fomo_scores(values)]
    said = sorted((round(d["score"], 2) for d in theirs), reverse=True)
    said = [score for score in said if score >= 0.5]
    close = len(mine) == len(said) and all(
        abs(one - other) < 0.06 for one, other in zip(mine, said, strict=True)
    )
    if close:
        return f"{len(mine)} objects alike" if mine else "both find nothing"
    return f"differs: {len(mine)} objects by touching cells, {len(said)} here"


def _classes(values: Array, record: Any, is_softmax: bool) -> str:
    scores = values.reshape(-1)
    if is_softmax or (scores.size > 1 and not -0.01 < scores.min() <= 1.02):
        scores = np.exp(scores - scores.max())
        scores = scores / scores.sum()
    if scores.size > 1 and scores.max() > 1.02:
        scores = np.exp(scores - scores.max())
        scores = scores / scores.sum()
    top = record["classes"][0]
    if scores.size == 1:
        chance = float(scores[0])
        near = min(
            abs(one["score"] - share)
            for one in record["classes"]
            for share in (chance, 1 - chance)
        )
        return f"{'' if near < 0.05 else 'differs: '}score {chance:.2f}"
    mine, theirs = int(scores.argmax()), int(top["class_id"])
    if scores.size == 1001 and mine == theirs + 1:
        theirs = mine  # the background was taken off
    alike = scores[theirs] > scores[mine] - 0.04
    if alike and abs(scores[theirs] - top["score"]) < 0.06:
        return f"same class, {scores[theirs]:.2f}"
    return f"differs: class {mine} {scores[mine]:.2f}, here {theirs} {top['score']:.2f}"


def _regions(outputs: Outputs, regions: list[dict[str, Any]]) -> str:
    values = outputs.values[0]
    values = values if values.ndim == 2 and values.shape[0] > 1 else values[0]
    if values.ndim == 1:
        values = values.reshape(outputs.height, outputs.width)
    if values.ndim == 3 and values.shape[0] < 8 < values.shape[2]:
        values = values.transpose(1, 2, 0)
    if values.ndim == 3:
        is_mask = values.shape[2] == 1
        values = values[..., 0] >= 0.5 if is_mask else values.argmax(axis=2)
    elif values.dtype.kind == "f" and not np.all(values == np.round(values)):
        values = values >= 0.5
    theirs = {one["class_id"]: one["area"] for one in regions}
    mine = {int(one): float((values == one).mean()) for one in np.unique(values)}
    worst = max(
        abs(mine.get(one, 0.0) - theirs.get(one, 0.0)) for one in {*mine, *theirs}
    )
    return f"{'' if worst < 0.03 else 'differs: '}areas within {worst:.3f}"


def _values(outputs: list[Array], values: list[dict[str, Any]]) -> str:
    mine = np.concatenate([one.reshape(-1) for one in outputs])
    theirs = np.array([one["value"] for one in values])
    if mine.shape != theirs.shape:
        return f"differs: {mine.size} numbers, here {theirs.size}"
    worst = float(np.max(np.abs(mine - theirs) / (np.abs(mine) + 0.7)))
    return f"{'' if worst < 0.03 else 'differs: '}{mine.size} numbers within 3 %"


def _text(values: Array, text: str) -> str:
    """Compare the numbers of the letters, read greedily as CTC has it."""
    steps = values if values.dtype == np.int64 else values.argmax(axis=-1)
    numbers = [int(one) for one in steps.reshape(-1)]
    first, last = 0, values.shape[-1] - 1
    joined = [
        n for n, before in zip(numbers, [-1, *numbers], strict=False) if n != before
    ]
    readings = {
        " ".join(str(one) for one in joined if one != blank) for blank in (first, last)
    }
    readings |= {" ".join(str(one - 1) for one in joined if one != first)}
    readings |= {" ".join(str(one) for one in numbers)}
    if text in readings:
        return f"the same {len(text.split())} letters"
    return f"differs: {text[:40]}, NumPy's {sorted(readings)[0][:40]}"


def _image(model: Path, image: Array, way: Way, said: dict[str, Any]) -> str:
    values = run(model, image, way).values[0]
    if said["kind"] == "map":
        mean = float(values.mean())
    else:
        factor, shift = {"signed": (127.5, 127.5), "unit": (255, 0)}.get(
            way.normalize, (1, 0)
        )
        mean = float(np.clip(values * factor + shift, 0, 255).mean())
    slack = max(0.02 * abs(mean), 0.02 if said["kind"] == "map" else 2.0)
    close = abs(mean - said["mean"]) < slack
    return f"{'' if close else 'differs: '}mean {said['mean']:.1f}, NumPy's {mean:.1f}"
