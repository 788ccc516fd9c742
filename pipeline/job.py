"""A whole `pipeline run`: configuration, store, stages, output files, summary."""

from __future__ import annotations

import json
import logging
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

from pipeline import outputs, summary
from pipeline.config import Config, cut, load
from pipeline.errors import StoreError, UsageError, did_you_mean
from pipeline.executors import Executor
from pipeline.explain import Reason, explain
from pipeline.io.export import FORMATS, Export
from pipeline.io.readers import check_inputs
from pipeline.lock import locked
from pipeline.outputs import Outputs
from pipeline.review.decisions import restored
from pipeline.run import Run, Settings, Work
from pipeline.store import Store
from pipeline.summary import Summary
from pipeline.tasks import timed

_log = logging.getLogger(__name__)


class Job:
    """What ``pipeline run`` was asked to do, checked.

    Args:
        file: the configuration, None for the default one.
        overrides: options by stage, from the command line.
        inputs: what to read instead of the configuration's input.
        output: folder instead of the configuration's.
        until: last stage to run, None for all.

    Raises:
        UsageError: anything in it cannot be used; all configuration problems at once.
    """

    def __init__(
        self,
        file: Path | None,
        overrides: Mapping[str, Mapping[str, object]],
        inputs: tuple[str, ...],
        output: str | None,
        until: str | None,
    ) -> None:
        config = load(file, overrides)
        if inputs:
            config = replace(config, inputs=inputs)
        if not config.inputs:
            raise UsageError("no input; give files or folders: pipeline run FOLDER, or set input in pipeline.yaml")
        if output:
            config = replace(config, outputs=config.outputs.model_copy(update={"path": output}))
        check_inputs(config.inputs, Path(config.outputs.path))
        self.config: Config = cut(config, until)

    def __call__(self, settings: Settings) -> Summary:
        """Run, and write the output files.

        Raises:
            UsageError: an input, the model or the output folder cannot be used; finished documents are kept.
        """
        folder = Path(self.config.outputs.path)
        try:
            with closing(Store.open(folder)) as store, locked(folder):
                return self._run(store, folder, settings)
        except (OSError, sqlite3.OperationalError) as error:
            raise StoreError(
                f"{folder} cannot be written ({error}); what was finished is kept, so mend that and run it again"
            ) from error

    def explain(self, limit: int | None) -> list[Reason]:
        """What a run would do and why; see `pipeline.explain`."""
        return explain(self.config, limit)

    def _run(self, store: Store, folder: Path, settings: Settings) -> Summary:
        started = time.perf_counter()
        if store.interrupted():
            outputs.sweep(folder)
        run = Run(self.config, store, settings, restored(store))
        _log.info("started", extra={"signature": run.signature, "input": self.config.inputs, "output": str(folder)})
        facts = _facts(run)
        with run.executor() as executor, self._outputs(Export(store, **facts), folder, executor) as files:
            result = _summary(store, folder, run, run(executor, files))
            store.set_info("run", json.dumps({**facts, "formats": self._formats}))
            with timed(result.seconds, "write"):
                result.files = files.finish()
            result.seconds["total"] = time.perf_counter() - started
        result.seconds = {name: round(seconds, 3) for name, seconds in result.seconds.items()}
        if result.files:
            summary.write_manifest(result, self.config, folder)
            result.files.append("manifest.json")
        store.complete()
        _log.info("finished", extra={"documents": result.documents, "seconds": result.seconds, "files": result.files})
        return result

    def _outputs(self, export: Export, folder: Path, executor: Executor) -> Outputs:
        return Outputs(export, folder, self._formats, self._translated, executor.call)

    @property
    def _translated(self) -> bool:
        return any(step.name == "translate" for step in self.config.steps)

    @property
    def _formats(self) -> tuple[str, ...]:
        return self.config.outputs.formats if self._translated else ()


def _facts(run: Run) -> dict[str, str]:
    """What `Export` says of a run."""
    model = run.model
    return {**{key: model[key] for key in ("model", "source", "target") if key in model}, "signature": run.signature}


def _summary(store: Store, folder: Path, run: Run, work: Work) -> Summary:
    failures = store.failures()
    return Summary(
        output=str(folder),
        signature=run.signature,
        model=run.model,
        documents={"done": work.done, "unchanged": work.unchanged, "failed": len(failures)},
        counts=summary.count(store),
        words=work.words,
        seconds=work.seconds,
        slowest=work.slowest,
        errors=summary.kinds(failures),
        failures=failures,
    )


@contextmanager
def open_results(file: Path | None, output: str | None) -> Iterator[Export]:
    """The results of the newest run in an output folder.

    Args:
        file: configuration that names the output folder, None for the default one.
        output: folder instead of the configuration's.

    Raises:
        UsageError: there are none.
    """
    folder = Path(output or load(file).outputs.path)
    with closing(Store.existing(folder)) as store:
        yield _export(store)


def export_again(file: Path | None, output: str | None, formats: tuple[str, ...]) -> list[str]:
    """Write output files from the store; returns what was written.

    Args:
        formats: names in `FORMATS`; empty for those that the run wrote.

    Raises:
        UsageError: there are no results, or a format is unknown.
    """
    for name in formats:
        if name not in FORMATS:
            raise UsageError(f'unknown format "{name}"; allowed: {", ".join(FORMATS)}{did_you_mean(name, FORMATS)}')
    with open_results(file, output) as export, locked(export.store.path.parent):
        written = json.loads(export.store.info("run"))["formats"]
        return outputs.write(export, export.store.path.parent, formats or written, translated=bool(written))


def _export(store: Store) -> Export:
    facts = json.loads(store.info("run") or "{}")
    facts.pop("formats", None)
    return Export(store, **facts)
