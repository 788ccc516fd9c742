"""models.yaml, model folders, fetching, the converted copy."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pipeline.errors import ConfigError, ModelError
from pipeline.mt import registry
from pipeline.mt.cache import fetched, hub_cache
from pipeline.mt.convert import converted
from pipeline.mt.engines import EngineOptions, create
from pipeline.mt.folder import LocalModel
from pipeline.mt.models import better_model_hint, fetch, resolve

ENTRY = "{path: there, languages: [de, fr], licence: MIT, megabytes: 1}"


def write(folder: Path, text: str) -> registry.Registry:
    (folder / registry.FILE).write_text(text, encoding="utf-8")
    return registry.load(folder)


def test_the_best_model_stands_first_and_the_embedded_one_last() -> None:
    models = registry.load()
    assert models.default[0] == "opus-mt-fr-en"
    assert models.default[-1] == "embedded"


def test_default_takes_the_first_model_that_is_here() -> None:
    model = resolve("default")
    assert model.name == "embedded"
    assert better_model_hint(model) == "pipeline models fetch opus-mt-fr-en"


def test_a_registry_beside_the_plan_replaces_the_packaged_one(tmp_path: Path, make_model: Callable[..., Path]) -> None:
    shutil.copytree(make_model(), tmp_path / "there")
    models = write(tmp_path, f"default: [mine]\nmodels:\n  mine: {ENTRY}\n")
    model = resolve("default", models)
    assert (model.name, model.pair, model.bleu) == ("mine", "de-fr", None)
    assert better_model_hint(model, models) == ""


def test_a_model_of_the_hub_is_found_in_the_hub_cache(embedded: LocalModel) -> None:
    entry = registry.load().entry("opus-mt-fr-en")
    snapshot = hub_cache() / "models--Helsinki-NLP--opus-mt-fr-en" / "snapshots" / entry.revision
    shutil.copytree(embedded.folder, snapshot)
    try:
        assert resolve("default").folder == snapshot
    finally:
        shutil.rmtree(hub_cache())


def test_a_folder_is_a_model_too(embedded: LocalModel) -> None:
    assert resolve(str(embedded.folder)).pair == "fr-en"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"default: [x]\nmodels:\n  y: {ENTRY}", [":1: default is ['x']: unknown model \"x\"; allowed: y"]),
        ("default: y", [":1: default is 'y': give a list", ":1: models is missing"]),
        (
            "default: [y]\nmodels:\n  y:\n    path: a\n    languages: [FR, no]\n    licence: 3\n",
            [
                ":5: models.y.languages.0 is 'FR': \"FR\" is no code of a language",
                ":5: models.y.languages.1 is False: give a text, in quotes",
                ":6: models.y.licence is 3: give a text",
                ":3: models.y.megabytes is missing",
            ],
        ),
        (
            f"default: [y]\nmodels:\n  y: {ENTRY}\n  z:\n    licens: MIT\n    hub: x\n    prefix: fra\n"
            "    bleu: {measurd: {}}",
            [
                ':5: unknown option "licens"; allowed: hub, revision, path, ',
                'did you mean "licence"?',
                ":6: models.z.hub is 'x': give owner/name",
                ":7: models.z.prefix is 'fra': give a piece such as",
                ':8: unknown option "measurd"; allowed: published, measured; did you mean "measured"?',
            ],
        ),
        (f"default: [y]\nmodels:\n  y: {{hub: a/b, {ENTRY[1:]}", [":3: models.y: give either `hub` or `path`"]),
        (f"default: [y]\nmodels: {{y: {ENTRY}}}\nmore: 1", [':3: unknown option "more"; allowed: models, default']),
        (f"default: [y]\nmodels: {{y: {ENTRY}}}\ndefault: [z]", [':3: "default" stands in line 1 already']),
        ("- a\n", [":1: must be a mapping with `default` and `models`"]),
        ("default: [", [":1: is no YAML"]),
        ("default: &a [*a]\nmodels: {}", [":1: default.0"]),
    ],
)
def test_a_broken_registry_is_named_with_its_line(tmp_path: Path, text: str, expected: list[str]) -> None:
    with pytest.raises(ConfigError) as error:
        write(tmp_path, text)
    assert [part for part in expected if part not in str(error.value)] == []


@pytest.mark.parametrize(
    ("name", "expected"),
    [("embeded", 'did you mean "embedded"'), ("opus-mt-fr-en", "`pipeline models fetch opus-mt-fr-en` downloads it")],
)
def test_a_model_that_is_not_there_says_what_to_do(name: str, expected: str) -> None:
    with pytest.raises(ModelError, match=expected):
        resolve(name)


def missing(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).unlink()


def rewritten(name: str, **fields: object) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        content = json.loads((folder / name).read_text("utf-8"))
        (folder / name).write_text(json.dumps({**content, **fields}), encoding="utf-8")

    return damage


def replaced(name: str, content: bytes) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        (folder / name).write_bytes(content)

    return damage


def of_another(name: str) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        shutil.copyfile(resolve("embedded").folder / name, folder / name)

    return damage


def cut_short(folder: Path) -> None:
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])


def pickled(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")


@pytest.mark.parametrize(
    ("damage", "expected"),
    [
        (missing("vocab.json"), "vocab.json is missing"),
        (missing("source.spm"), "source.spm is missing"),
        (missing("config.json"), "config.json is missing"),
        (pickled, "--allow-pickle"),
        (rewritten("config.json", model_type="t5"), "model_type 't5'; only \"marian\" loads"),
        (rewritten("vocab.json", extra=9999), "do not belong together"),
        (rewritten("config.json", vocab_size=3), "do not belong together"),
        (rewritten("config.json", d_model="16"), "config.json says d_model '16', which is no whole number"),
        (rewritten("config.json", d_model=32), "shared.weight is"),
        (rewritten("config.json", encoder_layers=2), "encoder.layers.1.self_attn.q_proj.weight is missing"),
        (rewritten("config.json", decoder_layers=0), "have model.decoder.layers.0."),
        (rewritten("config.json", encoder_ffn_dim=31), "fc1.weight is (32, 16), config.json says (31, 16)"),
        (rewritten("config.json", encoder_attention_heads=3), "d_model 16 cannot be divided among the attention heads"),
        (rewritten("config.json", activation_function="tanh"), "'tanh' is none of gelu, relu"),
        (rewritten("config.json", max_position_embeddings=256), "256 is less than 512"),
        (rewritten("vocab.json", **{"</s>": "0"}), "vocab.json: ids are not 0.."),
        (rewritten("tokenizer_config.json", source_lang="German"), '"German" is no code of a language'),
        (replaced("target_pieces.txt", b"\xff"), "which vocab.json lacks"),
        (replaced("config.json", b"{"), "is not JSON"),
        (replaced("model.safetensors", b"\x80\x04pickle"), "is not a safetensors file"),
        (cut_short, "fetch it again"),
        (missing("tokenizer_config.json"), "must name `source_lang` and `target_lang`: they are missing"),
        (replaced("target.spm", b"no model"), "is not a SentencePiece model"),
        (of_another("source.spm"), "source.spm is of another model"),
        (of_another("target.spm"), "target.spm is of another model"),
        (replaced("target_pieces.txt", "▁strange\n".encode()), "which vocab.json lacks"),
    ],
)
def test_a_damaged_model_folder_is_named(
    tmp_path: Path, make_model: Callable[..., Path], damage: Callable[[Path], None], expected: str
) -> None:
    folder = tmp_path / "model"
    shutil.copytree(make_model(), folder)
    (folder / "vocab.json").write_text((folder / "vocab.json").read_text("utf-8"), encoding="utf-8")
    damage(folder)
    with pytest.raises(ModelError) as error:
        create("ctranslate2", replace(resolve(str(folder)), prefix=">>fra<<"), EngineOptions())
    assert expected in str(error.value)
    assert str(folder) in str(error.value)


def test_a_model_of_several_target_languages_must_be_told_which(make_model: Callable[..., Path]) -> None:
    with pytest.raises(ModelError, match=r"several languages; describe it in models.yaml with a `prefix`.*>>fra<<, >>"):
        create("ctranslate2", resolve(str(make_model())), EngineOptions())


def test_fetching_without_a_network_says_so_in_one_line_and_at_once() -> None:
    nowhere = {**os.environ, "HF_ENDPOINT": "http://127.0.0.1:9"}  # nothing listens there
    command = [sys.executable, "-c", "from pipeline.cli import main; main()", "models", "fetch", "opus-mt-fr-en"]
    done = subprocess.run(command, env=nowhere, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert re.search(r'^error: model "opus-mt-fr-en" cannot be fetched.*offline.*models.yaml.*--model embedded', line)
    assert not fetched("opus-mt-fr-en").exists()


def test_there_is_nothing_to_fetch_for_a_folder() -> None:
    with pytest.raises(ModelError, match="nothing to fetch"):
        fetch("embedded")


def serve(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Let a folder stand for the hub."""

    def download(repo: str, file: str, *, revision: str, local_dir: Path) -> None:
        shutil.copy(folder / file, local_dir / file)

    files = [SimpleNamespace(rfilename=file.name) for file in folder.iterdir()]
    monkeypatch.setattr("huggingface_hub.model_info", lambda *a, **k: SimpleNamespace(siblings=files))
    monkeypatch.setattr("huggingface_hub.hf_hub_download", download)


def test_what_was_fetched_is_found(monkeypatch: pytest.MonkeyPatch, embedded: LocalModel) -> None:
    serve(monkeypatch, embedded.folder)
    seen: list[tuple[str, int, int]] = []
    model = fetch("opus-mt-fr-en", lambda *told: seen.append(told))
    try:
        assert resolve("default") == model
        assert better_model_hint(model) == ""
        assert seen[0] == ("config.json", 0, len(seen) - 1)
    finally:
        shutil.rmtree(model.folder)


def test_a_pickle_is_taken_only_when_allowed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, embedded: LocalModel
) -> None:
    torch = pytest.importorskip("torch")
    from safetensors.torch import load_file

    shutil.copytree(embedded.folder, tmp_path / "hub")
    torch.save(load_file(tmp_path / "hub" / "model.safetensors"), tmp_path / "hub" / "pytorch_model.bin")
    (tmp_path / "hub" / "model.safetensors").unlink()
    serve(monkeypatch, tmp_path / "hub")
    with pytest.raises(ModelError, match="--allow-pickle"):
        fetch("opus-mt-fr-en")
    model = fetch("opus-mt-fr-en", allow_pickle=True)
    try:
        assert sorted(f.name for f in model.folder.iterdir() if f.suffix in {".bin", ".safetensors"}) == [
            "model.safetensors"
        ]
    finally:
        shutil.rmtree(model.folder)


class Code:
    """Runs something where it is unpickled by a reader that allows that."""

    def __reduce__(self) -> tuple[Any, ...]:
        return exec, ("raise KeyboardInterrupt",)


@pytest.mark.parametrize(
    "content", [{"weights": Code()}, {"weights": "no tensor"}, ["weights"]], ids=["code", "text", "list"]
)
def test_a_pickle_of_something_else_than_weights_is_refused(
    content: object, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, embedded: LocalModel
) -> None:
    torch = pytest.importorskip("torch")
    shutil.copytree(embedded.folder, tmp_path / "hub", ignore=shutil.ignore_patterns("model.safetensors"))
    torch.save(content, tmp_path / "hub" / "pytorch_model.bin")
    serve(monkeypatch, tmp_path / "hub")
    with pytest.raises(ModelError, match="is damaged or holds something else than weights"):
        fetch("opus-mt-fr-en", allow_pickle=True)
    assert not fetched("opus-mt-fr-en").exists()


def test_a_damaged_conversion_is_made_anew(tiny: LocalModel) -> None:
    folder = converted(tiny, "float32")
    whole = (folder / "model.bin").read_bytes()
    (folder / "model.bin").write_bytes(whole[:-1])
    assert converted(tiny, "float32") == folder
    assert (folder / "model.bin").read_bytes() == whole
    (folder / "model.bin").unlink()
    assert (converted(tiny, "float32") / "model.bin").read_bytes() == whole


def test_a_cache_that_cannot_be_written_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, tiny: LocalModel
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("PIPELINE_CACHE", str(tmp_path / "file"))
    with pytest.raises(ModelError, match="PIPELINE_CACHE"):
        converted(tiny, "float32")
