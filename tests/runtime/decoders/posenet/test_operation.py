"""People whom Coral's operation joined in the graph."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.runtime.decoders.posenet import PoseNetOpDecoder, PoseNetOpOptions
from edgevision.runtime.geometry.letterbox import Letterbox
from edgevision.runtime.tensors.spec import TensorSpec

from edgevision.errors import UnsupportedModelError

FRAME = Letterbox.fit((962, 706), (481, 353))


def outputs() -> list[np.ndarray]:
    points = np.zeros((1, 4, 17, 2), np.float32)
    points[0, 1] = [100.0, 200.0]  # y, x in pixels of the input
    return [
        points,
        np.full((1, 4, 17), 0.75, np.float32),
        np.float32([[0.5, 0.9, 0.1, 0.8]]),
        np.float32(3),
    ]


def decoded(arrays: list[np.ndarray], **options):
    # The published files leave the sizes open.
    tensors = [
        TensorSpec(f"poses:{i}", i, (), np.dtype(np.float32))
        for i in range(len(arrays))
    ]
    decoder = PoseNetOpDecoder(tensors, options=PoseNetOpOptions(**options))
    return decoder.decode(arrays, FRAME)


def test_rows_in_use_are_people() -> None:
    poses = decoded(outputs())
    # Row 2 is below the threshold, row 3 not in use.
    np.testing.assert_allclose(poses.scores, [0.9, 0.5])
    np.testing.assert_allclose(poses.keypoints[0], [[400, 200]] * 17)
    assert (poses.keypoint_scores == 0.75).all()
    assert len(decoded(outputs(), max_detections=1)) == 1
    # BodyPix has masks and maps beside them.
    assert len(decoded([*outputs(), np.zeros((1, 4, 33, 33))])) == 2


def test_broken_values() -> None:
    arrays = outputs()
    arrays[0][0, 1, 3] = np.nan
    arrays[2][0, 0] = np.nan
    poses = decoded(arrays)
    assert np.isfinite(poses.keypoints).all()
    assert poses.keypoint_scores[0, 3] == 0
    assert len(poses) == 1
    arrays[3] = np.float32(np.nan)
    np.testing.assert_allclose(decoded(arrays).scores, [0.9, 0.8])


def test_roles_and_labels() -> None:
    roles = "count,scores,keypoint-scores,keypoints"
    np.testing.assert_allclose(decoded(outputs()[::-1], roles=roles).scores, [0.9, 0.5])
    with pytest.raises(ValueError, match="once each among the 4 outputs"):
        decoded(outputs(), roles="scores,scores,keypoints,count")
    with pytest.raises(UnsupportedModelError, match="Pass --decoder posenet"):
        decoded(outputs()[:3])
    with pytest.raises(UnsupportedModelError, match="17 names"):
        PoseNetOpDecoder(
            [TensorSpec("", i, (), np.dtype("f4")) for i in range(4)], labels=("a",)
        )
