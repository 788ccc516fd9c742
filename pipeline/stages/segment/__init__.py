"""The stage that cuts the clean text into sentences and names each paragraph's language."""

from __future__ import annotations

from collections import Counter

from pydantic import Field

from pipeline.document import Document, Segment
from pipeline.languages import LanguageCode
from pipeline.stages.base import DocumentStage, Options
from pipeline.stages.segment.language import detect_language
from pipeline.stages.segment.rules import rules_digest
from pipeline.stages.segment.sentences import sentence_spans

# Letters of a whole document that langdetect is asked about. Of French texts of one to four words it takes one in six
# for another language when it is asked about all, and 3 in 1,200 when it is asked about those of 20 letters or more.
_LEAST = 20


class SegmentOptions(Options):
    """Options of the stage ``segment``."""

    language: LanguageCode = Field("fr", description="ISO 639-1 code of the language to translate from")
    # langdetect's answers on newspaper text become dependable at about this length.
    min_letters: int = Field(40, ge=1, description="shorter paragraphs take the document's language")


class SegmentStage(DocumentStage[SegmentOptions]):
    """Cuts the text into sentences, names each paragraph's language, and flags what is in another one.

    Fills ``document.segments`` and ``document.meta["language"]``. A line of the clean text is a paragraph; no segment
    crosses it.
    """

    name = "segment"
    version = 2

    def process(self, document: Document) -> None:
        document.meta.pop("language", None)
        lines = document.text.split("\n")
        detected = [detect_language(line, self.options.min_letters) for line in lines]
        majority = _majority(lines, detected) or detect_language(" ".join(document.text.split()), _LEAST)
        if majority:
            document.meta["language"] = majority
        document.segments = []
        offset = 0
        for number, line in enumerate(lines):
            self._cut(document, number, line, offset, detected[number] or majority)
            offset += len(line) + 1

    def _cut(self, document: Document, number: int, line: str, offset: int, language: str) -> None:
        for start, end in sentence_spans(line, language or self.options.language):
            raw_start, raw_end = document.to_raw(offset + start, offset + end)
            segment = Segment(
                document.id, len(document.segments), raw_start, raw_end, line[start:end], number, language=language
            )
            if language not in ("", self.options.language):
                segment.flag("language")
            document.segments.append(segment)

    def fingerprint(self) -> str:
        return f"{super().fingerprint()} {rules_digest()}"


def _majority(lines: list[str], detected: list[str]) -> str:
    """The language with the most characters, "" where no line told."""
    weights: Counter[str] = Counter()
    for line, language in zip(lines, detected, strict=True):
        if language:
            weights[language] += len(line)
    return max(weights, key=lambda language: (weights[language], language)) if weights else ""
