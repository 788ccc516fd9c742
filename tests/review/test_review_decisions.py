"""A person's decision outlives every re-run."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from review_build import desk, document, save, sentences

from pipeline.document import Segment
from pipeline.io.export import Export
from pipeline.review.addresses import Address, normalised, segment_key
from pipeline.review.decisions import decisions_digest, restored
from pipeline.review.desk import Desk, Refused
from pipeline.review.detail import detail
from pipeline.review.events import Conflict, Decision, journal
from pipeline.review.lists import Filter
from pipeline.review.placing import LIKENESS, dice, place, trigrams
from pipeline.store import Store

CASES = Path(__file__).resolve().parents[1] / "cases" / "review"
OTHER = "Another model says: {}"


def segments(store: Store) -> list[Segment]:
    return [segment for document in Export(store).documents() for segment in document.segments]


def row_of(at: Desk, doc: str, seg: int) -> int:
    rows = at.rows(at.index.ids(Filter(doc=doc)))
    return next(row.id for row in rows if row.seg == seg)


def decide(at: Desk, doc: str, seg: int, kind: str, text: str = "") -> None:
    row = at.row(row_of(at, doc, seg))
    at.decide(row.id, kind, row.target if kind == "accept" else text, row.version)


def test_seventy_decisions_stand_after_a_fresh_run_with_another_model(tmp_path: Path) -> None:
    french = {"a": sentences(40), "b": [f"{s} Bis." for s in sentences(40)]}
    at = desk(save(tmp_path, *(document(id, lines) for id, lines in french.items())))
    for n in range(70):
        decide(at, "ab"[n % 2], n // 2, "accept" if n < 50 else "edit", f"By hand {n}.")
    changed = {("a", 3): "Le maire lui-même", ("b", 30): "Un voisin bien connu"}
    for (doc, seg), start in changed.items():
        french[doc][seg] = start + french[doc][seg]
    french["a"].insert(0, "Un paragraphe tout neuf ouvre maintenant cet article.")

    store = save(tmp_path, *(document(id, lines, OTHER) for id, lines in french.items()))

    after = [s for s in segments(store) if s.state != "unreviewed"]
    assert len(after) == 70
    stale = {(s.doc, s.seg) for s in after if s.state == "stale"}
    assert stale == {("a", 4), ("b", 30)}  # one further down for the new paragraph
    for found in after:
        assert (
            found.target
            == {
                "accepted": f"{found.source} [en]",
                "edited": found.target if found.target.startswith("By hand ") else "the reviewer's",
                "stale": OTHER.format(found.source),
            }[found.state]
        )
    assert all(found.origin == "human" for found in after if found.state == "edited")


def test_a_stale_row_shows_both_texts_and_is_settled_by_a_new_decision(tmp_path: Path) -> None:
    lines = sentences(6)
    at = desk(save(tmp_path, document("a", lines)))
    decide(at, "a", 2, "edit", "By hand.")
    old, lines[2] = lines[2], f"Hier, {lines[2]}"
    at = desk(save(tmp_path, document("a", lines)))

    row = at.row(row_of(at, "a", 2))
    assert (row.state, row.source) == ("stale", lines[2])
    assert row.former is not None
    assert (row.former.source, row.former.text) == (old, "By hand.")

    decide(at, "a", 2, "edit", "By hand, yesterday.")
    decide(at, "a", 2, "edit", "By hand, the day before.")
    at = desk(save(tmp_path, document("a", lines)))
    assert at.index.states() == {"edited": 1, "unreviewed": 5}


def test_undoing_the_new_decision_makes_the_row_stale_again(tmp_path: Path) -> None:
    lines = sentences(3)
    decide(desk(save(tmp_path, document("a", lines))), "a", 1, "accept")
    lines[1] = f"Hier, {lines[1]}"
    at = desk(save(tmp_path, document("a", lines)))
    decide(at, "a", 1, "accept")
    at = desk(save(tmp_path, document("a", lines)))
    at.undo()
    assert at.index.states() == {"stale": 1, "unreviewed": 2}
    assert at.row(row_of(at, "a", 1)).former is not None
    assert [s.state for s in segments(at.store)] == ["unreviewed", "stale", "unreviewed"]


def test_the_old_french_coming_back_brings_its_decision_back(tmp_path: Path) -> None:
    lines = sentences(3)
    decide(desk(save(tmp_path, document("a", lines))), "a", 1, "edit", "By hand.")
    save(tmp_path, document("a", [lines[0], lines[2]]))
    assert [s.state for s in segments(save(tmp_path, document("a", lines)))] == ["unreviewed", "edited", "unreviewed"]


def test_occurrences_are_told_apart_and_outlive_the_loss_of_one(tmp_path: Path) -> None:
    lines = ["Oui.", "Le maire a parlé longuement.", "Oui."]
    at = desk(save(tmp_path, document("a", lines)))
    decide(at, "a", 0, "edit", "Yes.")
    decide(at, "a", 2, "edit", "Indeed.")
    assert [s.target for s in segments(at.store) if s.source == "Oui."] == ["Yes.", "Indeed."]
    one = segments(save(tmp_path, document("a", lines[:2])))
    assert [(s.target, s.state) for s in one if s.source == "Oui."] == [("Yes.", "edited")]


def test_the_same_french_decided_alike_everywhere_is_taken_over_elsewhere(tmp_path: Path) -> None:
    at = desk(save(tmp_path, *(document(id, ["Le « pont » est fermé."]) for id in "abc")))
    decide(at, "a", 0, "edit", "The bridge is closed.")
    targets = {s.doc: (s.target, s.state, s.origin) for s in segments(at.store)}
    assert targets["a"] == ("The bridge is closed.", "edited", "human")
    assert targets["c"] == ("The bridge is closed.", "unreviewed", "memory")

    decide(at, "b", 0, "edit", "The bridge was shut.")
    assert {s.doc: s.target for s in segments(at.store)}["c"] == "Le « pont » est fermé. [en]"


def test_a_flag_or_rejection_keeps_the_english_that_was_written_before(tmp_path: Path) -> None:
    at = desk(save(tmp_path, document("a", sentences(2))))
    decide(at, "a", 0, "edit", "By hand.")
    decide(at, "a", 0, "flag", "Ask the agency.")
    row = at.row(row_of(at, "a", 0))
    assert (row.state, row.target, row.reason) == ("flagged", "By hand.", "Ask the agency.")


def test_accepting_all_accepts_each_as_it_was_shown(tmp_path: Path) -> None:
    texts = ["Le pont est fermé.", *sentences(2)]
    at = desk(save(tmp_path, document("a", texts), document("b", texts), document("c", texts)))
    decide(at, "a", 0, "edit", "The bridge is closed.")
    decide(at, "b", 1, "accept")
    at.undo()
    decide(at, "b", 2, "comment", "Sure?")
    shown = {row.id: row.target for row in at.rows(at.index.ids(Filter(states=("unreviewed",))))}
    assert "The bridge is closed." in shown.values()
    assert at.accept_all(at.index.ids(Filter())) == len(shown) == 8
    assert {id: at.row(id).target for id in shown} == shown
    assert {at.row(id).state for id in shown} == {"accepted"}
    assert at.index.ids(Filter(text="the bridge is closed"))[:] == [row_of(at, doc, 0) for doc in "abc"]
    at.undo()
    assert at.index.states() == {"edited": 1, "unreviewed": 8}
    assert at.accept_all(at.index.ids(Filter(doc="b"))) == 3


def test_undo_takes_back_one_action_at_a_time_and_nobody_elses(tmp_path: Path) -> None:
    store = save(tmp_path, document("a", sentences(5)))
    ada, bob = desk(store), desk(store, "Bob")
    decide(ada, "a", 0, "accept")
    decide(bob, "a", 1, "reject")
    assert ada.accept_all(ada.index.ids(Filter())) == 3
    assert len(ada.undo()) == 3
    assert ada.index.states() == {"accepted": 1, "rejected": 1, "unreviewed": 3}
    assert len(ada.undo()) == 1
    assert ada.undo() == []
    assert ada.index.states() == {"rejected": 1, "unreviewed": 4}


def test_the_second_of_two_saves_is_refused(tmp_path: Path) -> None:
    store = save(tmp_path, document("a", sentences(1)))
    ada, bob = desk(store), desk(store, "Bob")
    seen = ada.row(1)
    bob.decide(1, "edit", "Bob's.", seen.version)
    with pytest.raises(Conflict, match="Bob"):
        ada.decide(1, "edit", "Ada's.", seen.version)
    assert ada.row(1).target == "Bob's."


def test_a_comment_stands_in_nobodys_way(tmp_path: Path) -> None:
    store = save(tmp_path, document("a", sentences(1)))
    ada, bob = desk(store), desk(store, "Bob")
    seen = ada.row(1)
    bob.decide(1, "comment", "Is that so?", "")
    assert ada.decide(1, "edit", "Ada's.", seen.version).comments == 1


def test_what_makes_no_sense_is_refused(tmp_path: Path) -> None:
    at = desk(save(tmp_path, document("a", sentences(1), removed=["Partager"])))
    removed, segment = at.rows(at.index.ids(Filter()))
    for row, kind, text in (
        (removed, "accept", "x"),
        (segment, "restore", ""),
        (segment, "edit", " \n"),
        (segment, "undo", "x"),
    ):
        with pytest.raises(Refused):
            at.decide(row.id, kind, text)
    with pytest.raises(Conflict):
        at.decide(segment.id, "accept", "not what is there")


def test_events_cannot_be_changed_or_deleted(tmp_path: Path) -> None:
    at = desk(save(tmp_path, document("a", sentences(1))))
    decide(at, "a", 0, "accept")
    for statement in ("UPDATE events SET text = ''", "DELETE FROM events"):
        with pytest.raises(Exception, match="never"):
            at.store.connection.execute(statement)
    assert len(list(journal(at.store))) == 1


def test_a_restored_text_is_handed_to_the_next_run(tmp_path: Path) -> None:
    store = save(tmp_path, document("a", sentences(2), removed=["Partager", "Lire aussi"]))
    at = desk(store)
    digest = decisions_digest(store)
    row = at.rows(at.index.ids(Filter(states=("removed",))))[1]
    at.decide(row.id, "restore")
    assert restored(store) == {"a": frozenset({"Lire aussi\n", "Lire aussi"})}
    assert at.row(row.id).state == "restored"
    assert decisions_digest(store) != digest
    at.undo()
    assert restored(store) == {}
    assert at.row(row.id).state == "removed"


def test_a_restored_text_can_be_given_up_again_after_the_next_run(tmp_path: Path) -> None:
    at = desk(save(tmp_path, document("a", sentences(2), removed=["Lire aussi le dossier"])))
    at.decide(at.rows(at.index.ids(Filter(states=("removed",))))[0].id, "restore")
    at = desk(save(tmp_path, document("a", ["Lire aussi le dossier", *sentences(2)])), "Bob")
    row = at.row(row_of(at, "a", 0))
    (found,) = detail(at, row.id).restored
    assert found["reviewer"] == "Ada"
    at.take_back(Address.parse("a", found["place"]))
    assert restored(at.store) == {}
    assert detail(at, row.id).restored == []
    with pytest.raises(Refused):
        at.take_back(Address.parse("a", found["place"]))


def test_drafts_outlive_the_store_being_closed_and_a_fresh_run(tmp_path: Path) -> None:
    lines = sentences(2)
    at = desk(save(tmp_path, document("a", lines)))
    at.draft(at.row(row_of(at, "a", 1)).address, "half a sent")
    at.store.close()
    at = desk(save(tmp_path, document("a", lines, OTHER)))
    assert at.row(row_of(at, "a", 1)).draft == "half a sent"
    decide(at, "a", 1, "edit", "A whole sentence.")
    assert at.row(row_of(at, "a", 1)).draft is None


@pytest.mark.parametrize("case", yaml.safe_load((CASES / "similar.yaml").read_text("utf-8")), ids=lambda c: c["label"])
def test_a_changed_sentence_is_known_again(case: dict[str, str]) -> None:
    likeness = dice(trigrams(case["before"]), trigrams(case["after"]))
    assert (likeness >= LIKENESS) == case["same"]


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalised(normalised(text)) == normalised(text)


@given(
    st.lists(st.sampled_from(["Oui.", "Non.", "Peut-être.", "Le maire parle.", "Le maire parlait."]), max_size=8),
    st.data(),
)
def test_every_segment_has_its_own_address_and_no_decision_stands_twice(
    sources: list[str], data: st.DataObject
) -> None:
    places = st.tuples(st.sampled_from(["Oui.", "Le maire parla.", "Non."]), st.integers(0, 3))
    made = [
        Decision("a", segment_key(text), n, seg, "accepted", "x", "", text, "", "Ada", "", f"{text}{n}", "")
        for seg, (text, n) in enumerate(sorted(data.draw(st.sets(places))))
    ]
    placed = place("a", sources, made)
    assert len({item.address for item in placed}) == len(sources)
    used = [d.version for item in placed for d in (item.decision, item.former) if d]
    assert len(used) == len(set(used))
