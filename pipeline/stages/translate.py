"""``translate``: segments to the target language, batched over all documents of a shard."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator

from pipeline.code import code_digest
from pipeline.document import Document, Segment
from pipeline.errors import ModelError
from pipeline.mt import registry
from pipeline.mt.align import Link
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
    """Translates the segments: translation memory, model and guard, dictionary for mangled words, glossary.

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
        """Mends mangled words."""
        return Mender(self.model.source, self.model.target)

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
        words = f"glossary={self.glossary.digest} dictionary={self.mender.digest} {code}"
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
            self._correct([by_source[source] for source in window])
            self.resources.advance(self.name, sum(len(by_source[source]) for source in window))

    def _correct(self, groups: Iterable[list[Segment]]) -> None:
        """Write the dictionary's and the glossary's words into translations; a group holds segments of one source."""
        made = [group for group in groups if group[0].origin == "mt"]
        named = [group for group in made if any(self.glossary.find(group[0].source))]
        links = dict(zip(map(id, named), self._alignments([group[0] for group in named]), strict=True))
        for group in made:
            source, alignment = group[0].source, links.get(id(group), group[0].alignment)
            target, changes = self.mender.mend(source, group[0].hypothesis)
            self._mended += len(changes)
            alignment = shift(alignment, changes)
            if id(group) in links:
                target, changes = self.glossary.apply(source, target, alignment)
                alignment = shift(alignment, changes)
            for segment in group:
                segment.target, segment.alignment = target, alignment

    def _alignments(self, segments: Sequence[Segment]) -> list[list[Link]]:
        """Words of each segment and its hypothesis that belong together; part by part where it was taken apart."""
        whole = [segment.alignment or [(0, len(segment.source), 0, len(segment.hypothesis))] for segment in segments]
        parts = [(i, *span) for i, spans in enumerate(whole) for span in spans]
        sources = [segments[i].source[s0:s1] for i, s0, s1, _, _ in parts]
        targets = [segments[i].hypothesis[t0:t1] for i, _, _, t0, t1 in parts]
        found: list[list[Link]] = [[] for _ in segments]
        for (i, s, _, t, _), links in zip(parts, self.engine.align(sources, targets), strict=True):
            found[i] += [(s + s0, s + s1, t + t0, t + t1) for s0, s1, t0, t1 in links]
        return found


def _fill(segment: Segment, entry: Entry) -> None:
    """Only machine translations have a hypothesis; what was imported is a target alone."""
    segment.target, segment.logprob, segment.alignment = entry.hypothesis, entry.logprob, entry.alignment
    segment.hypothesis = "" if entry.imported else entry.hypothesis
    segment.origin = "memory" if entry.imported else "mt"


def _copy(segment: Segment, language: str) -> None:
    if segment.language == language:
        segment.target, segment.origin = segment.source, "copy"
