"""Engines: agreement, bad input, alignment, pruning, memory that runs out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import ModelError
from pipeline.mt.engines import Decoding, EchoEngine, Engine, EngineName, EngineOptions, create
from pipeline.mt.engines.base import LONGEST
from pipeline.mt.folder import LocalModel
from pipeline.mt.prune import target_ids, write_list
from pipeline.mt.tokenizer import Tokenizer

SHARED = Path(__file__).resolve().parents[3] / "shared"
FRENCH = [
    "Le président a rencontré les ministres à Paris.",
    "« Nous devons agir », a-t-il dit.",
    "Une chose est certaine : ces nouvelles dispositions influenceront le taux de participation.",
    "La commission a adopté le rapport en 2012.",
]
GERMAN = ["der Hund schläft", "die Katze", ">>por<< Garten", "die Katze sieht dem Hund im Garten zu"]
STRANGE = ["", " ", "x", "😀", "</s>", "<pad>", ">>fra<< oui", "北京 et Москва", "LE PRÉSIDENT", "12,5 %", "\u2028"]


@pytest.fixture(scope="module")
def engines(embedded: LocalModel) -> dict[str, Engine]:
    exact = EngineOptions(compute="float32", threads=1)
    return {
        "int8": create("ctranslate2", embedded, EngineOptions()),
        "float32": create("ctranslate2", embedded, exact),
        "transformers": create("transformers", embedded, exact),
    }


def test_engines_agree(engines: dict[str, Engine]) -> None:
    one, two = (engines[name].translate(FRENCH) for name in ("float32", "transformers"))
    assert [h.text for h in one] == [h.text for h in two]
    assert [h.logprob for h in one] == pytest.approx([h.logprob for h in two], abs=0.01)
    assert all(h.logprob < 0 for h in one)


def test_alignments_agree(engines: dict[str, Engine]) -> None:
    targets = [h.text for h in engines["float32"].translate(FRENCH)]
    one, two = (engines[name].align(FRENCH, targets) for name in ("float32", "transformers"))
    assert one == two
    assert ("Paris", "Paris") in [(FRENCH[0][a:b], targets[0][c:d]) for a, b, c, d in one[0]]


def test_engines_agree_on_a_second_direction(tiny: LocalModel) -> None:
    options = EngineOptions(compute="float32", threads=1, decoding=Decoding(beam=2))
    one, two = (create(name, tiny, options).translate(GERMAN) for name in ("ctranslate2", "transformers"))
    assert [h.text for h in one] == [h.text for h in two]


def test_the_prefix_decides_what_a_multilingual_model_says(tiny: LocalModel) -> None:
    other = LocalModel("tiny", tiny.folder, "de", "pt", ">>por<<")
    said = [create("ctranslate2", model, EngineOptions()).translate(["der Hund schläft"]) for model in (tiny, other)]
    assert said[0] != said[1]


def test_a_prefix_that_the_model_lacks_is_named(tiny: LocalModel) -> None:
    with pytest.raises(ModelError, match=r">>deu<<.*>>fra<<"):
        Tokenizer(LocalModel("tiny", tiny.folder, "de", "de", ">>deu<<"))


@pytest.mark.parametrize("name", ["int8", "transformers"])
def test_one_hypothesis_for_each_source_whatever_it_is(name: str, engines: dict[str, Engine]) -> None:
    said = engines[name].translate(STRANGE)
    assert len(said) == len(STRANGE)
    assert not any(token in h.text for h in said for token in ("<pad>", "<unk>", "⁇", "\n"))


def test_a_sentence_does_not_depend_on_its_neighbours(engines: dict[str, Engine]) -> None:
    engine = engines["int8"]
    alone = [engine.translate([source])[0] for source in FRENCH]
    beside = engine.translate([*FRENCH, *STRANGE])[: len(FRENCH)]
    assert [h.text for h in beside] == [h.text for h in alone]
    assert [[o.text for o in h.others] for h in beside] == [[o.text for o in h.others] for h in alone]


def test_threads_do_not_matter(embedded: LocalModel) -> None:
    said = [create("ctranslate2", embedded, EngineOptions(threads=n)) for n in (1, 3)]
    assert said[0].translate(FRENCH) == said[1].translate(FRENCH)
    assert said[0].fingerprint == said[1].fingerprint


def test_the_fingerprint_tells_what_changes_the_output(embedded: LocalModel, tiny: LocalModel) -> None:
    options = [
        EngineOptions(device="cpu"),
        EngineOptions(device="cpu", compute="float32"),
        EngineOptions(device="cpu", decoding=Decoding(beam=1)),
    ]
    prints = [create("ctranslate2", embedded, o).fingerprint for o in options]
    prints += [create("transformers", embedded, options[0]).fingerprint]
    prints += [create("ctranslate2", tiny, options[0]).fingerprint]
    assert len(set(prints)) == len(prints)


@pytest.mark.parametrize("name", ["int8", "transformers"])
def test_nothing_is_cut(name: str, engines: dict[str, Engine]) -> None:
    source = "oui " * (LONGEST + 1)
    assert engines[name].lengths([source])[0] > LONGEST
    with pytest.raises(ValueError, match="split it first"):
        engines[name].translate([source])
    assert engines[name].align([source], ["yes"]) == [[]]


@pytest.mark.parametrize("name", ["int8", "transformers"])
def test_output_may_be_longer_than_twenty_pieces(name: str, engines: dict[str, Engine]) -> None:
    (said,) = engines[name].translate([FRENCH[2] + " " + FRENCH[2]])
    assert len(said.text.split()) > 20


def test_transformers_has_no_int8(embedded: LocalModel) -> None:
    with pytest.raises(ModelError, match="ctranslate2"):
        create("transformers", embedded, EngineOptions(compute="int8"))


def test_pieces_of_the_source_alone_are_pruned(tiny: LocalModel) -> None:
    tokenizer = Tokenizer(tiny)
    kept = {tokenizer.target_pieces[i] for i in target_ids(tiny, tokenizer)}
    assert "▁Hund" not in kept
    assert {"</s>", "<unk>"} < kept
    assert not {">>fra<<", "<pad>"} & kept
    assert kept > {piece for line in tokenizer.encode_targets(["le chien dort dans le jardin"]) for piece in line}


@pytest.mark.parametrize("name", ["ctranslate2", "transformers"])
def test_what_is_pruned_is_never_said_by_either_engine(name: EngineName, tiny: LocalModel) -> None:
    tokenizer = Tokenizer(tiny)
    kept = {tokenizer.target_pieces[i] for i in target_ids(tiny, tokenizer)}
    engine: Any = create(name, tiny, EngineOptions(prune=False))
    (said,) = engine._decode([tokenizer.encode(GERMAN)], Decoding())
    assert {piece for found in said for one in found for piece in one.pieces} <= kept - {"<unk>"}


@pytest.mark.parametrize("name", ["float32", "transformers"])
def test_a_search_gives_what_else_it_came_to_best_first(name: str, engines: dict[str, Engine]) -> None:
    (wide,) = engines[name].translate(["Le président est arrivé à Paris."], Decoding(3))
    found = [wide, *wide.others]
    assert len({hypothesis.text for hypothesis in found}) == 3
    assert [h.logprob for h in found] == sorted((h.logprob for h in found), reverse=True)
    assert not engines[name].translate(["Le président est arrivé à Paris."], Decoding(1))[0].others


@pytest.mark.parametrize("compute", ["int8", "float32"])
@pytest.mark.parametrize(("model", "sources"), [("tiny", GERMAN), ("embedded", FRENCH)])
def test_pruning_changes_no_translation(
    compute: str, model: str, sources: list[str], request: pytest.FixtureRequest
) -> None:
    found: LocalModel = request.getfixturevalue(model)
    options = [EngineOptions(prune=prune, compute=compute, threads=1) for prune in (True, False)]
    pruned, whole = (create("ctranslate2", found, o) for o in options)
    one, two = pruned.translate(sources), whole.translate(sources)
    assert [h.text for h in one] == [h.text for h in two]
    assert [h.logprob for h in one] == pytest.approx([h.logprob for h in two], abs=1e-4)
    assert pruned.fingerprint == whole.fingerprint


def test_what_the_embedded_model_loses_is_not_english(embedded: LocalModel) -> None:
    tokenizer = Tokenizer(embedded)
    kept = {tokenizer.target_pieces[i] for i in target_ids(embedded, tokenizer)}
    assert len(kept) < 0.7 * len(tokenizer.target_pieces)
    (pieces,) = tokenizer.encode_targets(["The President of the European Commission said: “Zażółć 北京!”"])
    assert set(pieces) <= kept


def test_a_list_of_pieces_is_made_from_text(make_model: Callable[..., Path]) -> None:
    model = LocalModel("made", make_model(), "de", "fr", ">>fra<<")
    count = write_list(model, ["le chien dort"] * 5)
    kept = target_ids(model, Tokenizer(model))
    assert len(kept) - 2 <= count <= len(kept)
    assert not create("ctranslate2", model, EngineOptions()).translate(["Hund"])[0].text.count("Hund")


def test_the_echo_engine_gives_the_source_back() -> None:
    engine: Engine = EchoEngine()
    assert [h.text for h in engine.translate(FRENCH)] == FRENCH
    assert engine.align(["un mot"], ["un mot"]) == [[(0, 2, 0, 2), (3, 6, 3, 6)]]


@pytest.mark.skipif(not (SHARED / "mt").is_dir(), reason="needs the MT set beside the repository")
def test_engines_agree_on_news(engines: dict[str, Engine]) -> None:
    from sacrebleu import corpus_chrf

    lines = (SHARED / "mt" / "newstest2013.fr").read_text("utf-8").split("\n")[:10]
    said = {name: [h.text for h in engine.translate(lines)] for name, engine in engines.items()}
    assert corpus_chrf(said["float32"], [said["transformers"]]).score >= 99.5
