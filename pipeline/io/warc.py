"""The pages of a web archive (WARC): one document for each response, resource or conversion that holds text."""

from __future__ import annotations

import hashlib
import io
import re
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

from pipeline.io.compressed import inflate
from pipeline.io.source import LARGEST, TOO_LARGE, Source, storable

# Most bytes that the heads of a record (its own, and HTTP's) may take; servers allow 8 to 64 KiB.
_HEADS = 2**20
_READERS = {"text/html": "html", "application/xhtml+xml": "html", "text/plain": "text"}
_TYPES = ("response", "resource", "conversion")
_DAMAGED = "is no WARC file, or a damaged one"
_CUT = "the archive ends in the middle of a record"
# Characters of what stands in place of a head that are shown.
_SHOWN = 80
_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*:/*", re.IGNORECASE)


def records(stream: BinaryIO, origin: str, id: str) -> Iterator[Source]:
    """The text records of an unpacked archive as sources; a record that cannot be used says why.

    Raises:
        OSError: the archive is damaged or cut off; what came before is good.
    """
    from warcio.archiveiterator import WARCIterator
    from warcio.exceptions import ArchiveLoadFailed

    bounded = _Heads(stream)
    archive = WARCIterator(bounded)
    archive.INC_RECORD = ""  # else written to stderr
    try:
        for number, record in enumerate(archive, 1):
            bounded.left = None
            found = list(_record(record, f"{origin}:{number}"))
            _finish(record)
            yield from found
            bounded.left = _HEADS
    except (ArchiveLoadFailed, ValueError) as error:
        raise OSError(f"{_DAMAGED}: {' '.join(str(error).split())[:_SHOWN]}") from error
    except (AttributeError, LookupError, TypeError) as error:  # warcio trusts heads to be whole
        raise OSError(f"{_DAMAGED}: a record lacks a part of its head") from error
    if archive.offset != archive.fh.tell():  # warcio passes over a last record that ends in its head
        raise OSError(_CUT)
    if archive.err_count:
        raise OSError(f"{archive.err_count:,} of its records are longer than their heads say, so pages may be cut")


def _finish(record: Any) -> None:
    while record.raw_stream.read(65536):
        pass
    if record.length is None or getattr(record.raw_stream, "limit", None):
        raise OSError(_CUT)


class _Heads(io.RawIOBase):
    """A stream that refuses to give more than ``left`` bytes; None for no bound.

    What can be unpacked before a damage is given; the damage itself is an `OSError`: warcio takes an `EOFError` for the
    end of the archive.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.left: int | None = _HEADS

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        try:
            data: bytes = cast(io.BufferedReader, self._stream).read1(size)
        except (EOFError, zlib.error) as error:
            raise OSError(str(error)) from error
        if self.left is not None:
            self.left -= len(data)
            if self.left < 0:
                raise OSError(f"{_DAMAGED}: a head of more than {_HEADS:,} bytes")
        return data


def _record(record: Any, origin: str) -> Iterator[Source]:
    media, charset = _content_type(record)
    if record.rec_type not in _TYPES or media not in _READERS or not _answered(record):
        return
    url = record.rec_headers.get_header("WARC-Target-URI") or ""
    try:
        data, problem = _body(record), ""
    except (zlib.error, EOFError) as error:
        data, problem = b"", f"is damaged: {error}; fetch the page again, or leave it"
    if len(data) > LARGEST:
        data, problem = b"", TOO_LARGE
    yield Source(_id(record, url), origin, data, _READERS[media], problem, url, charset)


def _content_type(record: Any) -> tuple[str, str]:
    """The media type and the charset, "" where they are not told."""
    headers = record.http_headers or record.rec_headers
    media, *parameters = (headers.get_header("Content-Type") or "").lower().split(";")
    charset = next((p.split("=", 1)[1] for p in parameters if p.strip().startswith("charset=")), "")
    return media.strip(), charset.strip(" \"'")


def _answered(record: Any) -> bool:
    """Whether the server gave the page, and no redirect or error."""
    return record.http_headers is None or record.http_headers.get_statuscode() == "200"


def _body(record: Any) -> bytes:
    from warcio.bufferedreaders import ChunkedDataReader

    stream, headers = record.raw_stream, record.http_headers
    if headers and (headers.get_header("Transfer-Encoding") or "").lower() == "chunked":
        stream = ChunkedDataReader(stream)
    data: bytes = stream.read(LARGEST + 1)
    coding = ((headers and headers.get_header("Content-Encoding")) or "").lower()
    packed = coding in ("gzip", "x-gzip", "deflate") and len(data) <= LARGEST
    return inflate(data, LARGEST + 1) if packed else data


def _id(record: Any, url: str) -> str:
    """The address without its scheme, and a digest of the record's own id: one page may stand there many times."""
    digest = hashlib.sha256((record.rec_headers.get_header("WARC-Record-ID") or "").encode()).hexdigest()[:8]
    return storable(f"{_SCHEME.sub('', url)}~{digest}")
