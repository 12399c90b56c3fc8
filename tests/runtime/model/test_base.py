"""What every model of pictures does with them, whatever it looks with."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest
from edgevision.runtime.decoders.selection import Selection
from edgevision.runtime.frame import Frame
from edgevision.runtime.model.base import PictureModel, Stages
from edgevision.runtime.results.classifications import Classifications

from edgevision.card import ModelCard, OutputCard

PICTURE = np.random.default_rng(2).integers(0, 256, (6, 8, 3), np.uint8)


class Mean(PictureModel):
    """Says the mean of each channel as the model would see it, blue first."""

    def __init__(self) -> None:
        self.card = ModelCard(
            "mean", "classification", None, OutputCard("classifier", {}, ("b", "g"))
        )
        self.assumptions = ()
        self.is_open = True

    @property
    def selection(self) -> Selection:
        raise NotImplementedError

    def look(self, picture: np.ndarray, color: str) -> tuple[Classifications, Stages]:
        bgr = picture if color == "bgr" else picture[..., ::-1]
        means = bgr.reshape(-1, 3).mean(axis=0).astype(np.float32) / 255
        result = Classifications(np.arange(3), means, ("b", "g", "r"))
        return result, (1.0, 2.0, 3.0, 4.0)

    def info(self) -> dict[str, Any]:
        return {}

    def close(self) -> None:
        self.is_open = False


def test_every_kind_of_picture_is_looked_at_as_the_same(tmp_path):
    path = tmp_path / "a.png"
    cv2.imwrite(str(path), PICTURE)
    expected = (PICTURE.reshape(-1, 3).mean(axis=0) / 255).tolist()
    model = Mean()
    for result in (
        model(PICTURE),
        model(PICTURE[..., ::-1], color="rgb"),
        model(path),
        model(str(path)),
        *model([PICTURE, path]),
    ):
        assert result.scores.tolist() == pytest.approx(expected)


def test_a_gray_picture_and_one_with_alpha_have_three_channels():
    model = Mean()
    gray = model(PICTURE[..., 0])
    assert gray.scores.tolist() == pytest.approx([gray.scores[0]] * 3)
    alpha = np.dstack([PICTURE, PICTURE[..., 0]])
    assert model(alpha).scores.tolist() == model(PICTURE).scores.tolist()


def test_run_gives_each_stage_its_name():
    _, timing = Mean().run(Frame(PICTURE, 0))
    assert (timing.prepare_ms, timing.invoke_ms) == (1.0, 2.0)
    assert (timing.decode_ms, timing.refine_ms) == (3.0, 4.0)
    assert timing.model_ms == 10.0


def test_a_stream_is_named_after_the_model_and_with_closes_it(tmp_path):
    cv2.imwrite(str(tmp_path / "a.png"), PICTURE)
    with Mean() as model:
        assert model.labels == ("b", "g")
        events = list(model.stream(str(tmp_path)))
        assert len(events) == 1
        assert events[0].timing.refine_ms == 4.0
    assert not model.is_open
