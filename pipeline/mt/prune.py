"""Pieces that the target language never uses leave the output layer.

The output matrix is the larger part of a decoder step, so fewer rows mean faster steps. A row that stays gives the same
logit as before. In an OPUS model the vocabulary joins the pieces of two SentencePiece models, and what only the source
one has can never be wanted in the output. A model with one joint SentencePiece model ships a list instead,
``target_pieces.txt``: the pieces that the target side of its training data uses.
"""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.mt.folder import LocalModel
from pipeline.mt.tokenizer import END, PAD, UNKNOWN, Tokenizer

FILE = "target_pieces.txt"


def target_ids(model: LocalModel, tokenizer: Tokenizer) -> list[int] | None:
    """Ids of the target pieces to keep, ascending; None where nothing can go."""
    used = _listed(model) or tokenizer.spelled()
    kept = [i for i, piece in enumerate(tokenizer.target_pieces) if _stays(piece, used)]
    return kept if len(kept) < len(tokenizer.target_pieces) - 1 else None


def _listed(model: LocalModel) -> set[str]:
    file = model.folder / FILE
    return set(file.read_text(encoding="utf-8").split("\n")) if file.is_file() else set()


def _stays(piece: str, used: Iterable[str]) -> bool:
    return piece != PAD and (piece in {END, UNKNOWN} or piece in used)
