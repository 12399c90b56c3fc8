"""The course of a training as a table and as a picture with two colours."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from edgevision.training.loop import curves
from edgevision.training.loop.curves import draw_curves, history_csv

# How people without one kind of cone see linear RGB: Machado and others, 2009.
BLINDNESS = {
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
    "none": np.eye(3).tolist(),
}


def picture(history, **choices):
    data = np.frombuffer(draw_curves(history, **choices), np.uint8)
    return cv2.imdecode(data, cv2.IMREAD_COLOR)


def pixels(image, color):
    """Return the rows and columns of a colour."""
    return np.argwhere((image == color).all(axis=2))


def history(count, *names):
    return [
        {"epoch": i, "stage": 1, "seconds": i, "learning_rate": 0.1}
        | {name: 0.1 * number + 1 / i for number, name in enumerate(names)}
        for i in range(1, count + 1)
    ]


@pytest.mark.parametrize("kind", BLINDNESS)
def test_the_two_colours_differ_for_everybody(kind):
    both = np.array([curves._TRAINING, curves._VALIDATION], np.float64)[:, ::-1] / 255
    seen = (both**2.2) @ np.array(BLINDNESS[kind]).T
    srgb = np.clip(seen, 0, 1) ** (1 / 2.2)
    lab = cv2.cvtColor(srgb[None].astype(np.float32), cv2.COLOR_RGB2Lab)[0]
    # Beside each other, a difference of 2 is seen; of 20 it is another colour.
    assert np.linalg.norm(lab[0] - lab[1]) > 40


@pytest.mark.parametrize("count", [1, 5, 100])
def test_training_and_validation_have_a_colour_and_a_legend_each(count):
    names = ("loss", "val_loss", "accuracy", "val_accuracy")
    image = picture(history(count, *names), title="net.keras", best_epoch=1)
    for top in (0, curves._HEIGHT):
        panel = image[top : top + curves._HEIGHT]
        for color in (curves._TRAINING, curves._VALIDATION):
            rows = pixels(panel, color)[:, 0]
            assert (rows < curves._TOP).any()  # in the legend
            assert (rows > curves._TOP).any()  # as a curve


def test_a_curve_goes_through_its_numbers():
    rows = [{"epoch": i, "loss": value} for i, value in ((1, 1.0), (2, 0.0), (3, 1.0))]
    found = pixels(picture(rows), curves._TRAINING)
    found = found[found[:, 0] > curves._TOP + 1]  # without the legend
    middle = (curves._LEFT + curves._WIDTH - curves._RIGHT) // 2
    at_zero = found[np.abs(found[:, 1] - middle) <= 1][:, 0]
    assert abs(at_zero.max() - (curves._HEIGHT - curves._BOTTOM)) <= 5
    ends = found[found[:, 1] < curves._LEFT + 2][:, 0]
    assert ends.min() < curves._TOP + 20


def test_numbers_of_one_panel_differ_by_their_dashes():
    names = ("a_loss", "b_loss", "c_loss")
    rows = [
        {"epoch": i, **{name: n + 1.0 for n, name in enumerate(names)}}
        for i in range(1, 101)
    ]
    image = picture(rows)
    found = pixels(image[curves._TOP + 4 :], curves._TRAINING)
    lines, counts = np.unique(found[:, 0], return_counts=True)
    lengths = sorted(counts[counts > 100].tolist())
    width = curves._WIDTH - curves._LEFT - curves._RIGHT
    assert len(lines) >= 3
    assert lengths[-1] > 0.98 * width  # solid
    assert lengths[0] < 0.6 * width  # dots


def test_a_history_of_one_epoch_or_none_is_drawn():
    row = {"epoch": 1, "stage": 1, "loss": 0.5, "val_loss": float("nan")}
    for history in ([], [row]):
        assert draw_curves(history, best_epoch=len(history))[:4] == b"\x89PNG"
    assert history_csv([row]).splitlines()[0] == "epoch,stage,loss,val_loss"
    assert history_csv([]) == "\n"
