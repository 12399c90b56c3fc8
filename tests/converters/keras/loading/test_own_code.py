"""Code of a file never runs: Lambda, foreign modules, functions that do more."""

from __future__ import annotations

import json
from pathlib import Path

import h5py
import numpy as np
import pytest
from edgevision.converters.keras.loading.own_code import refuse_code as _refuse_code
from edgevision.converters.keras.loading.own_code import refuse_foreign

from edgevision.errors import ConversionError


def refuse_code(config, path, known=()):
    return _refuse_code(config, path, dict.fromkeys(known), allow_unsafe=False)


def layer(kind, config, **more):
    return {"class_name": kind, "config": {"name": "x", **config}, **more}


def structure(*layers):
    return {"class_name": "Sequential", "config": {"name": "s", "layers": [*layers]}}


PLACE = Path("net.h5")


@pytest.mark.parametrize(
    "entry",
    [
        layer("Lambda", {"function": ["4wEA", None, None], "function_type": "lambda"}),
        layer("Lambda", {"function": {"class_name": "__lambda__", "config": {}}}),
        # Code can stand in any place that takes a function.
        layer("Dense", {"activation": {"class_name": "__lambda__", "config": {}}}),
        layer("TimeDistributed", {"layer": layer("Lambda", {})}),
        structure(structure(layer("Lambda", {}))),
    ],
)
def test_code_is_found_wherever_it_stands(entry):
    with pytest.raises(ConversionError, match="net.h5 holds .*code.* is not run"):
        refuse_code(structure(entry), PLACE)


@pytest.mark.parametrize(
    ("entry", "is_code"),
    [
        (layer("Lambda", {"function": "scale"}), False),
        (layer("Lambda", {"function": {"class_name": "function", "config": "scale"}}),
         False),
        (layer("Lambda", {"function": "system"}), True),
        # The function is the caller's, but its output shape is code of the file.
        (layer("Lambda", {"function": "scale", "output_shape": ["4wEA", None, None],
                          "output_shape_type": "lambda"}), True),
        (layer("Lambda", {"function": "scale", "output_shape": {
            "class_name": "__lambda__", "config": {}}}), True),
    ],
)  # fmt: skip
def test_a_function_that_the_caller_brings_is_no_code_of_the_file(entry, is_code):
    if is_code:
        with pytest.raises(ConversionError, match="code.* is not run"):
            refuse_code(structure(entry), PLACE, ["scale"])
    else:
        assert refuse_code(structure(entry), PLACE, ["scale"]) == []


def test_what_is_called_lambda_and_holds_none_is_no_code():
    refuse_code(structure(layer("TFOpLambda", {"function": "math.add"})), PLACE)


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        (
            layer("Popen", {}, module="subprocess"),
            "class 'Popen', which Keras",
        ),
        (layer("Own", {}, module="__main__", registered_name="a>Own"), "class 'Own'"),
        (
            {"class_name": "function", "config": "system", "module": "os"},
            "'system', which Keras does not have",
        ),
        (
            {"class_name": "function", "config": "get_file", "module": "keras.utils"},
            "'get_file', which Keras does not have",
        ),
        (
            layer("TFOpLambda", {"function": "io.write_file"}),
            "tf.io.write_file",
        ),
        (
            layer("TFOpLambda", {"function": "py_function"}),
            "tf.py_function",
        ),
        (layer("TFOpLambda", {"function": "compat.v1.py_func"}), "does more than"),
        (layer("TFOpLambda", {"function": "keras.utils.get_file"}), "does more than"),
        (layer("ClassMethod", {"cls_symbol": "Module"}), "calls a method"),
    ],
)
def test_what_names_code_elsewhere_is_refused(entry, sentence):
    with pytest.raises(ConversionError, match=sentence):
        refuse_foreign(structure(entry), PLACE, {})


@pytest.mark.tf
@pytest.mark.parametrize(
    ("node", "refused"),
    [
        ({"op": "RealDiv", "name": "a"}, False),
        ('name: "a"\nop: "AddV2"', False),
        ({"op": "WriteFile", "name": "a"}, True),
        ({"op": "ReadFile", "name": "a"}, True),
        ({"op": "PyFunc", "name": "a"}, True),
        ('name: "a"\nop: "EagerPyFunc"', True),
        ({}, True),
    ],
)
def test_a_stored_node_of_a_graph_may_only_compute(node, refused):
    entry = structure(layer("TensorFlowOpLayer", {"node_def": node}))
    if not refused:
        refuse_foreign(entry, PLACE, {})
        return
    with pytest.raises(ConversionError, match="TensorFlow's operation"):
        refuse_foreign(entry, PLACE, {})


def test_classes_that_the_caller_brings_may_be_of_any_module():
    entry = layer("Own", {}, module="my.layers", registered_name="pack>Own")
    refuse_foreign(structure(entry), PLACE, {"Own": object})
    refuse_foreign(structure(entry), PLACE, {"pack>Own": object})


@pytest.mark.parametrize(
    "module",
    [
        "keras",
        "keras.layers",
        "tf_keras.layers",
        "keras.src.engine.functional",
        "tensorflow.python.keras.engine.sequential",
        "keras.src.ops.numpy",
        "builtins",
    ],
)
def test_the_modules_of_both_kerases_are_no_foreign_ones(module):
    refuse_foreign(structure(layer("Dense", {}, module=module)), PLACE, {})


def stored(path, *layers):
    with h5py.File(path, "w") as file:
        file.attrs["keras_version"] = "2.4.0"
        file.attrs["model_config"] = json.dumps(structure(*layers))
        file.create_group("model_weights").attrs["layer_names"] = np.array([], "S1")
    return path


@pytest.mark.tf
def test_code_in_hdf5_does_not_run_in_the_reader_of_keras_2(tmp_path):
    import base64
    import marshal

    from edgevision.converters.keras import load

    proof = tmp_path / "proof"
    code = compile(f"open({str(proof)!r}, 'w').close()", "x", "exec")
    text = base64.b64encode(marshal.dumps(code)).decode()
    shape = {"batch_input_shape": [None, 2], "dtype": "float32"}
    entry = layer(
        "Lambda",
        {**shape, "function": [text, None, None], "function_type": "lambda"},
    )
    with pytest.raises(ConversionError, match="holds the Lambda layer"):
        load(stored(tmp_path / "net.h5", entry))
    entry = layer("Dense", {**shape, "units": 2, "activation": entry["config"]})
    entry["config"]["activation"]["class_name"] = "__lambda__"
    with pytest.raises(ConversionError, match="holds Python code"):
        load(stored(tmp_path / "net.h5", entry))
    assert not proof.exists()


@pytest.mark.tf
def test_a_layer_of_ones_own_is_named_where_no_module_is_stated(tmp_path):
    from edgevision.converters.keras import load

    shape = {"batch_input_shape": [None, 2], "dtype": "float32"}
    entry = layer("Attend", shape)
    with pytest.raises(ConversionError, match="uses the class 'Attend', which Keras"):
        load(stored(tmp_path / "net.h5", structure(entry)))
