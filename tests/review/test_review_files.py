"""Work that leaves the review app and comes back: other tools' files, journals, statistics, discarding."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from review_build import desk, document, save, sentences
from typer.testing import CliRunner, Result

from pipeline.errors import UsageError
from pipeline.io.export import FORMATS, Export
from pipeline.io.imported import Imported
from pipeline.review.cli import review_app
from pipeline.review.desk import Desk
from pipeline.review.importing import apply, preview
from pipeline.review.journal import merge, take, write_journal
from pipeline.review.lists import Filter
from pipeline.review.rows import Row
from pipeline.review.stats import stats
from pipeline.store import Store


def segments(at: Desk, doc: str = "a") -> list[Row]:
    return [row for row in at.rows(at.index.ids(Filter(doc=doc))) if row.kind == "segment"]


def edit(at: Desk, seg: int, text: str, doc: str = "a") -> None:
    row = segments(at, doc)[seg]
    at.decide(row.id, "edit", text, row.version)


def cli(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(review_app, [*arguments, "--output", str(folder)])


@pytest.fixture
def at(tmp_path: Path) -> Desk:
    return desk(save(tmp_path, *(document(id, sentences(6), removed=["Partager"]) for id in ("a", "b"))))


def changed(path: Path, change: Callable[[str], str]) -> Path:
    path.write_text(change(path.read_text("utf-8")), "utf-8")
    return path


@pytest.mark.parametrize(("format", "name"), [("xliff", "aligned.xlf"), ("tmx", "aligned.tmx"), ("tsv", "aligned.tsv")])
def test_a_file_edited_elsewhere_comes_back_as_edits(at: Desk, tmp_path: Path, format: str, name: str) -> None:
    FORMATS[format].write(Export(at.store), tmp_path)
    english = segments(at)[2].target
    file = changed(tmp_path / name, lambda text: text.replace(english, "Better English.", 1))

    shown = cli(tmp_path, "import", str(file))
    assert "Better English." in shown.output
    assert segments(at)[2].state == "unreviewed"  # a preview saves nothing

    assert "1 events saved" in cli(tmp_path, "import", str(file), "--yes", "--reviewer", "Zoe").output
    row = segments(at)[2]
    assert (row.state, row.target, row.reviewer) == ("edited", "Better English.", "Zoe")
    assert {r.state for r in segments(at) if r.seg != 2} == {"unreviewed"}
    assert "saved" not in cli(tmp_path, "import", str(file), "--yes").output


def test_states_that_a_tool_set_on_everything_do_not_count_unless_trusted(at: Desk, tmp_path: Path) -> None:
    FORMATS["xliff"].write(Export(at.store), tmp_path)
    file = changed(tmp_path / "aligned.xlf", lambda text: re.sub(r'state="[\w-]+"', 'state="final"', text))
    cli(tmp_path, "import", str(file), "--yes")
    assert {row.state for row in segments(at)} == {"unreviewed"}
    cli(tmp_path, "import", str(file), "--yes", "--trust-states")
    assert {row.state for row in segments(at)} == {"accepted"}


def test_english_that_is_the_french_was_not_translated(at: Desk) -> None:
    row = segments(at)[0]
    plan = preview(at, [Imported("a", 0, "", row.source, row.source.replace("’", "'"))])
    assert (plan.proposals, plan.conflicts, plan.counts()["untranslated"]) == ([], [], 1)


def test_an_import_is_one_undo(at: Desk) -> None:
    rows = segments(at)
    found = [Imported("a", row.seg, "", row.source, f"New {row.seg}.") for row in rows]
    assert apply(at, preview(at, found)) == 6
    assert len(at.undo()) == 6
    assert {row.state for row in segments(at)} == {"unreviewed"}


def test_what_was_decided_here_meanwhile_is_a_conflict(at: Desk) -> None:
    edit(at, 0, "Ours.")
    row = segments(at)[0]
    plan = preview(at, [Imported("a", 0, "", row.source, "Theirs.")])
    assert (len(plan.proposals), len(plan.conflicts)) == (0, 1)
    apply(at, plan)
    assert segments(at)[0].target == "Ours."
    apply(at, plan, prefer_file=True)
    assert segments(at)[0].target == "Theirs."


def test_a_file_older_than_the_decision_changes_nothing(at: Desk) -> None:
    edit(at, 0, "Ours.")
    row = segments(at)[0]
    assert preview(at, [Imported("a", 0, "", row.source, row.machine)]).counts()["unchanged"] == 1


def test_segments_that_the_file_lacks_are_counted(tmp_path: Path) -> None:
    at = desk(save(tmp_path, document("a", sentences(5), removed=["Partager"]), document("b", sentences(3))))
    rows = segments(at, "a")[:2]
    plan = preview(at, [Imported("a", row.seg, "", row.source, f"{row.machine} Changed.") for row in rows])
    assert (len(plan.proposals), plan.counts()["not in the file"]) == (2, 3)


@pytest.mark.parametrize(
    ("one", "why"),
    [
        (Imported("a", 0, "", "Une autre phrase.", "X."), "no segment"),
        (Imported("nowhere", 0, "", "Une autre phrase.", "X."), "no segment"),
        (Imported("", None, "", "Une autre phrase.", "X."), "no segment"),
    ],
)
def test_segments_that_this_run_does_not_have_are_listed(at: Desk, one: Imported, why: str) -> None:
    plan = preview(at, [one])
    assert why in plan.unknown[0].why
    assert plan.proposals == []


def test_a_segment_is_found_by_its_french_where_numbers_have_moved(at: Desk) -> None:
    row = segments(at)[4]
    plan = preview(at, [Imported("a", 1, "", row.source, "Moved.")])
    assert [proposal.row.seg for proposal in plan.proposals] == [4]


def test_a_memory_without_documents_speaks_of_every_segment_with_its_french(at: Desk) -> None:
    source = segments(at)[3].source
    plan = preview(at, [Imported("", None, "x1", source, "Everywhere."), Imported("", None, "x2", source, "Not so.")])
    assert sorted(proposal.row.doc for proposal in plan.proposals) == ["a", "b"]
    assert {proposal.text for proposal in plan.proposals} == {"Everywhere."}
    assert "two ways" in plan.unknown[0].why


def test_notes_become_comments_once(at: Desk) -> None:
    row = segments(at)[0]
    found = [Imported("a", 0, "", row.source, row.target, note="Ask the agency.\nAnd the author.")]
    assert apply(at, preview(at, found)) == 2
    assert segments(at)[0].comments == 2
    assert apply(at, preview(at, found)) == 0


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]>'


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("x.xlf", "<xliff"),
        ("x.xlf", f"{BOMB}<xliff><file><body>&c;</body></file></xliff>"),
        ("x.xlf", '<xliff version="1.2"><file original="a" source-language="de" target-language="en"><body>'
         '<trans-unit id="1"><source>x</source></trans-unit></body></file></xliff>'),
        ("x.xlf", '<xliff version="1.2"><file original="a" source-language="fr" target-language="en"><body>'
         '<trans-unit id="1"><source>x</source></trans-unit><trans-unit id="1"><source>y</source></trans-unit>'
         '</body></file></xliff>'),
        ("x.tsv", "one\ttwo\n1\t2\n"),
        ("x.tmx", '<tmx version="1.4"><body><tu><tuv xml:lang="de"><seg>x</seg></tuv></tu></body></tmx>'),
        ("x.jsonl", '{"journal": "of another program"}\n'),
        ("x.jsonl", "no json\n"),
        ("x.docx", ""),
    ],
)  # fmt: skip
def test_files_that_cannot_be_taken_are_refused_with_a_reason(at: Desk, tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    result = cli(tmp_path, "import", str(tmp_path / name), "--yes")
    assert result.exit_code == 2
    assert at.index.states() == {"removed": 2, "unreviewed": 12}


@pytest.fixture
def elsewhere(tmp_path: Path) -> Desk:
    """Another reviewer's copy of the same run."""
    return desk(save(tmp_path / "copy", *(document(id, sentences(6)) for id in ("a", "b"))), "Bob")


def test_journals_of_two_reviewers_are_merged(at: Desk, elsewhere: Desk, tmp_path: Path) -> None:
    edit(at, 0, "Ada's.")
    edit(at, 1, "Agreed.")
    edit(elsewhere, 1, "Agreed.")
    edit(elsewhere, 2, "Bob's.", doc="b")
    file = tmp_path / "bob.jsonl"
    assert "2 events" in cli(tmp_path / "copy", "export", "--journal", str(file)).output
    found = merge(at.store, file)
    assert (len(found.events), len(found.contested)) == (2, 0)
    take(at.store, found)
    assert [row.target for row in segments(at)[:2]] == ["Ada's.", "Agreed."]
    assert segments(at, "b")[2].reviewer == "Bob"
    assert merge(at.store, file).events == []  # a journal can be merged again


def test_contested_segments_stay_as_they_are_unless_the_journal_is_preferred(
    at: Desk, elsewhere: Desk, tmp_path: Path
) -> None:
    edit(at, 0, "Ada's.")
    edit(elsewhere, 0, "Bob's.")
    elsewhere.decide(segments(elsewhere)[0].id, "comment", "I am sure.")
    file = tmp_path / "bob.jsonl"
    write_journal(elsewhere.store, file)
    take(at.store, merge(at.store, file))
    assert (segments(at)[0].target, segments(at)[0].comments) == ("Ada's.", 1)
    take(at.store, merge(at.store, file), prefer_file=True)
    assert segments(at)[0].target == "Bob's."


def test_a_reviewer_who_went_on_from_our_journal_is_not_in_conflict(at: Desk, elsewhere: Desk, tmp_path: Path) -> None:
    edit(at, 0, "First.")
    write_journal(at.store, tmp_path / "ada.jsonl")
    take(elsewhere.store, merge(elsewhere.store, tmp_path / "ada.jsonl"))
    edit(elsewhere, 0, "Second.")
    write_journal(elsewhere.store, tmp_path / "bob.jsonl")
    found = merge(at.store, tmp_path / "bob.jsonl")
    assert found.contested == {}
    take(at.store, found)
    assert segments(at)[0].target == "Second."


def test_a_journal_with_a_wrong_field_is_refused_with_its_line(at: Desk, tmp_path: Path) -> None:
    edit(at, 0, "Ada's.")
    file = tmp_path / "ada.jsonl"
    write_journal(at.store, file)
    head, line = file.read_text("utf-8").splitlines()
    for wrong in ({"occurrence": "0"}, {"kind": "drop table"}, {"more": 1}):
        file.write_text(f"{head}\n{json.dumps({**json.loads(line), **wrong})}\n", "utf-8")
        with pytest.raises(UsageError, match=":2:"):
            merge(at.store, file)


def test_stats_tell_whether_flags_and_scores_find_what_people_change(at: Desk, tmp_path: Path) -> None:
    for row in segments(at):
        text = "Written anew by hand." if row.flags else row.target
        at.decide(row.id, "edit" if row.flags else "accept", text, row.version)
    at.store.connection.execute("DELETE FROM indexed")
    at.store.connection.execute("DELETE FROM review")  # as after a run that nobody has opened for review
    found = stats(at.store)
    assert (found.all.decided, found.all.edited) == (6, 2)
    assert (found.flags["numbers"].bad, found.flags["none"].bad) == (1, 0)
    assert found.flags["none"].chrf == 100
    assert found.all.chrf < 100
    assert sum(group.decided for group in found.bands.values()) == 6
    assert "numbers" in cli(tmp_path, "stats").output


def test_rejected_boilerplate_is_proposed_for_the_lexicon(tmp_path: Path) -> None:
    at = desk(save(tmp_path, *(document(id, ["Partagez cet article !", *sentences(2)]) for id in ("a", "b"))))
    for doc in ("a", "b"):
        at.decide(segments(at, doc)[0].id, "reject")
    assert stats(at.store).phrases == [("partagez cet article", 2)]
    assert '- "partagez cet article"' in cli(tmp_path, "stats").output


def test_discard_removes_all_decisions_and_keeps_a_copy(at: Desk, tmp_path: Path) -> None:
    edit(at, 0, "Ada's.")
    at.draft(segments(at)[1].address, "half")
    assert cli(tmp_path, "discard").exit_code == 0
    assert segments(at)[0].target == "Ada's."  # it only asked
    result = cli(tmp_path, "discard", "--yes")
    assert at.index.states() == {}
    fresh = desk(Store.existing(tmp_path))
    assert (fresh.index.states(), segments(fresh)[1].draft) == ({"removed": 2, "unreviewed": 12}, None)
    copy = sqlite3.connect(re.search(r"kept as (.+)\n", result.output)[1])
    assert copy.execute("SELECT text FROM events").fetchall() == [("Ada's.",)]
    edit(fresh, 0, "Again.")
    with pytest.raises(sqlite3.DatabaseError, match="never"):
        fresh.store.connection.execute("DELETE FROM events")


def test_a_folder_without_a_run_and_a_port_in_use_are_explained(tmp_path: Path, at: Desk) -> None:
    import socket

    assert cli(tmp_path / "nothing", "stats").exit_code == 2
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        result = cli(tmp_path, "--no-browser", "--port", str(taken.getsockname()[1]))
    assert result.exit_code == 2
    assert "port" in result.output


def test_a_damaged_store_is_explained(tmp_path: Path) -> None:
    save(tmp_path, document("a", sentences(200))).close()
    path = tmp_path / "run.sqlite"
    content = path.read_bytes()
    path.write_bytes(content[:8192] + b"\xff" * (len(content) - 8192))
    for command in (["stats"], ["--no-browser"], ["discard", "--yes"]):
        result = cli(tmp_path, *command)
        assert result.exit_code == 2
        assert "damaged" in result.output
