"""Gold for the cleaning, in the three formats that there are.

- *labels*: a JSON object from file name to ``strip`` (``line``, ``kind``, ``text``), ``repair`` (``line``, ``before``,
  and ``after`` or any of ``must_keep``, ``must_drop``, ``max_count``) and ``keep`` (``line``, ``text``); lines count
  from 1, ``line`` is null where only the presence of the text counts.
- *segments*: a JSON object from file name to ``with`` (must be kept) and ``without`` (must go).
- *lines*: a text file, each line written by a person: a document of its own, of which nothing is to be touched.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.document import Document
from pipeline.errors import UsageError
from pipeline.io.readers import find

# Where the labelled texts lie, seen from the gold file, when nobody says: beside it, or in a folder of its name.
PLACES = (".", "{stem}", "../{stem}", "../../{stem}")
KEYS = frozenset(("strip", "repair", "keep", "flags", "names", "with", "without"))


@dataclass(frozen=True)
class Gold:
    """What a gold file says.

    Attributes:
        path: of the gold file.
        entries: labels or segments by document id.
        lines: clean lines, where it is a file of these.
    """

    path: Path
    entries: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    lines: tuple[str, ...] = ()

    def documents(self, inputs: Iterable[str] = ()) -> Iterator[Document]:
        """The documents that it labels, raw.

        Args:
            inputs: files or folders that they lie in; beside the gold file, or in a folder of its name, if empty.

        Raises:
            UsageError: some are not found.
        """
        for number, line in enumerate(self.lines, 1):
            yield Document(f"{self.path.stem}:{number}", line)
        missing = set(self.entries)
        for source in find(list(inputs) or self._places(), Path("outputs")) if missing else ():
            if source.id in missing:
                missing.discard(source.id)
                yield source.read()
        if missing:
            raise UsageError(
                f"{self.path}: no text found for {', '.join(sorted(missing)[:5])}"
                f"{' and others' if len(missing) > 5 else ''}; say with INPUT where the labelled texts lie"
            )

    def _places(self) -> list[str]:
        places = (self.path.parent / place.format(stem=self.path.stem) for place in PLACES)
        return [str(p) for p in places if p.is_dir() and any((p / name).exists() for name in self._files())][:1]

    def _files(self) -> set[str]:
        return {str(entry["file"]) for entry in self.entries.values()}


def load_gold(path: Path) -> Gold:
    """Read a gold file of any of the formats; see the module.

    Raises:
        UsageError: it cannot be read, or is none of them.
    """
    try:
        text = path.read_text(encoding="utf-8")
        content = None if path.suffix == ".txt" else json.loads(text)
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: cannot be read: {error}") from error
    if content is None:
        return Gold(path, lines=tuple(line for line in text.splitlines() if line.strip()))
    if not isinstance(content, dict) or not all(isinstance(e, dict) and KEYS & set(e) for e in content.values()):
        raise UsageError(f"{path}: is no gold; allowed: labels or segments by file name (JSON), or clean lines (.txt)")
    return Gold(path, {_id(name): {**entry, "file": name.partition("#")[0]} for name, entry in content.items()})


def _id(name: str) -> str:
    """The document id of a labelled file, or of a record of one (``file.jsonl#id``).

    >>> _id("folder/page.txt"), _id("news.jsonl#7")
    ('folder/page', '7')
    """
    file, _, record = name.partition("#")
    return record or file.rpartition(".")[0] or file
