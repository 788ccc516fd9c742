"""Other programs beside this one, each in a virtual environment of its own; what they do stands in ``peer_*.py``.

    python -m venv PEERS/easynmt        && PEERS/easynmt/bin/pip install easynmt sentencepiece "transformers<5"
    python -m venv PEERS/argostranslate && PEERS/argostranslate/bin/pip install argostranslate

(Install the CPU build of torch first.) Measured with EasyNMT 2.0.2 and Argos Translate 1.11.0. Both get this program's
model and one sentence a line; nothing is downloaded.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pipeline.errors import UsageError
from pipeline.mt.convert import converted
from pipeline.mt.engines.machine import cores
from pipeline.mt.folder import LocalModel

HERE = Path(__file__).resolve().parent


def easynmt(model: LocalModel, folder: Path) -> dict[str, str]:
    """A folder of the name by which EasyNMT asks for the model."""
    there = folder / "Helsinki-NLP" / f"opus-mt-{model.pair}"
    there.parent.mkdir()
    there.symlink_to(model.folder.resolve())
    return {}


def argos(model: LocalModel, folder: Path) -> dict[str, str]:
    """An Argos package: metadata, SentencePiece model, and the CTranslate2 model that ends its sources itself."""
    if (model.folder / "source.spm").read_bytes() != (model.folder / "target.spm").read_bytes() or model.prefix:
        raise UsageError("an Argos package has one SentencePiece model and no prefix for its sources")
    package = folder / "package"
    shutil.copytree(converted(model, "int8", prune=False), package / "model")
    config = json.loads((package / "model" / "config.json").read_text("utf-8"))
    (package / "model" / "config.json").write_text(json.dumps({**config, "add_source_eos": True}))
    shutil.copy(model.folder / "source.spm", package / "sentencepiece.model")
    metadata = {"package_version": "1", "argos_version": "1.9", "from_code": model.source, "to_code": model.target}
    (package / "metadata.json").write_text(json.dumps(metadata))
    return {"package": str(package)}


class Peer(NamedTuple):
    """Its environment, its script, what makes its model ready, which part of the sentences it gets."""

    environment: str
    script: Path
    prepare: Callable[[LocalModel, Path], dict[str, str]]
    part: int


PEERS = {
    "EasyNMT": Peer("easynmt", HERE / "peer_easynmt.py", easynmt, 4),
    "Argos Translate": Peer("argostranslate", HERE / "peer_argos.py", argos, 2),
}


def run(name: str, environments: Path, model: LocalModel, sources: Sequence[str], beam: int, forced: bool,
        folder: Path) -> dict[str, Any]:  # fmt: skip
    """What a peer says, its seconds, memory and time to first output.

    Raises:
        UsageError: its environment is not there, or it fails.
    """
    peer = PEERS[name]
    python = environments / peer.environment / "bin" / "python"
    if not python.exists():
        raise UsageError(f"not installed: there is no {python}")
    facts = {"source": model.source, "target": model.target, "beam": beam, "forced": forced, "cores": cores()}
    home = folder / peer.environment
    home.mkdir()
    task = {**facts, **peer.prepare(model, home), "sentences": list(sources)}
    command = [python.absolute(), peer.script]
    offline = {**os.environ, "HOME": str(home), "HF_HUB_OFFLINE": "1"}
    done = subprocess.run(command, input=json.dumps(task), capture_output=True, text=True, cwd=home, env=offline)
    if done.returncode:
        raise UsageError(f"fails: {(done.stderr.splitlines() or ['?'])[-1]}")
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return {**result, "words": sum(len(source.split()) for source in sources)}
