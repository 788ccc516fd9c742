"""The review app: one page and the JSON that it works with. See `pipeline.review.safety` for who may ask."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from functools import wraps
from importlib import resources
from json import JSONDecodeError
from pathlib import Path
from typing import Any, Final, TypeVar

from jinja2 import Environment, PackageLoader, select_autoescape
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from pipeline.review import progress
from pipeline.review.addresses import Address
from pipeline.review.desk import Desk, Gone, Refused, now
from pipeline.review.detail import detail
from pipeline.review.diff import words
from pipeline.review.events import Conflict, event_of
from pipeline.review.lists import Filter, Order
from pipeline.review.rows import Row, documents_meta
from pipeline.review.safety import Guard
from pipeline.review.views import View, Views
from pipeline.schema import explain

_TYPES: Final = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
_MOST_ROWS: Final = 200
_MOST_DOCUMENTS: Final = 50


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _View(_Message):
    states: list[str] = []
    flag: str = ""
    low: float = Field(0.0, ge=0, le=1)
    high: float = Field(1.0, ge=0, le=1)
    doc: str = ""
    text: str = Field("", max_length=1000)
    order: Order = "document"
    focus_doc: str = ""
    focus_place: str = ""

    def filter(self) -> Filter:
        return Filter(tuple(self.states), self.flag, self.low, self.high, self.doc, self.text, self.order)


class _Of(_Message):
    view: int


class _Rows(_Of):
    start: int = Field(ge=0)
    count: int = Field(ge=1, le=_MOST_ROWS)


class _Next(_Of):
    after: int = Field(ge=-1)


class _Decision(_Message):
    id: int
    kind: str
    text: str = ""
    base: str = ""


class _Bulk(_Of):
    count: int


class _Place(_Message):
    doc: str
    place: str

    def address(self) -> Address:
        try:
            return Address.parse(self.doc, self.place)
        except ValueError as error:
            raise Refused(str(error)) from error


class _Draft(_Place):
    text: str | None


class _Text(_Message):
    text: str = ""


class _Id(_Message):
    id: int


MessageT = TypeVar("MessageT", bound=_Message)
Handler = Callable[[Request], Awaitable[Response]]


class Api:
    """What the page asks for. Each answer is made in one go on the event loop: one connection, one thread, no locks."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.views = Views(desk.index)

    def routes(self) -> dict[str, tuple[type[_Message], Callable[[Any], dict[str, Any]]]]:
        """Paths under ``/api/``, what each is sent, and what answers."""
        return {
            "progress": (_Message, self.progress),
            "documents": (_Text, self.documents),
            "view": (_View, self.view),
            "more": (_Of, self.more),
            "rows": (_Rows, self.rows),
            "next": (_Next, self.next),
            "detail": (_Id, self.detail),
            "decide": (_Decision, self.decide),
            "undo": (_Message, self.undo),
            "take-back": (_Place, self.take_back),
            "bulk-count": (_Of, self.bulk_count),
            "bulk": (_Bulk, self.bulk),
            "draft": (_Draft, self.draft),
        }

    def progress(self, _: _Message) -> dict[str, Any]:
        """Counts by state and flag, and this reviewer's pace."""
        time = now()
        return {
            "reviewer": self.desk.reviewer,
            "states": self.desk.index.states(),
            "flags": self.desk.index.flags(),
            "last_hour": progress.last_hour(self.desk, time),
            "hours": progress.by_hour(self.desk, time),
        }

    def documents(self, asked: _Text) -> dict[str, Any]:
        """Documents to choose from."""
        found = self.desk.index.documents(asked.text, _MOST_DOCUMENTS)
        return {"documents": [{"doc": doc, "segments": n, "undecided": open} for doc, n, open in found]}

    def view(self, asked: _View) -> dict[str, Any]:
        """A new list."""
        self.desk.index.sync()
        focus = self.desk.index.find(asked.focus_doc, asked.focus_place) if asked.focus_place else 0
        return _told(self.views.make(asked.filter(), focus))

    def more(self, asked: _Of) -> dict[str, Any]:
        """A list, made a bit further."""
        view = self.views.get(asked.view)
        self.views.grow(view)
        return _told(view)

    def rows(self, asked: _Rows) -> dict[str, Any]:
        """Rows of a list, with the titles of their documents."""
        ids = self.views.get(asked.view).ids
        wanted = ids[asked.start : asked.start + asked.count]
        found = self.desk.rows(wanted)
        if len(found) < len(wanted):
            raise Gone("the document was done again; the list is made again")
        before = self.desk.rows(ids[max(0, asked.start - 1) : asked.start])
        docs = [before[0].doc if before else "", *(row.doc for row in found)]
        rows = [shown(row) | {"opens": row.doc != previous} for row, previous in zip(found, docs, strict=False)]
        meta = documents_meta(self.desk.store, {row.doc for row in found})
        titles = {doc: {"title": m.get("title", ""), "url": m.get("url", "")} for doc, m in meta.items()}
        return {"start": asked.start, "rows": rows, "documents": titles}

    def next(self, asked: _Next) -> dict[str, Any]:
        """Where the next undecided row of a list is, as far as that is made."""
        view = self.views.get(asked.view)
        return {**_told(view), "position": self.views.next_undecided(view, asked.after)}

    def detail(self, asked: _Id) -> dict[str, Any]:
        """Everything on one row."""
        return asdict(detail(self.desk, asked.id))

    def decide(self, asked: _Decision) -> dict[str, Any]:
        """Save a decision or comment."""
        return {"row": shown(self.desk.decide(asked.id, asked.kind, asked.text, asked.base))}

    def undo(self, _: _Message) -> dict[str, Any]:
        """Take back the newest action; tells where it was."""
        uids = self.desk.undo()
        first = event_of(self.desk.store, uids[0]) if uids else None
        return {
            "undone": len(uids),
            "kind": first.kind if first else "",
            "doc": first.doc if first else "",
            "place": first.address.place if first else "",
        }

    def take_back(self, asked: _Place) -> dict[str, Any]:
        """A restored text is to be removed again."""
        self.desk.take_back(asked.address())
        return {"saved": True}

    def bulk_count(self, asked: _Of) -> dict[str, Any]:
        """How many segments of a list would be accepted; all of it is made for that."""
        return {"count": self.desk.acceptable(self.views.whole(asked.view).ids)}

    def bulk(self, asked: _Bulk) -> dict[str, Any]:
        """Accept them, if they are as many as the reviewer was told."""
        ids = self.views.whole(asked.view).ids
        if self.desk.acceptable(ids) != asked.count:
            raise Conflict("some of these segments were decided since you counted them; nothing was saved")
        return {"accepted": self.desk.accept_all(ids)}

    def draft(self, asked: _Draft) -> dict[str, Any]:
        """Keep what is being typed; the answer means that it is on the disk."""
        self.desk.draft(asked.address(), asked.text)
        return {"saved": True}


def create(desk: Desk, token: str, port: int) -> ASGIApp:
    """The app for one reviewer over one store, behind its guard."""
    api = Api(desk)
    page, files = _page(desk, token), _files()

    async def index(request: Request) -> Response:
        return HTMLResponse(page)

    async def static(request: Request) -> Response:
        name = request.path_params["name"]
        return Response(files[name], media_type=_TYPES[Path(name).suffix]) if name in files else Response(None, 404)

    endpoints = [
        Route(f"/api/{path}", _endpoint(api, message, answer), methods=["POST"])
        for path, (message, answer) in api.routes().items()
    ]
    routes = [Route("/", index), Route("/static/{name}", static), *endpoints]
    return Guard(Starlette(routes=routes), token, port)


def _files() -> dict[str, bytes]:
    """The page's files by name, read once as the page is: a program upgraded meanwhile never mixes with this one."""
    folder = resources.files("pipeline.review").joinpath("static")
    return {file.name: file.read_bytes() for file in folder.iterdir() if Path(file.name).suffix in _TYPES}


def _page(desk: Desk, token: str) -> str:
    loader = Environment(loader=PackageLoader("pipeline.review"), autoescape=select_autoescape(default=True))
    facts = json.loads(desk.store.info("run") or "{}")
    languages = {"source": facts.get("source", "fr"), "target": facts.get("target", "en")}
    return loader.get_template("page.html").render(
        token=token, reviewer=desk.reviewer, store=str(desk.store.path), **languages
    )


def _endpoint(api: Api, message: type[MessageT], answer: Callable[[MessageT], dict[str, Any]]) -> Handler:
    @wraps(answer)
    async def handle(request: Request) -> Response:
        asked: MessageT | None = None
        try:
            asked = message.model_validate(await request.json())
            return JSONResponse(answer(asked))
        except (JSONDecodeError, UnicodeDecodeError, ValidationError, Refused) as error:
            return JSONResponse({"error": str(error)}, 422)
        except Gone as error:
            return JSONResponse({"error": str(error)}, 410)
        except Conflict as error:
            return JSONResponse({"error": str(error), "row": _current(api.desk, asked)}, 409)
        except sqlite3.OperationalError as error:
            return JSONResponse({"error": f"the store cannot be written now ({error}); try again"}, 503)
        except sqlite3.DatabaseError as error:
            return JSONResponse({"error": explain(api.desk.store.path, error)}, 500)

    return handle


def _current(desk: Desk, asked: object) -> dict[str, Any] | None:
    """The row as it stands, for someone whose save was refused."""
    row: Row | None = next(iter(desk.rows([asked.id])), None) if isinstance(asked, _Decision) else None
    return shown(row) if row else None


def _told(view: View) -> dict[str, Any]:
    """A list as far as it is made: how many rows, whether there may be more, where the focus is or else -1, and whether
    it is among those."""
    focus = view.where()
    ahead = bool(view.focus) and focus < 0
    return {"view": view.number, "total": len(view.ids), "more": view.more, "focus": focus, "ahead": ahead}


def shown(row: Row) -> dict[str, Any]:
    """A row for the page, with the difference that the reviewer made."""
    changed = row.kind == "segment" and row.target != row.machine
    return asdict(row) | {"diff": words(row.machine, row.target) if changed else []}
