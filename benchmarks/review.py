"""How fast the review app answers: server time of each thing that the page asks for, guard and JSON included.

    python benchmarks/review.py [--segments 100000]

Processor time and wall time; the aim is under 50 ms of server time for whatever a reviewer waits for. The wall time
also holds what other programs take of the machine, and the disk's time to make a decision safe.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from pipeline.document import Document, Segment
from pipeline.edits import Change
from pipeline.review.app import create
from pipeline.review.desk import Desk
from pipeline.store import Store

PORT, TOKEN = 8791, "benchmark"
HEADERS = {"origin": f"http://127.0.0.1:{PORT}", "x-review-token": TOKEN, "content-type": "application/json"}
AIM = 50.0  # milliseconds
A_DOCUMENT = 500  # segments
WORDS = (
    "le",
    "la",
    "une",
    "maire",
    "ville",
    "pont",
    "gare",
    "été",
    "contre",
    "projet",
    "année",
    "loi",
    "marché",
    "élus",
)
FLAGS = ("garbled", "numbers", "names", "length")


def article(number: int, segments: int, dice: random.Random) -> Document:
    """A made-up article: sentences of 8 to 28 words, one flag in ten segments."""
    lines = [" ".join(dice.choices(WORDS, k=dice.randint(8, 28))) + f" {number}.{n}." for n in range(segments)]
    document = Document(f"{number:05d}", "\n".join(["Partager", *lines]), {"title": f"Article {number}"})
    document.edit([Change(0, 9, "", "share-line", "share")], "strip")
    start = 9
    for n, line in enumerate(lines):
        flags = [dice.choice(FLAGS)] if dice.random() < 0.1 else []
        english = line[::-1]
        made = Segment(
            document.id, n, start, start + len(line), line, n, english, english, -0.3, [], dice.random(), "mt"
        )
        made.flags = flags  # type: ignore[assignment]
        document.segments.append(made)
        start += len(line) + 1
    return document


def build(folder: Path, segments: int) -> Store:
    """A store of that many segments."""
    store, dice = Store.open(folder), random.Random(1)
    with store.transaction():
        for number in range(segments // A_DOCUMENT):
            store.save(article(number, A_DOCUMENT, dice), f"{number}.txt", number, 1, [])
        store.set_info("newest_run", "1")
    return store


class Client:
    """Asks the app as the page does, and keeps the times."""

    def __init__(self, desk: Desk) -> None:
        self.http = TestClient(create(desk, TOKEN, PORT), base_url=f"http://127.0.0.1:{PORT}")
        self.http.cookies.set(f"review-{PORT}", TOKEN)

    def ask(self, path: str, **message: object) -> dict[str, Any]:
        answer = self.http.post(f"/api/{path}", content=json.dumps(message), headers=HEADERS)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    def whole_list(self) -> int:
        """The number of a list of everything, once all of it is made."""
        told = self.ask("view")
        while told["more"]:
            told = self.ask("more", view=told["view"])
        return int(told["view"])


def timed(action: Callable[[], object]) -> tuple[float, float]:
    """Processor and wall time of an action in milliseconds."""
    clock, start = time.process_time(), time.perf_counter()
    action()
    return 1000 * (time.process_time() - clock), 1000 * (time.perf_counter() - start)


def show(name: str, times: list[tuple[float, float]], slowest: float = 0.0) -> None:
    """Medians, and the slowest of further answers where there were any."""
    cpu, wall = (statistics.median(column) for column in zip(*times, strict=True))
    rest = f"{slowest:9.1f}" if slowest else " " * 9
    print(f"{name:52} {cpu:9.1f} {wall:9.1f} {rest}  {'over' if max(cpu, slowest) >= AIM else ''}")


def measure(name: str, times: int, action: Callable[[int], object]) -> None:
    """Run an action several times and print its medians."""
    show(name, [timed(partial(action, n)) for n in range(times)])


def measure_list(client: Client, name: str, message: dict[str, object]) -> None:
    """How long a list takes to begin, and the slowest of the steps in which the rest of it is made."""
    times, rest = [], [0.0]
    for _ in range(5):
        told: dict[str, Any] = {}
        times.append(timed(lambda: told.update(client.ask("view", **message))))  # noqa: B023
        while told["more"]:
            rest.append(timed(lambda: told.update(client.ask("more", view=told["view"])))[0])  # noqa: B023
    show(f"list: {name}", times, max(rest))


def run(segments: int) -> None:
    """Build, then measure."""
    with tempfile.TemporaryDirectory() as folder:
        store = build(Path(folder), segments)
        desk = Desk(store, "Ada")
        start = time.perf_counter()
        desk.index.sync()
        print(f"{segments} segments; index built once in {time.perf_counter() - start:.1f} s")
        report(Client(desk), segments)
        store.close()


# Lists that a reviewer may ask for: the usual ones, then the worst that could be thought of.
LISTS: dict[str, dict[str, object]] = {
    "everything, by document": {},
    "everything, riskiest first": {"order": "risk"},
    "undecided": {"states": ["unreviewed"]},
    "one flag, riskiest first": {"flag": "numbers", "order": "risk"},
    "score below 0.3": {"high": 0.3},
    "one document": {"doc": "00007"},
    "a word of 71 % of all rows": {"text": "MARCHE"},
    "the same, riskiest first": {"text": "MARCHE", "order": "risk"},
    "the same, of undecided rows with a flag": {
        "text": "MARCHE", "order": "risk", "flag": "any", "states": ["unreviewed"]
    },
    "the same, of half of the scores": {"text": "MARCHE", "order": "risk", "low": 0.5},
    "the same, of a state that no row has": {"text": "MARCHE", "order": "risk", "states": ["edited"]},
    "the same, of one document": {"text": "MARCHE", "order": "risk", "doc": "00007"},
    "the same, of documents by a part of all their names": {"text": "MARCHE", "order": "risk", "doc": "00"},
    "documents by a part of all their names": {"doc": "00"},
    "documents by a name that none has": {"doc": "none", "order": "risk"},
    "two words of 8 % of all rows, riskiest first": {"text": "loi une", "order": "risk"},
    "three words of 0.6 % of all rows, riskiest first": {"text": "loi une ete", "order": "risk"},
    "frequent words that nowhere stand together": {"text": "elus elus contre contre ville ville", "order": "risk"},
    "one sentence": {"text": f"{A_DOCUMENT // 2}. "},
    "what is not there, riskiest first": {"text": "introuvable", "order": "risk"},
    "one letter, riskiest first": {"text": "e", "order": "risk"},
    "two letters that are not there, riskiest first": {"text": "zx", "order": "risk"},
}  # fmt: skip


def report(client: Client, segments: int) -> None:
    """The table."""
    print(f"{'medians, ms':52} {'processor':>9} {'wall':>9} {'steps, at most':>14}")
    view = client.whole_list()
    some = range(0, segments - 100, segments // 20)
    ids = [client.ask("rows", view=view, start=n, count=1)["rows"][0] for n in some]
    rows = [row for row in ids if row["kind"] == "segment"]
    measure("page", 20, lambda _: client.http.get("/"))
    for name, message in LISTS.items():
        measure_list(client, name, message)
    place = {"focus_doc": rows[-1]["doc"], "focus_place": rows[-1]["place"]}
    measure_list(client, "everything, a late row in focus", place)
    view = client.whole_list()
    measure("50 rows", 40, lambda n: client.ask("rows", view=view, start=(n * 997) % (segments - 50), count=50))
    measure("next undecided", 20, lambda n: client.ask("next", view=view, after=n * 100))
    measure("details of a segment", len(rows), lambda n: client.ask("detail", id=rows[n]["id"]))
    measure("progress", 20, lambda _: client.ask("progress"))
    measure("documents to choose from", 20, lambda _: client.ask("documents", text="00"))
    measure(
        "save a draft", 20, lambda n: client.ask("draft", doc=rows[0]["doc"], place=rows[0]["place"], text=f"d {n}")
    )
    measure(
        "accept", len(rows), lambda n: client.ask("decide", id=rows[n]["id"], kind="accept", text=rows[n]["target"])
    )
    measure("undo", len(rows), lambda _: client.ask("undo"))
    count = client.ask("bulk-count", view=view)["count"]
    print("once, not waited for at every key:")
    measure(f"accept all {count}", 1, lambda _: client.ask("bulk", view=view, count=count))
    print("with all of them accepted:")
    measure("next undecided, none left", 3, lambda _: client.ask("next", view=view, after=0))
    measure("progress", 3, lambda _: client.ask("progress"))
    measure("50 rows", 20, lambda n: client.ask("rows", view=view, start=(n * 997) % (segments - 50), count=50))
    measure_list(
        client, "a frequent word among the accepted", {**LISTS["the same, riskiest first"], "states": ["accepted"]}
    )
    print("once, not waited for at every key:")
    measure(f"undo all {count}", 1, lambda _: client.ask("undo"))
    measure("progress after that", 3, lambda _: client.ask("progress"))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--segments", type=int, default=100_000)
    run(parser.parse_args().segments)
