"""Which heads are read by us: those that no two readers think differently of."""

from __future__ import annotations

import httptools
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.web.webhook_head import LONGEST, WebhookHead, read_head
from tests.web.webhook_gate import webhook


def head(*more: str, path: str = "/webhook/main", version: str = "1.1") -> bytes:
    return webhook(b"", *more, path=path, version=version)


def test_what_a_plain_head_says() -> None:
    lines = ("!X-Line-Signature", "!Content-Length", "x-line-SIGNATURE:\t abc= \t", "content-length:007")
    assert read_head(head(*lines)) == WebhookHead("main", "abc=", 7, last=False)


@pytest.mark.parametrize(
    ("version", "more", "last"),
    [
        ("1.1", (), False),
        ("1.1", ("Connection: Keep-Alive ",), False),
        ("1.1", ("Connection:close",), True),
        ("1.0", (), True),
        ("1.0", ("Connection: close",), True),
        ("1.0", ("Connection: keep-alive",), None),
        ("1.1", ("Connection: keep-alive, X-Line-Signature",), None),
        ("1.1", ("Connection: close", "Connection: keep-alive"), None),
        ("1.1", ("Connection:",), None),
    ],
)
def test_whether_the_connection_ends_with_it(version: str, more: tuple[str, ...], last: bool | None) -> None:
    read = read_head(head(*more, version=version))
    assert (None if read is None else read.last) is last


ODD = {
    "another method": head().replace(b"POST", b"PUT"),
    "a method in small letters": head().replace(b"POST", b"post"),
    "another path": head(path="/webhooks/main"),
    "a path below": head(path="/webhook/main/x"),
    "no name": head(path="/webhook/"),
    "a name that is encoded": head(path="/webhook/%6Dain"),
    "a name of other letters": head(path="/webhook/\xe9"),
    "a query": head(path="/webhook/main?x=1"),
    "a whole address": head(path="http://x/webhook/main"),
    "another version": head(version="1.2"),
    "two spaces": head().replace(b"POST ", b"POST  "),
    "a line feed alone": head().replace(b"\r\nHost", b"\nHost"),
    "line feeds alone": head().replace(b"\r\n", b"\n"),
    "a carriage return in a value": head("A: b\rTransfer-Encoding: chunked"),
    "a line feed in a value": head("A: b\nTransfer-Encoding: chunked"),
    "a line that goes on": head("A: b", " c"),
    "a line that goes on after a tab": head("A: b", "\tc"),
    "a space before the colon": head("Content-Type : x"),
    "a space before the length's colon": head("!Content-Length", "Content-Length : 2"),
    "no colon": head("Content-Type"),
    "no name before the colon": head(": x"),
    "a zero byte": head("A: \0"),
    "a delete": head("A: \x7f"),
    "letters beyond ASCII": head("A: \xe9"),
    "no length": head("!Content-Length"),
    "two lengths": head("Content-Length: 0"),
    "two lengths that differ": head("Content-Length: 1"),
    "a length with a sign": head("!Content-Length", "Content-Length: +1"),
    "a negative length": head("!Content-Length", "Content-Length: -1"),
    "a list of lengths": head("!Content-Length", "Content-Length: 1, 1"),
    "a length in hexadecimal": head("!Content-Length", "Content-Length: 0x1"),
    "an empty length": head("!Content-Length", "Content-Length:"),
    "a length beyond all limits": head("!Content-Length", "Content-Length: " + "9" * 30),
    "pieces": head("Transfer-Encoding: chunked"),
    "pieces without a length": head("!Content-Length", "Transfer-Encoding: chunked"),
    "pieces, nearly": head("transfer-ENCODING: xchunked"),
    "a body that is packed": head("Content-Encoding: gzip"),
    "an upgrade": head("Upgrade: h2c", "Connection: upgrade"),
    "to be told to go on": head("Expect: 100-continue"),
    "a proxy's connection that ends": head("Proxy-Connection: close"),
    "a proxy's connection in other letters": head("proxy-CONNECTION:\tkeep-alive "),
    "trailers": head("Trailer: X-Line-Signature"),
    "no host": head("!Host"),
    "two hosts": head("Host: y"),
    "no signature": head("!X-Line-Signature"),
    "two signatures": head("X-Line-Signature: x"),
    "too many lines": head(*(f"A{number}: x" for number in range(100))),
    "an empty line before": b"\r\n" + head(),
    "no end": head()[:-2],
    "more behind the end": head() + b"x",
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_everything_else_is_not_ours(odd: bytes) -> None:
    assert read_head(odd) is None


class Second:
    """What another parser says of the same head, with the same options as aiohttp's."""

    def __init__(self, told: bytes) -> None:
        self.path = b""
        self.fields: list[tuple[bytes, bytes]] = []
        parser = httptools.HttpRequestParser(self)
        parser.feed_data(told)
        self.method = parser.get_method()
        self.keeps = parser.should_keep_alive()

    def on_url(self, path: bytes) -> None:
        self.path += path

    def on_header(self, name: bytes, value: bytes) -> None:
        self.fields.append((name.lower(), value.strip(b"\t ")))


NAMES = st.sampled_from(
    [
        "Host",
        "Content-Length",
        "X-Line-Signature",
        "Connection",
        "Proxy-Connection",
        "Transfer-Encoding",
        "Via",
        "A",
        "",
        "TE",
        "B ",
    ]
)
VALUES = st.sampled_from(["", "x", "5", "05", "close", "keep-alive", "chunked", "\t5", "5 5", "\xe9", ":"])
SEPARATORS = st.sampled_from([":", ": ", ":\t ", " :", ""])
ENDS = st.sampled_from(["\r\n"] * 8 + ["\n", "\r", "\r\n ", "\r\n\r\n"])


@given(
    version=st.sampled_from(["1.1", "1.0", "2.0"]),
    fields=st.lists(st.tuples(NAMES, SEPARATORS, VALUES, ENDS), max_size=6),
    noise=st.none() | st.tuples(st.integers(0, 200), st.binary(min_size=1, max_size=3)),
)
def test_a_second_parser_sees_the_same(
    version: str, fields: list[tuple[str, str, str, str]], noise: tuple[int, bytes] | None
) -> None:
    """Whatever is taken as plain: the same name, signature, length and end, and nothing in it is special."""
    lines = "".join("".join(one) for one in fields)
    told = head(version=version)[:-2] + lines.encode("latin-1") + b"\r\n"
    if noise is not None:
        told = told[: noise[0]] + noise[1] + told[noise[0] + len(noise[1]) :]
    read = read_head(told)
    if read is None:
        return
    assert told.find(b"\r\n\r\n") == len(told) - 4
    second = Second(told)
    named = dict(second.fields)
    assert (second.method, second.path) == (b"POST", f"/webhook/{read.channel}".encode())
    assert len([name for name, _ in second.fields if name in (b"content-length", b"x-line-signature")]) == 2
    assert (int(named[b"content-length"]), named[b"x-line-signature"].decode()) == (read.size, read.signature)
    assert b"transfer-encoding" not in named
    assert second.keeps is not read.last


def test_the_longest_is_shorter_than_what_aiohttp_takes() -> None:
    assert LONGEST < 8_190
