"""Commands that do no work load no heavy library, so that they answer at once."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = (
    "torch",
    "transformers",
    "ctranslate2",
    "numpy",
    "trafilatura",
    "ftfy",
    "langdetect",
    "lxml",
    "ray",
    "starlette",
)


@pytest.mark.parametrize("command", ["--help", "check", "stages"])
def test_no_heavy_library_is_loaded(command: str) -> None:
    program = (
        "import sys; from pipeline.cli import main; sys.argv = ['pipeline', sys.argv[1]]\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        f"print(sorted(set({HEAVY!r}) & sys.modules.keys()), file=sys.stderr)"
    )
    result = subprocess.run([sys.executable, "-c", program, command], capture_output=True, text=True, check=True)
    assert result.stderr.strip() == "[]"
