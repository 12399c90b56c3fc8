"""Pictures that another program pipes in: ``-``.

What lives here: the source that reads standard input. What may not: other kinds of
source, and what a JPEG is. Start reading at ``stdin_source.py``.
"""
