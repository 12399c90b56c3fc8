"""Decode one vector of scores or logits into the best classes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from ...errors import ModelError, UnsupportedModelError
from ..geometry import Letterbox
from ..labels import RollUp, allowed_classes, label_of, roll_up
from ..results import Classifications
from ..tensors import TensorSpec, lowest_passing, to_real
from .class_vector import (
    TOP_K,
    ClassifierOptions,
    activation_of,
    label_thresholds,
    only_vector,
    sigmoid,
)


class ClassifierDecoder:
    """Read one vector of class scores.

    Tensor contract: one output of shape (1, N), (N,) or (1, 1, 1, N), uint8, int8,
    int16, float32 or float16, one value per class: scores 0..1, or logits that
    ``activation`` turns into scores. A vector of a single value is the score of class 1
    of two; class 0 has the rest of 1.

    With ``multi_label`` the labels do not exclude each other: the answer holds every
    label whose score is at least its threshold, best first, and may be empty.

    Without ``activation`` a quantized output that can only hold 0..1 proves that it has
    scores; for anything else there is no proof, and it must be said.

    Thresholds and the choice of the best work on the raw integers; only what survives
    is dequantized (softmax needs all classes for its sum).

    Args:
        tensors: The model's outputs.
        labels: Texts by class_id; empty for numbers.
        model_size: Not used: a class has no place in the picture.
        hierarchy: label -> parent label; None means that labels have no ancestors.
        options: None means the defaults.

    Attributes:
        class_count: Number of classes.
        activation: What turns values into scores.
        thresholds: With ``multi_label``, each label's, float32 (N,); else None.

    Raises:
        UnsupportedModelError: The outputs do not fit the contract, or the activation is
            neither given nor proven.
        ValueError: An option is out of range, or a label is unknown.
    """

    Options: ClassVar[type] = ClassifierOptions

    def __init__(
        self,
        tensors: Sequence[TensorSpec],
        *,
        labels: Sequence[str] = (),
        model_size: tuple[int, int] | None = None,
        hierarchy: Mapping[str, str] | None = None,
        options: ClassifierOptions | None = None,
    ) -> None:
        options = options or ClassifierOptions()
        self._tensor = only_vector(tensors)
        self._binary = self._tensor.size == 1
        self.class_count = 2 if self._binary else self._tensor.size
        self.activation = activation_of(options.activation, self._tensor)
        if self._binary and self.activation == "softmax":
            raise UnsupportedModelError(
                "softmax over a single value is always 1; an output of one value needs "
                "activation none or sigmoid."
            )
        if options.multi_label and self._binary:
            raise UnsupportedModelError(
                "multi_label needs several values; one value is the score of the "
                "second of two classes."
            )
        self.thresholds = label_thresholds(options, self.class_count)
        if self.thresholds is not None:
            self._check_reach(float(self.thresholds.min()))
        self._top_k = options.top_k or TOP_K
        self._threshold = float(options.score_threshold)
        self._labels = tuple(labels)
        self._allowed = allowed_classes(
            self.class_count,
            self._labels,
            allow=options.allow,
            deny=options.deny,
            hierarchy=hierarchy,
        )
        self._rolled = None
        if options.level is not None:
            self._rolled = roll_up(
                self._labels, hierarchy or {}, options.level, count=self.class_count
            )
        self._lowest = self._lowest_raw()
        self._byte_scores = self._scores_of_bytes()

    def _check_reach(self, least: float) -> None:
        """Refuse thresholds that no label of a quantized output can reach.

        Raises:
            ValueError: All are above its largest score, such as 1 above 255/256.
        """
        if self._tensor.dtype.itemsize != 1 or not self._tensor.is_quantized:
            return
        every = np.arange(256, dtype=np.uint8).view(self._tensor.dtype)
        scores = to_real(every, self._tensor)
        if self.activation == "sigmoid":
            scores = sigmoid(scores)
        if least > float(scores.max()):
            raise ValueError(
                f"the threshold {least:g} is above {float(scores.max()):.4g}, the "
                f"largest score that the {self._tensor.dtype} output can hold, so no "
                "label would ever be reported. Pass a lower one."
            )

    def decode(
        self, outputs: Sequence[npt.NDArray[Any]], letterbox: Letterbox
    ) -> Classifications:
        """Return the best classes of one frame.

        Raises:
            ModelError: The output holds what cannot be a score.
        """
        raw = outputs[0].reshape(-1)
        if self._byte_scores is not None and self._rolled is None:
            return self._decode_bytes(raw, self._byte_scores)
        if raw.dtype.kind == "f" and not np.isfinite(raw).all():
            raise ModelError(
                "The model's output holds NaN or infinity. Run 'edgevision inspect "
                "--check' on this machine."
            )
        if self.thresholds is not None:
            return self._every(self.scores(outputs), self.thresholds)
        if self._rolled is not None:
            return self._at_level(self.scores(outputs), self._rolled)
        if self._binary:
            high = float(self._scores(raw, raw)[0])
            ids = np.arange(2)
            return self._result(ids, np.asarray([1.0 - high, high], np.float32))
        if self._allowed is None:
            ids = self._best(raw)
        else:
            ids = self._allowed[self._best(raw[self._allowed])]
        return self._result(ids, self._scores(raw[ids], raw))

    def _every(
        self, scores: npt.NDArray[np.float32], each: npt.NDArray[np.float32]
    ) -> Classifications:
        """Return all labels that reach their threshold, best first."""
        ids = np.arange(len(scores)) if self._allowed is None else self._allowed
        ids = ids[scores[ids] >= each[ids]]
        names = self._labels
        if self._rolled is not None:
            # A node is true where one of its labels is.
            names, nodes = self._rolled.labels, self._rolled.nodes[ids]
            best = np.zeros(len(names), np.float32)
            np.maximum.at(best, nodes, scores[ids])
            ids, scores = np.unique(nodes), best
        ids = ids[np.lexsort((ids, -scores[ids]))][: self._top_k]
        texts = tuple(label_of(names, i) for i in ids.tolist())
        return Classifications(ids.astype(np.int64), scores[ids], texts)

    def _at_level(
        self, scores: npt.NDArray[np.float32], rolled: RollUp
    ) -> Classifications:
        """Return the best nodes of a level."""
        ids = np.arange(len(scores)) if self._allowed is None else self._allowed
        nodes = rolled.nodes[ids]
        sums = np.zeros(len(rolled.labels), np.float64)
        # Sigmoids are independent of each other; the two of one value add up to 1.
        independent = self.activation == "sigmoid" and not self._binary
        combine = np.maximum if independent else np.add
        combine.at(sums, nodes, scores[ids])
        # Rounded scores of all classes may add up to a little more than 1.
        node_scores = np.minimum(sums, 1.0).astype(np.float32)
        some = np.unique(nodes)
        some = some[node_scores[some] >= np.float32(self._threshold)]
        best = some[np.lexsort((some, -node_scores[some]))][: self._top_k]
        labels = tuple(rolled.labels[i] for i in best.tolist())
        return Classifications(best.astype(np.int64), node_scores[best], labels)

    def _decode_bytes(
        self, raw: npt.NDArray[Any], byte_scores: npt.NDArray[np.float32]
    ) -> Classifications:
        """Return the best of 8-bit scores with as few NumPy calls as possible.

        Right after an invoke the caches are cold, and each call costs more than its
        work: this way takes a fifth of the time of the general way.
        """
        # The complement reverses the order without overflow. A stable sort keeps ties
        # in the order of class_id, and is a fast radix sort on 8-bit integers.
        ids = (~raw).argsort(kind="stable")[: self._top_k]
        scores = byte_scores[raw[ids].view(np.uint8)]
        if self._threshold > 0:
            ids = ids[: int(np.count_nonzero(scores >= np.float32(self._threshold)))]
            scores = scores[: len(ids)]
        labels = tuple(label_of(self._labels, i) for i in ids.tolist())
        return Classifications(ids, scores, labels)

    def _scores_of_bytes(self) -> npt.NDArray[np.float32] | None:
        """Return the score of each byte, where all classes' bytes are plain scores."""
        if (
            self._tensor.dtype.itemsize != 1
            or not self._tensor.is_quantized
            or self._binary
            or self._allowed is not None
            or self.thresholds is not None
            or self.activation != "none"
        ):
            return None
        every = np.arange(256, dtype=np.uint8).view(self._tensor.dtype)
        reals = to_real(every, self._tensor)
        # Reals outside 0..1 must be clipped or refused, which the general way does.
        return reals if reals.min() >= 0 and reals.max() <= 1 else None

    def scores(self, outputs: Sequence[npt.NDArray[Any]]) -> npt.NDArray[np.float32]:
        """Return every class's score, float32 (N,); for comparing models."""
        raw = outputs[0].reshape(-1)
        scores = self._scores(raw, raw)
        if self._binary:
            return np.asarray([1.0 - float(scores[0]), scores[0]], np.float32)
        return scores

    def _best(self, raw: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
        """Return positions of the top k raw values, best first, ties in order."""
        positions = np.flatnonzero(raw >= self._lowest)
        if len(positions) > self._top_k:
            values = raw[positions]
            cut = len(values) - self._top_k
            positions = positions[values >= np.partition(values, cut)[cut]]
        # A wider type first: the negative of int8 -128 does not fit into int8.
        values = raw[positions].astype(np.float64)
        order = np.argsort(-values, kind="stable")[: self._top_k]
        return positions[order].astype(np.int64)

    def _scores(
        self, raw: npt.NDArray[Any], every: npt.NDArray[Any]
    ) -> npt.NDArray[np.float32]:
        """Return the scores of some raw values; ``every`` is the whole vector."""
        values = to_real(raw, self._tensor)
        if self.activation == "sigmoid":
            return sigmoid(values)
        if self.activation == "softmax":
            reals = to_real(every, self._tensor)
            peak = reals.max()
            total = np.exp(reals - peak).sum(dtype=np.float64)
            return np.asarray(np.exp(values - peak) / total, np.float32)
        # Half a step: a score of 1 may be a little more after dequantizing.
        slack = max(1e-3, self._tensor.scale / 2)
        if values.size and not -slack <= values.min() <= values.max() <= 1 + slack:
            worst = max((values.min(), values.max()), key=lambda v: abs(v - 0.5))
            raise ModelError(
                f"The model's output holds {worst:.4g}; a score in 0..1 was expected, "
                "so these are logits. Pass --option activation=softmax or sigmoid."
            )
        clipped: npt.NDArray[np.float32] = np.clip(values, 0, 1)
        return clipped

    def _result(
        self, ids: npt.NDArray[np.int64], scores: npt.NDArray[np.float32]
    ) -> Classifications:
        if self._binary and self._allowed is not None:
            ids, scores = ids[self._allowed], scores[self._allowed]
        kept = scores >= np.float32(self._threshold)
        ids, scores = ids[kept], scores[kept]
        # Different raw values may give the same score (a saturated sigmoid).
        order = np.lexsort((ids, -scores))[: self._top_k]
        ids, scores = ids[order], scores[order]
        labels = tuple(label_of(self._labels, i) for i in ids.tolist())
        return Classifications(ids.astype(np.int64), scores, labels)

    def _lowest_raw(self) -> float:
        """Return the raw value that every class above the threshold reaches."""
        level = self._threshold
        if self._binary or level <= 0 or self.activation == "softmax":
            return -math.inf
        if self.activation == "sigmoid":
            level = math.inf if level == 1 else math.log(level / (1 - level))
            # A lower bound is enough: the scores themselves are compared later.
            level = 15.0 if level == math.inf else level - 1e-4
        if self._tensor.is_quantized:
            return float(lowest_passing(level, self._tensor))
        # Lower, because float16 rounds the level; the exact comparison comes later.
        return level - 2e-3
