"""Devices: which one is taken, with what numbers and batches; memory that runs out. A GPU is faked on the CPU."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ctranslate2
import pytest

from pipeline.errors import ModelError
from pipeline.mt.engines import EngineName, EngineOptions, create
from pipeline.mt.folder import LocalModel

GERMAN = ["der Hund schläft im Garten", "die Katze", "und die Katze sieht ihm dabei zu", "der Garten"]
ENGINES: list[EngineName] = ["ctranslate2", "transformers"]


@pytest.fixture
def gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that says it has one."""
    monkeypatch.setattr("ctranslate2.get_cuda_device_count", lambda: 1)
    monkeypatch.setattr("torch.cuda.is_available", lambda: True)


@pytest.mark.usefixtures("gpu")
@pytest.mark.parametrize("name", ENGINES)
def test_a_gpu_is_taken_with_half_precision_and_large_batches(name: EngineName, tiny: LocalModel) -> None:
    engine: Any = create(name, tiny, EngineOptions())
    assert engine.variant == "cuda float16"
    assert engine._max_batch == 32_768


@pytest.mark.usefixtures("gpu")
@pytest.mark.parametrize("name", ENGINES)
def test_what_the_options_say_is_taken(name: EngineName, tiny: LocalModel) -> None:
    engine: Any = create(name, tiny, EngineOptions(device="cpu", compute="float32", max_batch=64))
    assert (engine.variant, engine._max_batch) == ("cpu float32", 64)


@pytest.mark.parametrize(("name", "variant"), [("ctranslate2", "cpu int8"), ("transformers", "cpu float32")])
def test_without_a_gpu_the_cpu_is_taken(
    name: EngineName, variant: str, tiny: LocalModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ctranslate2.get_cuda_device_count", lambda: 0)
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    engine: Any = create(name, tiny, EngineOptions())
    assert (engine.variant, engine._max_batch) == (variant, 1024)


@pytest.mark.usefixtures("gpu")
def test_ctranslate2_on_a_gpu(tiny: LocalModel, monkeypatch: pytest.MonkeyPatch) -> None:
    """The library is asked for the GPU; then the float16 conversion and its one large batch run here."""
    asked: dict[str, Any] = {}
    working = ctranslate2.Translator

    def translator(folder: str, **options: Any) -> Any:
        asked.update(options)
        return working(folder, **{**options, "device": "cpu", "compute_type": "float32"})

    expected = create("ctranslate2", tiny, EngineOptions(device="cpu", compute="float32")).translate(GERMAN)
    monkeypatch.setattr("ctranslate2.Translator", translator)
    engine = create("ctranslate2", tiny, EngineOptions())
    said = engine.translate(GERMAN)
    assert (asked["device"], asked["compute_type"], asked["inter_threads"]) == ("cuda", "float16", 1)
    assert [h.logprob for h in said] == pytest.approx([h.logprob for h in expected], abs=0.05)
    assert len(engine.align(GERMAN, [h.text for h in said])) == len(GERMAN)


def test_transformers_in_half_precision(tiny: LocalModel) -> None:
    engines: list[Any] = [create("transformers", tiny, EngineOptions(compute=c)) for c in ("float16", "float32")]
    half, full = (engine.translate(GERMAN) for engine in engines)
    assert [str(engine._network.dtype) for engine in engines] == ["torch.float16", "torch.float32"]
    assert [h.logprob for h in half] == pytest.approx([h.logprob for h in full], abs=0.05)
    assert engines[0].align(GERMAN[:1], [half[0].text]) == engines[1].align(GERMAN[:1], [half[0].text])


def test_half_precision_weights_are_computed_in_float32_on_a_cpu(embedded: LocalModel) -> None:
    engine: Any = create("transformers", embedded, EngineOptions(device="cpu"))
    assert str(engine._network.dtype) == "torch.float32"


@pytest.mark.parametrize("name", ENGINES)
def test_a_device_that_is_not_there_is_named(name: EngineName, tiny: LocalModel) -> None:
    torch = pytest.importorskip("torch")
    if torch.cuda.is_available():
        pytest.skip("this machine has a GPU")
    with pytest.raises(ModelError, match=r"cannot run on cuda \(device cuda, compute auto\).*`device: auto`"):
        create(name, tiny, EngineOptions(device="cuda")).translate(GERMAN)


def test_numbers_that_the_device_lacks_are_named(tiny: LocalModel) -> None:
    with pytest.raises(ModelError, match=r"cannot run on cpu \(device cpu, compute float16\).*`compute: auto`"):
        create("ctranslate2", tiny, EngineOptions(device="cpu", compute="float16")).translate(GERMAN)


class Failed:
    """A result that CTranslate2 could not make."""

    def result(self) -> None:
        raise RuntimeError("CUDA failed with error out of memory")


@pytest.mark.parametrize(
    ("name", "methods"), [("ctranslate2", ("_start", "_start_forced")), ("transformers", ("_generate", "_attention"))]
)
def test_a_batch_that_is_too_large_is_halved(
    name: EngineName, methods: tuple[str, ...], tiny: LocalModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine: Any = create(name, tiny, EngineOptions(compute="float32", threads=1))
    expected = engine.translate(GERMAN)
    links = engine.align(GERMAN, [h.text for h in expected])
    sizes: list[int] = []

    def scarce(working: Callable[..., Any]) -> Callable[..., Any]:
        def work(batch: list[Any], *rest: Any, **named: Any) -> Any:
            sizes.append(len(batch))
            if len(batch) < 2:
                return working(batch, *rest, **named)
            if name == "ctranslate2":
                return [Failed() for _ in batch]
            raise RuntimeError("CUDA out of memory")

        return work

    for method in methods:
        monkeypatch.setattr(engine, method, scarce(getattr(engine, method)))
    assert [h.text for h in engine.translate(GERMAN)] == [h.text for h in expected]
    assert max(sizes) > 1
    assert engine.align(GERMAN, [h.text for h in expected]) == links
