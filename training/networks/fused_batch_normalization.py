"""Batch normalization through TensorFlow's fused kernel, which trains faster on a CPU.

Keras 3 computes the layer from means, squares and products; on a CPU these and their
gradients take longer than the convolutions between them. ``benchmarks/training.py``
measures both.
"""

from __future__ import annotations

from typing import Any

from ..keras_import import load_keras


def batch_normalization(*, momentum: float = 0.99) -> Any:
    """Return Keras' BatchNormalization, trained through the fused kernel.

    The results are the same. It is an object of Keras' own class with another ``call``,
    so a network can be saved, copied and converted as usual; a copy of it is trained
    without the fused kernel.

    Args:
        momentum: Momentum of the moving mean and variance.
    """
    import tensorflow as tf

    layer = load_keras().layers.BatchNormalization(momentum=momentum)
    keras_call = layer.call

    def call(inputs: Any, training: Any = None, mask: Any = None) -> Any:
        fused = (
            training is True
            and layer.trainable
            and mask is None
            and len(inputs.shape) == 4
            and inputs.dtype == tf.float32
        )
        if not fused:
            return keras_call(inputs, training=training, mask=mask)
        outputs, mean, variance, *_ = tf.raw_ops.FusedBatchNormV3(
            x=inputs,
            scale=layer.gamma,
            offset=layer.beta,
            mean=tf.zeros([0]),
            variance=tf.zeros([0]),
            epsilon=layer.epsilon,
        )
        # The kernel's variance is divided by one less than there are values.
        values = tf.cast(tf.size(inputs) // tf.size(mean), tf.float32)
        variance *= (values - 1) / values
        for moving, batch in (
            (layer.moving_mean, mean),
            (layer.moving_variance, variance),
        ):
            moving.assign(moving * momentum + batch * (1 - momentum))
        return outputs

    layer.call = call
    return layer
