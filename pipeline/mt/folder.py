"""A model's folder: what it must hold, and whether it is whole."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from pipeline.errors import ModelError
from pipeline.mt.registry import SPLIT_AT, Entry
from pipeline.mt.shapes import check_weights

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
        for name in (*REQUIRED, "target_vocab.json", "target_pieces.txt"):
            if (self.folder / name).is_file():
                with (self.folder / name).open("rb") as file:
                    total.update(hashlib.file_digest(file, "sha256").digest())
        return total.hexdigest()

    @cached_property
    def config(self) -> dict[str, Any]:
        """The content of ``config.json``."""
        return read_json(self.folder / "config.json", self.name)

    @property
    def pair(self) -> str:
        """Source and target language, such as ``fr-en``."""
        return f"{self.source}-{self.target}"

    @property
    def split_at(self) -> int:
        """Pieces beyond which a source is taken apart."""
        return self.entry.split_at if self.entry else SPLIT_AT

    @property
    def misreads(self) -> bool:
        """Whether the model takes rare words for others, so often that a dictionary knows better."""
        return self.entry is not None and self.entry.misreads

    @property
    def bleu(self) -> float | None:
        """newstest2013 BLEU, measured or else published, None where it is not known."""
        return self.entry.bleu.best() if self.entry else None


def check_folder(folder: Path, name: str) -> None:
    """Check that a folder holds a whole Marian model.

    Raises:
        ModelError: naming the file that is missing or wrong, and what to do.
    """
    for file in REQUIRED:
        if not (folder / file).is_file():
            raise ModelError(f'model "{name}": {folder / file} is missing; {_missing(folder, file)}')
    config = read_json(folder / "config.json", name)
    if config.get("model_type") != "marian":
        found = f"{folder / 'config.json'} says model_type {config.get('model_type')!r}"
        raise ModelError(f'model "{name}": {found}; only "marian" loads')
    _check_vocabulary(folder, name, config)
    check_weights(folder / WEIGHTS, name, config)


def _missing(folder: Path, file: str) -> str:
    if file == WEIGHTS and (folder / PICKLE).is_file():
        return f"{PICKLE} is a pickle and is not loaded; `pipeline models fetch NAME --allow-pickle` converts it once"
    return "copy it there or fetch the model again"


def _check_vocabulary(folder: Path, name: str, config: dict[str, Any]) -> None:
    vocabulary = read_json(folder / "vocab.json", name)
    if len(vocabulary) != config.get("vocab_size"):
        raise ModelError(
            f'model "{name}": vocab.json has {len(vocabulary)} pieces, config.json says vocab_size '
            f"{config.get('vocab_size')}; the files of {folder} do not belong together"
        )
    for token in ("</s>", "<unk>", "<pad>"):
        if token not in vocabulary:
            raise ModelError(f'model "{name}": {folder / "vocab.json"} lacks {token}; it is not a Marian vocabulary')


def read_json(file: Path, name: str) -> dict[str, Any]:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise ModelError(f'model "{name}": {file} is not JSON: {error}; fetch the model again') from error
    if not isinstance(content, dict):
        raise ModelError(f'model "{name}": {file} holds no JSON object; fetch the model again')
    return content
