"""SavedModel folders that tf.saved_model.save writes, with and without signatures."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.converters.keras.loading.saved_model import load_saved_model

from edgevision.errors import ConversionError

pytestmark = pytest.mark.tf


def test_a_folder_that_holds_one_function_is_that_function(tmp_path):
    import tensorflow as tf

    weights = tf.constant(np.arange(6, dtype=np.float32).reshape(3, 2))

    def function(picture, offset):
        mean = tf.reduce_mean(picture, (1, 2))
        return mean @ weights + offset, tf.nn.relu(picture)

    specs = [
        tf.TensorSpec((None, 4, 6, 3), tf.float32, name="picture"),
        tf.TensorSpec((None, 2), tf.float32, name="offset"),
    ]
    tf.saved_model.save(tf.function(function).get_concrete_function(*specs), tmp_path)
    model = load_saved_model(tmp_path)
    assert [(one.name, one.shape) for one in model.inputs] == [
        ("picture", (4, 6, 3)),
        ("offset", (2,)),
    ]
    assert len(model.output_names) == 2
    tensors = [
        tf.random.stateless_normal((2, 4, 6, 3), (1, 2)),
        tf.constant([[1.0, 2.0], [3.0, 4.0]]),
    ]
    for output, expected in zip(model.call(tensors), function(*tensors), strict=True):
        np.testing.assert_allclose(output, expected, rtol=1e-6)


def test_a_folder_without_any_function_is_refused(tmp_path):
    import tensorflow as tf

    tf.saved_model.save(tf.Module(), tmp_path)
    with pytest.raises(ConversionError, match="no signature 'serving_default'"):
        load_saved_model(tmp_path)
