"""The program starts itself anew, once, where the C library's allocator would waste memory."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from pipeline.allocator import TUNABLE, VARIABLE, tune


def restarts(monkeypatch: pytest.MonkeyPatch, library: str | None) -> list[tuple[str, list[str]]]:
    monkeypatch.setattr(os, "confstr", lambda name: library, raising=False)
    done: list[tuple[str, list[str]]] = []
    tune(lambda program, arguments: done.append((program, arguments)))
    return done


@pytest.mark.parametrize("library", ["glibc 2.31", "glibc 2.36"])
def test_it_starts_anew_with_what_it_was_started_with(monkeypatch: pytest.MonkeyPatch, library: str) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert restarts(monkeypatch, library) == [(sys.executable, sys.orig_argv)]
    assert os.environ.pop(VARIABLE) == TUNABLE


@pytest.mark.parametrize("library", ["glibc 2.38", "glibc 3.0", "musl 1.2.5", "", None])
def test_it_goes_on_where_nothing_is_wasted(monkeypatch: pytest.MonkeyPatch, library: str | None) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert not restarts(monkeypatch, library)
    assert VARIABLE not in os.environ


def test_what_the_user_has_set_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "glibc.malloc.arena_max=1")
    assert not restarts(monkeypatch, "glibc 2.36")
    assert os.environ[VARIABLE] == "glibc.malloc.arena_max=1"


def test_a_run_keeps_its_arguments_and_its_input() -> None:
    program = "from pipeline.cli import main; main()"
    command = [sys.executable, "-c", program, "translate", "--engine", "echo"]
    environment = {name: value for name, value in os.environ.items() if name != VARIABLE}
    done = subprocess.run(command, env=environment, input="Un.\nDeux.\n", capture_output=True, text=True, check=True)
    assert done.stdout == "Un.\nDeux.\n"


def test_a_system_without_such_a_question_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.delattr(os, "confstr")
    tune(lambda program, arguments: pytest.fail("started anew"))
