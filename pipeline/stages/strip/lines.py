"""Lines with offsets, and what one line says on its own: which phrase or shape it is, how much it looks like text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.stages.strip.bylines import dateish
from pipeline.stages.strip.keys import fold
from pipeline.stages.strip.lexicon import EVERYWHERE, Lexicon, Phrase
from pipeline.stages.strip.shapes import by_shape
from pipeline.stages.strip.verdicts import ALONE, HINT, Sight, Verdict

HEAD = 600  # characters of a long line that are looked at: a paragraph shows what it is well before
_SENTENCE = re.compile(r"[^\W\d]{3,}[.!?…] [A-ZÀ-Þ]")
CACHE = 1 << 14  # judged lines that are remembered: pages of one site share their menus, and passes the text
CACHED_LENGTH = 1200  # characters of the longest line that is remembered
PHRASES = {"alone": ALONE, "headers": ALONE, "pointers": ALONE, "sections": -2.0, "hints": HINT}
ADDRESSES = frozenset(("subscribe", "cookie", "comments"))
KEEP = "keep"  # the rule of a line that a lexicon says is text
_NUMBERED = re.compile(r"\d{1,3}\s?[.)°–—-]\s")
CLOSERS = (".", "!", "?", "…")
SPEECH = "—«“"  # a line that opens like this is somebody's words, even if a button says the same
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
    """Judges lines by a lexicon; remembers short ones."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._known: dict[str, Verdict] = {}

    def lines(self, text: str) -> list[Line]:
        """The lines of a text that are not blank, each with its verdict."""
        found, known = _stripped(text), self._known
        return [Line(start, start + len(line), line, known.get(line) or self._new(line)) for start, line in found]

    def _new(self, line: str) -> Verdict:
        """The verdict on a line that is not known."""
        verdict = self._judge(line)
        if len(line) <= CACHED_LENGTH:
            if len(self._known) >= CACHE:
                self._known.clear()
            self._known[line] = verdict
        return verdict

    def _judge(self, line: str) -> Verdict:
        """What a line without white space around it says on its own."""
        folded, words, signs = fold(line[:HEAD])
        if folded in self.lexicon.keep:
            return Verdict(4.0, rule=KEEP, key=folded, words=len(words), closed=True)
        closed = line[-4:].rstrip(AFTER).endswith(CLOSERS)
        phrase = self.lexicon.find(folded, words)
        if phrase and not self._is_heading(line, phrase, closed):
            spoken = (line[0] in SPEECH and "0" not in folded) or (closed and self._is_sentence(phrase, words))
            tier = "hints" if spoken else phrase.tier
            if tier == "hints" and phrase.open:
                found = by_shape(Sight(line, folded, words, signs, self.lexicon), True)
                if found and found.alone:
                    return found
            score = PHRASES[tier] + (max(self._prose(line, words, closed), 0.0) if phrase.open else 0.0)
            return Verdict(score, tier, phrase.kind, phrase.text, folded, len(words), closed, tier in EVERYWHERE)
        prose = self._prose(line, words, closed)
        shape = by_shape(Sight(line, folded, words, signs, self.lexicon), closed and prose >= 1)
        return shape or Verdict(prose, "", None, "", folded, len(words), closed)

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
        count = len(words) * (len(line) / HEAD if len(line) > HEAD else 1.0)
        if closed:
            score = min(4.0, 0.4 + 0.08 * count) if count > 2 else 0.0
            if line.endswith(("…", "...", "(...)", "[…]")) and count >= 6:
                score -= 1.2  # a teaser that is cut off; text ends like that too, but less often
        else:
            score = (
                -0.7 if count <= 3 else -0.5 if count <= 8 else -0.3 if count <= 15 else min(2.5, 0.05 * (count - 15))
            )
        stops = sum(map(self.lexicon.stopwords.__contains__, words))
        if score > 0 and stops < 0.12 * len(words):
            score *= 0.3
        elif score < 0 and stops >= 0.3 * len(words):
            score *= 0.6
        if line[-1] in ":,;" and count > 1:
            score += 0.4
        if line[0] in '«“"—–-•*' and closed:
            score += 0.4
        return score


def _stripped(text: str) -> list[tuple[int, str]]:
    """Start and content of the lines that are not blank."""
    found, start = [], 0
    for raw in text.split("\n"):
        if line := raw.strip():
            found.append((start if line is raw else start + raw.index(line[0]), line))
        start += len(raw) + 1
    return found
