"""Videos of the frames with their results: ``video:out.mkv``.

What lives here: the sink, which decides when each picture is shown, and the two ways to
write it (PyAV's H.264, OpenCV's MPEG-4), both so that a kill leaves a file that plays.
What may not: reading videos. Start reading at ``video_sink.py``.
"""
