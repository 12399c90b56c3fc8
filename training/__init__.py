"""Training: from a folder of data to a Keras model with its card.

What lives here: whatever makes a trained Keras model. What may not: anything that
``converters`` or ``runtime`` import, and TensorFlow outside functions. Start reading at
``train.py``.
"""
