"""Whether anything answers where ``RAY_ADDRESS`` points: Ray itself tries again for minutes before it gives up."""

from __future__ import annotations

import os
import socket
from pathlib import Path

from pipeline.errors import UsageError

# Seconds to wait for a connection: one packet that is lost on the way is sent again after 1 and 3 s.
PATIENCE = 5.0
# A client's greeting in HTTP/2, its settings (none) behind it, and the type of such a frame (RFC 9113, 3.4 and 6.5).
_SETTINGS = b"\x04"
_HELLO = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(3) + _SETTINGS + bytes(5)
_NEXT = 'start Ray there, set RAY_ADDRESS to one that runs ("HOST:PORT"), or unset it to start one here'


def check_answers(address: str) -> None:
    """Say at once that an address cannot be a cluster's.

    Args:
        address: ``HOST:PORT``, ``[IPv6]:PORT``, either behind ``ray://``; ``auto`` for the one that ``ray start`` has
            noted on this machine; ``local`` or "" to start one.

    Raises:
        UsageError: it has another form, or nothing accepts a connection there.
    """
    if address == "auto":
        address = _noted()
    if address in ("", "local"):
        return
    host, port = _parts(address)
    try:
        with socket.create_connection((host, port), PATIENCE) as connection:
            speaks = _is_encrypted() or _speaks(connection)
    except OSError as error:
        raise UsageError(unanswered(address, error.strerror or str(error))) from error
    if not speaks:
        raise UsageError(unanswered(address, "another service listens there"))


def unanswered(address: str, reason: str) -> str:
    """The message for an address without a cluster."""
    return f"no Ray answers at {address or 'this machine'} ({' '.join(reason.split())}); {_NEXT}"


def _is_encrypted() -> bool:
    return os.environ.get("RAY_USE_TLS", "0").lower() in ("1", "true")


def _speaks(connection: socket.socket) -> bool:
    """Whether the other side greets as HTTP/2 does, which Ray's calls go over: with its settings (RFC 9113, 3.4)."""
    connection.sendall(_HELLO)
    head = b""
    while len(head) < 4 and (piece := connection.recv(9)):
        head += piece
    return head[3:4] == _SETTINGS


def _noted() -> str:
    """The address in Ray's own note, "" where there is none; it outlives a cluster that was killed."""
    try:
        return Path(os.environ.get("RAY_TMPDIR", "/tmp"), "ray", "ray_current_cluster").read_text().strip()
    except OSError:
        return ""


def _parts(address: str) -> tuple[str, int]:
    host, _, port = address.removeprefix("ray://").rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not host or "/" in host or not (port.isascii() and port.isdecimal() and 0 < int(port) < 2**16):
        allowed = '"HOST:PORT", "[IPv6]:PORT", either behind "ray://", "auto" or "local"'
        raise UsageError(f'RAY_ADDRESS is "{address}"; allowed: {allowed}; unset it to start a Ray on this machine')
    return host, int(port)
