"""The demonstration that needs no camera and no TensorFlow: scenes and tiny models.

What lives here: generated scenes of shapes with known truth, and int8 models that the
committed recipes in ``edgevision.training`` made. Start reading at ``scenes.py``.
"""
