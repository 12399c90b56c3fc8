"""A decoder of somebody's own, from the caller's word to a frame's result."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from edgevision.converters.write import attach_file
from edgevision.runtime.interpreter.backends import installed_backends
from edgevision.runtime.results.raw_outputs import RawOutputs
from edgevision.runtime.tensors.quantization import to_real
from support.color_model import color_model

import edgevision
from edgevision.card import InputCard, ModelCard, OutputCard
from edgevision.errors import ModelCardError

pytestmark = pytest.mark.skipif(
    not installed_backends(), reason="no TFLite interpreter is installed"
)

BLUE = np.full((20, 30, 3), (250, 20, 10), np.uint8)  # BGR
CARD = ModelCard(
    name="colors",
    task="classification",
    # 0..25.5: the card says that pixels are a tenth.
    input=InputCard(8, 8, std=(10.0,)),
    output=OutputCard("classifier", {}, ("red", "green", "blue")),
)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "colors.tflite"
    path.write_bytes(color_model("int8", scale=0.1, zero_point=-128, end="softmax"))
    return path


class Sum:
    """A decoder of somebody's own, with an option."""

    task = "classification"
    resize = "letterbox"

    def __init__(self, tensors, *, labels, model_size, factor=1.0):
        self.tensor, self.factor = tensors[0], factor
        self.labels, self.size = labels, model_size

    def decode(self, outputs, letterbox):
        values = to_real(outputs[0], self.tensor)
        return RawOutputs({"sum": np.asarray(values.sum() * self.factor)})


def test_a_decoder_of_ones_own_is_a_class_a_place_or_a_function(file, tmp_path):
    (tmp_path / "own.py").write_text(
        f"from {__name__} import Sum as Base\nclass Own(Base):\n    pass\n", "utf-8"
    )
    place = f"{tmp_path / 'own.py'}:Own"
    for decoder in (Sum, place, lambda tensors, **known: Sum(tensors, **known)):
        with edgevision.load_model(
            file, decoder=decoder, normalize="mean=0,std=10", options={"factor": 2.0}
        ) as model:
            assert model(BLUE)["sum"] == pytest.approx(2.0, abs=0.05)  # of a softmax
            assert model.decoder.inner.size == (8, 8)
            is_class = not callable(decoder) or decoder is Sum
            assert model.card.input.resize == ("letterbox" if is_class else "stretch")
            assert model.card.task == ("classification" if is_class else "raw")
            assert "--decoder" in model.info()["evidence"]["decoder"]


def test_a_decoder_of_ones_own_takes_the_rest_from_the_card(file):
    with edgevision.load_model(file, card=CARD, decoder=Sum) as model:
        assert model.decoder.inner.labels == ("red", "green", "blue")
        assert model.card.input == CARD.input
    raw = dataclasses.replace(CARD.with_output(decoder="raw"), task="raw")
    with edgevision.load_model(file, card=raw) as model:
        outputs = model(BLUE)
        assert list(outputs) == ["output_0"] or len(outputs) == 1
        assert next(iter(outputs.values())).shape == (1, 3)
    with edgevision.load_model(file, card=raw, decoder=Sum) as model:
        assert model.card.task == "classification"


def test_a_card_cannot_name_a_decoder_of_ones_own(file, tmp_path):
    ran = tmp_path / "ran"
    (tmp_path / "evil.py").write_text(
        f"from {__name__} import Sum\nopen({str(ran)!r}, 'w').close()\n", "utf-8"
    )
    place = f"{tmp_path / 'evil.py'}:Sum"
    card = CARD.with_output(decoder=place)
    stated = tmp_path / "card.json"
    stated.write_text(card.to_json(), "utf-8")
    for told in (card, stated):
        with pytest.raises(ModelCardError, match="a file may not name code"):
            edgevision.load_model(file, card=told)
    # The same inside the file, as somebody else could write it there.
    named = tmp_path / "named.tflite"
    attach_file(file, named, card)
    with pytest.raises(ModelCardError, match="a file may not name code"):
        edgevision.load_model(named)
    assert not ran.exists()
    with edgevision.load_model(named, decoder=place) as model:
        assert model(BLUE)["sum"] == pytest.approx(1.0, abs=0.05)
    assert ran.exists()
