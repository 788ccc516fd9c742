"""What a run tells when it is done: counts from the store, timings, and one line that says what produced it."""

from __future__ import annotations

import hashlib
import json
import platform
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path

from pipeline import __version__
from pipeline.config import Config
from pipeline.io.files import atomic
from pipeline.store import Failure, Store

_LIBRARIES = ("ctranslate2", "ftfy", "langdetect", "sentencepiece", "torch", "trafilatura", "transformers")


@dataclass
class Summary:
    """Figures of a run.

    Attributes:
        documents: number by outcome: done, unchanged, failed.
        counts: figures of the newest run by name: see `count`.
        words: white-space separated source words in the segments of the documents done.
        seconds: by stage, "write" for the output files, and "total"; the stages overlap, so they may add up to more.
        slowest: seconds that cleaning took and document id, slowest first.
        errors: failures by kind of reason.
        model: what the translate stage says of its model.
        failures: inputs that could not be read or processed.
        files: what was written.
    """

    output: str
    signature: str
    model: dict[str, str]
    documents: dict[str, int]
    counts: dict[str, dict[str, int]]
    words: int
    seconds: dict[str, float]
    slowest: list[tuple[float, str]]
    errors: dict[str, int]
    failures: list[Failure]
    files: list[str] = field(default_factory=list)

    def json(self) -> str:
        """The figures as one JSON object."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=2)


_SIGNED = ("model", "weights", "engine", "beam")


def signature(fingerprints: list[str], model: Mapping[str, str]) -> str:
    """One line that says exactly what produced a run: equal lines, equal input, equal output."""
    plan = hashlib.sha256("\0".join(fingerprints).encode()).hexdigest()[:8]
    parts = {"pipeline": __version__, "plan": plan, **{key: model[key] for key in _SIGNED if key in model}}
    return "|".join(f"{name}:{value}" for name, value in parts.items())


_EDITS = (
    "SELECT stage, rule, kind, count(*), sum(length(before) - length(after)) FROM edits JOIN documents ON id = doc "
    "WHERE run = ? GROUP BY rule, kind, stage"
)
_SEGMENTS = (
    "SELECT segments.origin, flags, count(*) FROM segments JOIN documents ON id = doc WHERE run = ? "
    "GROUP BY flags, segments.origin"
)
_WARNINGS = "SELECT value, count(*) FROM documents, json_each(warnings) WHERE run = ? GROUP BY value"


def count(store: Store) -> dict[str, dict[str, int]]:
    """What stands in the store, most frequent first.

    "removed": characters that ``strip`` removed, by kind; "repairs": edits of the other stages by kind; "rules": edits
    by "stage/rule"; "segments": by origin; "warnings": documents by warning; "flags": segments by flag.
    """
    run = (store.newest_run(),)
    names = ("removed", "repairs", "rules", "segments", "warnings", "flags")
    counts: dict[str, Counter[str]] = {name: Counter() for name in names}
    for stage, rule, kind, edits, characters in store.connection.execute(_EDITS, run):
        counts["rules"][f"{stage}/{rule}"] += edits
        counts["removed" if stage == "strip" else "repairs"][kind] += characters if stage == "strip" else edits
    for origin, flags, segments in store.connection.execute(_SEGMENTS, run):
        counts["segments"][origin] += segments
        counts["flags"].update(dict.fromkeys(flags.split(",") if flags else (), segments))
    counts["warnings"].update(dict(store.connection.execute(_WARNINGS, run)))
    return {
        name: dict(sorted(counter.items(), key=lambda item: (-item[1], item[0]))) for name, counter in counts.items()
    }


# What differs between two failures of one kind: quoted values, numbers, and what stands behind the message.
_DETAILS = re.compile(r"""["'].*?["']|\d[\d,.]*|[;:(].*""", re.DOTALL)


def kinds(failures: Iterable[Failure]) -> dict[str, int]:
    """Failures by kind of reason, most frequent first.

    >>> kinds([Failure(x, x, reason) for x, reason in (("a", "took longer than 5 s; split it"), ("b", "is empty"))])
    {'took longer than … s': 1, 'is empty': 1}
    """
    counter = Counter(_DETAILS.sub(lambda m: "" if m[0][0] in ";:(" else "…", f.reason).strip() for f in failures)
    return dict(counter.most_common())


def write_manifest(summary: Summary, config: Config, folder: Path) -> None:
    """Write ``manifest.json``: versions, configuration, model, counts, timings, signature."""
    content = {
        "signature": summary.signature,
        "versions": {
            "pipeline": __version__,
            "python": platform.python_version(),
            **{name: version(name) for name in _LIBRARIES},
        },
        "config": {
            "file": str(config.file) if config.file else None,
            "input": list(config.inputs),
            "stages": [{step.name: step.options.model_dump(mode="json")} for step in config.steps],
            "outputs": config.outputs.model_dump(mode="json"),
        },
        **{key: value for key, value in asdict(summary).items() if key not in ("signature", "output")},
    }
    with atomic(folder / "manifest.json") as file:
        json.dump(content, file, ensure_ascii=False, indent=2)
        file.write("\n")
