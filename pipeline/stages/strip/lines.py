"""Lines with offsets, and what one line says on its own: which phrase or shape it is, how much it looks like text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice
from math import ceil

from pipeline.stages.strip.bylines import dateish
from pipeline.stages.strip.keys import Folded, fold
from pipeline.stages.strip.lexicon import EVERYWHERE, Lexicon, Phrase
from pipeline.stages.strip.shapes import by_shape
from pipeline.stages.strip.verdicts import ALONE, HINT, SPEECH, Sight, Verdict

HEAD = 600  # characters of a long line that are looked at: a paragraph shows what it is well before
_SENTENCE = re.compile(r"[^\W\d]{3,}[.!?…] [A-ZÀ-Þ]")
CACHE = 1 << 18  # characters of judged lines that are remembered: pages of one site share menus, and passes the text
BATCH = 256  # lines that are judged together
PHRASES = {"alone": ALONE, "headers": ALONE, "pointers": ALONE, "sections": -2.0, "hints": HINT}
ADDRESSES = frozenset(("subscribe", "cookie", "comments"))
KEEP = "keep"  # the rule of a line that a lexicon says is text
_NUMBERED = re.compile(r"#?\d{1,3}\s?[.)°–—-]\s")
CLOSERS = (".", "!", "?", "…")
FIRST_PERSON = ("je", "j")  # buttons do not end in a full stop
AFTER = "»”\"')]’ "  # what may stand behind them


@dataclass(slots=True)
class Line:
    """A line that is not blank: ``document.text[start:end]``, without the white space around it."""

    start: int
    end: int
    text: str
    verdict: Verdict


class Judge:
    """Judges lines by a lexicon; remembers them until they are too many.

    Each question is put to many lines before the next one, which a processor does faster than all questions to line
    after line.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._is_stop = lexicon.stopwords.__contains__
        self._known: dict[str, Verdict] = {}
        self._size = 0  # characters of the lines that are known

    def lines(self, text: str) -> list[Line]:
        """The lines of a text that are not blank, each with its verdict."""
        raws = text.split("\n")
        stripped = list(map(str.strip, raws))
        starts = accumulate([len(raw) + 1 for raw in raws], initial=0)
        verdicts = self._verdicts(stripped)
        return [
            Line(first := start if line is raw else start + raw.index(line[0]), first + len(line), line, verdicts[line])
            for start, raw, line in zip(starts, raws, stripped, strict=False)
            if line
        ]

    def _verdicts(self, lines: Iterable[str]) -> Mapping[str, Verdict]:
        """The verdicts on those of the lines that are not blank, and on others."""
        if self._size > CACHE:
            self._known, self._size = {}, 0
        new = [line for line in dict.fromkeys(lines) if line and line not in self._known]
        for start in range(0, len(new), BATCH):
            batch = new[start : start + BATCH]
            self._known.update(zip(batch, self._judge(batch), strict=True))
        self._size += sum(map(len, new))
        return self._known

    def _judge(self, lines: Sequence[str]) -> list[Verdict]:
        """What lines without white space around them say on their own."""
        folded = [fold(line[:HEAD]) for line in lines]
        phrases = [self.lexicon.find(key, words) for key, words, _ in folded]
        verdicts = list(map(self._own, lines, folded, phrases))
        asked = [i for i, verdict in enumerate(verdicts) if _says_little(verdict, phrases[i])]
        sights = [Sight(lines[i], *folded[i], _reads_on(verdicts[i]), self.lexicon) for i in asked]
        for i, shape in zip(asked, by_shape(sights), strict=True):
            if shape and (shape.alone or not verdicts[i].tier):
                verdicts[i] = shape
        return verdicts

    def _own(self, line: str, folded: Folded, phrase: Phrase | None) -> Verdict:
        """The verdict on a line by its words alone."""
        key, words, _ = folded
        if key in self.lexicon.keep:
            return Verdict(4.0, rule=KEEP, key=key, words=len(words), closed=True)
        closed = line[-4:].rstrip(AFTER).endswith(CLOSERS)
        if not phrase or self._is_heading(line, phrase, closed):
            return Verdict(self._prose(line, words, closed), "", None, "", key, len(words), closed)
        arrow = line[0] == "«" and not phrase.open and "»" not in line  # "« Article précédent"
        spoken = (line[0] in SPEECH and "0" not in key and not arrow) or (closed and self._is_sentence(phrase, words))
        tier = "hints" if spoken else phrase.tier
        score = PHRASES[tier] + (max(self._prose(line, words, closed), 0.0) if phrase.open else 0.0)
        return Verdict(score, tier, phrase.kind, phrase.text, key, len(words), closed, tier in EVERYWHERE)

    def _is_heading(self, line: str, phrase: Phrase, closed: bool) -> bool:
        """Whether a label is none: it has a full stop, or the number of a chapter ("3. Résultats") and no count."""
        if phrase.tier == "hints":
            return closed and not phrase.open
        if not phrase.pieces[0] and phrase.kind == "dateline" and _SENTENCE.search(line):
            return True  # a day behind a sentence
        return phrase.pieces[0].startswith(" 0") and bool(_NUMBERED.match(line))

    def _is_sentence(self, phrase: Phrase, words: Sequence[str]) -> bool:
        """Whether a closed line says so much beside a short phrase that the phrase may be a part of its sentence.

        Widgets that speak to the reader (``ADDRESSES``) do so in sentences of their own.
        """
        if phrase.open and words[0] in FIRST_PERSON:
            return True
        if not phrase.open or phrase.kind in ADDRESSES or phrase.words > 3:
            return False
        return sum(not dateish(word, self.lexicon) for word in words) >= phrase.words + 4

    def _prose(self, line: str, words: Sequence[str], closed: bool) -> float:
        """How much a line looks like running text, about -1..4; ``closed`` where it ends as a sentence does.

        Length and end of a line tell text from labels nearly alone (Kohlschütter et al. 2010, Boilerplate Detection
        using Shallow Text Features); the share of stop words, as in jusText, tells sentences from lists of names.
        """
        count = len(words) * (len(line) / HEAD if len(line) > HEAD else 1)
        if closed:
            score = min(4.0, 0.4 + 0.08 * count) if count > 2 else 0.0
            if count >= 6 and line.endswith(("…", "...", "(...)", "[…]")):
                score -= 1.2  # a teaser that is cut off; text ends like that too, but less often
        else:
            score = (
                -0.7 if count <= 3 else -0.5 if count <= 8 else -0.3 if count <= 15 else min(2.5, 0.05 * (count - 15))
            )
        needed = ceil((0.12 if score > 0 else 0.3) * len(words))
        stops = len(list(islice(filter(self._is_stop, words), needed)))
        if score > 0 and stops < needed:
            score *= 0.3
        elif score < 0 and stops == needed:
            score *= 0.6
        if line[-1] in ":,;" and count > 1:
            score += 0.4
        if closed and line[0] in '«“"—–-•*':
            score += 0.4
        return score


def _says_little(verdict: Verdict, phrase: Phrase | None) -> bool:
    """Whether a line's words leave something to its shape."""
    if verdict.tier == "hints":
        return phrase is not None and phrase.open
    return not verdict.tier and verdict.rule != KEEP


def _reads_on(verdict: Verdict) -> bool:
    """Whether a line reads as a sentence."""
    return bool(verdict.tier) or (verdict.closed and verdict.score >= 1)
