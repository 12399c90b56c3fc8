"""One-stage detectors: network, targets, losses, augmentation, training.

What lives here: whatever turns pictures with boxes into a trained Keras detector that
``runtime/decoders/fcos.py`` reads. What may not: decoding and metrics, which the
device's own ``runtime`` has. Start reading at ``network.py``, then ``fit.py``.
"""
