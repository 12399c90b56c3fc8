"""The classifier decoder against a plain computation over all classes in float."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from edgevision.runtime.decoders.classifier import ClassifierDecoder, ClassifierOptions
from edgevision.runtime.decoders.registry import DECODERS
from edgevision.runtime.geometry.letterbox import Letterbox
from edgevision.runtime.tensors.quantization import to_real
from edgevision.runtime.tensors.spec import TensorSpec
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from edgevision.errors import ModelError, UnsupportedModelError
from edgevision.registry import load

BOX = Letterbox.fit((4, 4), (4, 4))


def spec(dtype="float32", scale=0.0, zero_point=0, shape=(1, 5)):
    return TensorSpec("scores", 0, shape, np.dtype(dtype), scale, zero_point)


def plain(raw, tensor, activation, top_k, threshold, allowed=None):
    """Return (class_id, score) pairs the slow way."""
    reals = to_real(raw.reshape(-1), tensor)
    if activation == "softmax":
        powers = np.exp(reals.astype(np.float64) - reals.max())
        scores = powers / powers.sum()
    elif activation == "sigmoid":
        scores = 1 / (1 + np.exp(-reals.astype(np.float64)))
    else:
        scores = np.clip(reals, 0, 1)
    scores = scores.astype(np.float32)
    ids = [i for i in range(len(scores)) if allowed is None or i in allowed]
    ids = [i for i in ids if scores[i] >= np.float32(threshold)]
    ids.sort(key=lambda i: (-float(scores[i]), i))
    return [(i, float(scores[i])) for i in ids[:top_k]]


def assert_same(result, expected):
    assert result.class_ids.tolist() == [i for i, _ in expected]
    np.testing.assert_allclose(result.scores, [s for _, s in expected], atol=2e-6)


QUANTIZED = {
    "none": {"uint8": (1 / 256, 0), "int8": (1 / 256, -128), "int16": (1 / 32768, 0)},
    "softmax": {"uint8": (0.17, 120), "int8": (0.17, 10), "int16": (0.0006, 0)},
    "sigmoid": {"uint8": (0.17, 120), "int8": (0.17, 10), "int16": (0.0006, 0)},
}


@given(
    st.data(),
    st.sampled_from(("none", "softmax", "sigmoid")),
    st.sampled_from(("uint8", "int8", "int16")),
    st.integers(1, 8),
    st.sampled_from((0.0, 0.001, 0.25, 0.5, 0.99, 1.0)),
    st.booleans(),
)
def test_integers_give_what_float_arithmetic_over_all_classes_gives(
    data, activation, dtype, top_k, threshold, restricted
):
    low = 0 if dtype == "int16" and activation == "none" else None
    limits = np.iinfo(dtype)
    values = st.integers(limits.min if low is None else low, limits.max)
    raw = data.draw(hnp.arrays(dtype, (1, 7), elements=values))
    tensor = spec(dtype, *QUANTIZED[activation][dtype], shape=(1, 7))
    allow = [1, 2, 5] if restricted else None
    decoder = ClassifierDecoder(
        [tensor],
        options=ClassifierOptions(
            activation=activation, top_k=top_k, score_threshold=threshold, allow=allow
        ),
    )
    expected = plain(raw, tensor, activation, top_k, threshold, allow)
    if activation == "none":
        assert_same(decoder.decode([raw], BOX), expected)
        return
    # exp differs in the last bit between float32 and float64: scores that close to the
    # threshold or to each other may fall either way.
    everything = plain(raw, tensor, activation, 7, 0.0, allow)
    scores = sorted(score for _, score in everything)
    result = decoder.decode([raw], BOX)
    if min(abs(score - threshold) for score in scores) > 1e-5 and all(
        b - a > 1e-5 for a, b in itertools.pairwise(scores)
    ):
        assert_same(result, expected)
    else:
        assert (np.diff(result.scores) <= 0).all()
        assert len(result) <= top_k


@pytest.mark.parametrize("dtype", ["float32", "float16"])
@pytest.mark.parametrize("activation", ["none", "softmax", "sigmoid"])
@pytest.mark.parametrize("threshold", [0.0, 0.3, 0.9])
def test_floats_give_the_same(rng, dtype, activation, threshold):
    tensor = spec(dtype, shape=(1, 30))
    for _ in range(20):
        raw = (
            rng.uniform(0, 1, (1, 30))
            if activation == "none"
            else rng.normal(0, 3, (1, 30))
        )
        raw = raw.astype(dtype)
        decoder = ClassifierDecoder(
            [tensor],
            options=ClassifierOptions(activation=activation, score_threshold=threshold),
        )
        assert_same(
            decoder.decode([raw], BOX), plain(raw, tensor, activation, 5, threshold)
        )


def test_equal_scores_come_by_rising_class_id():
    tensor = spec("uint8", 1 / 256, 0, (1, 6))
    decoder = ClassifierDecoder(
        [tensor],
        options=ClassifierOptions(top_k=3),
    )
    raw = np.asarray([[7, 9, 7, 9, 9, 7]], np.uint8)
    assert decoder.decode([raw], BOX).class_ids.tolist() == [1, 3, 4]
    decoder = ClassifierDecoder(
        [tensor],
        options=ClassifierOptions(top_k=4),
    )
    assert decoder.decode([raw], BOX).class_ids.tolist() == [1, 3, 4, 0]


def test_a_saturated_sigmoid_is_a_tie():
    decoder = ClassifierDecoder(
        [spec(shape=(1, 3))],
        options=ClassifierOptions(activation="sigmoid"),
    )
    result = decoder.decode([np.asarray([[50, 60, 55]], np.float32)], BOX)
    assert result.class_ids.tolist() == [0, 1, 2]


@pytest.mark.parametrize("shape", [(1, 5), (5,), (1, 1, 1, 5)])
def test_shapes_of_a_vector(shape):
    decoder = ClassifierDecoder(
        [spec(shape=shape)],
        options=ClassifierOptions(activation="none"),
    )
    raw = np.asarray([0.1, 0.5, 0.2, 0.1, 0.1], np.float32).reshape(shape)
    assert decoder.decode([raw], BOX).top.class_id == 1


def test_one_value_is_the_score_of_class_1():
    tensor = spec("float32", shape=(1, 1))
    decoder = ClassifierDecoder(
        [tensor],
        labels=("no", "yes"),
        options=ClassifierOptions(activation="none"),
    )
    result = decoder.decode([np.asarray([[0.2]], np.float32)], BOX)
    assert result.labels == ("no", "yes")
    np.testing.assert_allclose(result.scores, [0.8, 0.2], atol=1e-6)
    decoder = ClassifierDecoder(
        [tensor],
        options=ClassifierOptions(activation="sigmoid", score_threshold=0.6, deny=[0]),
    )
    assert len(decoder.decode([np.asarray([[-3.0]], np.float32)], BOX)) == 0
    assert decoder.decode([np.asarray([[3.0]], np.float32)], BOX).labels == ("1",)
    with pytest.raises(UnsupportedModelError, match="softmax over a single value"):
        ClassifierDecoder(
            [tensor],
            options=ClassifierOptions(activation="softmax"),
        )


def test_nothing_above_the_threshold_is_an_empty_result():
    decoder = ClassifierDecoder(
        [spec("uint8", 1 / 256)],
        options=ClassifierOptions(score_threshold=0.9),
    )
    result = decoder.decode([np.full((1, 5), 10, np.uint8)], BOX)
    assert len(result) == 0
    assert result.top is None


def test_labels_and_scores_do_not_alias_the_output():
    raw = np.asarray([[0.9, 0.1, 0, 0, 0]], np.float32)
    decoder = ClassifierDecoder(
        [spec()],
        labels=("a", "b"),
        options=ClassifierOptions(activation="none"),
    )
    result = decoder.decode([raw], BOX)
    assert not np.shares_memory(result.scores, raw)
    assert result.labels == ("a", "b", "2", "3", "4")


def test_softmax_of_huge_logits_stays_finite():
    decoder = ClassifierDecoder(
        [spec(shape=(1, 2))],
        options=ClassifierOptions(activation="softmax"),
    )
    result = decoder.decode([np.asarray([[1e5, -1e5]], np.float32)], BOX)
    assert result.scores.tolist() == [1.0, 0.0]


@pytest.mark.parametrize(
    ("tensor", "proven"),
    [
        (spec("uint8", 1 / 256, 0), True),
        (spec("int8", 1 / 256, -128), True),
        (spec("uint8", 1 / 255, 0), True),
        (spec("int16", 1 / 32768, 0), True),
        (spec("uint8", 0.1, 0), False),  # 0..25.5
        (spec("int8", 0.1, 3), False),
        (spec("float32"), False),
        (spec("uint8"), False),  # no scale at all
    ],
)
def test_scores_are_believed_only_where_the_tensor_proves_them(tensor, proven):
    if proven:
        assert ClassifierDecoder([tensor]).activation == "none"
    else:
        with pytest.raises(UnsupportedModelError, match="Nothing proves whether"):
            ClassifierDecoder([tensor])


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_nan_is_no_answer(value):
    decoder = ClassifierDecoder(
        [spec()],
        options=ClassifierOptions(activation="softmax"),
    )
    raw = np.asarray([[0, 1, value, 0, 0]], np.float32)
    with pytest.raises(ModelError, match="NaN or infinity"):
        decoder.decode([raw], BOX)


def test_logits_that_were_called_scores_are_noticed():
    decoder = ClassifierDecoder(
        [spec()],
        options=ClassifierOptions(activation="none"),
    )
    raw = np.asarray([[0, 7.25, 1, 0, 0]], np.float32)
    with pytest.raises(ModelError, match="holds 7.25; a score in 0..1 was expected"):
        decoder.decode([raw], BOX)


@pytest.mark.parametrize(
    ("tensors", "words"),
    [
        ([spec(), spec()], "reads one output; the model has 2"),
        ([spec(shape=(1, 5, 4))], "the output is 1x5x4 float32"),
        ([spec("int64")], "the output is 1x5 int64"),
        ([spec(shape=(2, 5))], "the output is 2x5"),
    ],
)
def test_outputs_that_do_not_fit_are_refused(tensors, words):
    with pytest.raises(UnsupportedModelError, match=words):
        ClassifierDecoder(
            tensors,
            options=ClassifierOptions(activation="none"),
        )


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"top_k": 0}, "top_k must be an integer above 0, got 0"),
        ({"score_threshold": 1.5}, "score_threshold must be in 0..1, got 1.5"),
        ({"activation": "sofmax"}, "Did you mean 'softmax'"),
        ({"allow": ["x"]}, "the model has no labels"),
    ],
)
def test_options_out_of_range_are_refused(options, words):
    with pytest.raises(ValueError, match=words):
        ClassifierDecoder(
            [spec("uint8", 1 / 256)],
            options=ClassifierOptions(**options),
        )


def test_scores_of_all_classes_are_at_hand(rng):
    tensor = spec("int8", 0.1, 0)
    raw = rng.integers(-128, 128, (1, 5)).astype(np.int8)
    decoder = ClassifierDecoder(
        [tensor],
        options=ClassifierOptions(activation="softmax"),
    )
    scores = decoder.scores([raw])
    assert scores.shape == (5,)
    np.testing.assert_allclose(scores.sum(), 1, atol=1e-6)


def test_the_registry_knows_it():
    assert load(DECODERS["classifier"].target) is ClassifierDecoder


def test_softmax_does_not_fit_several_true_labels():
    with pytest.raises(ValueError, match="add up to 1, which multi_label contradicts"):
        ClassifierOptions(activation="softmax", multi_label=True)


def multi(tensor, raw, labels=(), hierarchy=None, **options):
    decoder = ClassifierDecoder(
        [tensor],
        labels=labels,
        hierarchy=hierarchy,
        options=ClassifierOptions(multi_label=True, **options),
    )
    return decoder.decode([np.asarray(raw, tensor.dtype)], BOX)


@given(
    st.data(),
    st.sampled_from(("none", "sigmoid")),
    st.sampled_from(("uint8", "int8", "int16", "float32")),
    st.integers(2, 12),
)
def test_multi_label_reports_every_label_from_its_own_threshold_on(
    data, activation, dtype, count
):
    scale, zero_point = QUANTIZED[activation].get(dtype, (0.0, 0))
    tensor = spec(dtype, scale, zero_point, (1, count))
    if dtype == "float32":
        span = (0, 1) if activation == "none" else (-9, 9)
        values = st.floats(*span, width=32)
    else:
        low = 0 if dtype == "int16" and activation == "none" else None
        limits = np.iinfo(dtype)
        values = st.integers(limits.min if low is None else low, limits.max)
    raw = np.asarray(
        [data.draw(st.lists(values, min_size=count, max_size=count))], tensor.dtype
    )
    each = data.draw(
        st.lists(
            st.sampled_from((0.0, 0.2, 0.5, 0.9, 1.0)), min_size=count, max_size=count
        )
    )
    result = multi(tensor, raw, activation=activation, thresholds=each)
    every = plain(raw, tensor, activation, count, 0)
    slack = 2e-6  # a score may lie on its threshold within rounding
    sure = {i for i, s in every if s >= each[i] + slack}
    possible = {i for i, s in every if s >= each[i] - slack}
    ids = result.class_ids.tolist()
    assert sure <= set(ids) <= possible
    wanted = dict(every)
    np.testing.assert_allclose(result.scores, [wanted[i] for i in ids], atol=slack)
    assert result.scores.tolist() == sorted(result.scores.tolist(), reverse=True)


def test_multi_label_may_answer_with_nothing_or_with_all():
    tensor = spec("int8", 1 / 256, -128, (1, 7))
    nothing = multi(tensor, [[-128] * 7])
    assert (len(nothing), nothing.top, nothing.to_dict()) == (0, None, {"classes": []})
    everything = multi(tensor, [[127] * 7], labels=tuple("abcdefg"))
    assert everything.labels == tuple("abcdefg")  # more than the usual five
    few = multi(tensor, [[127, 1, 126] + [0] * 4], labels=tuple("abcdefg"), top_k=2)
    assert few.labels == ("a", "c")  # the best two


def test_multi_label_never_shares_scores_out():
    logits = spec(shape=(1, 3))
    result = multi(logits, [[4.0, 3.0, -4.0]], activation="sigmoid")
    np.testing.assert_allclose(result.scores, [0.98201, 0.95257], atol=1e-5)
    with pytest.raises(UnsupportedModelError, match="the second of two classes"):
        multi(spec(shape=(1, 1)), [[0]], activation="sigmoid")
    with pytest.raises(ModelError, match="these are logits"):
        multi(logits, [[-4.0, 3.0, 0.5]], activation="none")


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        ({}, [0, 1]),  # 0.5 for all
        ({"thresholds": 0.8}, [0]),
        ({"thresholds": "0.95,0.5,0.1"}, [1, 2]),
        ({"thresholds": (0.95, 0.5, 0.1), "score_threshold": 0.3}, [1]),
        ({"score_threshold": 0.1}, [0, 1, 2]),
        ({"deny": (0,)}, [1]),
        ({"allow": (0, 2), "thresholds": [0]}, [0, 2]),
    ],
)
def test_thresholds_of_multi_label(options, ids):
    tensor = spec(shape=(1, 3))
    result = multi(tensor, [[0.9, 0.6, 0.2]], activation="none", **options)
    assert result.class_ids.tolist() == ids


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"thresholds": "0.5,0.5"}, "thresholds has 2 entries, but the model has 3"),
        ({"thresholds": [0.5, 2, 0]}, r"thresholds must be in 0\.\.1, got 2"),
        ({"thresholds": "high"}, "thresholds must be a number or numbers"),
    ],
)
def test_thresholds_that_do_not_fit_are_said(options, sentence):
    with pytest.raises(ValueError, match=sentence):
        multi(spec(shape=(1, 3)), [[0, 0, 0]], activation="none", **options)
    with pytest.raises(ValueError, match="thresholds are for multi_label"):
        ClassifierOptions(thresholds=0.5)


def test_ancestors_of_multi_label_are_true_where_one_label_is():
    tensor = spec(shape=(1, 3))
    result = multi(
        tensor,
        [[0.6, 0.9, 0.3]],
        labels=("cat", "dog", "car"),
        hierarchy={"cat": "animal", "dog": "animal"},
        activation="none",
        level=1,
    )
    assert result.labels == ("animal",)
    assert result.scores.tolist() == pytest.approx([0.9])


def test_thresholds_that_no_label_can_reach_are_refused():
    """int8 scores end at 255/256: with 1 every answer would be empty."""
    tensor = TensorSpec("scores", 0, (1, 3), np.dtype(np.int8), 1 / 256, -128)

    def options(least):
        return ClassifierOptions(activation="none", multi_label=True, thresholds=least)

    with pytest.raises(ValueError, match="above 0.9961, the largest score"):
        ClassifierDecoder([tensor], options=options(1))
    decoder = ClassifierDecoder([tensor], options=options(0.99))
    raw = np.array([[127, 0, 126]], np.int8)
    assert decoder.decode([raw], Letterbox.fit((4, 4), (4, 4))).class_ids.tolist() == [
        0,
        2,
    ]
