"""The live picture in a window of this machine's desktop.

What lives here: the sink, and the process of its own that shows the pictures. What may
not: other sinks. Start reading at ``window_sink.py``.
"""
