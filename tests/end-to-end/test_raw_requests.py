"""What is no HTTP, or HTTP that a library would not write."""

import pytest

from device import LOCKSCREEN, Device
from hostile import UNIT, Reply, exchange

TARGET = f"{LOCKSCREEN}?unit_id={UNIT}&user_id=u".encode()
CLOSE = b" HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"


def reply_to(device: Device, sent: bytes) -> Reply:
    reply = exchange(device.stack.port, sent)
    assert reply.status < 500
    return reply


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 50,
        b"GET\r\n\r\n",
        b"G\x00T " + TARGET + b" HTTP/1.1\r\nhost: x\r\n\r\n",
        b"GET " + TARGET + b"\x00 HTTP/1.1\r\nhost: x\r\n\r\n",
        b"GET " + TARGET + b"\x7f\x01 HTTP/1.1\r\nhost: x\r\n\r\n",
        b"GET " + TARGET + b" HTTP/1.1\r\nhost: x\r\na b: c\r\n\r\n",
        b"GET " + TARGET + b" HTTP/1.1\r\nhost: x\r\n: c\r\n\r\n",
        b"GET " + TARGET + b" HTTP/1.1\r\nhost: x\r\na: \x00\r\n\r\n",
        b"GET " + TARGET + b" HTTP/1.1\r\n\r\n",
        b"POST " + TARGET + b" HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n",
        b"POST " + TARGET + b" HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n{}",
        b"POST " + TARGET + b" HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        b"CONNECT " + LOCKSCREEN.encode() + b" HTTP/1.1\r\nhost: x\r\n\r\n",
        b"TRACE " + TARGET + b" HTTP/1.1\r\nhost: x\r\n\r\n",
    ],
)
def test_what_is_no_http_is_refused_by_the_balancer(device: Device, sent: bytes) -> None:
    assert reply_to(device, sent).status in (0, 400, 405)


def test_an_unknown_version_of_http_is_told_so(device: Device) -> None:
    sent = f"GET {LOCKSCREEN} HTTP/9.9\r\nhost: x\r\n\r\n".encode()
    assert exchange(device.stack.port, sent).status == 505


@pytest.mark.parametrize("raw", [b"\xff\xfe", b"\xc0\xaf", b"\xed\xa0\x80", "한".encode() + b"\xff"])
def test_bytes_in_a_query_that_are_no_text_are_refused(device: Device, raw: bytes) -> None:
    target = f"{LOCKSCREEN}?unit_id={UNIT}&user_id=".encode() + raw
    assert reply_to(device, b"GET " + target + CLOSE).status == 400


def test_bytes_above_ascii_in_a_query_are_read_as_text_or_refused(device: Device) -> None:
    target = f"{LOCKSCREEN}?unit_id={UNIT}&user_id=한국".encode()
    assert reply_to(device, b"GET " + target + CLOSE).status in (200, 400)


@pytest.mark.parametrize("raw", [b"\xff", b"%ff", "ÿ".encode(), "🔒".encode(), b"(", b"%28", b"&=", b"(&"])
def test_a_query_that_grows_beyond_a_uri_when_it_is_read_is_a_problem(device: Device, raw: bytes) -> None:
    target = f"{LOCKSCREEN}?unit_id={UNIT}&user_id=".encode() + raw * (16_000 // len(raw))
    # Separators end the user's name and begin unknown parameters, which mean nothing.
    expected = 200 if raw == b"(&" else 400
    assert reply_to(device, b"GET " + target + CLOSE).status == expected


@pytest.mark.parametrize(
    "host",
    [b"", b"a b", b"/", b"[::1", b"a:99999", b"evil.example\\@x", b"\xff", b"x" * 8_000],
    ids=lambda host: repr(host[:20]),
)
def test_hostile_hosts_reach_no_answer_of_ours_as_an_address(device: Device, host: bytes) -> None:
    sent = b"GET " + TARGET + b"&country=KR HTTP/1.1\r\nhost: " + host
    reply = reply_to(device, sent + b"\r\nx-forwarded-host: evil.example\r\nconnection: close\r\n\r\n")
    assert reply.status in (200, 400)
    assert b"evil.example" not in reply.body


def test_the_functions_are_still_there(device: Device) -> None:
    assert device.answer(country="KR").status == 200
