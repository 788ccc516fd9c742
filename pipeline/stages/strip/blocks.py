"""Which lines are the body: the best path of a small state machine over a document's lines.

States: HEAD (before the body), BODY, ASIDE (boilerplate inside or after it), THREAD (comments, from which a page seldom
comes back to its text). A path is worth the scores of its body lines, less the cost of each change of state, so that
one odd line among paragraphs stays and a run of odd lines goes. The costs are set by hand and not finely: with any one
of them a third smaller or larger the labelled pages come out the same but for one line.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

from pipeline.stages.strip.lines import Line
from pipeline.stages.strip.passages import passages

HEAD, BODY, ASIDE, THREAD = range(4)

FIRST = 1.2  # a page that opens with boilerplate
LEAVE = {"headers": 0.3, "alone": 0.3, "pointers": 0.3, "sections": 0.8, "hints": 2.0, "card": 2.0, "": 6.0}
INSIDERS = ("advertisement", "read-more", "share", "credit", "related")  # these stand inside articles too
INSIDE = 1.2
PICTURES = ("credit", "advertisement")  # what stands between a text's first lines says nothing against them
RETURN = 4.5  # back from an aside: a lone paragraph does not pay for it, two do
THREAD_RETURN = 9.0
THREAD_SHARE = 0.3  # the part of a page's text that stands before its comments, as a rule
THREAD_EARLY = 30.0  # times what is missing of that part ("12 commentaires" under the title)
THREAD_GAIN = 0.9  # comments are text too: worth nearly what body lines are, once a thread is open
NEVER = float("-inf")

# What a line that goes wherever it stands says of its neighbours, by kind, inside a body.
NEIGHBOURS = {
    "advertisement": 0.0, "read-more": 0.0, "related": -0.5, "share": -0.2, "credit": 0.0, "hashtags": -0.5,
    "continuation": 0.0, "byline": -1.5, "dateline": -1.0, "comments": -1.5,
}  # fmt: skip
# Kinds that end a block of cards or comments: what follows is another part of the page.
ENDS = frozenset(("navigation", "subscribe", "cookie", "hashtags", "share", "breadcrumb"))
BLOCK = 12  # lines below a heading that are judged in its light
CUT = -1.1  # what a line that is cut off is worth there
BLOCK_LINE, BLOCK_TEXT = -1.0, 0.5  # what a short line loses there, and what is left of a text line's score
TEXT = 1.0  # score of a line that a text may begin with
PASSAGE = 0.1  # what a line of a passage is worth at least, outside blocks
SPEAKS, SPEAKER = 2, 4  # times that a speaker speaks at least, and words of a speaker's name
ANCHORS = 2.7  # evidence that a run needs to be boilerplate at all
EVIDENCE = {"headers": 2.0, "alone": 2.0, "pointers": 2.0, "sections": 1.5, "hints": 0.7, "card": 0.4, "": 0.0}
CREDIT = 0.5
TEASER = 0.4  # a headline, or a text that is cut off, right below a heading of a block
AUTHOR = 3.0  # a heading of an author's box: one paragraph below it is enough


def body_states(lines: Sequence[Line]) -> list[int]:
    """The state of each line on the best path; runs of boilerplate without evidence are given back to the body."""
    verdicts = [line.verdict for line in lines]
    # What each line says for its run being boilerplate; credits stand inside texts, too.
    evidence = [CREDIT if verdict.kind == "credit" else EVIDENCE[verdict.tier] for verdict in verdicts]
    headers = [i for i, verdict in enumerate(verdicts) if verdict.tier == "headers"]
    for i in headers:
        if verdicts[i].kind == "about-author":
            evidence[i] = AUTHOR
    if sum(evidence) < ANCHORS and not headers:  # no run can have enough
        return [BODY] * len(lines)
    scores = _scores(lines)
    states = _best_path(lines, scores)
    _reach_back(lines, scores, states)
    for start, end in _runs(states):
        missing = ANCHORS - sum(evidence[start:end])
        if missing > 0 and _teasers(lines[start:end]) < missing:
            states[start:end] = [BODY] * (end - start)
    return states


def _teasers(run: Sequence[Line]) -> float:
    """What headlines and texts that are cut off say for a run that a heading opens."""
    if run[0].verdict.tier != "headers":
        return 0.0
    return TEASER * sum(not line.verdict.closed or line.text.endswith(("…", "...")) for line in run[1:])


def _reach_back(lines: Sequence[Line], scores: Sequence[float], states: list[int]) -> None:
    """Take what stands right above the body into it, from a line of text on, where nothing speaks against it.

    A text that opens with a sentence and a list (ingredients, results) would else begin below the list.
    """
    body = next((i for i, state in enumerate(states) if state == BODY), 0)
    start = body
    for i in range(body - 1, -1, -1):
        if lines[i].verdict.tier not in ("", "card") and lines[i].verdict.kind not in PICTURES:
            break
        if scores[i] >= TEXT and lines[i].verdict.closed:
            start = i
    states[start:body] = [BODY] * (body - start)


def _scores(lines: Sequence[Line]) -> list[float]:
    """The lines' scores as body lines, in the light of the headings above them and of their copies."""
    copies = {text: times for text, times in Counter([line.text for line in lines]).items() if times > 1}
    speakers = _speakers(lines, copies) if copies else set()
    scores: list[float] = []
    block, fade = 0.0, BLOCK_TEXT
    blocked: set[int] = set()  # lines inside blocks
    for line in lines:
        if block > 0:
            blocked.add(len(scores))
        verdict = line.verdict
        score = NEIGHBOURS.get(verdict.kind or "", -0.4) if verdict.alone else verdict.score
        if verdict.tier in ("headers", "sections") and verdict.kind != "navigation":
            block, fade = BLOCK, 0.0 if verdict.kind == "about-author" else BLOCK_TEXT
        elif verdict.alone and verdict.kind in ENDS:
            block = 0
        elif block > 0 and verdict.kind in ("byline", "dateline"):
            score, block = score + BLOCK_LINE, BLOCK
            scores[-1] = min(scores[-1], 0.0)  # what stands above a name or date there is a teaser
        elif block > 0:
            if score > 0:
                score = CUT if line.text.endswith(("…", "...")) else score * fade
            elif not verdict.alone:
                score += BLOCK_LINE
            block, fade = block - (4 if verdict.score > 3 else 1), BLOCK_TEXT
        if line.text in copies:
            score = _repeated(line, score, copies[line.text], line.text in speakers)
        scores.append(score)
    for start, end in passages(lines):
        for i in range(start, end):
            if scores[i] < PASSAGE and i not in blocked:
                scores[i] = PASSAGE
    best = max(range(len(scores)), key=scores.__getitem__, default=None)
    if best is not None and scores[best] > 0:
        scores[best] *= 2  # a page has a text, however short: its best line stands for it
    return scores


def _repeated(line: Line, score: float, times: int, speaker: bool) -> float:
    """The score of a line that stands several times."""
    if speaker:
        return max(score, PASSAGE)
    if line.verdict.alone:
        return score
    return score - 0.5 if score < 1 else score * (0.7 if times == 2 else 0.2)


def _speakers(lines: Sequence[Line], copies: Mapping[str, int]) -> set[str]:
    """Names among the repeated lines that stand above what somebody says, as in the minutes of a debate."""
    said: dict[str, int] = {}
    for line, below in pairwise(lines):
        if line.text not in copies:
            continue
        short = not line.verdict.tier and line.verdict.words <= SPEAKER
        if short and below.verdict.closed and not below.verdict.tier:
            said[line.text] = said.get(line.text, 0) + 1
    return {text for text, times in said.items() if times >= max(SPEAKS, 0.7 * copies[text])}


def _best_path(lines: Sequence[Line], scores: Sequence[float]) -> list[int]:
    """Viterbi over the four states."""
    total, before = sum(score for score in scores if score > 0) or 1.0, 0.0
    head, body, aside, thread = 0.0, NEVER, NEVER, NEVER
    back: list[tuple[int, int, int, int]] = []
    for line, score in zip(lines, scores, strict=True):
        verdict = line.verdict
        leave = body - (INSIDE if verdict.alone and verdict.kind in INSIDERS else LEAVE[verdict.tier])
        # Of equal ways into the body the one from the later state.
        stay, came = body, BODY
        if head > stay:
            stay, came = head, HEAD
        if (other := aside - RETURN) >= stay:
            stay, came = other, ASIDE
        if (other := thread - THREAD_RETURN) >= stay:
            stay, came = other, THREAD
        to_thread = THREAD
        if verdict.kind == "comments" and verdict.tier == "headers":
            join = max(leave, aside) - THREAD_EARLY * max(0.0, THREAD_SHARE - before / total)
            if join > thread:
                thread, to_thread = join, BODY if leave >= aside else ASIDE
        to_aside = ASIDE
        if leave > aside:
            aside, to_aside = leave, BODY
        back.append((HEAD, came, to_aside, to_thread))
        body = stay + score
        if score > 0:
            thread += THREAD_GAIN * score
            before += score
        head = -FIRST
    return _trace(back, max((body, BODY), (aside, ASIDE), (thread, THREAD))[1])


def _trace(back: Sequence[tuple[int, int, int, int]], state: int) -> list[int]:
    states = []
    for choices in reversed(back):
        states.append(state)
        state = choices[state]
    return states[::-1]


def _runs(states: Sequence[int]) -> list[tuple[int, int]]:
    """Index ranges of neighbouring lines outside the body."""
    runs, start = [], None
    for i, state in enumerate([*states, BODY]):
        if state != BODY and start is None:
            start = i
        elif state == BODY and start is not None:
            runs.append((start, i))
            start = None
    return runs
