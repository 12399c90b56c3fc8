"""How much memory this process may still take.

The least of what the system has free, what the control groups of this process leave
(containers, units of systemd with ``MemoryMax``), and what its own limits leave
(``ulimit -v``, ``ulimit -d``).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

from .system_files import Tree


def available_bytes(root: str | os.PathLike[str] | None = None) -> int:
    """Return how many bytes of memory this process may still take; 0 means none.

    Swap does not count: a board that swaps to its card is as good as stopped. What the
    kernel would give back from its file cache counts. ``sys.maxsize`` means that the
    system says nothing at all.

    Args:
        root: Folder that stands for ``/``, so that tests can replace the system.
    """
    tree = Tree(root)
    limits = [_system(tree), *_groups(tree), *_own_limits(tree)]
    return max(0, min(limits))


def _system(tree: Tree) -> int:
    fields = _numbers(tree.text("/proc/meminfo"))
    if "MemAvailable" in fields:
        return fields["MemAvailable"] * 1024
    if "MemFree" in fields:  # kernels before 3.14
        return (fields["MemFree"] + fields.get("Cached", 0)) * 1024
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError, AttributeError):
        return sys.maxsize


def _groups(tree: Tree) -> Iterator[int]:
    """Yield what each control group of this process leaves, of version 1 and 2."""
    for line in (tree.text("/proc/self/cgroup") or "").splitlines():
        number, _, rest = line.partition(":")
        controllers, _, place = rest.partition(":")
        if number == "0" and not controllers:
            for mount in ("/sys/fs/cgroup", "/sys/fs/cgroup/unified"):
                yield from _second_version(tree, mount, place)
        elif "memory" in controllers.split(","):
            yield from _first_version(tree, "/sys/fs/cgroup/memory", place)


def _second_version(tree: Tree, mount: str, place: str) -> Iterator[int]:
    for folder in _upwards(mount, place):
        limits = (tree.integer(f"{folder}/memory.{name}") for name in ("max", "high"))
        limit = min((value for value in limits if value is not None), default=None)
        used = tree.integer(f"{folder}/memory.current")
        if limit is not None and used is not None:
            cache = _numbers(tree.text(f"{folder}/memory.stat")).get("inactive_file", 0)
            yield limit - max(0, used - cache)


def _first_version(tree: Tree, mount: str, place: str) -> Iterator[int]:
    for folder in _upwards(mount, place):
        limit = tree.integer(f"{folder}/memory.limit_in_bytes")
        used = tree.integer(f"{folder}/memory.usage_in_bytes")
        if limit is not None and used is not None:
            fields = _numbers(tree.text(f"{folder}/memory.stat"))
            yield limit - max(0, used - fields.get("total_inactive_file", 0))


def _upwards(mount: str, place: str) -> Iterator[str]:
    """Yield the folder of a group and of all groups around it.

    Inside a container the path may be that of the host, which is not mounted there;
    the mount itself, which is the container's group, is always among them.
    """
    parts = [part for part in place.split("/") if part not in ("", "..")]
    for count in range(len(parts), -1, -1):
        yield "/".join([mount, *parts[:count]])


def _own_limits(tree: Tree) -> Iterator[int]:
    try:
        import resource
    except ImportError:  # Windows
        return
    # Of the process: pages of its address space, and (field 6) of its own data.
    fields = (tree.text("/proc/self/statm") or "").split()
    page = os.sysconf("SC_PAGE_SIZE")
    for kind, field in ((resource.RLIMIT_AS, 0), (resource.RLIMIT_DATA, 5)):
        limit = resource.getrlimit(kind)[0]
        if limit == resource.RLIM_INFINITY:
            continue
        used = fields[field] if field < len(fields) else "0"
        yield limit - (int(used) * page if used.isdigit() else 0)


def _numbers(text: str | None) -> dict[str, int]:
    """Return the fields of lines ``name: number`` or ``name number``."""
    fields = {}
    for line in (text or "").splitlines():
        words = line.split()
        if len(words) > 1 and words[1].isdigit():
            fields[words[0].rstrip(":")] = int(words[1])
    return fields
