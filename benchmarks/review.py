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


def measure(name: str, times: int, action: Callable[[int], object]) -> None:
    """Run an action several times and print its medians in milliseconds."""
    cpu, wall = [], []
    for n in range(times):
        clock, start = time.process_time(), time.perf_counter()
        action(n)
        cpu.append(1000 * (time.process_time() - clock))
        wall.append(1000 * (time.perf_counter() - start))
    median = statistics.median(cpu)
    print(f"{name:40} {median:9.1f} {statistics.median(wall):9.1f}  {'' if median < AIM else 'over'}")


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


def report(client: Client, segments: int) -> None:
    """The table."""
    print(f"{'medians, ms':40} {'processor':>9} {'wall':>9}")
    view = client.ask("view")["view"]
    some = range(0, segments - 100, segments // 20)
    ids = [client.ask("rows", view=view, start=n, count=1)["rows"][0] for n in some]
    rows = [row for row in ids if row["kind"] == "segment"]
    measure("page", 20, lambda _: client.http.get("/"))
    measure("list of everything, by document", 10, lambda _: client.ask("view"))
    measure("list of everything, by risk", 10, lambda _: client.ask("view", order="risk"))
    measure("list: undecided", 10, lambda _: client.ask("view", states=["unreviewed"]))
    measure("list: one flag, riskiest first", 10, lambda _: client.ask("view", flag="numbers", order="risk"))
    measure("list: score below 0.3", 10, lambda _: client.ask("view", high=0.3))
    measure("list: one document", 10, lambda _: client.ask("view", doc="00007"))
    measure("list: search for a frequent word", 10, lambda _: client.ask("view", text="MARCHE"))
    measure("list: search for what is not there", 10, lambda _: client.ask("view", text="introuvable"))
    measure("list: search for one sentence", 10, lambda _: client.ask("view", text=rows[3]["source"]))
    measure("list: search for two characters", 10, lambda _: client.ask("view", text="zx"))
    measure("list: frequent word, riskiest first", 10, lambda _: client.ask("view", text="MARCHE", order="risk"))
    measure("list: not there, riskiest first", 10, lambda _: client.ask("view", text="introuvable", order="risk"))
    view = client.ask("view")["view"]
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
    measure("next undecided, none left", 3, lambda _: client.ask("next", view=view, after=0))
    measure(f"undo all {count}", 1, lambda _: client.ask("undo"))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--segments", type=int, default=100_000)
    run(parser.parse_args().segments)
