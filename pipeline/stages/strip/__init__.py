"""strip: boilerplate off plain text.

Lines are judged one by one by phrases and shapes (`lines`, `lexicon`, `shapes`), then in context (`blocks`, `titles`);
credits and the like inside a line go last (`credits`). A user's own phrases come as a further lexicon file.
"""

from __future__ import annotations

import hashlib
from functools import cache, cached_property

from pydantic import Field

from pipeline.document import Document, MetaValue
from pipeline.edits import Change
from pipeline.stages.base import DocumentStage, Options, Resources
from pipeline.stages.lexicons import AGENCIES
from pipeline.stages.rounds import warn_of_loss
from pipeline.stages.strip.cards import cards
from pipeline.stages.strip.credits import patterns
from pipeline.stages.strip.edges import WEIGHTS, strangers
from pipeline.stages.strip.harvest import TELLING, harvest
from pipeline.stages.strip.inline import inline_spans
from pipeline.stages.strip.lexicon import Lexicon, digest, languages, load
from pipeline.stages.strip.lines import Judge
from pipeline.stages.strip.notices import notices
from pipeline.stages.strip.page import Page, inside
from pipeline.stages.strip.removal import changes

__all__ = ["Strip", "StripOptions"]

PASSES = 8  # what a removal brings to light is looked at again; two are nearly always enough


class StripOptions(Options):
    """Options of `Strip`; docs/rules.md says how to write a lexicon."""

    lexicons: tuple[str, ...] = Field(
        default=("fr", "en"),
        min_length=1,
        description="languages whose phrases the project has, and paths of YAML files with phrases of your own",
    )


class Strip(DocumentStage[StripOptions]):
    """Removes what is not the article: share buttons, menus, cards, credits and their like."""

    name = "strip"
    version = 4

    def __init__(self, options: StripOptions, resources: Resources | None = None) -> None:
        super().__init__(options, resources)
        if own := [name for name in options.lexicons if name not in languages()]:
            load(own)  # what is wrong with files of the user's is told before the run

    @cached_property
    def judge(self) -> Judge:
        """Made for the first document: phrases and patterns take a tenth of a second."""
        patterns()
        return Judge(_lexicon(self.options.lexicons))

    def fingerprint(self) -> str:
        return f"{super().fingerprint()} {digest(self.options.lexicons)} {_data_digest()}"

    def process(self, document: Document) -> None:
        length = len(document.text)
        learned: dict[str, MetaValue] = {}  # no pass goes by what an earlier one learned: it would not be known again
        whole: set[str] = set()
        for _ in range(PASSES):
            if not self._clean(document, learned, whole):
                break
        for name, value in learned.items():
            document.meta.setdefault(name, value)
        warn_of_loss(document, length, self.name)

    def _clean(self, document: Document, learned: dict[str, MetaValue], whole: set[str]) -> bool:
        """One pass over the current text; whether it changed anything.

        Fills in what the removed lines say, and the lines found ``whole``; see `Page.inline`.
        """
        before = document.text
        if self._is_settled(before):
            return False
        page = Page(self.judge.lines(before), document, self.judge.lexicon.exact)
        if page.suspect and not all(page.kept):
            page.drop(cards(page.lines, page.kept))
            for find in (notices, strangers):
                page.drop(find(page.lines, page.kept, page.title, self.judge.lexicon))
        removals = list(page.removals())
        self._edit(document, [*changes(page.lines, removals, len(before)), *page.inline(whole)])
        self._edit(document, self._inline(document.text))
        if document.text == before:
            return False
        harvest(learned, [(kind, page.lines[i].text) for i, kind, _, _ in removals if kind in TELLING])
        if title := page.title_text():
            learned.setdefault("title", title)
        return True

    def _is_settled(self, text: str) -> bool:
        """Whether a text is a lone line with nothing to take from its inside: no lone line goes as a whole.

        Cheap, and spares such lines the judgement.
        """
        line = text.strip()
        if "\n" in line or not line or self._inline(text):
            return False
        return not inside(line, self.judge.lexicon.exact)

    def _inline(self, text: str) -> list[Change]:
        """What goes from inside lines by the lexicon's phrases."""
        if not self.judge.lexicon.inline_starts.search(text):  # as in nearly all texts
            return []
        spans = inline_spans(text, self.judge.lexicon.inline)
        return [Change(start, end, "", phrase.text, phrase.kind) for start, end, phrase in spans]

    def _edit(self, document: Document, wanted: list[Change]) -> None:
        restored = self.resources.restored.get(document.id)
        if restored:
            wanted = [change for change in wanted if not _is_in(restored, document, change)]
        if wanted:
            document.edit(wanted, self.name)


def _is_in(restored: frozenset[str], document: Document, change: Change) -> bool:
    """Whether a change would take one of these texts away."""
    start, end = document.to_raw(change.start, change.end)
    texts = {document.text[change.start : change.end], document.raw[start:end]}
    return any(text in restored or text.strip() in restored for text in texts)


@cache
def _lexicon(names: tuple[str, ...]) -> Lexicon:
    return load(names)


@cache
def _data_digest() -> str:
    return hashlib.sha256(AGENCIES.read_bytes() + WEIGHTS.read_bytes()).hexdigest()[:16]
