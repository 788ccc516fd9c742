"""The C library's allocator, set for what a translation engine asks of it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

VARIABLE = "GLIBC_TUNABLES"
# Each thread keeps a few small blocks that it has freed, for its next ones. CTranslate2 wants its memory aligned; until
# glibc 2.38 that is never taken from those, but cut from larger blocks (sourceware.org, bug 14581), and so they lie
# about between the large ones, which then fit nowhere. Without them a run takes a tenth less memory and grows less.
TUNABLE = "glibc.malloc.tcache_count=0"
MENDED = (2, 38)


def tune(execute: Callable[[str, list[str]], object] = os.execv) -> None:
    """Start this program anew, as the same process, with an allocator that suits it.

    The allocator reads its settings when a process starts, and only then. Nothing is done where the variable is set
    already, or where the C library is another one or mended.
    """
    if VARIABLE in os.environ or not _wastes():
        return
    os.environ[VARIABLE] = TUNABLE
    execute(sys.executable, sys.orig_argv)


def _wastes() -> bool:
    """Whether this is a glibc that cuts aligned memory from larger blocks."""
    try:
        name, _, version = (os.confstr("CS_GNU_LIBC_VERSION") or "").partition(" ")
    except (AttributeError, OSError, ValueError):  # no POSIX system, or another library's
        return False
    return name == "glibc" and tuple(map(int, version.split("."))) < MENDED
