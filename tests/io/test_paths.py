"""Names of files: from any id, on any system, and never the same for two of them."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.io.files import safe_path

ID = st.lists(st.sampled_from([*"ab./%:~é😀 ", "\0", "\n", "\\", "..", "txt", ".txt", ".part"]), max_size=8).map(
    "".join
)


@given(ID)
def test_no_id_leads_out_of_the_folder(id: str) -> None:
    path = Path("/out/clean") / (safe_path(id) + ".txt")
    assert Path(os.path.normpath(path)) == path
    assert path.is_relative_to("/out/clean")
    assert "\0" not in str(path)
    assert all(len(part.encode()) <= 255 for part in path.parts)


@given(ID, ID)
def test_different_ids_have_different_paths_that_do_not_clash(one: str, other: str) -> None:
    if one == other:
        return
    first, second = (safe_path(id) + ".txt" for id in (one, other))
    assert first != second
    assert not second.startswith(first + "/")
    assert second != first + ".part"


# What Windows refuses, or takes for something else; ids may be like this all the same.
FORBIDDEN = re.compile(r'(?i:con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$) *(\..*)?|.*[<>:"\\|?*\x00-\x1f].*|.*[. ]')
NAME = st.sampled_from(
    ["con", "AUX", "nul", "Com1", "lpt9", "prn", "aux ", "con.x", "CONIN$", "console", "a", ".", " ", "?", "%"]
)


@pytest.mark.parametrize(
    "id", ["CON", "aux", "nul.v2", "com1", "LPT9", "a/prn/b", "aux .x", "conout$", "x. ", "a<b>", "com¹"]
)
def test_names_that_windows_keeps_or_forbids_are_spelled_out(id: str) -> None:
    assert safe_path(id) != id
    assert safe_path(id).replace("%", "") != id


@pytest.mark.parametrize("id", ["console", "com", "com10", "auxiliaire", "a.con", "nulle-part", "lpt"])
def test_names_that_look_like_those_stay(id: str) -> None:
    assert safe_path(id) == id


@given(st.lists(NAME, min_size=1, max_size=4).map("".join), st.lists(NAME, max_size=4).map("".join))
def test_every_name_can_stand_on_windows(name: str, other: str) -> None:
    for part in (safe_path(f"{name}/{other}") + ".txt").split("/"):
        assert not FORBIDDEN.fullmatch(part)
    assert (safe_path(name) == safe_path(other)) == (name == other)


@pytest.mark.parametrize("id", ["a/" * 3000, "é/" * 400 + "z", "/" * 5000, f"{'b' * 200}/" * 5])
def test_ids_of_many_folders_are_shortened_and_stay_different(id: str, tmp_path: Path) -> None:
    paths = [safe_path(id + end) for end in ("x", "y", "x/y")]
    assert len(set(paths)) == 3
    for path in paths:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / f"{path}.txt").touch()
    assert safe_path("a/" * 300 + "z") == "a/" * 300 + "z"


@given(st.text(min_size=300, max_size=400))
def test_long_ids_are_shortened_and_stay_different(id: str) -> None:
    assert safe_path(id) != safe_path(id + "x")
