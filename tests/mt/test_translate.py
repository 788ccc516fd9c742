"""The stage `translate`, lines, and the memories."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pytest
from pydantic import ValidationError

from pipeline.document import Document, Segment
from pipeline.errors import UsageError
from pipeline.mt.align import Link
from pipeline.mt.engines import Decoding, EchoEngine, Hypothesis
from pipeline.mt.filememory import FileMemory
from pipeline.mt.folder import LocalModel
from pipeline.mt.lines import translate_lines
from pipeline.mt.memory import Entry, key
from pipeline.mt.tmx import read_pairs, write_entries
from pipeline.stages.base import Resources
from pipeline.stages.translate import Translate, TranslateOptions

SHARED = Path(__file__).resolve().parents[3] / "shared"
BAD = [
    "x",
    "😀",
    "…",
    "12,5 %",
    "LE PRÉSIDENT EST ARRIVÉ HIER",
    "</s>",
    "<pad>",
    ">>en<< Bonjour",
    "北京 и Москва",
    "a" * 10**5,
]


class Kept(dict[str, Entry]):
    """A memory in memory."""

    def lookup(self, keys: Iterable[str]) -> dict[str, Entry]:
        return {k: self[k] for k in keys if k in self}

    def store(self, entries: Mapping[str, Entry]) -> None:
        self.update(entries)


def document(*sources: str, language: str = "fr", id: str = "d") -> Document:
    return Document(id, "", segments=[Segment(id, i, 0, 0, s, i, language=language) for i, s in enumerate(sources)])


def echo(**options: object) -> TranslateOptions:
    return TranslateOptions.model_validate({"engine": "echo", "model": "embedded", **options})


def run(options: TranslateOptions, *documents: Document, resources: Resources | None = None) -> list[Segment]:
    return [s for d in Translate(options, resources)(documents) for s in d.segments]


def test_segments_of_all_documents_are_translated_in_place() -> None:
    told: list[tuple[str, int]] = []
    resources = Resources(advance=lambda stage, units: told.append((stage, units)))
    found = run(echo(), document("Un.", "Deux."), document(), document("Un.", id="e"), resources=resources)
    assert [(s.doc, s.target, s.hypothesis, s.origin) for s in found] == [
        ("d", "Un.", "Un.", "mt"),
        ("d", "Deux.", "Deux.", "mt"),
        ("e", "Un.", "Un.", "mt"),
    ]
    assert {stage for stage, _ in told} == {"translate"}
    assert sum(units for _, units in told) == 3


def test_what_is_in_another_language_is_not_translated() -> None:
    found = run(
        echo(), document("Hello.", language="en"), document("Hola.", language="es"), document("Oui.", language="")
    )
    assert [(s.target, s.origin, s.hypothesis) for s in found] == [
        ("Hello.", "copy", ""),
        ("", "", ""),
        ("Oui.", "mt", "Oui."),
    ]


def test_bad_input_gives_one_translation_each() -> None:
    found = run(TranslateOptions(model="embedded"), document(*BAD))
    assert [s.source for s in found] == BAD
    assert all(s.target.strip() and s.origin == "mt" for s in found)
    assert all(s.logprob is not None and s.logprob <= 0 for s in found)
    assert found[-1].target == BAD[-1]
    assert found[4].target.isupper()


def test_the_glossary_is_applied_and_the_model_quoted(tmp_path: Path) -> None:
    glossary = tmp_path / "glossary.yaml"
    glossary.write_text("people:\n  Putin: [Poutine]\n", encoding="utf-8")
    (found,) = run(echo(glossary=str(glossary)), document("Poutine parle."))
    assert (found.target, found.hypothesis) == ("Putin parle.", "Poutine parle.")
    assert (0, 7, 0, 5) in found.alignment


def mangling(engine: EchoEngine, sources: Sequence[str], decoding: Decoding | None = None) -> list[Hypothesis]:
    return [Hypothesis("He spoke at a special cremony.", -0.5) for _ in sources]


def test_a_mangled_word_is_mended_and_the_model_quoted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(EchoEngine, "translate", mangling)
    stage = Translate(echo())
    (shard,) = stage([document("Il a parlé lors d'une cérémonie spéciale.")])
    (found,) = shard.segments
    assert (found.target, found.hypothesis) == ("He spoke at a special ceremony.", "He spoke at a special cremony.")
    assert stage.describe()["mended"] == "1"


def test_mangled_words_of_lines_are_mended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(EchoEngine, "translate", mangling)
    lines = translate_lines(["Il a parlé lors d'une cérémonie spéciale."], Translate(echo()).translator)
    assert list(lines) == ["He spoke at a special ceremony."]


def test_a_misread_word_is_mended_by_what_it_is_linked_to(monkeypatch: pytest.MonkeyPatch) -> None:
    source, said = "Il fut tué par la foudre.", "He was killed by the crowd."
    links = [[(s, s + 6, t, t + 5)] for s, t in [(source.index("foudre"), said.index("crowd"))]]
    monkeypatch.setattr(EchoEngine, "translate", lambda *_: [Hypothesis(said, -0.5)])
    monkeypatch.setattr(EchoEngine, "align", lambda *_: links)
    (shard,) = Translate(echo())([document(source)])
    (found,) = shard.segments
    assert (found.target, found.hypothesis) == ("He was killed by the lightning.", said)
    assert list(translate_lines([source], Translate(echo()).translator)) == [found.target]


def test_a_long_sentence_is_aligned_part_by_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    glossary = tmp_path / "glossary.yaml"
    glossary.write_text("people:\n  Putin: [Poutine]\n", encoding="utf-8")
    source = "un mot après l'autre, " * 60 + "puis Poutine parle."
    asked: list[str] = []
    align = EchoEngine.align

    def note(engine: EchoEngine, sources: Sequence[str], targets: Sequence[str]) -> list[list[Link]]:
        asked.extend(sources)
        return align(engine, sources, targets)

    monkeypatch.setattr(EchoEngine, "align", note)
    (found,) = run(echo(glossary=str(glossary)), document(source))
    assert found.target == source.replace("Poutine", "Putin")
    assert max(len(part.split()) for part in asked) <= 80
    start = source.index("Poutine")
    assert (start, start + 7, start, start + 5) in found.alignment


def test_an_imported_translation_is_preferred_and_says_so() -> None:
    memory = Kept({key("L'eau.", "fr-en"): Entry("The water.", imported=True, source="L'eau.")})
    found = run(echo(), document("L’eau.", "Le feu."), resources=Resources(memory=memory))
    assert [(s.target, s.origin, s.hypothesis, s.logprob) for s in found] == [
        ("The water.", "memory", "", None),
        ("Le feu.", "mt", "Le feu.", 0.0),
    ]


def test_what_was_translated_once_is_taken_from_memory() -> None:
    memory = Kept()
    run(echo(), document("Un."), resources=Resources(memory=memory))
    (k,) = memory
    memory[k] = Entry("Kept.", -0.5, source="Un.")
    (found,) = run(echo(), document("Un."), resources=Resources(memory=memory))
    assert (found.target, found.origin, found.logprob) == ("Kept.", "mt", -0.5)


def test_a_hit_for_another_source_is_no_hit() -> None:
    memory = Kept({key("Un.", "fr-en"): Entry("Two.", imported=True, source="Deux.")})
    (found,) = run(echo(), document("Un."), resources=Resources(memory=memory))
    assert found.target == "Un."


def test_another_model_does_not_take_the_same_memory(tmp_path: Path) -> None:
    memory = Kept()
    run(echo(), document("Un."), resources=Resources(memory=memory))
    run(TranslateOptions(model="embedded"), document("Un."), resources=Resources(memory=memory))
    assert len(memory) == 2


def test_a_memory_file_is_shared_across_runs(tmp_path: Path) -> None:
    file = tmp_path / "memory.sqlite"
    with FileMemory(file, "fr-en") as memory:
        assert memory.add([("Un.", "One."), ("Deux.", "Two.")]) == 2
    found = run(echo(memory=str(file)), document("Un.", "Trois."))
    assert [(s.target, s.origin) for s in found] == [("One.", "memory"), ("Trois.", "mt")]
    with FileMemory(file, "fr-en") as memory:
        assert memory.counts() == [("fr-en", 2, 1)]


@pytest.mark.parametrize("content", [b"not a database at all, but long enough to be one" * 30])
def test_a_file_that_is_no_memory_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "m").write_bytes(content)
    with pytest.raises(UsageError, match="cannot be used as a translation memory"):
        FileMemory(tmp_path / "m", "fr-en")
    assert (tmp_path / "m").read_bytes() == content


def test_a_database_of_something_else_is_left_alone(tmp_path: Path) -> None:
    import sqlite3

    with sqlite3.connect(tmp_path / "other") as other:
        other.execute("CREATE TABLE t (a)")
    with pytest.raises(UsageError, match="something else"):
        FileMemory(tmp_path / "other", "fr-en")


def test_tmx_there_and_back(tmp_path: Path) -> None:
    pairs = [("L'eau & <b>", 'The "water" \u2028 ]]>'), ("Un.", "One.")]
    with FileMemory(tmp_path / "m", "fr-en") as memory:
        memory.add(pairs)
        assert write_entries(tmp_path / "m.tmx", memory.entries(), "fr", "en") == 2
    assert sorted(read_pairs(tmp_path / "m.tmx", "fr", "en")) == sorted((a, " ".join(b.split())) for a, b in pairs)
    assert sorted(read_pairs(tmp_path / "m.tmx", "en", "fr")) == sorted((" ".join(b.split()), a) for a, b in pairs)


@pytest.mark.skipif(not (SHARED / "schemas").is_dir(), reason="needs the schemas beside the repository")
def test_the_exported_tmx_is_valid(tmp_path: Path) -> None:
    etree = pytest.importorskip("lxml.etree")
    write_entries(tmp_path / "m.tmx", [Entry("a\0b", source="é")], "fr", "en")
    dtd = etree.DTD(str(SHARED / "schemas" / "tmx14.dtd"))
    assert dtd.validate(etree.parse(str(tmp_path / "m.tmx"))), dtd.error_log


TMX = '<?xml version="1.0"?>{doctype}<tmx version="1.4"><header/><body>{units}</body></tmx>'


def test_tmx_of_other_tools(tmp_path: Path) -> None:
    units = (
        '<tu><tuv xml:lang="FR-CA"><seg>Le <bpt i="1">&lt;b&gt;</bpt>mot<ept i="1">&lt;/b&gt;</ept>.</seg></tuv>'
        '<tuv xml:lang="en_US"><seg>The <hi>word</hi>.</seg></tuv><tuv xml:lang="de"><seg>Das Wort.</seg></tuv></tu>'
        '<tu><tuv xml:lang="fr"><seg>Seul.</seg></tuv></tu>'
    )
    (tmp_path / "t.tmx").write_text(TMX.format(doctype="", units=units), encoding="utf-8")
    assert list(read_pairs(tmp_path / "t.tmx", "fr", "en")) == [("Le mot.", "The word.")]
    assert list(read_pairs(tmp_path / "t.tmx", "de", "en")) == [("Das Wort.", "The word.")]


def test_a_tmx_that_declares_entities_is_refused(tmp_path: Path) -> None:
    doctype = '<!DOCTYPE tmx [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
    unit = '<tu><tuv xml:lang="fr"><seg>&b;</seg></tuv><tuv xml:lang="en"><seg>x</seg></tuv></tu>'
    (tmp_path / "t.tmx").write_text(TMX.format(doctype=doctype, units=unit), encoding="utf-8")
    with pytest.raises(UsageError, match="entities"):
        list(read_pairs(tmp_path / "t.tmx", "fr", "en"))


def test_lines_come_out_as_they_go_in() -> None:
    translator = Translate(echo()).translator
    lines = ["Un.\n", "\n", "  \n", "Deux\u2028trois.", "", *["Un."] * 600]
    assert list(translate_lines(lines, translator)) == ["Un.", "", "", "Deux trois.", "", *["Un."] * 600]


def test_lines_stream() -> None:
    taken: list[int] = []

    def endless() -> Iterable[str]:
        for number in range(10_000):
            taken.append(number)
            yield f"Ligne {number}."

    stream = translate_lines(endless(), Translate(echo()).translator)
    assert next(stream) == "Ligne 0."
    assert len(taken) < 1000


def test_the_fingerprint_covers_what_changes_the_output(tmp_path: Path) -> None:
    prints = [
        Translate(TranslateOptions.model_validate({"model": "embedded", **options})).fingerprint()
        for options in ({}, {"beam": 2}, {"compute": "float32"}, {"glossary": ""})
    ]
    assert len(set(prints)) == len(prints)
    same = {"max_batch": 64, "prune": False, "memory": str(tmp_path / "m")}
    assert Translate(TranslateOptions.model_validate({"model": "embedded", **same})).fingerprint() == prints[0]


@pytest.mark.parametrize("options", [{"beam": 0}, {"engine": "fast"}, {"beams": 3}, {"max_batch": -1}])
def test_options_are_checked(options: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        TranslateOptions.model_validate(options)


def test_a_second_direction(tiny: LocalModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(tiny.folder, tmp_path / "there")
    entry = '{path: there, languages: [de, fr], prefix: ">>fra<<", licence: MIT, megabytes: 1}'
    (tmp_path / "models.yaml").write_text(f"default: [tiny]\nmodels:\n  tiny: {entry}\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    found = run(TranslateOptions(), document("Der Hund schläft.", language="de"), document("Le chien.", language="fr"))
    assert [(s.origin, bool(s.hypothesis)) for s in found] == [("mt", True), ("copy", False)]
