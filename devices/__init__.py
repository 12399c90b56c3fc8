"""Boards: their profiles, what this one is, and its health.

What lives here: facts about devices, read from files of the system. What may not:
NumPy, OpenCV, an interpreter, or an import from ``runtime`` and above; standard library
only (tomli on Python 3.10). Start reading at ``detect.py``.
"""
