"""Whether anything answers where ``RAY_ADDRESS`` points: Ray itself tries again for minutes before it gives up."""

from __future__ import annotations

import socket

from pipeline.errors import UsageError

# Seconds to wait for a connection: one packet that is lost on the way is sent again after 1 and 3 s.
PATIENCE = 5.0
# Values that Ray looks up or starts a cluster by itself for.
_NO_PLACE = ("", "auto", "local")
_NEXT = 'start Ray there, set RAY_ADDRESS to one that runs ("HOST:PORT"), or unset it to start one here'


def check_answers(address: str) -> None:
    """Say at once that an address cannot be a cluster's.

    Args:
        address: ``HOST:PORT``, ``[IPv6]:PORT``, either behind ``ray://``; ``auto``, ``local`` and "" are not looked at.

    Raises:
        UsageError: it has another form, or nothing accepts a connection there.
    """
    if address in _NO_PLACE:
        return
    host, port = _parts(address)
    try:
        socket.create_connection((host, port), PATIENCE).close()
    except OSError as error:
        raise UsageError(unanswered(address, error.strerror or str(error))) from error


def unanswered(address: str, reason: str) -> str:
    """The message for an address without a cluster."""
    return f"no Ray answers at {address or 'this machine'} ({' '.join(reason.split())}); {_NEXT}"


def _parts(address: str) -> tuple[str, int]:
    host, _, port = address.removeprefix("ray://").rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not host or "/" in host or not (port.isascii() and port.isdecimal() and 0 < int(port) < 2**16):
        allowed = '"HOST:PORT", "[IPv6]:PORT", either behind "ray://", "auto" or "local"'
        raise UsageError(f'RAY_ADDRESS is "{address}"; allowed: {allowed}; unset it to start a Ray on this machine')
    return host, int(port)
