"""Recognise detectors of the SSD family by their graph, metadata and anchors.

What lives here: what proves a head with anchors, raw or behind its post-processing.
What may not: decoding, and other families. Start reading at ``raw_head.py``.
"""
