"""What the command ``app`` does with an app: check it, run it, explain it.

What lives here: printing, and the signals of a run. What may not: work of the app
itself. Start reading at ``loop.py``.
"""
