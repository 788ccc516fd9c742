"""Addresses of Ray that no cluster answers at: told at once, in a line, without Ray."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.errors import UsageError
from pipeline.executors.rayaddress import check_answers

FORMS = [("{}", "127.0.0.1"), ("ray://{}", "127.0.0.1"), ("{}", "::1"), ("ray://{}", "::1")]


def listen(host: str) -> socket.socket:
    try:
        return socket.create_server((host, 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        pytest.skip(f"no {host} here: {error}")


def answer(server: socket.socket, greeting: bytes) -> None:
    """Greet whoever connects next."""

    def greet() -> None:
        connection, _ = server.accept()
        with connection:
            connection.recv(100)
            connection.sendall(greeting)

    threading.Thread(target=greet, daemon=True).start()


def place(server: socket.socket) -> str:
    host, port = server.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


@pytest.mark.parametrize(("form", "host"), FORMS)
def test_an_address_is_taken_where_something_listens_and_named_where_nothing_does(form: str, host: str) -> None:
    with listen(host) as server:
        address = form.format(place(server))
        answer(server, b"\0\0\x18\4\0\0\0\0\0")
        check_answers(address)
        answer(server, b"HTTP/1.1 400 Bad Request\r\n\r\n")
        with pytest.raises(UsageError, match="another service listens there"):
            check_answers(address)
    with pytest.raises(UsageError) as caught:
        check_answers(address)
    assert f"no Ray answers at {address} (Connection refused); start Ray there" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("address", ["", "auto", "local"])
def test_what_names_no_place_is_left_to_ray(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAY_TMPDIR", str(tmp_path))
    check_answers(address)


def test_a_note_of_a_cluster_that_is_gone_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAY_TMPDIR", str(tmp_path))
    (tmp_path / "ray").mkdir()
    with listen("127.0.0.1") as server:
        address = place(server)
    (tmp_path / "ray" / "ray_current_cluster").write_text(address + "\n")
    with pytest.raises(UsageError, match=f"no Ray answers at {address}"):
        check_answers("auto")


BAD = ["head", "head:", ":6379", "head:port", "head:0", "head:65536", "http://head:6379", "ray://head"]


@pytest.mark.parametrize("address", BAD)
def test_an_address_of_another_form_is_refused_with_those_allowed(address: str) -> None:
    with pytest.raises(UsageError, match=r"allowed: .HOST:PORT., .\[IPv6\]:PORT."):
        check_answers(address)


def test_a_run_ends_with_the_address_and_what_to_do(corpus: None, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("ray", reason="needs the extra pipeline[ray]")
    with listen("127.0.0.1") as server:
        address = place(server)
    monkeypatch.setenv("RAY_ADDRESS", address)
    result = CliRunner().invoke(app, ["run", "in", "--engine", "echo", "--executor", "ray"])
    assert result.exit_code == 2
    assert result.stderr.startswith(f"error: no Ray answers at {address} (")
    assert len(result.stderr.splitlines()) == 1
