"""Input files as streams of plain bytes, whatever they are compressed with; never more in memory than is asked for."""

from __future__ import annotations

import errno
import gzip
import io
import stat
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, cast

# What reading a damaged or cut-off file raises.
DAMAGES = (OSError, EOFError, zlib.error)
# Compressed bytes that are unpacked at once: a Zstandard block of 4 bytes can hold 128 KiB, so this bounds the memory
# that a bomb can claim to 64 MiB.
_PIECE = 2048
# Largest history that a Zstandard stream may ask for, in bytes; what `zstd --long` asks for.
_WINDOW = 2**27


def open_plain(path: Path, suffix: str) -> BinaryIO:
    """Open a file for reading plain bytes.

    Args:
        suffix: a key of `COMPRESSIONS`, "" for a plain file.

    Raises:
        OSError: it cannot be opened. Reading raises one of `DAMAGES` where it is damaged or cut off.
    """
    if not stat.S_ISREG(path.stat().st_mode):  # opening a pipe waits for a writer, for ever
        raise OSError(errno.EINVAL, "it is a pipe, a socket or a device")
    return COMPRESSIONS[suffix](path.open("rb"))


def inflate(data: bytes, limit: int) -> bytes:
    """Unpack gzip, zlib or raw deflate data, at most ``limit`` bytes of it; data that is none of them stays as it is.

    Raises:
        zlib.error, EOFError: it is damaged or cut off.

    >>> inflate(gzip.compress(b"a" * 100), 5), inflate(b"plain", 5)
    (b'aaaaa', b'plain')
    """
    sure = data.startswith(b"\x1f\x8b")
    for bits in (47,) if sure else (47, -15):  # gzip or zlib by their heads; raw
        unpacker = zlib.decompressobj(bits)
        try:
            unpacked = unpacker.decompress(data, limit)
        except zlib.error:
            if sure:
                raise
            continue
        if unpacker.eof or len(unpacked) == limit:
            return unpacked
        if sure:
            raise EOFError("compressed data ends too early")
    return data


class _Zstd(io.RawIOBase):
    """The plain bytes of a Zstandard file of one or more frames."""

    def __init__(self, file: BinaryIO) -> None:
        import zstandard

        self._error = zstandard.ZstdError
        self._unpacker = zstandard.ZstdDecompressor(max_window_size=_WINDOW)
        self._file = file
        self._frame: zstandard.ZstdDecompressionObj | None = None
        self._packed = b""
        self._plain = memoryview(b"")

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        self._file.close()
        super().close()

    def readinto(self, buffer: Any, /) -> int:
        target = memoryview(buffer)
        while not self._plain and self._unpack():
            pass
        count = min(len(target), len(self._plain))
        target[:count] = self._plain[:count]
        self._plain = self._plain[count:]
        return count

    def _unpack(self) -> bool:
        """Unpack the next piece; False at the end of the file."""
        self._packed = self._packed or self._file.read(_PIECE)
        if not self._packed:
            if self._frame:
                raise EOFError("Zstandard data ends too early")
            return False
        self._frame = self._frame or self._unpacker.decompressobj()
        try:
            self._plain = memoryview(self._frame.decompress(self._packed))
        except self._error as error:
            raise OSError(str(error)) from error
        self._packed = self._frame.unused_data
        if self._frame.eof:
            self._frame = None
        return True


def _gzip(file: BinaryIO) -> BinaryIO:
    stream = gzip.GzipFile(fileobj=file)
    stream.myfileobj = cast(Any, file)  # closed with the stream
    return cast(BinaryIO, stream)


def _zstd(file: BinaryIO) -> BinaryIO:
    return io.BufferedReader(_Zstd(file))


# By suffix: what makes a stream of plain bytes of one of packed bytes, and closes that with itself.
COMPRESSIONS: dict[str, Callable[[BinaryIO], BinaryIO]] = {".gz": _gzip, ".zst": _zstd, "": lambda file: file}
