"""Train segmenters on pictures with masks.

What lives here: the task, masks on disk, and augmentation that moves both alike. What
may not: other tasks. Start reading at ``task.py``.
"""
