"""Getting a model from the hub: the only place that ever downloads anything."""

from __future__ import annotations

import logging
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from pipeline.errors import ModelError
from pipeline.mt import registry
from pipeline.mt.cache import fetched
from pipeline.mt.folder import OPTIONAL, PICKLE, REQUIRED, WEIGHTS, LocalModel, check_folder
from pipeline.mt.registry import Entry, Registry

_PATIENCE = 20.0
"""Seconds to wait for the hub's answer."""
Progress = Callable[[str, int, int], None]
"""Called with a file's name, how many files are done, and how many there are."""


def fetch(
    name: str,
    progress: Progress = lambda file, done, total: None,
    allow_pickle: bool = False,
    models: Registry | None = None,
) -> LocalModel:
    """Download a model of the hub into the program's cache, whole or not at all.

    Args:
        allow_pickle: take ``pytorch_model.bin`` where the hub has no safetensors. It is read with torch's reader of
            weights alone, which runs no code, and kept as safetensors.

    Raises:
        ModelError: unknown, nothing to fetch, no connection, a pickle of something else than weights, or not a whole
            Marian model.
    """
    models = models or registry.load()
    entry = models.entry(name)
    if not entry.hub:
        raise ModelError(f'model "{name}" is a folder on this machine ({entry.path}); there is nothing to fetch')
    target = fetched(name)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{name}-") as made:
        folder = Path(made) / name
        folder.mkdir()
        _download(name, entry, folder, progress, allow_pickle)
        check_folder(folder, name)
        shutil.rmtree(target, ignore_errors=True)
        folder.rename(target)
    return LocalModel(name, target, *entry.languages, entry.prefix, entry)


def _download(name: str, entry: Entry, folder: Path, progress: Progress, allow_pickle: bool) -> None:
    from huggingface_hub import hf_hub_download, model_info

    logging.getLogger("huggingface_hub").setLevel(logging.ERROR)  # else each try to reach the hub is a warning
    try:
        # Of the hub's ways to list files, the one that fails at once where there is no network.
        info = model_info(entry.hub, revision=entry.revision, timeout=_PATIENCE)
        there = {file.rfilename for file in info.siblings or ()}
        files = [file for file in (*REQUIRED, *OPTIONAL) if file in there]
        if WEIGHTS not in there:
            files.append(_pickle(name, entry, there, allow_pickle))
        for done, file in enumerate(files):
            progress(file, done, len(files))
            hf_hub_download(entry.hub, file, revision=entry.revision, local_dir=folder)
        progress("", len(files), len(files))
    except ModelError:
        raise
    except Exception as error:  # of whichever HTTP library the hub's client uses
        raise _unreachable(name, entry, error) from error
    if (folder / PICKLE).is_file():
        _convert_pickle(name, folder)
    shutil.rmtree(folder / ".cache", ignore_errors=True)


def _pickle(name: str, entry: Entry, there: set[str], allowed: bool) -> str:
    if not allowed or PICKLE not in there:
        raise ModelError(
            f'model "{name}": {entry.hub} at {entry.revision} has no {WEIGHTS}; name a revision that has one in '
            f"{registry.FILE}, or add --allow-pickle to take {PICKLE}"
        )
    return PICKLE


def _unreachable(name: str, entry: Entry, error: Exception) -> ModelError:
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    return ModelError(
        f'model "{name}" cannot be fetched from the hub ({entry.hub} at {entry.revision}): {reason}; is this machine '
        f"offline? Runs need no network: copy the model's folder here and name it with `path` in {registry.FILE}, or "
        "use `--model embedded`"
    )


def _convert_pickle(name: str, folder: Path) -> None:
    import torch
    from safetensors.torch import save_file

    try:
        state = torch.load(folder / PICKLE, map_location="cpu", weights_only=True)
        # Clones, because tied weights share memory, which the format refuses.
        weights = {key: tensor.clone().contiguous() for key, tensor in state.items()}
    except Exception as error:  # one of a dozen, by what the file holds
        raise ModelError(
            f'model "{name}": {PICKLE} is damaged or holds something else than weights, which is not loaded; '
            f"name a revision that has {WEIGHTS} in {registry.FILE}"
        ) from error
    save_file(weights, folder / WEIGHTS)
    (folder / PICKLE).unlink()
