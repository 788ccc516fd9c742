"""What keeps other programs, other sites and scraped text out of the review app.

The app listens on loopback alone, but any page in the same browser can send requests there. So: a request must name
this host (else a DNS name could be rebound to it), must carry the token of this launch, and a write must also come
from this origin and carry the token in a header, which no form or link of another site can set.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Final
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

TOKEN_HEADER: Final = "x-review-token"
# The page needs its own files and its own server alone; no inline script or style, and no string becomes markup.
_HEADERS: Final = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
# A bulk action or a long draft; scraped text is never sent to the server.
_LARGEST: Final = 1_000_000


@dataclass(frozen=True)
class Guard:
    """ASGI middleware that lets through what belongs here; everything else gets a short text and no data.

    Attributes:
        token: of this launch.
        port: that the server listens on.
    """

    app: ASGIApp
    token: str
    port: int

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See the class."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        answer = self._refusal(scope, Headers(scope=scope))
        await (answer or self.app)(scope, receive, _with_headers(send))

    def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        if headers.get("host", "") not in self._hosts:
            return PlainTextResponse("This address is not the review app's; open the link that it printed.", 421)
        if scope["path"].startswith("/static/"):
            return None
        if scope["path"] == "/" and (given := parse_qs(scope["query_string"].decode("latin-1")).get("token")):
            return self._enter(given[0])
        if not self._known(_cookies(headers).get(self._cookie, "")):
            return PlainTextResponse(
                "This link is not of the running review app; open the link that pipeline review printed.", 403
            )
        return None if scope["method"] in ("GET", "HEAD") else self._refused_write(headers)

    def _refused_write(self, headers: Headers) -> Response | None:
        if headers.get("origin", "") not in {f"http://{host}" for host in self._hosts}:
            return PlainTextResponse("Refused: the request comes from another site.", 403)
        if not self._known(headers.get(TOKEN_HEADER, "")):
            return PlainTextResponse("Refused: the token is not this launch's.", 403)
        if headers.get("content-type", "").partition(";")[0] != "application/json":
            return PlainTextResponse("Refused: send application/json.", 415)
        length = headers.get("content-length", "")
        if not length.isdecimal() or int(length) > _LARGEST:
            return PlainTextResponse(f"Refused: at most {_LARGEST} bytes, with their length given.", 413)
        return None

    def _enter(self, given: str) -> Response:
        if not self._known(given):
            return PlainTextResponse("This token is of an earlier launch; open the link printed last.", 403)
        answer = RedirectResponse("/", 303)  # so that the token stands in no history and no screenshot
        answer.set_cookie(self._cookie, self.token, httponly=True, samesite="strict", path="/")
        return answer

    def _known(self, given: str) -> bool:
        return secrets.compare_digest(given.encode(), self.token.encode())

    @property
    def _cookie(self) -> str:
        return f"review-{self.port}"  # cookies are shared by all ports of a host

    @property
    def _hosts(self) -> frozenset[str]:
        return frozenset({f"127.0.0.1:{self.port}", f"localhost:{self.port}"})


def _cookies(headers: Headers) -> Mapping[str, str]:
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(headers.get("cookie", "")).items()}
    except CookieError:
        return {}


def _with_headers(send: Send) -> Send:
    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(_HEADERS)
        await send(message)

    return wrapped
