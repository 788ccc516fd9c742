"""TMX, XLIFF and Parquet: valid, read back whole by other programs, and read again without danger."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from pipeline.document import Document
from pipeline.errors import UsageError
from pipeline.io import xml
from pipeline.io.export import FORMATS
from pipeline.io.reviews import Review
from pipeline.io.tmx import read_tmx
from pipeline.io.xliff import read_xliff
from tests.io.conftest import SCHEMAS, Make, document

CASES = Path(__file__).parents[1] / "cases" / "io"
TEXTS = [case["text"] for case in yaml.safe_load((CASES / "hostile.yaml").read_text(encoding="utf-8"))]
READERS = {"tmx": read_tmx, "xliff": read_xliff}
TMX = ("aligned.tmx", "aligned.accepted.tmx")
needs_schemas = pytest.mark.skipif(not SCHEMAS.is_dir(), reason="shared/schemas does not stand beside the repository")


def hostile() -> Document:
    return document('a/"<b>&\n', *((text, text) for text in TEXTS))


@pytest.fixture
def reviewed(article: Document) -> Document:
    """The article with its first segment edited, its second flagged, its third accepted."""
    for segment, state in zip(article.segments, ("edited", "flagged", "accepted"), strict=True):
        segment.state = state  # type: ignore[assignment]
    article.segments[0].target, article.segments[0].origin = "Kim has won.", "human"
    article.segments[2].target = "It rains."
    return article


SAID = {
    ("a/b", 0): Review("anna", "2026-03-04T05:06:07+00:00", "Kim won.", (("ben", "Tense?"),)),
    ("a/b", 1): Review("ben", "2026-03-04T05:06:08+00:00", "", (("ben", "flagged: who?"),)),
}


@pytest.fixture
def written(tmp_path: Path, reviewed: Document, export: Make) -> Path:
    for name in ("tmx", "xliff"):
        FORMATS[name].write(export(reviewed, hostile(), said=SAID, date="2026-01-02T03:04:05"), tmp_path)
    return tmp_path


# -- valid ----------------------------------------------------------------------------------------------------------


@needs_schemas
@pytest.mark.parametrize("name", TMX)
def test_tmx_is_valid(name: str, written: Path) -> None:
    dtd = etree.DTD(str(SCHEMAS / "tmx14.dtd"))
    assert dtd.validate(etree.parse(str(written / name))), dtd.error_log


@needs_schemas
def test_xliff_is_valid(written: Path, reviewed: Document, tmp_path: Path, export: Make) -> None:
    schema = etree.XMLSchema(etree.parse(str(SCHEMAS / "xliff-core-1.2-strict.xsd")))
    schema.assertValid(etree.parse(str(written / "aligned.xlf")))
    FORMATS["xliff"].write(export(), tmp_path)
    schema.assertValid(etree.parse(str(tmp_path / "aligned.xlf")))
    FORMATS["omegat"].write(export(reviewed, hostile(), said=SAID), tmp_path)
    schema.assertValid(etree.parse(str(tmp_path / "aligned.omegat.xlf")))
    assert all(unit.source == unit.target for unit in read_xliff(tmp_path / "aligned.omegat.xlf"))


# -- what they say --------------------------------------------------------------------------------------------------


def test_accepted_and_machine_translations_stand_in_separate_memories(written: Path) -> None:
    machine, accepted = ([unit.target for unit in read_tmx(written / name)] for name in TMX)
    assert accepted == ["Kim has won.", "It rains."]
    assert machine == ["She sleeps.", *map(xml.legal, TEXTS)]


def test_a_rejected_translation_is_in_no_memory(tmp_path: Path, export: Make) -> None:
    made = document("d", ("un", "one"))
    made.segments[0].state = "rejected"
    FORMATS["tmx"].write(export(made), tmp_path)
    assert [list(read_tmx(tmp_path / name)) for name in TMX] == [[], []]


def test_tmx_tells_who_decided_and_when(written: Path) -> None:
    unit = etree.parse(str(written / TMX[1])).find(".//tu")
    assert unit is not None
    variant = unit.findall("tuv")[1]
    assert dict(variant.attrib) == {
        "{http://www.w3.org/XML/1998/namespace}lang": "en", "changedate": "20260304T050607Z", "changeid": "anna",
    }  # fmt: skip
    assert [note.text for note in unit.findall("note")] == ["ben: Tense?"]
    props = {prop.get("type"): prop.text for prop in unit.findall("prop")}
    assert props["x-state"] == "edited"
    assert props["x-flags"] == "garbled,names"


def test_a_tuid_outlives_a_new_paragraph_and_another_model(tmp_path: Path, export: Make) -> None:
    before = document("d", ("un", "one"), ("deux", "two"), ("un", "one"))
    after = document("d", ("zéro", "zero"), ("un", "ONE"), ("deux", "TWO"), ("un", "ONE"))
    ids = []
    for folder, made in (("1", before), ("2", after)):
        FORMATS["tmx"].write(export(made), tmp_path / folder)
        ids.append([unit.tuid for unit in read_tmx(tmp_path / folder / "aligned.tmx")])
    assert ids[0] == ids[1][1:]
    assert len(set(ids[0])) == 3


def test_xliff_tells_states_notes_and_the_machines_version(written: Path) -> None:
    root = etree.parse(str(written / "aligned.xlf")).getroot()
    space = {"x": "urn:oasis:names:tc:xliff:document:1.2"}
    states = root.xpath("x:file[1]//x:trans-unit/x:target/@state", namespaces=space)
    assert states == ["signed-off", "needs-review-translation", "signed-off"]
    assert root.xpath("x:file[1]//x:alt-trans/x:target/text()", namespaces=space) == ["Kim won."]
    notes = root.xpath("x:file[1]//x:trans-unit/x:note", namespaces=space)
    assert [(note.get("from"), note.text) for note in notes] == [
        ("pipeline", "flags: garbled, names"), ("ben", "Tense?"), ("ben", "flagged: who?"),
    ]  # fmt: skip


# -- read by others -------------------------------------------------------------------------------------------------


def test_translate_toolkit_reads_tmx(written: Path) -> None:
    tmx = pytest.importorskip("translate.storage.tmx")
    store = tmx.tmxfile.parsefile(str(written / "aligned.tmx"))
    assert [unit.source for unit in store.units] == ["Elle dort.", *map(xml.legal, TEXTS)]
    assert [unit.target for unit in store.units] == ["She sleeps.", *map(xml.legal, TEXTS)]


def test_translate_toolkit_reads_xliff(written: Path) -> None:
    xliff = pytest.importorskip("translate.storage.xliff")
    store = xliff.xlifffile.parsefile(str(written / "aligned.xlf"))
    texts = [unit.target for unit in store.units if not unit.isheader()]
    assert texts == ["Kim has won.", "She sleeps.", "It rains.", *map(xml.legal, TEXTS)]
    first = store.units[0]
    assert first.isapproved()
    assert "Tense?" in first.getnotes()
    assert [unit.target for unit in first.getalttrans()] == ["Kim won."]


@pytest.mark.parametrize("name", ["jsonl", "parquet"])
def test_datasets_loads_translations(name: str, tmp_path: Path, article: Document, export: Make) -> None:
    datasets = pytest.importorskip("datasets")
    FORMATS[name].write(export(article, hostile()), tmp_path)
    text, whole = datasets.Value("string"), datasets.Value("int64")
    features = datasets.Features(
        {
            "id": text, "doc": text, "seg": whole, "start": whole, "end": whole,
            "translation": datasets.Translation(languages=["fr", "en"]),
            "score": datasets.Value("float64"), "origin": text, "state": text, "flags": datasets.List(text),
        }
    )  # fmt: skip
    reader, given = ("json", {"features": features}) if name == "jsonl" else ("parquet", {})
    files = str(tmp_path / FORMATS[name].files(export())[0])
    data = datasets.load_dataset(reader, data_files=files, split="train", cache_dir=str(tmp_path / "cache"), **given)
    assert data.features == features
    assert data[0]["translation"] == {"fr": "Kim a gagné.", "en": "Kim won."}
    assert data[0]["flags"] == ["garbled", "names"]
    assert [row["translation"]["en"] for row in data][3:] == TEXTS


def test_parquet_without_pyarrow_names_the_extra(
    tmp_path: Path, article: Document, export: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(UsageError, match=r"pip install .*pipeline\[parquet\]"):
        FORMATS["parquet"].write(export(article), tmp_path)


# -- read back ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "file"), [("tmx", TMX[0]), ("xliff", "aligned.xlf")])
def test_what_was_written_comes_back(name: str, file: str, written: Path) -> None:
    found = [one for one in READERS[name](written / file) if one.doc != "a/b"]
    assert [one.target for one in found] == [one.source for one in found] == [xml.legal(text) for text in TEXTS]
    assert [one.seg for one in found] == list(range(len(TEXTS)))
    assert {one.doc for one in found} == {'a/"<b>&\n'}
    assert {one.state for one in found} == {"unreviewed"}


def test_both_formats_give_a_segment_the_same_id(written: Path) -> None:
    from_tmx = {one.tuid for name in TMX for one in read_tmx(written / name)}
    assert from_tmx == {one.tuid for one in read_xliff(written / "aligned.xlf")}


def test_states_and_comments_come_back_from_xliff(written: Path) -> None:
    found = list(read_xliff(written / "aligned.xlf"))[:3]
    assert [(one.state, one.note) for one in found] == [
        ("accepted", "Tense?"), ("flagged", "flagged: who?"), ("accepted", ""),
    ]  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(source=st.text(st.characters(), min_size=1), target=st.text(st.characters(), min_size=1))
def test_any_text_survives_xml(
    tmp_path_factory: pytest.TempPathFactory, export: Make, source: str, target: str
) -> None:
    folder, made = tmp_path_factory.mktemp("xml"), document("d", (source, target))
    FORMATS["xliff"].write(export(made), folder)
    FORMATS["tmx"].write(export(made), folder)
    wanted = [(xml.legal(source), xml.legal(target))]
    assert [(one.source, one.target) for one in read_xliff(folder / "aligned.xlf")] == wanted
    pairs = wanted if source.strip() and target.strip() else []
    assert [(one.source, one.target) for one in read_tmx(folder / "aligned.tmx")] == pairs


BROKEN = yaml.safe_load((CASES / "broken.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", BROKEN, ids=[case["label"] for case in BROKEN])
def test_a_file_that_cannot_be_used_is_refused_with_its_line(case: dict[str, str], tmp_path: Path) -> None:
    path = tmp_path / "x.xml"
    path.write_text(case["text"], encoding="utf-8")
    with pytest.raises(UsageError, match=case["error"]):
        list(READERS[case["format"]](path))


FOREIGN = yaml.safe_load((CASES / "foreign.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", FOREIGN, ids=[case["label"] for case in FOREIGN])
def test_files_of_other_tools_are_understood(case: dict[str, object], tmp_path: Path) -> None:
    path = tmp_path / "x.xml"
    path.write_text(str(case["text"]), encoding="utf-8")
    found = READERS[str(case["format"])](path)
    assert [[one.doc, one.seg, one.source, one.target, one.state, one.note] for one in found] == case["found"]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"none\.tmx cannot be read: No such file"):
        list(read_tmx(tmp_path / "none.tmx"))
