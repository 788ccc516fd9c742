"""Writing files so that a reader never sees half of one, and never outside the output folder."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

# Longest file name that common file systems take, in bytes, less room for the temporary name's suffix.
_LONGEST = 255 - len(".txt.part")
# Characters that a file name cannot or should not hold on some system, and the escape character itself.
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"\\|?*%]')


@contextmanager
def atomic(path: Path, *, sync: bool = True) -> Iterator[TextIO]:
    """Open a UTF-8 text file (``\\n`` line ends) that takes its name only when it is complete; see `atomic_path`."""
    with (
        atomic_path(path, sync=sync) as part,
        part.open("w", encoding="utf-8", errors="surrogatepass", newline="\n") as file,
    ):
        yield file


@contextmanager
def atomic_path(path: Path, *, sync: bool = True) -> Iterator[Path]:
    """A temporary path for a file that takes its name only when it is complete.

    Args:
        path: its folder is made where it is missing.
        sync: flush it to the disk before it takes its name; leave out only for many small files that are flushed
            together afterwards.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    try:
        yield part
        if sync:
            with part.open("rb") as file:
                os.fsync(file.fileno())
        part.replace(path)
        if sync:
            _sync_folder(path.parent)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _sync_folder(folder: Path) -> None:
    """Make a new name in a folder outlive a power cut, where the system can (Windows cannot open folders)."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def safe_path(id: str) -> str:
    """A relative path for a document's id, different for different ids, that stays inside any folder.

    >>> safe_path("2024/mai/article-1")
    '2024/mai/article-1'
    >>> safe_path("../../x"), safe_path("/etc/x"), safe_path("a:b")
    ('%2E%2E/%2E%2E/x', '%/etc/x', 'a%3Ab')
    """
    return "/".join(_safe_name(name) for name in id.split("/"))


def _safe_name(name: str) -> str:
    name = _UNSAFE.sub(lambda m: f"%{ord(m[0]):02X}", name) or "%"
    # Leading and trailing dots and a folder called "x.txt" would clash with "..", hidden files and file "x".
    name = re.sub(r"^\.+|[. ]+$|\.(?=txt(?:\.part)?$)", lambda m: "".join(f"%{ord(c):02X}" for c in m[0]), name)
    raw = name.encode("utf-8", "surrogatepass")
    if len(raw) <= _LONGEST:
        return name
    digest = hashlib.sha256(raw).hexdigest()[:16]
    return raw[: _LONGEST - 17].decode("utf-8", "ignore") + "%" + digest
