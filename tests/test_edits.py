"""Invariants of the edit buffer over arbitrary sequences of changes by several stages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.edits import Change, EditBuffer, apply_edits, undo_edits

TEXT = st.text(alphabet="ab é\n😀𝒳\u0301", max_size=30)


@st.composite
def batch(draw: st.DrawFn, length: int) -> list[Change]:
    """Disjoint changes of a text of ``length`` characters, in any order; empty and adjacent ones included."""
    cuts = sorted(draw(st.lists(st.integers(0, length), max_size=8)))
    spans = list(zip(cuts[::2], cuts[1::2], strict=False))
    changes = [Change(s, e, draw(TEXT.map(lambda t: t[:4])), f"rule{i}", "other") for i, (s, e) in enumerate(spans)]
    return draw(st.permutations(changes))


@st.composite
def history(draw: st.DrawFn) -> tuple[EditBuffer, str]:
    """A buffer after up to six stages, and the text that plain string surgery gives for the same changes."""
    raw = draw(TEXT)
    buffer, expected = EditBuffer(raw), raw
    for number in range(draw(st.integers(1, 6))):
        changes = draw(batch(len(expected)))
        buffer.apply(changes, f"stage{number}")
        for change in sorted(changes, key=lambda c: (c.start, c.end, changes.index(c)), reverse=True):
            expected = expected[: change.start] + change.after + expected[change.end :]
    return buffer, expected


@given(history())
def test_edits_are_sorted_disjoint_and_quote_the_raw_text(case: tuple[EditBuffer, str]) -> None:
    buffer, _ = case
    for edit in buffer.edits:
        assert buffer.raw[edit.start : edit.end] == edit.before != edit.after
    for one, other in zip(buffer.edits, buffer.edits[1:], strict=False):
        assert one.end <= other.start
        assert (one.start, one.end) < (other.start, other.end)


@given(history())
def test_applying_gives_the_current_text_and_undoing_the_raw_text(case: tuple[EditBuffer, str]) -> None:
    buffer, expected = case
    assert buffer.text == expected == apply_edits(buffer.raw, buffer.edits)
    assert undo_edits(buffer.text, buffer.edits) == buffer.raw
    assert EditBuffer(buffer.raw, buffer.edits).text == buffer.text


@given(history())
def test_every_untouched_character_maps_to_its_raw_place_and_back(case: tuple[EditBuffer, str]) -> None:
    buffer, _ = case
    edited = {i for e in buffer.edits for i in range(e.start, e.end)}
    mapped = []
    for offset in range(len(buffer.text)):
        start, end = buffer.to_raw(offset, offset + 1)
        if any(e.start == start and e.end == end and e.after for e in buffer.edits):
            continue
        mapped.append(start)
        assert end == start + 1
        assert buffer.raw[start] == buffer.text[offset]
        assert buffer.to_current(start, end) == (offset, offset + 1)
    assert mapped == [i for i in range(len(buffer.raw)) if i not in edited]


@given(history(), st.data())
def test_a_span_taken_to_the_raw_text_and_back_meets_itself(case: tuple[EditBuffer, str], data: st.DataObject) -> None:
    buffer, _ = case
    start = data.draw(st.integers(0, len(buffer.text)))
    end = data.draw(st.integers(start, len(buffer.text)))
    first, last = buffer.to_raw(start, end)
    assert 0 <= first <= last <= len(buffer.raw)
    low, high = buffer.to_current(first, last)
    assert 0 <= low <= len(buffer.text)
    if start < end:
        assert low < end
        assert start < high


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (2, 1), (0, 9)])
def test_a_change_outside_the_text_is_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="leaves the text"):
        EditBuffer("abc").apply([Change(start, end, "x", "r", "other")], "stage")


def test_overlapping_changes_are_refused() -> None:
    with pytest.raises(ValueError, match="overlaps"):
        EditBuffer("abcdef").apply([Change(0, 3, "x", "r", "other"), Change(2, 4, "y", "r", "other")], "stage")


def test_an_edit_of_an_edited_place_becomes_one_edit_named_by_the_larger() -> None:
    buffer = EditBuffer("Photo :  AFP. Fin")
    buffer.apply([Change(7, 9, " ", "spaces", "whitespace")], "normalize")
    buffer.apply([Change(0, 13, "", "credit-line", "credit")], "strip")
    assert [(e.before, e.after, e.stage, e.kind) for e in buffer.edits] == [("Photo :  AFP. ", "", "strip", "credit")]
