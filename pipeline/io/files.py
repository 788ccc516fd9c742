"""Writing files so that a reader never sees half of one, and never outside the output folder."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Self, TextIO

# What the name of a file ends in until it is complete.
PART = ".part"
# Longest file name that common file systems take, in bytes, less room for the temporary name's suffix.
_LONGEST = 255 - len(f".txt{PART}")
# Longest path of a text below its folder, in bytes: macOS takes 1024, other systems more, with the output folder's own.
_DEEPEST = 800
# Characters that a file name cannot or should not hold on some system, and the escape character itself.
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"\\|?*%]')
# The first letter of a name that Windows keeps for a device, whatever stands behind the name's first dot
# (https://learn.microsoft.com/windows/win32/fileio/naming-a-file).
_DEVICE = re.compile(r"\A(?=(?:con|prn|aux|nul|(?:com|lpt)[0-9¹²³]|con(?:in|out)\$) *(?:\.|\Z))[a-z]", re.IGNORECASE)


@contextmanager
def atomic(path: Path) -> Iterator[TextIO]:
    """Open a UTF-8 text file (``\\n`` line ends) that takes its name only when it is complete and on the disk.

    Args:
        path: its folder is made where it is missing.
    """
    part = _part(path)
    try:
        with part.open("w", encoding="utf-8", errors="surrogatepass", newline="\n") as file:
            yield file
        _take_names({part: path})
    finally:
        part.unlink(missing_ok=True)


class Together:
    """Files that take their names together, at the end, once they and all written before are on the disk.

    For a ``with`` statement; where it is left by an exception, there is none of them.
    """

    def __init__(self) -> None:
        self._parts: dict[Path, Path] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        try:
            if self._parts and error == (None, None, None):
                os.sync()  # all at once: flushing file after file takes several times as long
                _take_names(self._parts)
        finally:
            for part in self._parts:
                part.unlink(missing_ok=True)

    def part(self, path: Path) -> Path:
        """Where to write a file meanwhile; its folder is made where it is missing."""
        part = _part(path)
        self._parts[part] = path
        return part


def _part(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.parent / (path.name + PART)


def _take_names(parts: Mapping[Path, Path]) -> None:
    for part in parts:
        _sync(part)  # after `os.sync`, only to hear whether that went well
    for part, path in parts.items():
        part.replace(path)
    for folder in {path.parent for path in parts.values()}:
        _sync_folder(folder)


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


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

    Each of its names can stand on Linux, macOS and Windows. Ids that differ in case alone, or in how an accent is
    composed, have paths that do so too, and are one on most disks of the latter two; see `pipeline.plan`.

    >>> safe_path("2024/mai/article-1")
    '2024/mai/article-1'
    >>> safe_path("../../x"), safe_path("/etc/x"), safe_path("a:b")
    ('%2E%2E/%2E%2E/x', '%/etc/x', 'a%3Ab')
    >>> safe_path("aux"), safe_path("b. /c")
    ('%61ux', 'b%2E%20/c')
    """
    path = "/".join(_safe_name(name) for name in id.split("/"))
    if 4 * len(path) <= _DEEPEST or len(path.encode("utf-8", "surrogatepass")) <= _DEEPEST:
        return path
    return "%_" + hashlib.sha256(path.encode("utf-8", "surrogatepass")).hexdigest()[:32]  # no name starts like this


def _safe_name(name: str) -> str:
    name = _DEVICE.sub(_escaped, _UNSAFE.sub(_escaped, name)) or "%"
    # Leading and trailing dots and a folder called "x.txt" would clash with "..", hidden files and file "x".
    name = re.sub(r"^\.+|[. ]+$|\.(?=txt(?:\.part)?$)", _escaped, name)
    raw = name.encode("utf-8", "surrogatepass")
    if len(raw) <= _LONGEST:
        return name
    digest = hashlib.sha256(raw).hexdigest()[:16]
    return raw[: _LONGEST - 17].decode("utf-8", "ignore") + "%" + digest


def _escaped(found: re.Match[str]) -> str:
    return "".join(f"%{ord(character):02X}" for character in found[0])
