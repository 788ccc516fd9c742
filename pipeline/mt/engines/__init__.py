"""Engines by name."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Literal

from pipeline.errors import ModelError
from pipeline.mt.engines.base import Decoding, Engine, EngineOptions, Hypothesis
from pipeline.mt.engines.echo import EchoEngine
from pipeline.mt.folder import LocalModel

__all__ = ["Decoding", "EchoEngine", "Engine", "EngineName", "EngineOptions", "Hypothesis", "create"]

EngineName = Literal["auto", "ctranslate2", "transformers", "echo"]


def create(name: EngineName, model: LocalModel, options: EngineOptions) -> Engine:
    """An engine for a model; weights are loaded at the first translation.

    Args:
        name: ``auto`` takes CTranslate2 where it is installed: it is the faster on CPU and on GPU.

    Raises:
        ModelError: the model's files are damaged, or the engine is not installed.
    """
    if name == "echo":
        return EchoEngine()
    if name == "auto":
        name = "ctranslate2" if find_spec("ctranslate2") else "transformers"
    if not find_spec(name):
        raise ModelError(f'engine "{name}" is not installed; `pip install {name}`, or choose another with --engine')
    if name == "ctranslate2":
        from pipeline.mt.engines.ctranslate2_engine import CTranslate2Engine

        return CTranslate2Engine(model, options)
    from pipeline.mt.engines.transformers_engine import TransformersEngine

    return TransformersEngine(model, options)
