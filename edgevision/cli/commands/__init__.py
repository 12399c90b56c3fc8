"""The commands: one thin file each.

What lives here: click commands that read options, call the library and show what came
of it. What may not: work that a Python caller would need too. Start reading at
``run.py``.
"""
