"""The user's own Python files: what a model may name of them, and what fails."""

from __future__ import annotations

import importlib
import sys

import numpy as np
import pytest
from edgevision.converters.keras import load
from edgevision.converters.keras.custom_modules import load_custom

from edgevision.errors import ConversionError

pytestmark = [
    pytest.mark.tf,
    pytest.mark.filterwarnings("ignore::UserWarning"),
]
PICTURES = np.random.default_rng(3).uniform(0, 1, (2, 6, 6, 3)).astype(np.float32)
SOURCE = """
{head}
from helper_of_custom import FACTOR

class Twice(keras.layers.Layer):
    def call(self, x):
        return x * FACTOR

@keras.saving.register_keras_serializable(package="mine")
class Plus(keras.layers.Layer):
    def __init__(self, more=1.0, **rest):
        super().__init__(**rest)
        self.more = more

    def call(self, x):
        return x + self.more

    def get_config(self):
        return {{**super().get_config(), "more": self.more}}

def bend(x):
    return x * x

def halved(x):
    return x / 2
"""
KINDS = (
    ("keras", ".keras"),
    ("keras", ".h5"),
    ("tf_keras", ".h5"),
    ("tf_keras", ".keras"),
)


@pytest.fixture(autouse=True)
def _as_before(monkeypatch):
    """Forget files that were run, as the end of the child process does."""
    import keras
    import tf_keras

    monkeypatch.delenv("TF_USE_LEGACY_KERAS", raising=False)
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        if "custom" in name or name.startswith("layers_"):
            del sys.modules[name]
    for package in (keras, tf_keras):
        package.saving.get_custom_objects().clear()


def write(folder, name, head="import keras"):
    (folder / "helper_of_custom.py").write_text("FACTOR = 2\n")
    path = folder / f"{name}.py"
    path.write_text(SOURCE.format(head=head))
    return path


@pytest.mark.parametrize(("package", "suffix"), KINDS)
def test_classes_and_functions_of_a_file_are_those_of_the_model(
    tmp_path, package, suffix
):
    keras = importlib.import_module(package)
    path = write(tmp_path, f"layers_{package}_{suffix[1:]}")
    known = load_custom([path], keras_2=package == "tf_keras")
    assert {"Twice", "bend", "halved", "mine>Plus"} <= set(known)
    assert issubclass(known["Twice"], keras.layers.Layer)
    model = keras.Sequential(
        [
            keras.Input((6, 6, 3)),
            known["Twice"](),
            keras.layers.Conv2D(2, 3, activation=known["bend"]),
            known["Plus"](0.5),
            keras.layers.Lambda(known["halved"], name="half"),
        ]
    )
    net = tmp_path / f"net{suffix}"
    model.save(net)
    expected = np.asarray(model(PICTURES))
    keras.saving.get_custom_objects().clear()
    with pytest.raises(ConversionError, match="--custom FILE.py"):
        load(net, lambdas={"half": lambda x: x / 2})
    # Keras 2 stores the code of every function; Keras 3 the name of one that has one.
    lambdas = {"half": lambda x: x / 2} if package == "tf_keras" else {}
    source = load(net, custom=[str(path)], lambdas=lambdas)
    result = np.asarray(source.call([PICTURES])[0])
    np.testing.assert_allclose(result, expected, rtol=1e-6)


def test_keras_is_the_one_that_reads_the_model_and_only_in_the_file(tmp_path):
    import keras

    path = tmp_path / "layers_plain.py"
    path.write_text(
        "import keras\nfrom keras.layers import Layer\nimport keras.backend as K\n"
        "class A(keras.layers.Layer): pass\nclass B(Layer): pass\n"
    )
    known = load_custom([path], keras_2=True)
    for name in "AB":
        bases = {kind.__module__.split(".")[0] for kind in known[name].mro()}
        assert "tf_keras" in bases
        assert "keras" not in bases
    assert importlib.import_module("keras") is keras
    assert importlib.import_module("keras.layers") is keras.layers


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("import keras\n\n1 / 0\n", "line 3: ZeroDivisionError: division by zero"),
        ("class A(:\n", "line 1: SyntaxError: invalid syntax"),
        ("import not_there_at_all\n", "line 1: ModuleNotFoundError: No module named"),
        ("raise SystemExit(3)\n", "line 1: SystemExit: 3"),
        ("x = 3\n", "defines no layer, model or function"),
    ],
)
def test_a_file_that_fails_is_named_with_its_line(tmp_path, text, sentence):
    path = tmp_path / "layers_wrong.py"
    path.write_text(text)
    with pytest.raises(ConversionError, match=sentence) as caught:
        load_custom([path], keras_2=False)
    assert str(path) in str(caught.value)


def test_what_is_no_file_is_said(tmp_path):
    with pytest.raises(ConversionError, match="no such file"):
        load_custom([tmp_path / "absent.py"], keras_2=False)
    (tmp_path / "net.txt").write_text("")
    with pytest.raises(ConversionError, match="is no Python file"):
        load_custom([tmp_path / "net.txt"], keras_2=False)


def test_a_name_that_a_library_has_takes_nothing_from_it(tmp_path):
    path = tmp_path / "json.py"
    path.write_text("import json\ndef own(x): return json.dumps(x)\n")
    known = load_custom([path], keras_2=False)
    assert known["own"](1) == "1"


def test_classes_of_the_caller_make_a_model_that_the_child_can_read(tmp_path):
    import keras
    from edgevision.converters.child import model_to_file
    from edgevision.converters.keras import load_as_chosen
    from edgevision.converters.options import ConvertOptions

    class Thrice(keras.layers.Layer):
        def call(self, x):
            return x * 3

    scale = keras.layers.Lambda(lambda x: x / 2, name="half")
    model = keras.Sequential(
        [keras.Input((6, 6, 3)), scale, Thrice(), keras.layers.Conv2D(2, 3)]
    )
    model.save(tmp_path / "net.keras")
    options = ConvertOptions(lambdas={"half": "x / 2"})
    here = load_as_chosen(tmp_path / "net.keras", options, {"Thrice": Thrice}).keras
    source = load(model_to_file(here, tmp_path))
    result = np.asarray(source.call([PICTURES])[0])
    np.testing.assert_allclose(result, np.asarray(model(PICTURES)), rtol=1e-5)
    with pytest.raises(TypeError, match="for the path of a model's file"):
        load_as_chosen(model, options)
