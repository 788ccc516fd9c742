"""Argos Translate, in a virtual environment of its own: sentences in as JSON on stdin, what it says and took on stdout.

``opus_shape.py`` tells what a forced length is. Its sentence splitter would have to be downloaded; one that takes each
line for a sentence, as each is here, stands in for it.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from typing import Any

task = json.load(sys.stdin)
os.environ |= {"ARGOS_BEAM_SIZE": str(task["beam"]), "ARGOS_INTRA_THREADS": str(task["cores"])}

import ctranslate2  # noqa: E402
from argostranslate.package import Package  # noqa: E402
from argostranslate.translate import PackageTranslation  # noqa: E402


class OneSentence:
    """The splitter."""

    def split_sentences(self, text: str) -> list[str]:
        return [text]


class Forced(ctranslate2.Translator):  # type: ignore[misc]
    """Says as many pieces as its sources have on average."""

    def translate_batch(self, batch: Any, **options: Any) -> Any:
        length = round(sum(map(len, batch)) / len(batch))
        return super().translate_batch(batch, min_decoding_length=length, max_decoding_length=length, **options)


if task["forced"]:
    ctranslate2.Translator = Forced
translation = PackageTranslation(None, None, Package(task["package"]))
translation.sentencizer = OneSentence()
translation.hypotheses("Bonjour.", 1)
started, cpu = time.perf_counter(), time.process_time()
said, first = [], 0.0
for sentence in task["sentences"]:
    said.append(translation.hypotheses(sentence, 1)[0].value)
    first = first or time.perf_counter() - started
seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
print(json.dumps({"seconds": seconds, "cpu": cpu, "first": first, "peak": peak, "said": said}))
