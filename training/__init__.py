"""The training side: architectures, data and the recipes of the shipped demo models.

What lives here: whatever makes a trained Keras model. What may not: anything that
``converters`` or ``runtime`` import, and TensorFlow outside functions. Start reading at
``architectures.py``.
"""
