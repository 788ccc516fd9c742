"""Bytes to text, for files whose encoding nobody wrote down."""

from __future__ import annotations

import codecs
import re

from pipeline.errors import DocumentError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it starts with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHARSET = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w-]{2,40})""", re.IGNORECASE)
# Encodings that pages come in; Python knows others that are no encodings of text, or can spell half characters.
_ENCODINGS = re.compile(r"ascii|utf-8|(iso8859|koi8|mac)-\w+|cp\d+|gb\w+|big5\w*|euc_\w+|shift_jis\w*|iso2022_\w+")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
# Text has stray control characters at most; images, archives and PDF have several per hundred (measured: 4 to 12 %).
_MOST_CONTROLS = 0.02
_SAMPLE = 65536


def decode(data: bytes, markup: bool = False, charset: str = "") -> tuple[str, list[str]]:
    """The text and what to warn of.

    UTF-8 with or without BOM, UTF-16 and UTF-32 with BOM, the encoding that the server or the ``<meta charset>`` of a
    page names; else cp1252. A text that is UTF-8 but for a few bytes keeps its UTF-8, and those bytes are read as
    cp1252.

    Args:
        markup: whether to look for ``<meta charset>``.
        charset: what the server named, "" where it named nothing.

    Raises:
        DocumentError: it is not text.

    >>> decode("déjà".encode())
    ('déjà', [])
    >>> decode("déjà".encode("cp1252"))
    ('déjà', ['is not UTF-8; read as cp1252'])
    """
    text, warnings = _decode(data, markup, charset)
    sample = text[:_SAMPLE]
    if len(_CONTROLS.findall(sample)) > _MOST_CONTROLS * len(sample) + 8:
        raise DocumentError("is not text (binary data); remove it from the input or convert it to UTF-8 text")
    return text, warnings


def _decode(data: bytes, markup: bool, charset: str) -> tuple[str, list[str]]:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            text = data.decode(encoding, "replace")
            return text, [f"has bytes that are not {encoding}"] if "\ufffd" in text else []
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError:
        return _decode_other(data, _known(charset) or _declared(data, markup))


def _declared(data: bytes, markup: bool) -> str:
    found = _CHARSET.search(data[:4096]) if markup else None
    return _known(found[1].decode("ascii", "replace")) if found else ""


def _known(charset: str) -> str:
    """Python's name of a single- or multi-byte text encoding, "" for any other."""
    try:
        name = codecs.lookup(charset).name
    except (LookupError, ValueError):
        return ""
    return name if _ENCODINGS.fullmatch(name) else ""


def _decode_other(data: bytes, encoding: str) -> tuple[str, list[str]]:
    # Pages that claim Latin-1 mean cp1252, as browsers know, and a claim of UTF-8 is false here.
    if encoding not in ("", "cp1252", "utf-8", "iso8859-1", "ascii"):
        return data.decode(encoding, "replace"), [f"is not UTF-8; read as {encoding}, which the page declares"]
    mixed = data.decode("utf-8", "surrogateescape")
    strays = sum("\udc80" <= c <= "\udcff" for c in mixed)
    good = sum(c > "\x7f" and not "\udc80" <= c <= "\udcff" for c in mixed)
    if good <= strays:
        return _cp1252(data), ["is not UTF-8; read as cp1252"]
    text = re.sub("[\udc80-\udcff]", lambda m: _cp1252(bytes([ord(m[0]) - 0xDC00])), mixed)
    return text, [f"is broken UTF-8; {strays} bytes read as cp1252"]


def _cp1252(data: bytes) -> str:
    # The five bytes that cp1252 leaves open become the control characters of Latin-1, so that nothing is lost.
    return data.decode("cp1252", "latin-1-instead")


def _latin_1_instead(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return error.object[error.start : error.end].decode("latin-1"), error.end


codecs.register_error("latin-1-instead", _latin_1_instead)
