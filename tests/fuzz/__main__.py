"""Coverage-guided fuzzing of one target with Atheris (``pip install atheris``), for as long as one likes.

    python -m tests.fuzz TARGET CORPUS_FOLDER -max_total_time=600 -timeout=20

What it finds goes to ``tests/cases/fuzz/TARGET/``, where `test_fuzz.py` tries it ever after.
"""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["pipeline"]):
    from tests.fuzz.targets import TARGETS

if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in TARGETS:
        sys.exit(f"give a target: {', '.join(TARGETS)}")
    target = TARGETS[sys.argv.pop(1)]
    atheris.Setup(sys.argv, target)
    atheris.Fuzz()
