"""``aligned.parquet``: the records of ``aligned.jsonl`` as columns; HuggingFace ``datasets`` knows their features."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.document import Segment
from pipeline.errors import UsageError
from pipeline.io.fields import rounded
from pipeline.io.files import Together
from pipeline.io.item import Item

if TYPE_CHECKING:
    from pipeline.io.export import Export

# Segments of a row group: what is held in memory at a time, and what a reader can skip.
_GROUP = 50_000
# Columns beside ``translation``, by the name of their type in Arrow and in ``datasets``.
_BEFORE = {"id": "string", "doc": "string", "seg": "int64", "start": "int64", "end": "int64"}
_AFTER = {"score": "float64", "origin": "string", "state": "string"}


class _Parquet:
    """Writes ``aligned.parquet``: every segment."""

    def make(self, items: Sequence[Item]) -> list[dict[str, object]]:
        """The segments as plain values."""
        return [_record(segment, item.export) for item in items for segment in item.segments]

    @contextmanager
    def open(
        self, export: Export, paths: Sequence[Path], files: Together
    ) -> Iterator[Callable[[list[dict[str, object]]], None]]:
        """Write the file: give what `make` made of the documents to the function that this yields.

        Raises:
            UsageError: pyarrow is not installed.
        """
        try:
            import pyarrow as pa
            from pyarrow import parquet
        except ImportError as error:
            raise UsageError(
                'the format "parquet" needs pyarrow; install it with: pip install "pipeline[parquet]"'
            ) from error
        schema = _schema(pa, [export.source, export.target])
        group: list[dict[str, object]] = []

        def add(records: list[dict[str, object]]) -> None:
            group.extend(records)
            while len(group) >= _GROUP:
                put()

        def put() -> None:
            writer.write_table(pa.Table.from_pylist(group[:_GROUP], schema))
            del group[:_GROUP]

        with parquet.ParquetWriter(files.part(paths[0]), schema, compression="zstd") as writer:
            yield add
            if group:
                put()


PARQUET = _Parquet()


def _record(segment: Segment, export: Export) -> dict[str, object]:
    """A segment as plain values."""
    return {
        "id": f"{segment.doc}#{segment.seg}",
        "doc": segment.doc,
        "seg": segment.seg,
        "start": segment.start,
        "end": segment.end,
        "translation": {export.source: segment.source, export.target: segment.target},
        "score": rounded(segment.score),
        "origin": segment.origin,
        "state": segment.state,
        "flags": list(segment.flags),
    }


def _schema(pa: Any, languages: list[str]) -> Any:
    # Sorted, as ``datasets`` has it: it takes the features below only for columns of exactly its own type.
    translation = pa.struct([(language, pa.string()) for language in sorted(languages)])
    columns = [
        *((name, pa.type_for_alias(kind)) for name, kind in _BEFORE.items()),
        ("translation", translation),
        *((name, pa.type_for_alias(kind)) for name, kind in _AFTER.items()),
        ("flags", pa.list_(pa.string())),
    ]
    # Where ``datasets`` keeps the features of a Parquet file: without them the translation would be a mere struct.
    features = {
        **{name: {"dtype": kind, "_type": "Value"} for name, kind in (_BEFORE | _AFTER).items()},
        "translation": {"languages": languages, "_type": "Translation"},
        "flags": {"feature": {"dtype": "string", "_type": "Value"}, "_type": "List"},
    }
    ordered = {name: features[name] for name, _ in columns}
    return pa.schema(columns, metadata={"huggingface": json.dumps({"info": {"features": ordered}})})
