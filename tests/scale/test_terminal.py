"""Where a program is started without what it takes for granted, it says so in a line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.scale.test_faults import ROOT

COMMANDS = {
    "run": ("run in --engine echo --workers 0 --json", 0),
    "translate": ("translate --engine echo", 0),
    "check": ("check", 0),
    "show": ("show nothing", 2),
}


def start(command: str, redirection: str, folder: Path) -> subprocess.CompletedProcess[str]:
    code = f"{sys.executable} -c 'from pipeline.cli import main; main()' {command} {redirection}"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        code, shell=True, cwd=folder, env=environment, input="Un pont.\n", capture_output=True, text=True, check=False
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("name", ["run", "translate", "check"])
def test_a_full_disk_behind_stdout_is_told(name: str, corpus: Path) -> None:
    done = start(COMMANDS[name][0], "> /dev/full", corpus.parent)
    assert done.returncode == 2
    assert done.stderr.startswith("error: stdout, or the current folder, cannot be used: No space left on device; mend")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize("name", ["run", "show"])
def test_closed_streams_are_no_fault(name: str, closed: str, corpus: Path) -> None:
    command, code = COMMANDS[name]
    done = start(command, closed, corpus.parent)
    assert done.returncode == code
    assert "Traceback" not in done.stderr
