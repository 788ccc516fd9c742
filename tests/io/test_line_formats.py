"""Plain text, edits, TSV, JSONL and the Moses pair: what they hold, and that no text breaks their lines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.document import Document
from pipeline.errors import UsageError
from pipeline.io.export import EDITS, FORMATS
from pipeline.io.fields import JSON_ERRORS, json_lines, json_text, one_line, tab_line
from pipeline.io.text import translation, write_texts
from pipeline.io.tsv import read_tsv
from tests.io.conftest import Make, document

HOSTILE = yaml.safe_load((Path(__file__).parents[1] / "cases/io/hostile.yaml").read_text(encoding="utf-8"))
TEXTS = [case["text"] for case in HOSTILE]


def lines_of(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").split("\n")


def lines(path: Path) -> list[str]:
    """Lines as a program that knows only the line feed sees them."""
    text = path.read_bytes().decode("utf-8")
    assert text.endswith("\n") or not text
    return text.split("\n")[:-1]


def hostile() -> Document:
    return document("a/b", *((text, text) for text in TEXTS))


def test_a_translation_stands_on_the_line_of_its_source(tmp_path: Path, article: Document) -> None:
    write_texts(
        tmp_path, article.id, {"clean": article.text, "translated": translation(article.text, article.segments)}
    )
    assert lines_of(tmp_path / "clean/a/b.txt") == ["", "Kim a gagné. Elle dort.", "", "Il pleut."]
    assert lines_of(tmp_path / "translated/a/b.txt") == ["", "Kim won. She sleeps.", "", "Il pleut."]


def test_hostile_ids_stay_inside_the_folder(tmp_path: Path) -> None:
    for id in ("../../x", "/etc/x", "a\0b"):
        write_texts(tmp_path / "out", id, {"clean": "un", "translated": "one"})
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert len(list((tmp_path / "out").rglob("*.txt"))) == 6


def test_edits_carry_their_document(tmp_path: Path, article: Document, export: Make) -> None:
    EDITS.write(export(article), tmp_path)
    first, second = map(json.loads, lines(tmp_path / "edits.jsonl"))
    assert list(first) == ["doc", "start", "end", "before", "after", "stage", "rule", "kind", "score"]
    assert (first["doc"], first["kind"], second["before"]) == ("a/b", "share", "Kim ")
    assert article.raw[second["start"] : second["end"]] == second["before"]


def test_tsv_has_the_columns_of_the_contract(tmp_path: Path, article: Document, export: Make) -> None:
    FORMATS["tsv"].write(export(article), tmp_path)
    head, first, *_ = lines(tmp_path / "aligned.tsv")
    assert head.split("\t") == ["doc", "seg", "start", "end", "fr", "en", "score", "origin", "state", "flags"]
    assert first.split("\t") == [
        "a/b", "0", "26", "38", "Kim a gagné.", "Kim won.", "0.9123", "mt", "unreviewed", "garbled,names",
    ]  # fmt: skip


def test_jsonl_has_the_fields_of_the_contract(tmp_path: Path, article: Document, export: Make) -> None:
    FORMATS["jsonl"].write(export(article), tmp_path)
    records = [json.loads(line) for line in lines(tmp_path / "aligned.jsonl")]
    assert records[0] == {
        "id": "a/b#0", "doc": "a/b", "seg": 0, "start": 26, "end": 38,
        "translation": {"fr": "Kim a gagné.", "en": "Kim won."},
        "score": 0.9123, "origin": "mt", "state": "unreviewed", "flags": ["garbled", "names"],
    }  # fmt: skip
    assert records[2]["score"] is None


def test_moses_holds_pairs_only(tmp_path: Path, export: Make) -> None:
    made = document("d", ("un", "one"), ("deux", ""), ("trois", " \u2028 "), ("quatre", "four"), ("five", "five"))
    made.segments[3].state = "rejected"
    made.segments[4].origin = "copy"
    FORMATS["moses"].write(export(made), tmp_path)
    assert (tmp_path / "aligned.fr").read_bytes() == b"un\n"
    assert (tmp_path / "aligned.en").read_bytes() == b"one\n"


def test_bitextor_and_keops_get_their_columns(tmp_path: Path, article: Document, export: Make) -> None:
    for name in ("bitextor", "keops"):
        FORMATS[name].write(export(article), tmp_path)
    url = "https://example.org/kim"
    assert lines(tmp_path / "aligned.bitextor.tsv")[:2] == [
        "src_url\ttrg_url\tsrc_text\ttrg_text\taligner_score",
        f"{url}\t{url}\tKim a gagné.\tKim won.\t0.9123",
    ]
    assert lines(tmp_path / "aligned.keops.tsv")[:2] == ["Source text\tTarget text", "Kim a gagné.\tKim won."]


def test_hostile_texts_break_no_line(tmp_path: Path, export: Make) -> None:
    for name in ("tsv", "jsonl", "moses", "keops"):
        FORMATS[name].write(export(hostile()), tmp_path)
    for name in ("aligned.fr", "aligned.en", "aligned.tsv", "aligned.keops.tsv", "aligned.jsonl"):
        text = (tmp_path / name).read_bytes().decode("utf-8")
        head = name.endswith(".tsv")
        assert len(text.splitlines()) == len(TEXTS) + head, name
        assert all(line.strip() for line in text.splitlines())
    records = [json.loads(line) for line in lines(tmp_path / "aligned.jsonl")]
    assert [record["translation"]["fr"] for record in records] == TEXTS
    assert {len(line.split("\t")) for line in lines(tmp_path / "aligned.tsv")} == {10}


@pytest.mark.parametrize("name", list(FORMATS))
def test_writing_twice_gives_the_same_bytes(name: str, tmp_path: Path, article: Document, export: Make) -> None:
    written = []
    for folder in (tmp_path / "1", tmp_path / "2"):
        FORMATS[name].write(export(hostile(), article, date="2026-01-02T03:04:05"), folder)
        written.append([(folder / file).read_bytes() for file in FORMATS[name].files(export())])
    assert written[0] == written[1]


@pytest.mark.parametrize("name", list(FORMATS))
def test_a_run_without_documents_gives_valid_files(name: str, tmp_path: Path, export: Make) -> None:
    FORMATS[name].write(export(), tmp_path)
    assert sorted(FORMATS[name].files(export())) == sorted(path.name for path in tmp_path.iterdir())


@given(st.lists(st.text()))
def test_a_tab_separated_line_has_its_fields_for_every_reader(fields: list[str]) -> None:
    line = tab_line("first", *fields)
    assert len(line.splitlines()) == 1
    assert line[:-1].split("\t") == ["first", *map(one_line, fields)]


@given(st.text(alphabet=st.characters()))  # halves of surrogate pairs included
def test_a_json_line_is_one_line_and_means_the_same(text: str) -> None:
    line = json_lines(f"[{json_text(text)}]\n").encode("utf-8", JSON_ERRORS).decode("utf-8")
    assert line.splitlines() == [line[:-1]]
    assert json.loads(line) == [text]


# -- reading TSV back -----------------------------------------------------------------------------------------------


def test_tsv_comes_back(tmp_path: Path, export: Make) -> None:
    FORMATS["tsv"].write(export(hostile()), tmp_path)
    found = list(read_tsv(tmp_path / "aligned.tsv"))
    assert [one.target for one in found] == [one_line(text) for text in TEXTS]
    assert [(one.doc, one.seg, one.state, one.line) for one in found[:2]] == [
        ("a/b", 0, "unreviewed", 2), ("a/b", 1, "unreviewed", 3),
    ]  # fmt: skip


def test_tsv_saved_by_a_spreadsheet_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "x.tsv"
    path.write_bytes('\ufeffseg\ten\tfr\r\n3\t"He said ""no""."\t"Non."\r\n\r\n'.encode())
    (one,) = read_tsv(path)
    assert (one.doc, one.seg, one.source, one.target) == ("", 3, '"Non."', 'He said "no".')


TSV_ERRORS = {
    "no column for a language": ("doc\tseg\tfr\tde\n", r'x\.tsv:1: no column "en"'),
    "empty file": ("", r'x\.tsv:1: no column "fr"'),
    "a field too few": ("seg\tfr\ten\n0\tun\tone\n1\tdeux\n", r"x\.tsv:3: 2 fields, but the header names 3"),
    "a segment number that is none": ("seg\tfr\ten\nx\tun\tone\n", r'x\.tsv:2: seg is "x"'),
    "a segment twice": ("doc\tseg\tfr\ten\nd\t1\tun\tone\nd\t1\tun\ttwo\n", r'x\.tsv:3: "d#1" .* line 2'),
    "not UTF-8": (b"fr\ten\n\xe9t\xe9\tsummer\n", r"x\.tsv: not UTF-8"),
}


@pytest.mark.parametrize("label", list(TSV_ERRORS))
def test_a_damaged_tsv_is_refused_with_its_line(label: str, tmp_path: Path) -> None:
    content, message = TSV_ERRORS[label]
    (tmp_path / "x.tsv").write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(UsageError, match=message):
        list(read_tsv(tmp_path / "x.tsv"))


@settings(max_examples=50, deadline=None)
@given(pairs=st.lists(st.tuples(st.text(st.characters(exclude_categories=["Cs"])), st.text('"\t\n\r ab')), max_size=5))
def test_any_pairs_come_back_from_tsv(tmp_path_factory: pytest.TempPathFactory, pairs: list[tuple[str, str]]) -> None:
    path = tmp_path_factory.mktemp("tsv") / "x.tsv"
    lines = [tab_line("seg", "fr", "en"), *(tab_line(seg, *pair) for seg, pair in enumerate(pairs))]
    path.write_text("".join(lines), encoding="utf-8", newline="")
    assert [one.seg for one in read_tsv(path)] == list(range(len(pairs)))
