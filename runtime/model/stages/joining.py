"""What becomes of both answers: one result for the frame, by the second one's task.

A task that is not in :data:`JOINERS` has answers that cannot be laid into the frame of
the first model, and is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from ...geometry import nms
from ...results import (
    COCO_KEYPOINTS,
    Classifications,
    Detections,
    Embedding,
    Heads,
    InstanceMasks,
    Landmarks,
    Poses,
    RefinedDetections,
    Result,
    Text,
    Values,
    value_text,
)
from .cropping import FramePart


@dataclass(frozen=True)
class Joining:
    """How the answers for the parts of one frame become its result.

    Attributes:
        merge: A name from ``MERGES``.
        iou_threshold: A box goes when its IoU with a better one is above it.
        max_detections: Most boxes.
        classes: The second model's number of classes.
    """

    merge: str
    iou_threshold: float
    max_detections: int
    classes: int

    def label(self, first: str, second: str) -> str:
        """Return the label of an object that has one of each model."""
        return f"{first}: {second}" if self.merge == "both" else second

    def score(self, first: float, second: float) -> float:
        """Return the score of an object that has one of each model."""
        return second if self.merge == "second" else first * second

    def class_id(self, first: int, second: int) -> int:
        """Return the class of an object that has one of each model."""
        return second + first * self.classes if self.merge == "both" else second

    def suppressed(self, objects: Detections) -> Detections:
        """Return the best of boxes that overlap within a class, best first."""
        kept = nms(
            objects.boxes,
            objects.scores,
            objects.class_ids,
            iou_threshold=self.iou_threshold,
            max_detections=self.max_detections,
        )
        return objects[kept]


Answers = Sequence[tuple[FramePart, Any]]
Joiner = Callable[[Joining, Detections, Answers], Result]


def join_classes(how: Joining, objects: Detections, answers: Answers) -> Result:
    """Give each object the best class; one without any is dropped."""
    kept: list[int] = []
    rows: list[tuple[float, int, str]] = []
    for part, answer in answers:
        best = answer.top
        if best is None:
            continue
        i = part.position
        kept.append(i)
        rows.append(
            (
                how.score(float(objects.scores[i]), best.score),
                how.class_id(int(objects.class_ids[i]), best.class_id),
                how.label(objects.labels[i], best.label),
            )
        )
    merged = replace(
        objects[kept],
        scores=np.asarray([row[0] for row in rows], np.float32),
        class_ids=np.asarray([row[1] for row in rows], np.int64),
        labels=tuple(row[2] for row in rows),
    )
    return how.suppressed(merged)


def join_words(how: Joining, objects: Detections, answers: Answers) -> Result:
    """Give each object the words of its answer, and keep the answer itself.

    An object whose answer says nothing, such as an empty text, is dropped.
    """
    kept: list[int] = []
    scores: list[float] = []
    labels: list[str] = []
    said: list[Result] = []
    for part, answer in answers:
        i = part.position
        words, score = words_of(answer)
        if words == "":
            continue
        kept.append(i)
        said.append(answer)
        labels.append(
            objects.labels[i] if words is None else how.label(objects.labels[i], words)
        )
        first = float(objects.scores[i])
        scores.append(first if score is None else how.score(first, max(score, 0.0)))
    some = objects[kept]
    falling = np.argsort(-np.asarray(scores, np.float32), kind="stable")
    order: list[int] = falling.tolist()
    refined: RefinedDetections = RefinedDetections(
        some.boxes,
        np.asarray(scores, np.float32),
        some.class_ids,
        tuple(labels),
        some.masks,
        some.keypoints,
        some.keypoint_labels,
        some.uncut,
        some.track_ids,
        answers=tuple(said),
    )
    return refined[order]


def words_of(answer: Result) -> tuple[str | None, float | None]:
    """Return what an answer says in words, and its score.

    Returns:
        The words, empty when the answer says nothing, None when it has no words; and
        the score, None when it has none.
    """
    if isinstance(answer, Text):
        return answer.text, answer.score
    if isinstance(answer, Values):
        many = len(answer) > 1 or answer.names != ("value",)
        texts = [
            f"{item.name} {value_text(item)}" if many else value_text(item)
            for item in answer
        ]
        return ", ".join(texts), None
    if isinstance(answer, Embedding):
        return answer.label, answer.score
    if isinstance(answer, Classifications):
        best = answer.top
        return ("", None) if best is None else (f"{best.label} {best.score:.2f}", None)
    if isinstance(answer, Heads):
        said = [(name, words_of(head)[0]) for name, head in answer.items()]
        texts = [
            words if words.startswith(name) else f"{name} {words}"
            for name, words in said
            if words
        ]
        return ", ".join(texts) or None, None
    return None, None


def join_detections(how: Joining, objects: Detections, answers: Answers) -> Result:
    """Return what the second model finds in the regions, in the frame."""
    parts: list[Detections] = []
    for part, inner in answers:
        i = part.position
        first = float(objects.scores[i])
        parts.append(
            replace(
                inner,
                scores=np.asarray(
                    [how.score(first, score) for score in inner.scores.tolist()],
                    np.float32,
                ),
                class_ids=np.asarray(
                    [
                        how.class_id(int(objects.class_ids[i]), own)
                        for own in inner.class_ids.tolist()
                    ],
                    np.int64,
                ),
                labels=tuple(how.label(objects.labels[i], x) for x in inner.labels),
            )
        )
    return how.suppressed(Detections.joined(parts))


def join_poses(how: Joining, objects: Detections, answers: Answers) -> Result:
    """Return the people of all regions, with their boxes where the second has none."""
    parts: list[Poses] = []
    for part, poses in answers:
        if poses.boxes is None:
            box = objects.boxes[part.position]
            poses = replace(poses, boxes=np.repeat(box[None], len(poses), axis=0))
        parts.append(poses)
    full = [poses for poses in parts if len(poses)] or parts[:1]
    if not full:
        count = len(COCO_KEYPOINTS)
        none = np.zeros((0, count), np.float32)
        return Poses(np.zeros((0, count, 2), np.float32), none, none[:, 0])
    boxes = np.concatenate([poses.boxes for poses in full])
    joined = replace(
        full[0],
        keypoints=np.concatenate([poses.keypoints for poses in full]),
        keypoint_scores=np.concatenate([poses.keypoint_scores for poses in full]),
        scores=np.concatenate([poses.scores for poses in full]),
        boxes=boxes,
    )
    kept = nms(
        boxes,
        joined.scores,
        iou_threshold=how.iou_threshold,
        max_detections=how.max_detections,
    )
    positions: list[int] = kept.tolist()
    return joined[positions]


def join_landmarks(how: Joining, objects: Detections, answers: Answers) -> Result:
    """Return the landmarks of all regions; what is not there has none."""
    named = [
        replace(item, item_labels=(part.label,) * len(item)) if part.label else item
        for part, item in answers
    ]
    return joined_landmarks(named)


def joined_landmarks(parts: Sequence[Landmarks]) -> Landmarks:
    """Return the things of several results of one model, in the order of these."""
    full = [part for part in parts if len(part)] or list(parts[:1])
    if not full:
        return Landmarks.empty()
    if len(full) == 1:
        return full[0]
    arrays = {
        name: _joined([value(part) for part in full]) for name, value in _ARRAYS.items()
    }
    labels = tuple(label for part in full for label in part.item_labels)
    masks = [part.masks for part in full if part.masks is not None]
    return replace(
        full[0],
        item_labels=labels,
        masks=InstanceMasks.joined(masks) if len(masks) == len(full) else None,
        **arrays,
    )


def _joined(arrays: list[Any]) -> Any:
    return None if any(a is None for a in arrays) else np.concatenate(arrays)


_ARRAYS: Final[dict[str, Callable[[Landmarks], Any]]] = {
    "points": lambda part: part.points,
    "scores": lambda part: part.scores,
    "regions": lambda part: part.regions,
    "point_scores": lambda part: part.point_scores,
    "world_points": lambda part: part.world_points,
    "auxiliary": lambda part: part.auxiliary,
}

JOINERS: Final[dict[str, Joiner]] = {
    "classification": join_classes,
    "detection": join_detections,
    "landmarks": join_landmarks,
    "pose": join_poses,
    "text": join_words,
    "values": join_words,
    "embedding": join_words,
    "multi-task": join_words,
}
"""Task of the second model -> what makes the frame's result."""
