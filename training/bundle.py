"""Carry files to and from a machine that takes only small ones: cut them into parts, and put them together again.

``python -m training.bundle split FILE FOLDER --mib 16`` writes ``FOLDER/NAME.000`` and so on, and ``NAME.sha256``;
``python -m training.bundle join FOLDER/NAME FILE`` puts them together and checks the sum.
"""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path

MIB = 2**20


def split(file: Path, folder: Path, mib: float = 16) -> list[Path]:
    """Cut a file into parts that stay under ``mib`` MiB; returns them."""
    folder.mkdir(parents=True, exist_ok=True)
    data, size = file.read_bytes(), int(mib * MIB) - 1
    (folder / f"{file.name}.sha256").write_text(hashlib.sha256(data).hexdigest() + "\n", "utf-8")
    parts = [folder / f"{file.name}.{number:03}" for number in range(-(-len(data) // size))]
    for number, part in enumerate(parts):
        part.write_bytes(data[number * size : (number + 1) * size])
    return parts


def join(stem: Path, file: Path) -> None:
    """Put the parts of ``stem`` together.

    Raises:
        ValueError: a part is missing or damaged.
    """
    data = b"".join(part.read_bytes() for part in sorted(stem.parent.glob(f"{stem.name}.[0-9][0-9][0-9]")))
    wanted = stem.with_name(f"{stem.name}.sha256").read_text("utf-8").strip()
    if hashlib.sha256(data).hexdigest() != wanted:
        raise ValueError(f"the parts of {stem} do not make the file they were cut from; fetch them again")
    file.write_bytes(data)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("action", choices=("split", "join"))
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--mib", type=float, default=16)
    args = parser.parse_args()
    if args.action == "split":
        print(*split(args.source, args.target, args.mib), sep="\n")
    else:
        join(args.source, args.target)


if __name__ == "__main__":
    main()
