"""The commands around an app: the regions of its cameras.

What lives here: one file per command. What may not: what the page and the app do, which
is in their own rooms. Start reading at ``regions.py``.
"""
