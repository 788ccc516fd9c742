"""What this machine offers."""

from __future__ import annotations

import os


def cores() -> int:
    """Threads to use: ``$OMP_NUM_THREADS`` where it is set, else the cores that this process may run on."""
    chosen = os.environ.get("OMP_NUM_THREADS", "")
    if chosen.isdecimal() and int(chosen) > 0:
        return int(chosen)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
