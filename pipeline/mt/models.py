"""Models on this machine: where they lie, whether they are whole, and how to get one. Nothing here downloads but `fetch`."""

from __future__ import annotations

import hashlib
import json
import shutil
import struct
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from pipeline.errors import ModelError
from pipeline.mt import registry
from pipeline.mt.cache import cache_folder, hub_cache
from pipeline.mt.registry import Entry, Registry

WEIGHTS = "model.safetensors"
PICKLE = "pytorch_model.bin"
REQUIRED = ("config.json", WEIGHTS, "source.spm", "target.spm", "vocab.json")
OPTIONAL = ("generation_config.json", "tokenizer_config.json", "target_vocab.json", "target_pieces.txt", "README.md")


@dataclass(frozen=True)
class LocalModel:
    """A Marian model on this machine, checked to be whole.

    Attributes:
        name: as in ``models.yaml``, or the folder's path.
        folder: holds the files in `REQUIRED`.
        source, target: ISO 639-1 codes.
        prefix: piece that stands before every source, such as ``>>fra<<``; empty for a model of one pair.
        entry: the registry's entry, None for a folder that no registry names.
    """

    name: str
    folder: Path
    source: str
    target: str
    prefix: str = ""
    entry: Entry | None = None

    @cached_property
    def digest(self) -> str:
        """SHA-256 over everything in the folder that bears on the output, and the prefix."""
        total = hashlib.sha256(self.prefix.encode())
        for name in (*REQUIRED, "target_vocab.json"):
            if (self.folder / name).is_file():
                with (self.folder / name).open("rb") as file:
                    total.update(hashlib.file_digest(file, "sha256").digest())
        return total.hexdigest()

    @cached_property
    def config(self) -> dict[str, Any]:
        """The content of ``config.json``."""
        return _json(self.folder / "config.json", self.name)

    @property
    def pair(self) -> str:
        """Source and target language, such as ``fr-en``."""
        return f"{self.source}-{self.target}"

    @property
    def bleu(self) -> float | None:
        """newstest2013 BLEU, measured or else published, None where it is not known."""
        return self.entry.bleu.best() if self.entry else None


def resolve(name: str = "default", models: Registry | None = None) -> LocalModel:
    """Find a model on this machine. Never touches the network.

    Args:
        name: a name of the registry, ``default`` for the first in its order that is here, or a model folder's path.

    Raises:
        ModelError: unknown, not on this machine, incomplete or damaged; says what to do.
    """
    models = models or registry.load()
    if name == "default":
        name = next((known for known in models.default if locate(known, models)), models.default[-1])
    if name not in models.models and Path(name).is_dir():
        return _from_folder(Path(name))
    entry = models.entry(name)
    folder = locate(name, models)
    if folder is None:
        raise ModelError(_absent(name, entry))
    check_folder(folder, name)
    return LocalModel(name, folder, *entry.languages, entry.prefix, entry)


def _absent(name: str, entry: Entry) -> str:
    if entry.path:
        return f'model "{name}": the folder {entry.path} does not exist; mend `path` in {registry.FILE}'
    return (
        f'model "{name}" is not on this machine; `pipeline models fetch {name}` downloads it ({entry.megabytes} MB), '
        "or choose another with --model (`pipeline models` lists them)"
    )


def _from_folder(folder: Path) -> LocalModel:
    check_folder(folder, str(folder))
    config = folder / "tokenizer_config.json"
    known = _json(config, str(folder)) if config.is_file() else {}
    source, target = known.get("source_lang"), known.get("target_lang")
    if not (isinstance(source, str) and isinstance(target, str)):
        raise ModelError(
            f"{config} does not name `source_lang` and `target_lang`; add them, or describe the model in {registry.FILE}"
        )
    return LocalModel(str(folder), folder, source, target)


def locate(name: str, models: Registry) -> Path | None:
    """The folder of a registered model, None where it is not on this machine. Looks at file names alone."""
    entry = models.entry(name)
    if entry.path:
        folder = models.base / entry.path
        return folder if folder.is_dir() else None
    return next((folder for folder in _hub_folders(name, entry) if (folder / WEIGHTS).is_file()), None)


def _hub_folders(name: str, entry: Entry) -> Iterator[Path]:
    """Where a model of the hub may lie: our own cache, then the hub's, the pinned revision first."""
    yield _fetched(name)
    snapshots = hub_cache() / f"models--{entry.hub.replace('/', '--')}" / "snapshots"
    yield snapshots / entry.revision
    if snapshots.is_dir():
        yield from sorted(snapshots.iterdir())


def _fetched(name: str) -> Path:
    return cache_folder() / "models" / name


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


def check_folder(folder: Path, name: str) -> None:
    """Check that a folder holds a whole Marian model.

    Raises:
        ModelError: naming the file that is missing or wrong, and what to do.
    """
    for file in REQUIRED:
        if not (folder / file).is_file():
            raise ModelError(f'model "{name}": {folder / file} is missing; {_missing_hint(folder, file)}')
    config = _json(folder / "config.json", name)
    if config.get("model_type") != "marian":
        raise ModelError(
            f'model "{name}": {folder / "config.json"} says model_type {config.get("model_type")!r}; only "marian" loads'
        )
    _check_sizes(folder, name, config)


def _missing_hint(folder: Path, file: str) -> str:
    if file == WEIGHTS and (folder / PICKLE).is_file():
        return f"{PICKLE} is a pickle and is not loaded; `pipeline models fetch NAME --allow-pickle` converts it once"
    return "copy it there or fetch the model again"


def _check_sizes(folder: Path, name: str, config: dict[str, Any]) -> None:
    vocabulary = _json(folder / "vocab.json", name)
    rows = _embedding_rows(folder / WEIGHTS, name)
    if not len(vocabulary) == config.get("vocab_size") == rows:
        raise ModelError(
            f'model "{name}": vocab.json has {len(vocabulary)} pieces, config.json says vocab_size '
            f"{config.get('vocab_size')}, the weights have {rows}; the files of {folder} do not belong together"
        )
    for token in ("</s>", "<unk>", "<pad>"):
        if token not in vocabulary:
            raise ModelError(f'model "{name}": {folder / "vocab.json"} lacks {token}; it is not a Marian vocabulary')


def _embedding_rows(file: Path, name: str) -> int:
    """Rows of the source embedding, read from the header of a safetensors file."""
    try:
        with file.open("rb") as stream:
            (size,) = struct.unpack("<Q", stream.read(8))
            header = json.loads(stream.read(min(size, 100_000_000)))
        expected = 8 + size + max(tensor["data_offsets"][1] for key, tensor in header.items() if key != "__metadata__")
    except (ValueError, KeyError, TypeError, AttributeError, struct.error, OSError) as error:
        raise ModelError(f'model "{name}": {file} is not a safetensors file; fetch the model again') from error
    if file.stat().st_size != expected:
        raise ModelError(f'model "{name}": {file} has {file.stat().st_size} bytes, not {expected}; fetch it again')
    for key in ("model.shared.weight", "model.encoder.embed_tokens.weight", "lm_head.weight"):
        if key in header:
            return int(header[key]["shape"][0])
    raise ModelError(f'model "{name}": {file} has no embedding; it does not hold a Marian model')


def _json(file: Path, name: str) -> dict[str, Any]:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise ModelError(f'model "{name}": {file} is not JSON: {error}; fetch the model again') from error
    if not isinstance(content, dict):
        raise ModelError(f'model "{name}": {file} holds no JSON object; fetch the model again')
    return content


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
        ModelError: unknown, nothing to fetch, no connection, or not a whole Marian model.
    """
    models = models or registry.load()
    entry = models.entry(name)
    if not entry.hub:
        raise ModelError(f'model "{name}" is a folder on this machine ({entry.path}); there is nothing to fetch')
    target = _fetched(name)
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
    from huggingface_hub import hf_hub_download, list_repo_files

    try:
        there = set(list_repo_files(entry.hub, revision=entry.revision))
        files = [file for file in (*REQUIRED, *OPTIONAL) if file in there]
        if WEIGHTS not in there:
            files.append(_pickle(name, entry, there, allow_pickle))
        for done, file in enumerate(files):
            progress(file, done, len(files))
            hf_hub_download(entry.hub, file, revision=entry.revision, local_dir=folder)
        progress("", len(files), len(files))
    except OSError as error:  # httpx's and the hub's errors of connection and of unknown repositories are OSErrors
        raise _unreachable(name, entry, error) from error
    except Exception as error:
        if type(error).__module__.partition(".")[0] in {"httpx", "httpcore", "huggingface_hub"}:
            raise _unreachable(name, entry, error) from error
        raise
    if (folder / PICKLE).is_file():
        _convert_pickle(folder)
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
        f'model "{name}" cannot be fetched from the hub ({entry.hub}): {reason}; is this machine offline? Runs need no '
        "network: copy the model's folder here and name it with `path` in models.yaml, or use `--model embedded`"
    )


def _convert_pickle(folder: Path) -> None:
    import torch
    from safetensors.torch import save_file

    state = torch.load(folder / PICKLE, map_location="cpu", weights_only=True)
    # Clones, because tied weights share memory, which the format refuses.
    save_file({key: tensor.clone().contiguous() for key, tensor in state.items()}, folder / WEIGHTS)
    (folder / PICKLE).unlink()
