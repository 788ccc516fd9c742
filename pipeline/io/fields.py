"""What the writers share: how a value becomes one field or one line, and which ids segments go by."""

from __future__ import annotations

import re
from json.encoder import encode_basestring

from pipeline.document import Document
from pipeline.review import addresses

# Every character at which some reader ends a line (those of str.splitlines), and the tab that ends a field.
_BREAK = re.compile("\r\n|[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]")
# Line ends that JSON allows inside a string.
_UNSAFE_IN_JSON = re.compile("[\x85\u2028\u2029]")


# How to encode JSON: halves of surrogate pairs, which UTF-8 cannot hold, become what JSON spells them as.
JSON_ERRORS = "backslashreplace"


def one_line(text: str) -> str:
    """The text as a field: each tab and line separator becomes a space.

    >>> one_line("one\\ttwo\\r\\nthree\\u2028four")
    'one two three four'
    """
    return text if text.isprintable() else _BREAK.sub(" ", text)  # looked through three times as fast


def tab_line(*fields: object) -> str:
    """Fields as a line of a TSV file, without quoting; None is an empty field.

    >>> tab_line("a\\tb", 3, None, 0.5)
    'a b\\t3\\t\\t0.5\\n'
    """
    return "\t".join("" if field is None else one_line(str(field)) for field in fields) + "\n"


def json_text(text: str) -> str:
    """A text as a JSON string, which `json_lines` has to make safe for a file.

    >>> json_text('"été"')
    '"\\\\"été\\\\""'
    """
    return encode_basestring(text)


def json_lines(text: str) -> str:
    r"""Lines of JSON, each of them one line for every reader; see also `JSON_ERRORS`.

    >>> json_lines('{"fr": "été\u2028"}\n')
    '{"fr": "été\\u2028"}\n'
    """
    if not ("\x85" in text or "\u2028" in text or "\u2029" in text):
        return text  # as nearly all is, and this is known a hundred times as fast
    return _UNSAFE_IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def rounded(score: float | None) -> float | None:
    """A score as the files state it: four decimals are more than it means."""
    return None if score is None else round(score, 4)


def places(document: Document) -> list[str]:
    """For each segment an id that is unique in the document and outlives changes around it; see `Address.place`."""
    return addresses.places(addresses.segment_key(segment.source) for segment in document.segments)
