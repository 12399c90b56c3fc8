"""The device side: from a frame to a result, with the time of every stage.

What lives here: sources, preprocessing, the interpreter, decoders, sinks and timing.
What may not: TensorFlow, Keras, torch or matplotlib, and any import from ``converters``
or ``training``. Start reading at ``model.py``, which joins the stages.
"""
