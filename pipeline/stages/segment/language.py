"""In which language a paragraph is written.

A vote of tell-tale words settles most paragraphs for little; langdetect, seeded, settles the rest.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from pipeline.checks.words import shouts
from pipeline.stages.segment.rules import languages, load_rules

_TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_SAMPLE = 600  # characters looked at: langdetect's answer no longer changes beyond a few hundred
# A vote is won with this many different markers, this share of all words, and this many times the runner-up's share.
_DISTINCT, _SHARE, _LEAD = 3, 0.15, 3.0
_SURE = 0.9  # langdetect's own probability; below it names and lists turn into far-off languages


def detect_language(text: str, min_letters: int) -> str:
    """ISO 639-1 code of a paragraph, "" where it is too short or too odd to tell.

    Args:
        text: one paragraph.
        min_letters: langdetect is not asked about fewer letters than this; the vote may settle shorter ones.

    >>> detect_language("Le ministre a dit que les soldats sont dans la ville.", 40)
    'fr'
    >>> detect_language("Pyongyang", 40)
    ''
    """
    sample = text[:_SAMPLE]
    return _vote(sample) or (_ask_langdetect(sample) if sum(map(str.isalpha, sample)) >= min_letters else "")


def _vote(text: str) -> str:
    words = _TOKEN.findall(text.lower().replace("’", "'"))
    ranked = sorted(((_share(words, language), language) for language in languages_with_markers()), reverse=True)
    (best, language), runner_up = ranked[0], ranked[1][0]
    return language if best >= _SHARE and best > _LEAD * runner_up else ""


def _share(words: list[str], language: str) -> float:
    markers = load_rules(language).markers
    hits = [word for word in words if word in markers]
    return len(hits) / len(words) if len(set(hits)) >= _DISTINCT else 0.0


@cache
def languages_with_markers() -> list[str]:
    """Languages that can win the vote."""
    return [language for language in languages() if load_rules(language).markers]


def _ask_langdetect(text: str) -> str:
    from langdetect.lang_detect_exception import LangDetectException

    detector = _factory().create()
    # Its profiles are of ordinary text; of French news in capitals it takes one line in ten for another language.
    detector.append(text.lower() if shouts(text) else text)
    try:
        best = detector.get_probabilities()[:1]
    except LangDetectException:  # no letters of any script it knows
        return ""
    return _code(best[0].lang) if best and best[0].prob >= _SURE else ""


def _code(language: str) -> str:
    return language.partition("-")[0]  # zh-cn, zh-tw


@cache
def _factory() -> Any:
    """Our own detector factory: seeded, profiles in sorted order, so no caller or file system changes an answer."""
    from pathlib import Path

    from langdetect.detector_factory import PROFILES_DIRECTORY, DetectorFactory

    factory = DetectorFactory()
    factory.set_seed(0)
    factory.load_json_profile([path.read_text("utf-8") for path in sorted(Path(PROFILES_DIRECTORY).iterdir())])
    return factory
