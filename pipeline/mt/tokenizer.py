"""Text to Marian pieces and back: the one tokenizer and normaliser that every engine uses.

It is built on SentencePiece and the model's own vocabulary. Text is always text here: a ``</s>``, ``<pad>`` or
``>>fra<<`` that stands in a source is spelled out in ordinary pieces and never becomes a control token.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from pipeline.errors import ModelError
from pipeline.mt.align import Span
from pipeline.mt.folder import LocalModel
from pipeline.mt.registry import FILE

END, UNKNOWN, PAD = "</s>", "<unk>", "<pad>"

# Marian models are trained on text with plain punctuation (Moses' normalisation for the OPUS models).
_INVISIBLE = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff"
_SPACE = r"\s\x00-\x1f\x7f-\x9f"
_FOLDS: tuple[tuple[str, str], ...] = (
    (f"«[{_SPACE}{_INVISIBLE}]*|[{_SPACE}{_INVISIBLE}]*»|[“”„‟″]", '"'),
    (f"[{_INVISIBLE}]*[{_SPACE}][{_SPACE}{_INVISIBLE}]*", " "),
    (f"[{_INVISIBLE}]", ""),
    ("[‘’‚‛′´`]", "'"),
    ("[‐‑‒–—―]", "-"),
    ("…", "..."),
)
_FOLD = re.compile("|".join(f"({pattern})" for pattern, _ in _FOLDS))


def normalise(text: str) -> str:
    """Fold typography and white space to what Marian models know.

    >>> normalise("« L’œuvre »\\u202f: 5 – 6…")
    '"L\\'œuvre" : 5 - 6...'
    """
    return _FOLD.sub(_folded, text).strip()


def _folded(match: re.Match[str]) -> str:
    return _FOLDS[(match.lastindex or 1) - 1][1]


def normalise_with_origins(text: str) -> tuple[str, list[int]]:
    """As `normalise`, with the offset in ``text`` that each character of the result came from, and the end's.

    >>> normalise_with_origins("a « b »")
    ('a "b"', [0, 1, 2, 4, 5, 7])
    """
    folded, origins, position = "", [], 0
    for match in _FOLD.finditer(text):
        origins += [*range(position, match.start()), *[match.start()] * len(_folded(match))]
        folded += text[position : match.start()] + _folded(match)
        position = match.end()
    folded += text[position:]
    origins += range(position, len(text) + 1)
    start = len(folded) - len(folded.lstrip())
    end = len(folded.rstrip())
    return folded[start:end], origins[start : max(start, end) + 1]


class Tokenizer:
    """Pieces of one model.

    Attributes:
        source_ids: id by source piece.
        target_pieces: target piece by id.
        prefix: pieces that open every source.
    """

    def __init__(self, model: LocalModel) -> None:
        self._encoder = _load(model.folder / "source.spm")
        self._decoder = _load(model.folder / "target.spm")
        self.source_ids: dict[str, int] = _vocabulary(model.folder / "vocab.json")
        separate = model.folder / "target_vocab.json"
        target_ids = _vocabulary(separate) if separate.is_file() else self.source_ids
        self.target_pieces = sorted(target_ids, key=target_ids.__getitem__)
        _check_fit(model.folder / "source.spm", self._encoder, self.source_ids)
        _check_fit(model.folder / "target.spm", self._decoder, target_ids)
        self._spelled: dict[str, bool] = {}
        self.prefix = [model.prefix] if model.prefix else []
        _check_prefix(model, sorted(p for p in self.source_ids if _is_control(p) and p.startswith(">>")))

    def encode(self, texts: Sequence[str]) -> list[list[str]]:
        """Source pieces of each text, with the prefix and the closing ``</s>``; pieces may be unknown to the model."""
        encoded: list[list[str]] = self._encoder.encode([normalise(text) for text in texts], out_type=str)
        return [[*self.prefix, *map_controls(pieces), END] for pieces in encoded]

    def ids(self, pieces: Iterable[str]) -> list[int]:
        """Ids of source pieces."""
        unknown = self.source_ids[UNKNOWN]
        return [self.source_ids.get(piece, unknown) for piece in pieces]

    def decode(self, pieces: Sequence[Sequence[str]]) -> list[str]:
        """Texts of target pieces (without control tokens)."""
        texts: list[str] = [self._decoder.decode(list(line)) if line else "" for line in pieces]
        return [text.strip() for text in texts]

    def unspelled(self, text: str) -> list[Span]:
        """Stretches of words without a letter that the source's pieces can spell: other scripts, emoji, rare symbols.

        What a model says of pieces that it has hardly ever seen, such as bytes, is gibberish. Currency signs are seen
        often enough.
        """
        if all(map(self._spells, set(text))):
            return []
        words = list(re.finditer(r"\S+", text))
        runs = re.finditer("-*x[-x]*", "".join(self._kind(word.group()) for word in words))
        return [(words[run.start()].start(), words[run.end() - 1].end()) for run in runs]

    def _kind(self, word: str) -> str:
        """``x`` for a word that cannot be spelled, ``-`` for punctuation, which goes with either, ``w`` for others."""
        if any(c.isalpha() and self._spells(c) for c in word):
            return "w"
        if all(self._spells(c) or unicodedata.category(c) == "Sc" for c in word):
            return "w" if any(map(str.isalnum, word)) else "-"
        return "x"

    def _spells(self, character: str) -> bool:
        if character not in self._spelled:
            pieces = self._encoder.encode(normalise(character), out_type=str)
            self._spelled[character] = all(p in self.source_ids and not is_byte(p) for p in map_controls(pieces))
        return self._spelled[character]

    def encode_targets(self, texts: Sequence[str]) -> list[list[str]]:
        """Target pieces of texts that are given, without control tokens."""
        return [map_controls(pieces) for pieces in self._decoder.encode(list(texts), out_type=str)]

    def spelled(self) -> set[str]:
        """Pieces that the target's SentencePiece model can spell."""
        return _pieces(self._decoder)

    def source_spans(self, text: str) -> list[Span]:
        """For each piece that `encode` gives for this text, its characters in it; empty for prefix and ``</s>``."""
        folded, origins = normalise_with_origins(text)
        normal, offsets = self._encoder.normalize(folded, with_offsets=True)
        pieces = map_controls(self._encoder.encode(folded, out_type=str))
        ends = [origins[offset] for offset in offsets]
        spans = [(ends[start], ends[end]) for start, end in _lay(pieces, normal)]
        return [*[(0, 0)] * len(self.prefix), *spans, (len(text), len(text))]

    def target_spans(self, pieces: Sequence[str], text: str) -> list[Span]:
        """For each piece that `encode_targets` gives for this text, its characters in it."""
        normal, offsets = self._decoder.normalize(text, with_offsets=True)
        return [(offsets[start], offsets[end]) for start, end in _lay(pieces, normal)]


def _lay(pieces: Sequence[str], text: str) -> list[Span]:
    """Lay pieces along the text that they spell; bytes of one character share its place."""
    spans, position, pending = [], 0, b""
    for piece in pieces:
        if is_byte(piece):
            pending += bytes([int(piece[3:5], 16)])
            whole = _is_utf8(pending)
            spans.append((position, min(position + 1, len(text))))
            position, pending = (position + 1, b"") if whole else (position, pending)
        else:
            # An unknown character stands as itself; a text that is spelled otherwise stops at its end.
            end = min(position + len(piece), len(text))
            spans.append((position, end))
            position, pending = end, b""
    return [(min(start, len(text)), min(end, len(text))) for start, end in spans]


def is_byte(piece: str) -> bool:
    """Whether a piece, such as ``<0x0A>``, stands for one byte of a character that has no piece."""
    return len(piece) == 6 and piece.startswith("<0x") and piece.endswith(">")


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def map_controls(pieces: Sequence[str]) -> list[str]:
    """Spell out pieces that a model would take for control tokens.

    >>> map_controls(["▁a", ">>en<<"])
    ['▁a', '>', '>', 'e', 'n', '<', '<']
    """
    return [part for piece in pieces for part in (piece if _is_control(piece) else [piece])]


def _is_control(piece: str) -> bool:
    return piece in {END, UNKNOWN, PAD} or (piece.startswith(">>") and piece.endswith("<<") and len(piece) > 4)


def _load(file: Path):  # type: ignore[no-untyped-def]  # sentencepiece has no types
    import sentencepiece

    try:
        return sentencepiece.SentencePieceProcessor(model_file=str(file))
    except (RuntimeError, OSError) as error:
        raise ModelError(f"{file} is not a SentencePiece model; fetch the model again") from error


def _pieces(processor) -> set[str]:  # type: ignore[no-untyped-def]
    return {processor.id_to_piece(i) for i in range(processor.get_piece_size())}


def _check_fit(file: Path, processor, vocabulary: Collection[str]) -> None:  # type: ignore[no-untyped-def]
    """Models are published with a few pieces that their vocabulary lacks; with another model's, most are lacking."""
    pieces = _pieces(processor)
    lacking = len(pieces.difference(vocabulary))
    if lacking > len(pieces) / 2:
        found = f"the vocabulary lacks {lacking} of its {len(pieces)} pieces"
        raise ModelError(f"{file} is of another model: {found}; fetch the model again")


def _check_prefix(model: LocalModel, known: Sequence[str]) -> None:
    """A model of many target languages would otherwise choose one by itself."""
    if model.prefix and model.prefix not in known:
        has = ", ".join(known) or "none"
        raise ModelError(f'model "{model.name}": the vocabulary lacks the prefix {model.prefix}; it has: {has}')
    if not model.prefix and len(known) > 1:
        raise ModelError(
            f'model "{model.name}" translates into several languages; describe it in {FILE} with a `prefix`, '
            f"one of {', '.join(known)}"
        )


def _vocabulary(file: Path) -> dict[str, int]:
    content: dict[str, int] = json.loads(file.read_text(encoding="utf-8"))
    if set(content.values()) != set(range(len(content))):
        raise ModelError(f"{file}: ids are not 0..{len(content) - 1}; fetch the model again")
    return content
