"""Pieces that the target language never uses are never said, and leave the output layer.

In an OPUS model the vocabulary joins the pieces of two SentencePiece models, and what only the source one has can never
be wanted in the output. A model with one joint SentencePiece model ships a list instead, ``target_pieces.txt``: the
pieces that the target side of its training data uses.

No engine says such a piece, pruned or not: its bias is `NEVER`. A trained model gives these pieces a few percent of the
probability, now more, now less, so that leaving their rows out of a model that may say them would shift the scores of
the others and change one translation in fourteen (embedded model, newstest2013). As they are forbidden everywhere,
pruning changes none, and both engines agree; the output matrix is the larger part of a decoder step, so that fewer rows
mean faster steps.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import islice

from pipeline.errors import ModelError
from pipeline.mt.folder import LocalModel
from pipeline.mt.tokenizer import END, PAD, UNKNOWN, Tokenizer, is_byte

FILE = "target_pieces.txt"
NEVER = -1e4
"""Bias of a piece that is never said: its probability is exactly 0 in float32, and float16 still holds the number."""
_LEAST = 3
"""Times that a piece must be seen to be listed; what is rarer is noise of the data."""


def target_ids(model: LocalModel, tokenizer: Tokenizer) -> list[int]:
    """Ids of the pieces that may be said, ascending, with ``</s>`` and ``<unk>``.

    Raises:
        ModelError: the model's list names pieces that its vocabulary does not have.
    """
    used = {END, UNKNOWN, *(_listed(model, tokenizer) or tokenizer.spelled())} - {PAD}
    return [i for i, piece in enumerate(tokenizer.target_pieces) if piece in used]


def _listed(model: LocalModel, tokenizer: Tokenizer) -> set[str]:
    file = model.folder / FILE
    if not file.is_file():
        return set()
    listed = set(file.read_text(encoding="utf-8", errors="replace").rstrip("\n").split("\n"))
    if strange := listed - set(tokenizer.target_pieces):
        raise ModelError(f"{file} names {min(strange)!r}, which vocab.json lacks; delete the file or make it anew")
    return listed


def write_list(model: LocalModel, texts: Iterable[str]) -> int:
    """Write a model's ``target_pieces.txt`` from the target side of its training data; returns how many pieces stay.

    Bytes and single characters always stay, so that every text can still be written.
    """
    tokenizer = Tokenizer(model)
    seen: Counter[str] = Counter()
    stream = iter(texts)
    while block := list(islice(stream, 10_000)):
        for pieces in tokenizer.encode_targets(block):
            seen.update(pieces)
    kept = [p for p in tokenizer.target_pieces if seen[p] >= _LEAST or len(p.strip("▁")) <= 1 or is_byte(p)]
    (model.folder / FILE).write_text("\n".join(sorted(kept)) + "\n", encoding="utf-8")
    return len(kept)
