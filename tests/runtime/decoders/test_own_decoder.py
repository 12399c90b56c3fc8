"""Other people's decoders: found where the caller says, checked, never by a card."""

from __future__ import annotations

import importlib.metadata
import sys
from dataclasses import dataclass

import numpy as np
import pytest
from edgevision.runtime.decoders.factory import check_for_card, make_decoder
from edgevision.runtime.decoders.own_decoder import CheckedDecoder, find_own_decoder
from edgevision.runtime.decoders.registry import DECODERS, Decoder
from edgevision.runtime.decoders.selection import Selection
from edgevision.runtime.decoders.selection_options import SelectionOptions
from edgevision.runtime.geometry.letterbox import Letterbox
from edgevision.runtime.results.raw_outputs import RawOutputs
from edgevision.runtime.tensors.spec import TensorSpec

from edgevision.card import InputCard, ModelCard, OutputCard
from edgevision.errors import ModelCardError, ModelError, UnsupportedModelError

BOX = Letterbox.fit((8, 8), (8, 8))
TENSORS = [TensorSpec("out", 0, (1, 2), np.dtype(np.float32))]
RAW = [np.asarray([[0.25, 0.75]], np.float32)]
FILE = """
class Sum:
    task = "embedding"
    resize = "letterbox"

    def __init__(self, tensors, *, labels, model_size, factor=1.0):
        self.factor, self.labels, self.size = factor, labels, model_size

    def decode(self, outputs, letterbox):
        return Total(float(outputs[0].sum()) * self.factor)


class Total:
    def __init__(self, total):
        self.total = total

    def to_dict(self):
        return {"total": self.total}


NUMBER = 5
"""


class Plain:
    """As little as a decoder can be."""

    def __init__(self, tensors, *, labels, model_size):
        self.made_with = (tensors, labels, model_size)

    def decode(self, outputs, letterbox):
        return RawOutputs({"out": np.array(outputs[0])})


@dataclass(frozen=True)
class OwnOptions:
    factor: float = 1.0


class WithOptions(Plain):
    Options = OwnOptions

    def __init__(self, tensors, *, labels, model_size, options):
        super().__init__(tensors, labels=labels, model_size=model_size)
        self.options = options


class WithAny(Plain):
    def __init__(self, tensors, labels=(), model_size=None, **rest):
        super().__init__(tensors, labels=labels, model_size=model_size)
        self.rest = rest


class WithDict(Plain):
    def __init__(self, tensors, labels, model_size, options):
        super().__init__(tensors, labels=labels, model_size=model_size)
        self.options = options


class NeedsStrides(Plain):
    def __init__(self, tensors, *, labels, model_size, hierarchy, strides):
        super().__init__(tensors, labels=labels, model_size=model_size)
        self.hierarchy, self.strides = hierarchy, strides


def make(maker, **options):
    return find_own_decoder(maker).make(
        TENSORS,
        labels=("a",),
        model_size=(8, 8),
        hierarchy={"a": "b"},
        options=options,
    )


@pytest.mark.parametrize("name", [None, *DECODERS])
def test_ours_are_not_looked_for(name):
    assert find_own_decoder(name) is None


def test_a_class_of_a_file_is_found_and_gets_its_options(tmp_path):
    place = f"{tmp_path / 'sums.py'}:Sum"
    (tmp_path / "sums.py").write_text(FILE, "utf-8")
    own = find_own_decoder(place)
    assert (own.name, own.task, own.resize) == (place, "embedding", "letterbox")
    decoder = make(place, factor=2.0)
    assert (decoder.inner.labels, decoder.inner.size) == (("a",), (8, 8))
    assert decoder.decode(RAW, BOX).to_dict() == {"total": 2.0}
    with pytest.raises(ValueError, match=r"No option of decoder .* 'faktor'\. Did you"):
        make(place, faktor=2.0)


def test_a_class_of_a_module_is_found(tmp_path, monkeypatch):
    folder = tmp_path / "package_of_sums"
    folder.mkdir()
    (folder / "__init__.py").write_text("", "utf-8")
    (folder / "sums.py").write_text(FILE, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    decoder = make("package_of_sums.sums:Sum")
    assert decoder.decode(RAW, BOX).to_dict() == {"total": 1.0}
    monkeypatch.delitem(sys.modules, "package_of_sums.sums")
    monkeypatch.delitem(sys.modules, "package_of_sums")


@pytest.mark.parametrize(
    ("text", "error", "sentence"),
    [
        ("{file}:Som", ModelError, "no 'Som' there"),
        ("{file}:NUMBER", UnsupportedModelError, "got a int. See docs/guides/own-d"),
        ("./not_there.py:Sum", ModelError, "there is no file ./not_there.py"),
        ("not.there:Sum", ModelError, "ModuleNotFoundError"),
        ("yolo8", ValueError, r"Did you mean 'yolo'.*A decoder of your own is \./file"),
    ],
)
def test_what_is_not_there_is_a_sentence(tmp_path, text, error, sentence):
    (tmp_path / "sums.py").write_text(FILE, "utf-8")
    with pytest.raises(error, match=sentence):
        find_own_decoder(text.format(file=tmp_path / "sums.py"))


def test_an_installed_package_offers_one_by_name(monkeypatch):
    point = importlib.metadata.EntryPoint(
        "plain", f"{__name__}:Plain", "edgevision.decoders"
    )

    def entry_points(*, group, name):
        wanted = (point.group, point.name)
        return [point] if (group, name) == wanted else []

    monkeypatch.setattr(importlib.metadata, "entry_points", entry_points)
    own = find_own_decoder("plain")
    assert (own.name, own.task) == ("plain", "raw")
    assert own.maker is Plain
    with pytest.raises(ValueError, match="A card cannot name a decoder of your own"):
        check_for_card("plain")


def test_options_reach_a_decoder_however_it_declares_them():
    assert make(WithOptions).inner.options == OwnOptions()
    assert make(WithOptions, factor=3).inner.options == OwnOptions(3)
    assert make(WithAny, a=1, b="x").inner.rest == {
        "a": 1,
        "b": "x",
    }
    assert make(WithDict, a=1).inner.options == {"a": 1}
    found = make(NeedsStrides, strides=[8]).inner
    assert (found.strides, found.hierarchy) == ([8], {"a": "b"})
    with pytest.raises(ValueError, match="must be a number, got 'x'"):
        make(WithOptions, factor="x")
    with pytest.raises(ValueError, match=r"needs the option 'strides'\. Pass --option"):
        make(NeedsStrides)
    with pytest.raises(ValueError, match="No option of decoder .*:Plain' 'x'"):
        make(Plain, x=1)


def test_a_function_that_makes_one_is_as_good():
    def maker(tensors, **known):
        return Plain(tensors, **known)

    decoder = make(maker)
    assert decoder.inner.made_with == (TENSORS, ("a",), (8, 8))
    assert list(decoder.decode(RAW, BOX)) == ["out"]


class NoDecode:
    def __init__(self, tensors, *, labels, model_size):
        pass


class OneArgument(NoDecode):
    def decode(self, outputs):
        return None


class NoLabels(Plain):
    def __init__(self, tensors, *, model_size):
        pass


class NothingAtAll:
    def decode(self, outputs, letterbox):
        return None


class NoPlaceForOptions(Plain):
    Options = OwnOptions


class WrongTask(Plain):
    task = "detections"


class WrongResize(Plain):
    resize = "fit"


@pytest.mark.parametrize(
    ("maker", "sentence"),
    [
        (NoDecode, r"has no method decode\(outputs, letterbox\)"),
        (OneArgument, r"has no method decode\(outputs, letterbox\)"),
        (NoLabels, r"does not take labels\. Write it as __init__\(self"),
        (NothingAtAll, "does not take tensors, labels, model_size"),
        (NoPlaceForOptions, "does not take options"),
        (WrongTask, "'task' of the decoder .* must be one of .*, got 'detections'"),
        (WrongResize, "'resize' of the decoder .* must be one of .*, got 'fit'"),
        (5, "int is no decoder: expected a class"),
    ],
)
def test_what_is_missing_is_said_before_a_frame_is_read(maker, sentence):
    with pytest.raises(UnsupportedModelError, match=sentence):
        find_own_decoder(maker)


def test_a_function_that_makes_something_else_is_a_sentence():
    with pytest.raises(UnsupportedModelError, match="has no method decode"):
        make(lambda tensors, **known: 5)


def test_a_constructor_that_fails_is_a_sentence_and_not_a_wrong_card():
    def broken(tensors, *, labels, model_size, high=1):
        raise ValueError("high must be below 9")

    with pytest.raises(ModelError, match="Cannot make the decoder .*: ValueError: hig"):
        make(broken)
    # An option out of range stays a wrong call.
    with pytest.raises(ValueError, match="^high must be below 9"):
        make(broken, high=10)


def test_a_class_without_a_constructor_of_its_own_is_a_sentence():
    class Bare(Decoder):  # a protocol, which hides that it takes no tensors
        def decode(self, outputs, letterbox):
            return RawOutputs({})

    with pytest.raises(ModelError, match="Cannot make the decoder .*Bare: TypeError"):
        make(Bare)


class Answers:
    def __init__(self, answer):
        self.answer = answer

    def decode(self, outputs, letterbox):
        return self.answer


class Record:
    def __init__(self, record):
        self.record = record

    def to_dict(self):
        return self.record


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ([1, 2], "returned a list: expected a result of edgevision.runtime.results"),
        (None, "returned a NoneType"),
        (Record({"a": np.float32(1)}), "cannot be recorded: .*not JSON serializable"),
        (Record({"a": float("nan")}), "cannot be recorded: Out of range float"),
        (Record([1]), r"to_dict\(\) has to return a dictionary, got a list"),
    ],
)
def test_a_first_result_that_is_none_is_a_sentence(answer, sentence):
    decoder = CheckedDecoder("mine", Answers(answer))
    with pytest.raises(UnsupportedModelError, match=sentence):
        decoder.decode(RAW, BOX)


def test_tiles_need_a_selection():
    decoder = CheckedDecoder("mine", Answers(Record({})))
    with pytest.raises(UnsupportedModelError, match="has no attribute 'selection'"):
        _ = decoder.selection
    decoder.inner.selection = Selection(SelectionOptions())
    assert decoder.selection is decoder.inner.selection


@pytest.mark.parametrize("place", ["./evil.py:Evil", "package.evil:Evil"])
def test_a_card_never_names_code(tmp_path, monkeypatch, place):
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    ran = tmp_path / "ran"
    code = f"import pathlib\npathlib.Path({str(ran)!r}).touch()\n{FILE}\nEvil = Sum\n"
    (tmp_path / "evil.py").write_text(code, "utf-8")
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "__init__.py").write_text("", "utf-8")
    (tmp_path / "package" / "evil.py").write_text(code, "utf-8")
    card = ModelCard("net", "raw", InputCard(8, 8), OutputCard(place))
    with pytest.raises(ModelCardError, match="a file may not name code. Pass --decod"):
        make_decoder(card, TENSORS)
    with pytest.raises(ValueError, match="A card cannot name a decoder of your own"):
        check_for_card(place)
    assert not ran.exists()
    decoder = make_decoder(card, TENSORS, find_own_decoder(place))
    assert decoder.decode(RAW, BOX).to_dict() == {"total": 1.0}
    assert ran.exists()
    for name in ("package.evil", "package", "edgevision_own_evil"):
        sys.modules.pop(name, None)


def test_a_card_that_names_nothing_we_know_says_what_may_help():
    card = ModelCard("net", "raw", InputCard(8, 8), OutputCard("blaze"))
    with pytest.raises(ModelCardError, match="No decoder .blaze.*pass --decoder bl"):
        make_decoder(card, TENSORS)
