"""``translate``: segments to the target language, batched over all documents of a shard."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator

from pipeline.code import code_digest
from pipeline.document import Document, Segment
from pipeline.errors import ModelError
from pipeline.mt import registry
from pipeline.mt.doubts import Doubts
from pipeline.mt.engines import Decoding, Engine, EngineName, EngineOptions, create
from pipeline.mt.filememory import FileMemory
from pipeline.mt.glossary import STARTER, Glossary, shift
from pipeline.mt.guard import Guard
from pipeline.mt.memory import Entry, Memory
from pipeline.mt.mend import Mender
from pipeline.mt.models import LocalModel, better_model_hint, resolve
from pipeline.mt.translator import Translator
from pipeline.stages.base import Options, Stage
from pipeline.stages.segment.rules import load_rules


class TranslateOptions(Options):
    """Options of ``translate``."""

    model: str = Field("default", description="a name in models.yaml, `default`, or a model folder")
    engine: EngineName = Field("auto", description="`auto` takes CTranslate2 where it is installed")
    beam: int = Field(4, ge=1, le=32, description="hypotheses kept at each step; published figures use 4 to 6")
    prune: bool = Field(
        True, description="leave out of the output layer what the target language never uses: faster, no other change"
    )
    compute: Literal["auto", "int8", "int16", "float16", "float32"] = Field(
        "auto", description="type of the numbers; `auto`: int8 on CPU, float16 on GPU"
    )
    device: Literal["auto", "cpu", "cuda"] = Field("auto", description="`auto` takes a CUDA device where there is one")
    max_batch: int = Field(
        0, ge=0, description="padded source pieces of a batch, times the beams; 0: 1024 on CPU, 32768 on GPU"
    )
    glossary: str = Field(
        STARTER, description="glossary file, `starter` for the shipped one (French to English); empty for none"
    )
    memory: str = Field("", description="file of a translation memory shared across runs")

    @field_validator("model")
    @classmethod
    def _is_known(cls, name: str) -> str:
        if name != "default" and not Path(name).is_dir():
            try:
                registry.load().entry(name)
            except ModelError as error:
                raise ValueError(str(error)) from error
        return name

    def engine_options(self) -> EngineOptions:
        """What the engine is to be made with."""
        return EngineOptions(Decoding(self.beam), self.prune, self.compute, self.device, self.max_batch)


class Translate(Stage[TranslateOptions]):
    """Translates the segments: translation memory, model and guard, dictionary for words it lacks, glossary.

    Fills ``target``, ``hypothesis``, ``logprob``, ``alignment`` and ``origin``. A segment that is not in the model's
    source language is not translated: it is copied where it is in the target language already, and else left without a
    target.
    """

    name = "translate"
    needs = ("segment",)
    _mended = 0  # words and figures

    @cached_property
    def model(self) -> LocalModel:
        """The model; raises ModelError where it cannot be had."""
        return resolve(self.options.model)

    @cached_property
    def engine(self) -> Engine:
        """The engine; its weights are loaded at the first translation."""
        return create(self.options.engine, self.model, self.options.engine_options())

    @cached_property
    def guard(self) -> Guard:
        """The engine behind its guard."""
        checks = Doubts(self.mender)
        small = load_rules(self.model.target).starters - {"i"}  # English writes it with a capital everywhere
        return Guard(self.engine, checks, Decoding(self.options.beam), self.model.split_at, small)

    @cached_property
    def translator(self) -> Translator:
        """The guard behind the memories."""
        memories: list[Memory] = [] if self.resources.memory is None else [self.resources.memory]
        if self.options.memory:
            memories.append(FileMemory(Path(self.options.memory), self.model.pair))
        return Translator(self.guard, self.mender, self.model.pair, memories)

    @cached_property
    def mender(self) -> Mender:
        """Mends words and figures."""
        return Mender(self.model.source, self.model.target, self.model.misreads)

    @cached_property
    def glossary(self) -> Glossary:
        """The glossary; raises ConfigError where it cannot be read."""
        return Glossary.chosen(self.options.glossary, self.model.pair)

    def read_files(self) -> None:
        _ = self.model, self.glossary

    def describe(self) -> dict[str, str]:
        bleu = self.model.bleu
        counts = {"retried": self.guard.retried, "doubtful": self.guard.doubtful, "mended": self._mended}
        return {
            **{name: f"{number:,}" for name, number in counts.items() if number},
            "model": self.model.name,
            "source": self.model.source,
            "target": self.model.target,
            "weights": self.model.digest[:8],
            "engine": self.engine.name,
            "beam": str(self.options.beam),
            "bleu": "" if bleu is None else f"{bleu:g}",
            "better": better_model_hint(self.model),
        }

    def fingerprint(self) -> str:
        code = code_digest([Glossary.__module__, Mender.__module__], "pipeline.mt")
        words = f"glossary={self.glossary.digest} dictionary={self.mender.digest} {self.model.misreads} {code}"
        return f"{self.name} v{self.version} {self.model.pair} {self.guard.fingerprint} {words}"

    def __call__(self, documents: Iterable[Document]) -> Iterator[Document]:
        shard = list(documents)
        segments = [segment for document in shard for segment in document.segments]
        self._translate([segment for segment in segments if segment.language in ("", self.model.source)])
        for segment in segments:
            if segment.language not in ("", self.model.source):
                _copy(segment, self.model.target)
        yield from shard

    def _translate(self, segments: Sequence[Segment]) -> None:
        by_source: dict[str, list[Segment]] = {}
        for segment in segments:
            by_source.setdefault(segment.source, []).append(segment)
        for window in self.translator.translate(by_source):
            for source, entry in window.items():
                for segment in by_source[source]:
                    _fill(segment, entry)
            self._correct({source: entry for source, entry in window.items() if not entry.imported}, by_source)
            self.resources.advance(self.name, sum(len(by_source[source]) for source in window))

    def _correct(self, made: Mapping[str, Entry], by_source: Mapping[str, Sequence[Segment]]) -> None:
        """Write the dictionary's and the glossary's words into translations."""
        links = self.translator.links({source: entry for source, entry in made.items() if self._to_link(source, entry)})
        for source, entry in made.items():
            alignment = links.get(source, [])
            target, changes = self.mender.mend(source, entry.hypothesis, alignment)
            self._mended += len(changes)
            alignment = shift(alignment or entry.alignment, changes)
            if source in links:
                target, changes = self.glossary.apply(source, target, alignment)
                alignment = shift(alignment, changes)
            for segment in by_source[source]:
                segment.target, segment.alignment = target, alignment

    def _to_link(self, source: str, entry: Entry) -> bool:
        return any(self.glossary.find(source)) or self.mender.needs_links(source, entry.hypothesis)


def _fill(segment: Segment, entry: Entry) -> None:
    """Only machine translations have a hypothesis; what was imported is a target alone."""
    segment.target, segment.logprob, segment.alignment = entry.hypothesis, entry.logprob, entry.alignment
    segment.hypothesis = "" if entry.imported else entry.hypothesis
    segment.origin = "memory" if entry.imported else "mt"


def _copy(segment: Segment, language: str) -> None:
    if segment.language == language:
        segment.target, segment.origin = segment.source, "copy"
