"""What TMX and XLIFF share: text that never breaks a file, and reading that no file can break."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from pipeline.errors import UsageError

if TYPE_CHECKING:
    from lxml.etree import _Element

# Legal, but markup, or changed by an XML reader, or a line end for a line reader, unless written as a reference.
_REFERENCES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", **{c: f"&#{ord(c)};" for c in "\r\x85\u2028\u2029"}}
_IN_ATTRIBUTES = {**_REFERENCES, '"': "&quot;", "\t": "&#9;", "\n": "&#10;"}
# What XML 1.0 does not allow as a character, https://www.w3.org/TR/xml/#charsets
_ILLEGAL = "\0-\b\v\f\x0e-\x1f\ud800-\udfff\ufffe\uffff"
_UNSAFE, _UNSAFE_IN_ATTRIBUTES = (re.compile(f"[{_ILLEGAL}{''.join(c)}]") for c in (_REFERENCES, _IN_ATTRIBUTES))
# Inline elements whose content is code of the original format, not text.
_CODES = {"bpt", "ept", "ph", "it", "ut"}
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def legal(text: str) -> str:
    """The text as it survives XML: characters that XML does not allow become U+FFFD.

    >>> legal("a\\0b")
    'a\ufffdb'
    """
    return re.sub(f"[{_ILLEGAL}]", "\ufffd", text)


def content(text: str) -> str:
    """Text as the content of an element.

    >>> content("]]> & <b>\\u2028")
    ']]&gt; &amp; &lt;b&gt;&#8232;'
    """
    if text.isprintable() and not ("&" in text or "<" in text or ">" in text):
        return text  # as nearly all is, and this is known in a third of the time
    return _UNSAFE.sub(lambda found: _REFERENCES.get(found[0], "\ufffd"), text)


def attributes(**values: object) -> str:
    """Attributes with a space before each; those whose value is "" or None are left out, ``_`` stands for ``-``.

    >>> attributes(tool_id='a"b', date="")
    ' tool-id="a&quot;b"'
    """
    return "".join(
        f' {name.replace("_", "-")}="{attribute(str(value))}"'
        for name, value in values.items()
        if value not in ("", None)
    )


def attribute(text: str) -> str:
    """Text as the value of an attribute, between double quotes.

    >>> attribute('a"b')
    'a&quot;b'
    """
    return _UNSAFE_IN_ATTRIBUTES.sub(lambda found: _IN_ATTRIBUTES.get(found[0], "\ufffd"), text)


def element(name: str, text: str, **values: object) -> str:
    """An element that holds only text; see `attributes`.

    >>> element("prop", "x<y", type="x-doc")
    '<prop type="x-doc">x&lt;y</prop>'
    """
    return f"<{name}{attributes(**values)}>{content(text)}</{name}>"


def utc(time: str) -> datetime:
    """A time in ISO 8601, taken as UTC where it names no offset."""
    moment = datetime.fromisoformat(time)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def read_elements(path: Path, root_name: str, name: str) -> Iterator[_Element]:
    """The elements of this name, in any namespace, one at a time; an element is emptied once the next is asked for.

    Nothing outside the file is read, and no entity is expanded.

    Raises:
        UsageError: the file cannot be read, is not well-formed, has another root, or declares entities.
    """
    from lxml import etree

    try:
        with path.open("rb") as file:
            events = etree.iterparse(
                file, events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
            )
            _, root = next(events)
            _check(path, root, root_name)
            for event, found in events:
                if event == "end" and local_name(found) == name:
                    yield found
                    _forget(found)
    except etree.XMLSyntaxError as error:
        raise UsageError(f"{path}:{error.lineno or 1}: not well-formed XML: {error.msg}") from error
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error


def local_name(found: _Element) -> str:
    """An element's name without its namespace; "" for a comment or processing instruction."""
    return str(found.tag).rpartition("}")[2] if isinstance(found.tag, str) else ""


def children(parent: _Element, name: str) -> list[_Element]:
    """The children of this name, in any namespace."""
    return [child for child in parent if local_name(child) == name]


def line_of(found: _Element) -> int:
    """The line of the file that an element starts on, from 1."""
    return cast(int, found.sourceline)


def plain(found: _Element) -> str:
    """The text of an element without inline codes."""
    inner = (("" if local_name(child) in _CODES else plain(child)) + (child.tail or "") for child in found)
    return (found.text or "" if local_name(found) else "") + "".join(inner)


def language(found: _Element) -> str:
    """An element's own language, "" where it states none."""
    return found.get(_LANGUAGE) or found.get("lang") or ""


def same_language(stated: str, wanted: str) -> bool:
    """True where both name one language, whatever the region.

    >>> same_language("FR-ca", "fr"), same_language("frm", "fr")
    (True, False)
    """
    return stated.lower().replace("_", "-").split("-")[0] == wanted


def _check(path: Path, root: _Element, name: str) -> None:
    if local_name(root) != name:
        raise UsageError(f'{path}: its outermost element is "{local_name(root)}", not "{name}"; is it another format?')
    dtd = root.getroottree().docinfo.internalDTD
    if dtd is not None and cast(Any, dtd).entities():
        raise UsageError(f"{path}: declares XML entities, which no TMX or XLIFF file needs; it is not read")


def _forget(found: _Element) -> None:
    """Free an element and those before it, so that a file of any length can be read."""
    found.clear()
    parent = found.getparent()
    while parent is not None and found.getprevious() is not None:
        del parent[0]
