"""The grammar of --lambda: what is read, and one sentence for all the rest."""

from __future__ import annotations

import pytest
from edgevision.converters.keras.expressions import GRAMMAR, parse_expression
from edgevision.converters.keras.expressions.functions import FUNCTIONS
from edgevision.converters.keras.expressions.tree import (
    Call,
    Input,
    Number,
    NumberList,
    Operation,
    Part,
    Slice,
)
from hypothesis import given
from hypothesis import strategies as st

X = Input()


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("x", X),
        (" x ", X),
        ("x / 127.5 - 1", Operation("-", Operation("/", X, Number(127.5)), Number(1))),
        ("+x", X),
        # Constants are computed when the text is read.
        ("x * (1 / 4)", Operation("*", X, Number(0.25))),
        ("x - (1, -2, 3)", Operation("-", X, NumberList((1, -2, 3)))),
        ("x[1]", Input(1)),
        ("x[..., ::-1]", Part(X, (None, Slice(step=-1)))),
        ("x[:, 60:-20, :, 0]", Part(X, (Slice(), Slice(60, -20), Slice(), 0))),
        ("resize(x, 66, width=200)", Call("resize", (X,), (66, 200))),
        ("l2_normalize(x)", Call("l2_normalize", (X,), (-1,))),
        ("mean(x, (1, 2), keepdims=True)", Call("mean", (X,), ((1, 2), 1))),
        ("reshape(x, 8, 8, -1)", Call("reshape", (X,), ((8, 8, -1),))),
        ("reshape(x, (8, 8, -1))", Call("reshape", (X,), ((8, 8, -1),))),
        (
            "concat(x[0], x[1], axis=1)",
            Call("concat", (Input(0), Input(1)), (1,)),
        ),
    ],
)
def test_what_is_in_the_grammar_is_read(text, tree):
    assert parse_expression(text).tree == tree


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "it is empty"),
        ("1 / 255", "it does not use x"),
        ("(1, 2)", "it does not use x"),
        ("y / 255", "the name 'y' is unknown"),
        ("x ^ 2", r"a power is written \*\* and not \^"),
        ("x / 0", "it divides by 0"),
        ("x / (1, 0, 1)", "it divides by 0"),
        ("x * (1 / 0)", "it divides by 0"),
        ("x / 127,5", "a list holds only numbers"),
        ("x +", "Python's grammar says"),
        ("tf.cast(x)", "a function is called by its bare name"),
        ("x.shape", "the dot in '.shape' is not part"),
        ("cast(x)", "the function 'cast' is unknown"),
        ("resize(x)", r"height is missing in resize\(x, height, width\)"),
        ("resize(x, 0, 5)", "height must be at least 1"),
        ("resize(x, 1.5, 5)", "height must be a whole number"),
        ("resize(x, 1, 2, 3)", "it is written resize"),
        ("resize(66, 200, x)", "it is written resize"),
        ("relu(x, x)", "it is written relu"),
        ("relu(x, alpha=1)", "it is written relu"),
        ("concat(x[0])", r"it is written concat\(x\[0\], x\[1\]\)"),
        ("clip(x, 1, 0)", "the wrong way round"),
        ("x[0] - x", "both as one input and as several"),
        ("x[1:]", "the first axis is the batch"),
        ("x[0, 1]", "the first axis is the batch"),
        ("x[:, ::0]", "a step of a part cannot be 0"),
        ("x[:, 1.5]", "a part is written with whole numbers"),
        ("x[..., 0, ...]", "is allowed once in a part"),
        ("9**9**9", r"the power after \*\*"),
        ("x * 9e99", "a number is beyond 1e"),
        ("x * 1e9 * (1e9 * 10)", "a number is beyond 1e"),
        ("x + (0 - 8) ** 0.5", "is no number within bounds"),
        ("'a' * x", "is not allowed"),
        ("x\n+1", "is not allowed"),
        ("x" * 401, "it has 401 characters"),
        ("-" * 200 + "x", "nested more than 30 deep"),
        ("(" * 199 + "x" + ")" * 198, "Python's grammar says"),
        ("x if x else x", "'IfExp' is not part of the grammar"),
        ("lambda x: x", "'Lambda' is not part of the grammar"),
        ("[x for x in x]", "'ListComp' is not part of the grammar"),
        ("x @ x", "is not allowed"),
        ("x // 2", "'FloorDiv' is not part of the grammar"),
        ("relu(*x)", "is not part of the grammar"),
        ("relu(**x)", "the arguments of relu are not clear"),
    ],
)
def test_what_is_not_in_the_grammar_is_one_sentence_that_shows_it(text, sentence):
    with pytest.raises(ValueError, match=sentence) as caught:
        parse_expression(text)
    assert str(caught.value).endswith(GRAMMAR)


WORDS = (
    "x x[0] x[1] 1 255.0 9e9 -1 (1,2,3) y __import__ + - * / ** , ( ) [ ] : ... lambda "
    "if True tf.io.write_file("
)
PIECES = st.sampled_from(WORDS.split() + [f"{name}(" for name in FUNCTIONS])


@given(
    st.one_of(
        st.text(max_size=60),
        st.text("x()[],.:+-*/ 19e=", max_size=80),
        st.lists(PIECES, max_size=14).map("".join),
    )
)
def test_any_text_is_read_or_refused_by_the_one_sentence(text):
    refusal = None
    try:
        parse_expression(text)
    except ValueError as error:
        refusal = str(error)
    assert refusal is None or (
        refusal.startswith("The expression ") and refusal.endswith(GRAMMAR)
    )


def test_every_function_is_written_as_its_words_say():
    for name, function in FUNCTIONS.items():
        words = function.words
        for parameter, value in (
            ("height, width", "2, 3"),
            ("top, bottom, left, right", "1, 1, 1, 1"),
            ("low, high", "0, 1"),
            ("(x, axis)", "(x, 1)"),
        ):
            words = words.replace(parameter, value)
        tree = parse_expression(words).tree
        assert isinstance(tree, Call)
        assert tree.name == name
