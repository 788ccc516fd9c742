"""Compressed files and web archives: what is read, what it is called, and that none of them can explode."""

from __future__ import annotations

import gzip
import io
import json
import os
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from pipeline.errors import DocumentError
from pipeline.io import source as bounds
from pipeline.io.readers import find
from pipeline.io.source import Source

NOWHERE = Path("/nonexistent")
TEXT = "Le barrage du Vallon Noir a été vidé en trois jours par une équipe de douze ingénieurs."
PAGE = f"<html><head><title>Le barrage</title></head><body><article>{f'<p>{TEXT}</p>' * 4}</article></body></html>"


def zstd(data: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(data)


PACKERS: dict[str, Callable[[bytes], bytes]] = {".gz": gzip.compress, ".zst": zstd}


def sources(path: Path) -> list[Source]:
    return list(find([str(path)], NOWHERE))


def reason(source: Source) -> str:
    with pytest.raises(DocumentError) as caught:
        source.read()
    return str(caught.value)


@pytest.mark.parametrize("suffix", PACKERS)
def test_a_compressed_file_is_read_as_the_file_in_it(suffix: str, tmp_path: Path) -> None:
    lines = "".join(json.dumps({"id": n, "text": TEXT}) + "\n" for n in range(3))
    for name, content in {"a.txt": TEXT, "b/c.html": PAGE, "d.jsonl": lines}.items():
        path = tmp_path / "in" / (name + suffix)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(PACKERS[suffix](content.encode()))
    found = sources(tmp_path / "in")
    assert [source.id for source in found] == ["a", "b/c", "0", "1", "2"]
    assert all(TEXT in source.read().raw for source in found)


@pytest.mark.parametrize("suffix", PACKERS)
def test_parts_that_were_put_together_are_all_read(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"a.txt{suffix}"
    path.write_bytes(PACKERS[suffix](b"Un. ") + PACKERS[suffix](b"Deux."))
    assert sources(path)[0].read().raw == "Un. Deux."


@pytest.mark.parametrize("suffix", PACKERS)
@pytest.mark.parametrize("damage", ["cut", "changed", "other"])
def test_a_damaged_file_is_listed_with_its_reason_and_what_came_before_is_kept(
    suffix: str, damage: str, tmp_path: Path
) -> None:
    line = json.dumps({"id": "a", "text": TEXT}) + "\n"
    good = PACKERS[suffix](line.encode())
    bad = {"cut": good[:-9], "changed": good[:20] + bytes(20) + good[40:], "other": b"not compressed"}[damage]
    path = tmp_path / f"a.jsonl{suffix}"
    path.write_bytes(good + bad)
    first, *_, last = sources(path)
    assert first.read().raw == TEXT
    assert "cannot be read" in reason(last)
    assert last.origin == str(path)


@pytest.mark.parametrize("suffix", [".txt.gz", ".txt.zst", ".html.zst", ".jsonl.gz", ".jsonl.zst", ".warc.gz"])
def test_a_bomb_claims_little_memory_and_is_refused(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"bomb{suffix}"
    path.write_bytes(PACKERS["." + suffix.rsplit(".", 1)[1]](bytes(400_000_000)))
    tracemalloc.start()
    found = sources(path)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 150_000_000
    assert len(found) == 1
    assert "larger than" in reason(found[0]) or "no WARC file" in reason(found[0])


def archive(path: Path, *pages: tuple[str, str, bytes, dict[str, str]], kind: str = "response") -> Path:
    """A WARC of (address, status, body, HTTP headers)."""
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=path.suffix == ".gz")
        for n, (url, status, body, headers) in enumerate(pages):
            http = StatusAndHeaders(status, list(headers.items()), protocol="HTTP/1.1")
            warc = {"WARC-Record-ID": f"<urn:uuid:{n}>", "WARC-Date": "2024-05-01T00:00:00Z"}
            writer.write_record(
                writer.create_warc_record(
                    url, kind, io.BytesIO(body), http_headers=http, warc_headers_dict=warc, length=len(body)
                )
            )
    return path


HTML = {"Content-Type": "text/html; charset=UTF-8"}
URL = "https://example.org/vallee/barrage?p=1"


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz"])
def test_a_web_archive_gives_its_pages_under_their_addresses(name: str, tmp_path: Path) -> None:
    other = ("https://example.org/logo.png", "200 OK", b"\x89PNG", {"Content-Type": "image/png"})
    gone = ("https://example.org/x", "404 Not Found", PAGE.encode(), HTML)
    path = archive(tmp_path / name, (URL, "200 OK", PAGE.encode(), HTML), other, gone, (URL, "200 OK", b"x", HTML))
    first, second = sources(path)
    assert first.id.startswith("example.org/vallee/barrage?p=1~")
    assert first.id != second.id
    assert (first.origin, second.origin) == (f"{path}:1", f"{path}:4")
    document = first.read()
    assert TEXT in document.raw
    assert document.meta["url"] == URL
    assert [source.id for source in sources(path)] == [first.id, second.id]


CODINGS: list[tuple[bytes, dict[str, str]]] = [
    (gzip.compress(PAGE.encode()), {"Content-Encoding": "gzip"}),
    (PAGE.encode(), {"Content-Encoding": "gzip"}),  # archivers unpack the body and leave the header
    (f"{len(PAGE.encode()):x}\r\n".encode() + PAGE.encode() + b"\r\n0\r\n\r\n", {"Transfer-Encoding": "chunked"}),
    (PAGE.encode("iso8859-15"), {"Content-Type": "text/html; charset=ISO-8859-15"}),
]


@pytest.mark.parametrize(("body", "headers"), CODINGS)
def test_a_page_is_unpacked_as_its_server_said(body: bytes, headers: dict[str, str], tmp_path: Path) -> None:
    (found,) = sources(archive(tmp_path / "a.warc.gz", (URL, "200 OK", body, HTML | headers)))
    assert TEXT in found.read().raw


def test_a_bomb_in_an_archive_is_refused_and_the_next_page_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.io.warc.LARGEST", 10_000)
    packed = gzip.compress(bytes(10_000_000))
    bombs = [(URL, "200 OK", body, HTML | {"Content-Encoding": "gzip"}) for body in (packed[:9_000], bytes(20_000))]
    damaged, large, good = sources(archive(tmp_path / "a.warc.gz", *bombs, (URL, "200 OK", PAGE.encode(), HTML)))
    assert "larger than" in reason(damaged)
    assert "larger than" in reason(large)
    assert TEXT in good.read().raw


def test_a_record_with_an_endless_head_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.warc"
    path.write_bytes(b"WARC/1.0\r\n" + b"X: " + b"a" * 5_000_000)
    assert "no WARC file" in reason(sources(path)[0])


# Bytes of the second record that are left: in its head, in the server's, in the page.
@pytest.mark.parametrize("left", [4, 40, 250, 600])
def test_what_comes_before_the_end_of_a_cut_off_archive_is_kept(left: int, tmp_path: Path) -> None:
    page = (URL, "200 OK", PAGE.encode(), HTML)
    path = archive(tmp_path / "a.warc", page, page)
    plain = path.read_bytes()
    path.write_bytes(plain[: len(plain) // 2 + left])
    first, last = sources(path)
    assert TEXT in first.read().raw
    assert "cannot be read" in reason(last)


@pytest.mark.parametrize("suffix", PACKERS)
def test_what_comes_before_the_end_of_a_packed_archive_is_kept(suffix: str, tmp_path: Path) -> None:
    page = (URL, "200 OK", PAGE.encode(), HTML)
    plain = archive(tmp_path / "a.warc", page, page).read_bytes()
    half = len(plain) // 2
    path = tmp_path / f"b.warc{suffix}"
    path.write_bytes(PACKERS[suffix](plain[:half]) + PACKERS[suffix](plain[half:])[:-20])
    first, last = sources(path)
    assert TEXT in first.read().raw
    assert "cannot be read" in reason(last)


def test_a_record_without_its_address_ends_its_archive_alone(tmp_path: Path) -> None:
    (tmp_path / "a.warc").write_bytes(b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 3\r\n\r\nabc\r\n\r\n")
    (tmp_path / "b.txt").write_text(TEXT)
    bad, good = sources(tmp_path)
    assert "a record lacks a part of its head" in reason(bad)
    assert good.read().raw == TEXT


def test_a_record_that_is_longer_than_its_head_says_is_told(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = archive(tmp_path / "a.warc", (URL, "200 OK", PAGE.encode(), HTML), (URL, "200 OK", PAGE.encode(), HTML))
    path.write_bytes(path.read_bytes().replace(b"</html>", b"</html>more", 1))
    first, second, told = sources(path)
    assert TEXT in first.read().raw
    assert TEXT in second.read().raw
    assert "1 of its records are longer than their heads say" in reason(told)
    assert capfd.readouterr().err == ""


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.txt")
    assert "is a pipe" in reason(sources(tmp_path)[0])


def test_a_text_archive_gives_its_plain_text(tmp_path: Path) -> None:
    path = tmp_path / "a.warc"
    body = TEXT.encode()
    head = f"WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Target-URI: {URL}\r\nWARC-Record-ID: <urn:uuid:1>\r\n"
    head += f"WARC-Date: 2024-05-01T00:00:00Z\r\nContent-Type: text/plain\r\nContent-Length: {len(body)}\r\n\r\n"
    path.write_bytes(head.encode() + body + b"\r\n\r\n")
    assert sources(path)[0].read().raw == TEXT


def test_a_document_larger_than_the_bound_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert bounds.LARGEST == 20_000_000
    monkeypatch.setattr("pipeline.io.readers.LARGEST", 50)
    (tmp_path / "a.txt").write_text("x" * 51)
    (tmp_path / "b.jsonl").write_text('{"id": 1, "text": "x"}\n{"id": 2, "text": "' + "x" * 60 + '"}\n{"id": 3}\n')
    large, good, line = sources(tmp_path)
    assert "larger than" in reason(large)
    assert good.read().raw == "x"
    assert "nothing after it is read" in reason(line)


def test_names_that_are_no_characters_are_spelled_out(tmp_path: Path) -> None:
    (tmp_path / "caf\udce9.txt").write_text("x")
    (tmp_path / "z.jsonl").write_text(r'{"id": "demi \ud83d", "text": "x"}')
    assert [source.id for source in sources(tmp_path)] == [r"caf\udce9", r"demi \ud83d"]
