"""Models on this machine: where they lie, and which one is taken. Nothing here touches the network but `fetch`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pipeline.errors import ModelError, UsageError
from pipeline.languages import language_code
from pipeline.mt import registry
from pipeline.mt.cache import fetched, hub_cache
from pipeline.mt.fetch import fetch
from pipeline.mt.folder import WEIGHTS, LocalModel, check_folder, read_json
from pipeline.mt.registry import Entry, Registry

__all__ = ["LocalModel", "better_model_hint", "fetch", "how_to_get", "languages_of", "locate", "resolve"]


def resolve(name: str = "default", models: Registry | None = None) -> LocalModel:
    """Find a model on this machine. Never touches the network.

    Args:
        name: a name of the registry, ``default`` for the first in its order that is here, or a model folder's path.

    Raises:
        ModelError: unknown, not on this machine, incomplete or damaged; says what to do.
    """
    models = models or registry.load()
    name = _meant(name, models)
    if name not in models.models and Path(name).is_dir():
        return _from_folder(Path(name))
    entry = models.entry(name)
    folder = locate(name, models)
    if folder is None:
        others = "or choose another with --model (`pipeline models` lists them)"
        raise ModelError(f'model "{name}" is not on this machine: {how_to_get(name, entry)}, {others}')
    check_folder(folder, name)
    return LocalModel(name, folder, *entry.languages, entry.prefix, entry)


def _meant(name: str, models: Registry) -> str:
    """What ``default`` stands for on this machine; any other name stands for itself."""
    if name != "default":
        return name
    return next((known for known in models.default if locate(known, models)), models.default[-1])


def languages_of(name: str) -> tuple[str, str] | None:
    """Source and target language of a model, None where they cannot be told; `resolve` then says why."""
    try:
        models = registry.load()
        name = _meant(name, models)
        return models.entry(name).languages if name in models.models else _languages_of_folder(Path(name))
    except UsageError:
        return None


def how_to_get(name: str, entry: Entry) -> str:
    """What to do about a registered model that is not on this machine."""
    if entry.path:
        return f"the folder {entry.path} does not exist; mend `path` in {registry.FILE}"
    return f"`pipeline models fetch {name}` downloads it ({entry.megabytes} MB)"


def _from_folder(folder: Path) -> LocalModel:
    check_folder(folder, str(folder))
    return LocalModel(str(folder), folder, *_languages_of_folder(folder))


def _languages_of_folder(folder: Path) -> tuple[str, str]:
    config = folder / "tokenizer_config.json"
    known = read_json(config, str(folder)) if config.is_file() else {}
    try:
        return language_code(str(known["source_lang"])), language_code(str(known["target_lang"]))
    except (KeyError, ValueError) as error:
        reason = str(error) if isinstance(error, ValueError) else "they are missing"
        hint = f"mend them, or describe the model in {registry.FILE}"
        raise ModelError(f"{config} must name `source_lang` and `target_lang`: {reason}; {hint}") from error


def locate(name: str, models: Registry) -> Path | None:
    """The folder of a registered model, None where it is not on this machine. Looks at file names alone."""
    entry = models.entry(name)
    if entry.path:
        folder = models.base / entry.path
        return folder if folder.is_dir() else None
    return next((folder for folder in _hub_folders(name, entry) if (folder / WEIGHTS).is_file()), None)


def _hub_folders(name: str, entry: Entry) -> Iterator[Path]:
    """Where a model of the hub may lie: our own cache, then the hub's, the pinned revision first."""
    yield fetched(name)
    snapshots = hub_cache() / f"models--{entry.hub.replace('/', '--')}" / "snapshots"
    yield snapshots / entry.revision
    if snapshots.is_dir():
        yield from sorted(snapshots.iterdir())


def better_model_hint(model: LocalModel, models: Registry | None = None) -> str:
    """The command that would get a better model for the same pair, empty where none is known."""
    models = models or registry.load()
    better = [
        (score, name)
        for name, entry in models.models.items()
        if entry.hub and entry.languages == (model.source, model.target) and not locate(name, models)
        if (score := entry.bleu.best() or 0.0) > (model.bleu or 0.0)
    ]
    return f"pipeline models fetch {max(better)[1]}" if better else ""
