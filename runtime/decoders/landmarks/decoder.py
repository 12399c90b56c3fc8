"""Landmark nets: the points of the one thing in a region."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Final

import numpy as np
import numpy.typing as npt

from ....errors import UnsupportedModelError
from ...geometry import FARTHEST, Letterbox
from ...results import Landmarks
from ...tensors import TensorSpec
from ..tensor_values import Levels
from .body_mask import BodyMask
from .face_regions import REGIONS, refined_mesh
from .heatmap import HeatmapRefinement
from .options import LandmarksOptions
from .roles import find_roles
from .topologies import topology_of

Floats = npt.NDArray[np.float32]

_POSE_SHOWN: Final = 33
_POSE_AUXILIARY: Final = 35
# The hand net's z is 0.4 of its x and y (normalize_z in MediaPipe's hand graph).
_DEPTH: Final = {"hand": 0.4}


class LandmarksDecoder:
    """Turn the points of a region's one face, hand, eye, body or other thing.

    Tensors, float or quantized, sizes by number of values whatever their shape, x, y
    and z in pixels of the input unless ``units`` says another:

    - face: points 1404 = 468 (x, y, z) or 1434 = 478, presence 1 (a logit); with lips
      160, eyes 142 each and irises 10 each, all of (x, y), they are laid into the mesh.
    - hand: points 63 = 21 (x, y, z), presence 1, handedness 1 (1 means left, for a
      mirrored picture), world 63 in metres; the last two may lack.
    - iris: points 213 = 71 (x, y, z) of an eye and its brow, iris 15 = 5 (x, y, z).
    - pose: points 195 = 39 (x, y, z, visibility, presence), presence 1, and
      optionally mask 1xHxWx1 and heatmap 1xhxwx39 of logits and world 117 in metres; 33
      points are shown and two more say where the next region lies.
    - points: one vector of any size, and optionally presence 1.

    A thing whose presence is below ``score_threshold`` is left out. A point that is not
    finite lies at the input's origin.

    Args:
        tensors: The outputs.
        labels: K names of points; empty for the published ones, or numbers.
        model_size: Width and height of the input.
        options: None means the defaults.

    Attributes:
        kind: face, hand, iris, pose or points.
    """

    Options: ClassVar[type] = LandmarksOptions

    def __init__(
        self,
        tensors: Sequence[TensorSpec],
        *,
        labels: tuple[str, ...] = (),
        model_size: tuple[int, int],
        options: LandmarksOptions | None = None,
    ) -> None:
        options = options or LandmarksOptions()
        roles = find_roles(tensors, kind=options.kind, roles=options.roles)
        self.kind = roles.kind
        self._place = {role: at for at, role in enumerate(roles.roles)}
        self._levels = {role: Levels(tensors[at]) for role, at in self._place.items()}
        points = tensors[self._place["points"]]
        self._values = _values_of(self.kind, points, options, labels)
        self._order = options.order
        rows = points.size // self._values
        self._heatmap: HeatmapRefinement | None = None
        if "heatmap" in self._place and self.kind == "pose":
            spec = tensors[self._place["heatmap"]]
            self._heatmap = HeatmapRefinement(spec, model_size)
        self._mask: BodyMask | None = None
        if "mask" in self._place and self.kind == "pose" and options.masks:
            self._mask = BodyMask(tensors[self._place["mask"]], model_size)
        self._regions = self.kind == "face" and set(REGIONS) <= set(self._place)
        count = {"pose": _POSE_SHOWN, "iris": rows + 5}.get(self.kind, rows)
        self._count = 478 if self._regions else count
        if labels and len(labels) != self._count:
            raise UnsupportedModelError(
                f"Output '{points.name}' has {self._count} points, but there are "
                f"{len(labels)} labels. Pass --labels with {self._count} names."
            )
        self._topology = topology_of(self.kind, self._count, labels)
        ratio, offset = _unit_of(self.kind, points, options, model_size)
        self._is_pixels = (ratio, offset) == ((1.0, 1.0), (0.0, 0.0))
        self._ratio = np.array(ratio, np.float32)
        self._offset = np.array(offset, np.float32)
        self._depth = np.float32(ratio[0] / _DEPTH.get(self.kind, 1.0))
        self._threshold = np.float32(options.score_threshold)
        self._presence: Levels | None = None
        if "presence" in self._place:
            self._presence = Levels(
                tensors[self._place["presence"]],
                activation=_activation_of(self.kind, options),
            )
        self._mirrored = options.mirrored
        width, height = model_size
        self._corners = np.array(
            [[0, 0], [width, 0], [width, height], [0, height]], np.float32
        )
        self._width = np.float32(width)
        self._empty = Landmarks.empty(self._topology.labels, self._topology.skeleton)

    def decode(
        self, outputs: Sequence[npt.NDArray[Any]], letterbox: Letterbox
    ) -> Landmarks:
        """Return the one thing of a region, or nothing."""
        score = np.float32(1.0)
        if self._presence is not None:
            raw = outputs[self._place["presence"]].reshape(1)
            score = self._presence.real(raw)[0]
        # NaN fails this comparison, so a thing with a broken score is left out.
        if not score >= self._threshold:
            return self._empty
        with np.errstate(invalid="ignore", over="ignore"):  # broken: zeroed below
            points, visible = self._points(outputs)
        _without_broken(points)
        flat = letterbox.points_to_source(
            np.concatenate([points[:, :2], self._corners])
        )
        region = flat[-4:]
        across, down = region[1] - region[0], region[3] - region[0]
        length = np.hypot(*across)
        mapped = np.empty((len(points), 3), np.float32)
        mapped[:, :2] = flat[:-4]
        mapped[:, 2] = points[:, 2] * (length / self._width)
        shown, more = mapped[: self._count], mapped[self._count :]
        return Landmarks(
            shown[None],
            np.array([min(max(score, 0.0), 1.0)], np.float32),
            (self._item(outputs),),
            self._topology.labels,
            self._topology.skeleton,
            region[None],
            None if visible is None else visible[None, : self._count],
            self._world(outputs, across, down),
            more[None] if len(more) else None,
            None
            if self._mask is None
            else self._mask.of(outputs[self._place["mask"]], letterbox, region),
        )

    def _points(self, outputs: Sequence[npt.NDArray[Any]]) -> tuple[Floats, Any]:
        """Return x, y, z in pixels of the input, and how visible each point is."""
        rows = self._rows("points", outputs, self._values)
        visible = None
        if self.kind == "pose":
            visible = _sigmoid(np.nan_to_num(rows[:, 3]))
            if self._heatmap is not None:
                xy = np.ascontiguousarray(rows[:, :2])
                self._heatmap.apply(xy, outputs[self._place["heatmap"]])
                rows[:, :2] = xy
            rows = rows[:_POSE_AUXILIARY, :3]
        elif self.kind == "iris":
            rows = np.concatenate([rows, self._rows("iris", outputs, 3)])
        elif self._regions:
            parts = {role: self._rows(role, outputs, 2) for role in REGIONS}
            rows = refined_mesh(rows, parts)
        if rows.shape[1] == 2:
            rows = np.concatenate([rows, np.zeros((len(rows), 1), np.float32)], axis=1)
        if not self._is_pixels:
            rows[:, :2] = rows[:, :2] * self._ratio + self._offset
        if self._depth != 1.0:
            rows[:, 2] *= self._depth
        return rows, visible

    def _rows(
        self, role: str, outputs: Sequence[npt.NDArray[Any]], values: int
    ) -> Floats:
        """Return an output's points as rows, x first."""
        reals = self._levels[role].real(outputs[self._place[role]].reshape(-1))
        if self._order == "planar":
            return np.ascontiguousarray(reals.reshape(values, -1).T)
        rows = reals.reshape(-1, values)
        if self._order == "yx":
            rows = np.concatenate([rows[:, 1::-1], rows[:, 2:]], axis=1)
        return rows

    def _item(self, outputs: Sequence[npt.NDArray[Any]]) -> str:
        """Return what the thing is called."""
        if self.kind != "hand" or "handedness" not in self._place:
            return self._topology.item
        raw = outputs[self._place["handedness"]].reshape(1)
        is_left = bool(self._levels["handedness"].real(raw)[0] >= 0.5)
        return "left hand" if is_left == self._mirrored else "right hand"

    def _world(
        self,
        outputs: Sequence[npt.NDArray[Any]],
        across: npt.NDArray[Any],
        down: npt.NDArray[Any],
    ) -> Floats | None:
        """Return the points in metres, turned as the region lies in the frame."""
        if "world" not in self._place:
            return None
        world = self._rows("world", outputs, 3)[: self._count]
        axes = np.stack([across / np.hypot(*across), down / np.hypot(*down)])
        _without_broken(world)
        world[:, :2] = world[:, :2] @ axes
        return world[None]


def _without_broken(points: Floats) -> None:
    """Put points at 0 that no picture can show: not finite, or beyond all pixels."""
    if not np.abs(points).max() < FARTHEST:  # NaN compares with nothing
        points[~(np.abs(points) < FARTHEST).all(axis=1)] = 0.0


def _values_of(
    kind: str, spec: TensorSpec, options: LandmarksOptions, labels: Sequence[str]
) -> int:
    """Return the numbers per point.

    Raises:
        UnsupportedModelError: The shape does not show it.
    """
    if kind != "points":
        return 5 if kind == "pose" else 3
    possible = [
        values
        for values in (2, 3)
        if options.values in (0, values) and spec.size % values == 0
    ]
    if len(possible) > 1 and spec.shape[-1] in possible:
        possible = [spec.shape[-1]]
    if len(possible) > 1 and labels:
        possible = [v for v in possible if spec.size == v * len(labels)] or possible
    if len(possible) == 1:
        return possible[0]
    counts = " or ".join(f"{spec.size // v} points of {v} numbers" for v in possible)
    raise UnsupportedModelError(
        f"Output '{spec.name}' has {spec.size} values, which are "
        + (
            f"{counts}. Pass --option values=2 or --option values=3."
            if possible
            else "no whole number of points of 2 or 3 numbers. Pass another --decoder."
        )
    )


def _unit_of(
    kind: str,
    spec: TensorSpec,
    options: LandmarksOptions,
    model_size: tuple[int, int],
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return what turns values into pixels of the input: ratios and offsets.

    Raises:
        UnsupportedModelError: Nothing says the unit.
    """
    units = options.units or ("" if kind == "points" else "pixel")
    width, height = map(float, model_size)
    if units == "pixel":
        return (1.0, 1.0), (0.0, 0.0)
    if units == "normalized":
        return (width, height), (0.0, 0.0)
    if units == "signed":
        return (width / 2, height / 2), (width / 2, height / 2)
    raise UnsupportedModelError(
        f"Nothing shows the unit of the points in output '{spec.name}'. Pass --option "
        "units=pixel for pixels of the input, units=normalized for 0..1 across it, or "
        "units=signed for -1..1."
    )


def _activation_of(kind: str, options: LandmarksOptions) -> str:
    """Return what turns the presence into a score.

    Raises:
        UnsupportedModelError: Nothing says it.
    """
    if options.activation or kind != "points":
        return options.activation or ("sigmoid" if kind == "face" else "none")
    raise UnsupportedModelError(
        "Nothing shows whether the presence of the points is a score or a logit. Pass "
        "--option activation=none or --option activation=sigmoid."
    )


def _sigmoid(values: Floats) -> Floats:
    """Return 1 / (1 + exp(-x)) without overflow."""
    small = np.exp(-np.abs(values))
    return np.asarray(np.where(values >= 0, 1.0, small) / (1.0 + small), np.float32)
