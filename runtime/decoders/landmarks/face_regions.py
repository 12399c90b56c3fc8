"""The attention mesh: lips, eyes and irises laid into the 468 points of a face.

Positions and the rule for z are published in MediaPipe's graph
``tensors_to_face_landmarks_with_attention.pbtxt`` (Apache-2.0).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt

MESH_POINTS: Final = 468
_Positions = npt.NDArray[np.int64]


def _positions(text: str) -> _Positions:
    return np.array([int(number) for number in text.split()], np.int64)


_LIPS: Final = _positions(
    # Outer, inner, half outer, half inner; each below, then above without corners.
    "61 146 91 181 84 17 314 405 321 375 291 185 40 39 37 0 267 269 270 409 "
    "78 95 88 178 87 14 317 402 318 324 308 191 80 81 82 13 312 311 310 415 "
    "76 77 90 180 85 16 315 404 320 307 306 184 74 73 72 11 302 303 304 408 "
    "62 96 89 179 86 15 316 403 319 325 292 183 42 41 38 12 268 271 272 407"
)
_LEFT_EYE: Final = _positions(
    # The eye's edge below and above, two rings around it, the brow, the ring outside.
    "33 7 163 144 145 153 154 155 133 246 161 160 159 158 157 173 "
    "130 25 110 24 23 22 26 112 243 247 30 29 27 28 56 190 "
    "226 31 228 229 230 231 232 233 244 113 225 224 223 222 221 189 "
    "35 124 46 53 52 65 143 111 117 118 119 120 121 128 245 "
    "156 70 63 105 66 107 55 193"
)
_RIGHT_EYE: Final = _positions(
    "263 249 390 373 374 380 381 382 362 466 388 387 386 385 384 398 "
    "359 255 339 254 253 252 256 341 463 467 260 259 257 258 286 414 "
    "446 261 448 449 450 451 452 453 464 342 445 444 443 442 441 413 "
    "265 353 276 283 282 295 372 340 346 347 348 349 350 357 465 "
    "383 300 293 334 296 336 285 417"
)
_EYE_EDGE: Final = 16

REGIONS: Final[dict[str, _Positions]] = {
    "lips": _LIPS,
    "left_eye": _LEFT_EYE,
    "right_eye": _RIGHT_EYE,
    "left_iris": np.arange(468, 473),
    "right_iris": np.arange(473, 478),
}
"""Role of an output -> the points of the refined mesh that it replaces, in order."""

REFINED_POINTS: Final = 478


def refined_mesh(
    mesh: npt.NDArray[Any], regions: Mapping[str, npt.NDArray[Any]]
) -> npt.NDArray[np.float32]:
    """Return the 478 points of a face, float32 (478, 3).

    x and y are the region's own; z stays the mesh's, and an iris has the mean z of the
    16 points of its eye's edge.

    Args:
        mesh: (468, 3).
        regions: (n, 2) for each of :data:`REGIONS`.
    """
    points = np.zeros((REFINED_POINTS, 3), np.float32)
    points[:MESH_POINTS] = mesh
    for role, positions in REGIONS.items():
        points[positions, :2] = regions[role]
    for iris, eye in (("left_iris", _LEFT_EYE), ("right_iris", _RIGHT_EYE)):
        points[REGIONS[iris], 2] = points[eye[:_EYE_EDGE], 2].mean(dtype=np.float64)
    return points
