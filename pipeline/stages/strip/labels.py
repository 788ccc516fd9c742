"""Labels of menus that are run together in one line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from pipeline.document import Kind
from pipeline.stages.strip.keys import key
from pipeline.stages.strip.lexicon import EVERYWHERE, Lexicon, Phrase

LABEL = 5  # words of the longest label that is run together with others
LONGEST = 14  # words of the longest line of labels without marks between them


def known(parts: Iterable[str], exact: Mapping[str, Phrase]) -> list[Phrase]:
    """The parts of a line that are labels."""
    return [phrase for part in parts if (phrase := exact.get(key(part)))]


def main_kind(labels: Iterable[Phrase]) -> Kind:
    """The kind that most of some labels have."""
    return Counter(label.kind for label in labels).most_common(1)[0][0]


def run(words: Sequence[str], lexicon: Lexicon) -> list[Phrase]:
    """The labels that a line without separators consists of ("Partager Tweeter 12").

    Two alone could be a heading ("Politique économie"), unless both go anywhere or share.
    """
    named = [word for word in words if word != "0"]
    if not 2 <= len(named) <= LONGEST or named[-1] not in lexicon.last or named[0] not in lexicon.first:
        return []
    labels = _cut(named, lexicon.exact)
    strong = all(label.tier in EVERYWHERE or label.kind == "share" for label in labels)
    return labels if len(labels) > 2 or (len(labels) == 2 and strong) else []


def _cut(words: Sequence[str], exact: Mapping[str, Phrase]) -> list[Phrase]:
    """The labels that words consist of, the longest first; nothing where something is left over."""
    found, at = [], 0
    while at < len(words):
        for end in range(min(at + LABEL, len(words)), at, -1):
            if label := exact.get(" ".join(words[at:end])):
                found.append(label)
                at = end
                break
        else:
            return []
    return found
