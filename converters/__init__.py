"""The host side: from a trained Keras model to a checked ``.tflite`` file.

What lives here: loading Keras models, calibration, conversion, verification, metadata
and reports. What may not: anything a device needs, and TensorFlow outside functions.
Start reading at ``convert.py``.
"""
