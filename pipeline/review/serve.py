"""Serving the review app: one process, loopback, until interrupted."""

from __future__ import annotations

import getpass
import secrets
import socket
from collections.abc import Callable
from contextlib import closing, suppress
from typing import Final

from pipeline.errors import UsageError
from pipeline.review.desk import Desk
from pipeline.store import Store

# Stays the same from launch to launch where it is free, so that a browser finds its unsaved texts again.
PORT: Final = 8791
_LOOPBACK: Final = "127.0.0.1"


def serve(
    store: Store, reviewer: str, port: int | None, announce: Callable[[str], None], tell: Callable[[str], None]
) -> None:
    """Serve the app for a store, until interrupted.

    Args:
        reviewer: name that decisions are signed with; "" for the user of this machine.
        port: None for the usual one, or any free one where that is taken.
        announce: called once with the address to open, when it answers.
        tell: called with what the user should know meanwhile.

    Raises:
        UsageError: the port cannot be had.
    """
    import uvicorn

    from pipeline.review.app import create

    with closing(_listen(port)) as listener:
        desk = Desk(store, reviewer.strip() or user())
        if pending := desk.index.pending():
            tell(f"listing the segments of {pending} documents, once")
        desk.index.sync()
        token, bound = secrets.token_urlsafe(24), listener.getsockname()[1]
        config = uvicorn.Config(create(desk, token, bound), log_level="warning", access_log=False, server_header=False)
        announce(f"http://{_LOOPBACK}:{bound}/?token={token}")
        with suppress(KeyboardInterrupt):  # how a reviewer stops it
            uvicorn.Server(config).run(sockets=[listener])


def user() -> str:
    """Name of this machine's user."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # no name for this user id
        return "reviewer"


def _listen(port: int | None) -> socket.socket:
    """A listening socket: requests wait in it from the moment that the address is announced."""
    for wanted in (PORT, 0) if port is None else (port,):
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((_LOOPBACK, wanted))
            listener.listen(128)
            return listener
        except OSError as error:
            listener.close()
            reason = error.strerror
    raise UsageError(f"port {port} cannot be had ({reason}); choose another --port, or leave it out for a free one")
