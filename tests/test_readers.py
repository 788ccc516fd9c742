"""Finding and reading input: what is read, what it is called, and what is said of input that cannot be read."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import DocumentError, UsageError
from pipeline.io.decoding import decode
from pipeline.io.readers import Source, check_inputs, find

NOWHERE = Path("/nonexistent")
TEXT = "L’été à Orléans : « déjà » œuvré…\n"


def ids(folder: Path) -> list[str]:
    return [source.id for source in find([str(folder)], NOWHERE)]


def reason(source: Source) -> str:
    with pytest.raises(DocumentError) as caught:
        source.read()
    return str(caught.value)


def one(path: Path) -> Source:
    (source,) = find([str(path)], NOWHERE)
    return source


def test_a_document_is_called_by_its_path_without_the_suffix(tmp_path: Path) -> None:
    (tmp_path / "b" / "c").mkdir(parents=True)
    (tmp_path / "b" / "c" / "z.v2.txt").write_text("x")
    (tmp_path / "a.html").write_text("<p>x</p>")
    (tmp_path / "notes.md").write_text("x")
    (tmp_path / ".hidden.txt").write_text("x")
    assert ids(tmp_path) == ["a", "b/c/z.v2"]


def test_the_output_folder_is_never_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "b.txt").write_text("x")
    assert [source.id for source in find([str(tmp_path)], tmp_path / "out")] == ["a"]


def test_links_that_run_in_a_circle_end(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x.txt").write_text("x")
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "linked").symlink_to(tmp_path / "a")
    assert ids(tmp_path) == ["a/x", "linked/x"]


def test_an_output_folder_that_leads_to_itself_is_no_input(tmp_path: Path) -> None:
    (tmp_path / "out").symlink_to("out")
    (tmp_path / "a.txt").write_text("x")
    check_inputs([str(tmp_path)], tmp_path / "out")
    assert [source.id for source in find([str(tmp_path)], tmp_path / "out")] == ["a"]


def test_a_link_to_itself_hides_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "a.txt").symlink_to("a.txt")
    (tmp_path / "b").symlink_to("b")
    (tmp_path / "c.txt").write_text("x")
    loop, good = find([str(tmp_path)], NOWHERE)
    assert "Too many levels of symbolic links" in reason(loop)
    assert good.read().raw == "x"


@pytest.mark.parametrize("inside", [".", "clean", "translated/b", "clean/a.txt"])
def test_what_a_run_writes_is_no_input(inside: str, tmp_path: Path) -> None:
    (tmp_path / "clean").mkdir()
    (tmp_path / "translated" / "b").mkdir(parents=True)
    (tmp_path / "clean" / "a.txt").write_text("x")
    with pytest.raises(UsageError, match=r"is what the run writes; choose another --output"):
        check_inputs([str(tmp_path / inside)], tmp_path)


def test_an_input_may_lie_beside_or_around_the_output(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    check_inputs([str(tmp_path)], tmp_path / "out")
    check_inputs([str(tmp_path / "out")], tmp_path)


def test_patterns_are_expanded_in_order(tmp_path: Path) -> None:
    for name in ("b1.txt", "b2.txt", "c.txt"):
        (tmp_path / name).write_text("x")
    assert [source.id for source in find([str(tmp_path / "b*.txt")], NOWHERE)] == ["b1", "b2"]


def test_inputs_that_do_not_exist_or_cannot_be_read_are_all_named(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_text("x")
    with pytest.raises(UsageError) as caught:
        check_inputs([str(tmp_path / "no"), str(tmp_path / "a.pdf"), str(tmp_path)], NOWHERE)
    no, pdf = str(caught.value).splitlines()
    assert "no does not exist" in no
    assert "a.pdf has no suffix that can be read; allowed: .txt" in pdf


ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-32"]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_encodings_that_say_what_they_are_need_no_warning(encoding: str) -> None:
    assert decode(TEXT.encode(encoding)) == (TEXT, [])


def test_utf_16_of_either_byte_order_is_read() -> None:
    assert decode(b"\xfe\xff" + TEXT.encode("utf-16-be")) == (TEXT, [])


def test_cp1252_is_read_with_a_warning() -> None:
    assert decode(TEXT.encode("cp1252")) == (TEXT, ["is not UTF-8; read as cp1252"])


def test_broken_utf_8_keeps_its_good_characters_and_loses_no_byte() -> None:
    text, warnings = decode("été à Pâques".encode() + b" caf\xe9 \x93ouvert\x94")
    assert text == "été à Pâques café “ouvert”"
    assert warnings == ["is broken UTF-8; 3 bytes read as cp1252"]


def test_a_page_may_declare_its_encoding() -> None:
    page = '<html><head><meta charset="iso-8859-2"></head><body>Łódź</body></html>'
    text, warnings = decode(page.encode("iso-8859-2"), markup=True)
    assert "Łódź" in text
    assert warnings == ["is not UTF-8; read as iso8859-2, which the page declares"]


@given(st.binary(max_size=200))
def test_any_bytes_are_text_or_refused(data: bytes) -> None:
    try:
        text, _ = decode(data)
    except DocumentError:
        return
    assert isinstance(text, str)
    text.encode("utf-8", "surrogatepass")


def test_binary_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(bytes(range(256)) * 20)
    assert "is not text" in reason(one(path))


def test_a_stray_nul_does_not_make_a_text_binary(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(TEXT.encode() * 5 + b"\0\x01")
    assert one(path).read().raw == TEXT * 5 + "\0\x01"


@pytest.mark.parametrize(("content", "message"), [("", "is empty"), (" \n\t\n", "only white space")])
def test_files_without_text_are_refused(content: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(content)
    assert message in reason(one(path))


UNREADABLE: list[tuple[str, bytes, str]] = [
    ("a.txt", b"", "put text into it"),
    ("a.txt", b" \n", "put text into it"),
    ("a.txt", bytes(range(256)) * 20, "convert it to UTF-8"),
    ("a.html", b"<p></p>", "save its text as .txt"),
    ("a.txt.gz", b"text", "get it again"),
    ("a.txt.gz", gzip.compress(b"text")[:-9], "get it again"),
    ("a.txt.zst", b"text", "get it again"),
    ("a.warc", b"text", "get it again"),
    ("a.jsonl", b"", "put lines of"),
    ("a.jsonl.gz", b"", "put lines of"),
    ("a.warc", b"", "take it out of the input"),
    ("a.jsonl", b"{", "give one JSON object a line"),
    ("a.jsonl", b"[]", 'give {"id": ...'),
    ("a.jsonl", b'{"id": 1}', "give one of them"),
    ("a.jsonl", b'{"text": "x"}', "give each line its own"),
]


@pytest.mark.parametrize(("name", "content", "advice"), UNREADABLE)
def test_each_reason_says_what_to_do_next(name: str, content: bytes, advice: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    assert advice in reason(one(tmp_path / name)).split("; ", 1)[1]


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every file")
def test_an_unreadable_file_is_listed_with_its_reason(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("x")
    path.chmod(0)
    assert "cannot be read: Permission denied" in reason(one(path))


def test_a_dangling_link_is_listed_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "a.txt").symlink_to(tmp_path / "gone")
    assert "cannot be read: No such file" in reason(one(tmp_path / "a.txt"))


def test_a_page_gives_its_article_and_what_is_known_of_it(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    body = "<p>Le barrage a été vidé en trois jours par une équipe de douze ingénieurs venus de la vallée.</p>" * 4
    path.write_text(
        '<html><head><title>Le barrage est vide</title><meta property="og:site_name" content="La Gazette"></head>'
        f"<body><nav>Menu Accueil</nav><article><h1>Le barrage est vide</h1>{body}</article></body></html>"
    )
    document = one(path).read()
    assert "douze ingénieurs" in document.raw
    assert "<p>" not in document.raw
    assert document.meta["title"] == "Le barrage est vide"


def test_a_page_without_an_article_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text("<html><body></body></html>")
    assert "holds no article" in reason(one(path))


LINES = [
    ({"id": "a", "text": "Un texte.", "title": "T", "url": "https://example.org/a"}, ""),
    ({"id": 7, "text": "Un texte."}, ""),
    ({"text": "sans nom"}, 'has no "id"'),
    ({"id": "  ", "text": "x"}, 'has no "id"'),
    ({"id": True, "text": "x"}, 'has no "id"'),
    ({"id": 1.5, "text": "x"}, 'has no "id"'),
    ({"id": "b"}, 'has neither "text" nor "html"'),
    ({"id": "c", "text": 3}, 'has neither "text" nor "html"'),
    (["id", "text"], "is no JSON object"),
    ("{broken", "is no JSON"),
    ({"id": "d", "text": "  "}, "only white space"),
    ({"id": "e", "text": "demi \ud83d caractère"}, ""),
]


@pytest.mark.parametrize(("record", "message"), LINES)
def test_each_line_of_jsonl_is_a_document_or_says_why_not(record: object, message: str, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("\n" + (record if isinstance(record, str) else json.dumps(record)) + "\n")
    source = one(path)
    assert source.origin == f"{path}:2"
    if message:
        assert message in reason(source)
        return
    assert isinstance(record, dict)
    document = source.read()
    assert document.id == str(record["id"])
    assert {"title", "url"} & record.keys() == document.meta.keys()
    document.raw.encode()


def test_the_digest_changes_with_the_bytes_only(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("un")
    before = one(path).digest()
    os.utime(path, (0, 0))
    assert one(path).digest() == before
    path.write_text("deux")
    assert one(path).digest() != before
