"""A port that was given out stays the caller's until its process ends."""

import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from lockfill import ports

LIBRARY = Path(ports.__file__).resolve().parents[1]
ASK = "from lockfill.ports import free_port; print(free_port())"


def listening(port: int) -> socket.socket:
    server = socket.socket()
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind(("127.0.0.1", port))
    server.listen()
    return server


def test_a_server_listens_on_a_reserved_port_and_may_be_restarted() -> None:
    port = ports.free_port()
    for _ in range(2):
        with closing(listening(port)) as server, closing(socket.create_connection(("127.0.0.1", port))):
            server.accept()[0].close()


def test_a_reserved_port_is_given_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    first = ports.free_port()
    monkeypatch.setattr(ports, "_FIRST", first)
    monkeypatch.setattr(ports, "_LAST", first + 1)
    monkeypatch.setattr(ports, "_TRIES_MAX", 1)
    with pytest.raises(ports.Failure, match="is free"):
        ports.free_port()


def test_another_process_is_not_given_a_reserved_port() -> None:
    mine = ports.free_port()
    narrow = f"import lockfill.ports as p; p._FIRST, p._LAST, p._TRIES_MAX = {mine}, {mine + 1}, 1; "
    asked = subprocess.run(
        [sys.executable, "-c", narrow + ASK], cwd=LIBRARY, capture_output=True, text=True, check=False
    )
    assert asked.returncode != 0
    assert "is free" in asked.stderr
