"""A whole `pipeline run`: configuration, store, stages, output files, summary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from pipeline import outputs, summary
from pipeline.config import Config, cut, load
from pipeline.errors import UsageError
from pipeline.io.export import Export
from pipeline.io.readers import check_inputs
from pipeline.lock import locked
from pipeline.review.decisions import restored
from pipeline.run import Run, Settings
from pipeline.store import Store
from pipeline.summary import Summary


class Job:
    """What ``pipeline run`` was asked to do, checked.

    Args:
        file: the configuration, None for the default one.
        overrides: options by stage, from the command line.
        inputs: what to read instead of the configuration's input.
        output: folder instead of the configuration's.
        until: last stage to run, "" for all.

    Raises:
        UsageError: anything in it cannot be used; all configuration problems at once.
    """

    def __init__(
        self,
        file: Path | None,
        overrides: Mapping[str, Mapping[str, object]],
        inputs: tuple[str, ...],
        output: str | None,
        until: str,
    ) -> None:
        config = load(file, overrides)
        if inputs:
            config = replace(config, inputs=inputs)
        if not config.inputs:
            raise UsageError("no input; give files or folders: pipeline run FOLDER, or set input in pipeline.yaml")
        if output:
            config = replace(config, outputs=config.outputs.model_copy(update={"path": output}))
        check_inputs(config.inputs)
        self.config: Config = cut(config, until or None)

    def __call__(self, settings: Settings) -> Summary:
        """Run, and write the output files."""
        folder = Path(self.config.outputs.path)
        store = Store.open(folder)
        try:
            with locked(folder):
                return self._run(store, folder, settings)
        finally:
            store.close()

    def _run(self, store: Store, folder: Path, settings: Settings) -> Summary:
        run = Run(self.config, store, settings, restored(store))
        work = run()
        result = Summary(
            output=str(folder),
            signature=run.signature,
            model=run.model,
            documents={"done": work.done, "unchanged": work.unchanged, "failed": len(store.failures())},
            counts=summary.count(store),
            words=work.words,
            seconds={name: round(value, 3) for name, value in work.seconds.items()},
            failures=store.failures(),
        )
        result.files = self._write(store, folder, run)
        if result.files:
            summary.write_manifest(result, self.config, folder)
            result.files.append("manifest.json")
        return result

    def _write(self, store: Store, folder: Path, run: Run) -> list[str]:
        export = Export(store, model=run.model.get("model", ""), signature=run.signature)
        translated = any(step.name == "translate" for step in self.config.steps)
        return outputs.write(export, folder, self.config.outputs.formats, translated)
