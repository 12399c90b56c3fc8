"""A model that fails, hangs or comes back late."""

import threading

import numpy as np
import pytest
from edgevision.runtime.closing import Closing
from edgevision.runtime.redaction import TimeLimitedModel

from edgevision.errors import RedactionError

PICTURE = np.zeros((4, 4, 3), np.uint8)


class Slow(Closing):
    """Answers with a number that rises, and waits where it must."""

    def __init__(self):
        self.may_go = threading.Event()
        self.may_go.set()
        self.calls = self.closed = 0

    def __call__(self, image):
        self.calls += 1
        number = self.calls
        assert self.may_go.wait(20)
        return number

    def close(self):
        self.closed += 1


def test_the_answer_of_the_model_is_returned_and_it_is_closed_once():
    model = Slow()
    with TimeLimitedModel(model) as limited:
        assert [limited.ask(PICTURE), limited.ask(PICTURE)] == [1, 2]
    limited.close()
    assert model.closed == 1
    with pytest.raises(RedactionError, match="closed"):
        limited.ask(PICTURE)


def test_a_late_answer_belongs_to_no_later_picture():
    model = Slow()
    limited = TimeLimitedModel(model, limit_s=0.05)
    assert limited.ask(PICTURE) == 1
    model.may_go.clear()
    with pytest.raises(RedactionError, match=r"not answered within 0\.05 s"):
        limited.ask(PICTURE)
    for _ in range(3):
        with pytest.raises(RedactionError, match="not come back"):
            limited.ask(PICTURE)
    assert model.calls == 2, "it gets nothing more to do"
    model.may_go.set()
    for _ in range(2000):
        try:
            assert limited.ask(PICTURE) >= 3
            break
        except RedactionError:
            threading.Event().wait(0.005)
    else:
        pytest.fail("the model never worked again")
    limited.close()
    assert model.closed == 1


def test_a_model_that_hangs_is_not_closed_under_its_work():
    model = Slow()
    limited = TimeLimitedModel(model, limit_s=0.05)
    limited.ask(PICTURE)
    model.may_go.clear()
    with pytest.raises(RedactionError):
        limited.ask(PICTURE)
    limited.close()
    assert not model.closed
    model.may_go.set()


@pytest.mark.parametrize("error", [ValueError("why"), MemoryError("why"), SystemExit])
def test_an_error_of_the_model_is_one_of_redaction(error):
    def fail(image):
        raise error

    with (
        TimeLimitedModel(fail) as limited,
        pytest.raises(RedactionError, match="fails: (Value|Memory|SystemExit)"),
    ):
        limited.ask(PICTURE)


def test_no_limit_is_refused():
    with pytest.raises(ValueError, match="above 0"):
        TimeLimitedModel(Slow(), limit_s=0)
