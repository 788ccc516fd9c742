"""What mending is worth: ``python -m benchmarks.mend [--model embedded] [--sentences 3000]``.

Translates the MT set and prints BLEU and chrF of what the model said, of that with mangled words mended, and with
misread words mended too; and of the words that were written, how many stand in the human translation where the model's
do not, and the other way round. Where a model's misread words are not far better mended, leave its `misreads` off.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from benchmarks.agreement import NEWS
from pipeline.checks.words import WORD, fold
from pipeline.mt.align import Link
from pipeline.mt.memory import Entry
from pipeline.mt.mend import Mender
from pipeline.mt.placing import Application
from pipeline.stages.translate import Translate, TranslateOptions


def translated(model: str, sources: Sequence[str]) -> tuple[dict[str, Entry], dict[str, list[Link]]]:
    """What the model says, and the words that belong together."""
    translator = Translate(TranslateOptions(model=model)).translator
    entries: dict[str, Entry] = {}
    for window in translator.translate(sources):
        entries |= window
    return entries, translator.links(entries)


def votes(changes: Sequence[Application], reference: str) -> tuple[int, int]:
    """How many changes the reference speaks for, and against."""
    there = set(WORD.findall(fold(reference)))
    found = [(fold(change.after).split()[-1] in there, fold(change.before).split()[-1] in there) for change in changes]
    return found.count((True, False)), found.count((False, True))


def main() -> None:
    from sacrebleu import corpus_bleu, corpus_chrf

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="embedded")
    parser.add_argument("--sentences", type=int, default=3000)
    options = parser.parse_args()
    sources, references = (
        NEWS.with_suffix(end).read_text("utf-8").split("\n")[: options.sentences] for end in (".fr", ".en")
    )
    entries, links = translated(options.model, sources)
    said = [entries[source].hypothesis for source in sources]
    nothing: list[Application] = []
    done = {"as said": [(text, nothing) for text in said]}
    for name, misreads in (("mangled words mended", False), ("and misread words", True)):
        mender = Mender("fr", "en", misreads)
        done[name] = [mender.mend(source, text, links[source]) for source, text in zip(sources, said, strict=True)]
    for name, mended in done.items():
        texts = [text for text, _ in mended]
        spoken = [votes(changes, reference) for (_, changes), reference in zip(mended, references, strict=True)]
        words, good, bad = sum(len(changes) for _, changes in mended), *map(sum, zip(*spoken, strict=True))
        quality = (
            f"BLEU {corpus_bleu(texts, [references]).score:.2f}, chrF {corpus_chrf(texts, [references]).score:.2f}"
        )
        print(f"{name:<22}{quality}; {words} words, {good} as in the references, {bad} against them", flush=True)


if __name__ == "__main__":
    main()
