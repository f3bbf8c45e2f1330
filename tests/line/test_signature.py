"""Whether a webhook is LINE's (A2): our own check, with LINE's SDK as the second opinion."""

from __future__ import annotations

import base64
import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.line.webhook import signature_ok
from tests.line.sdk import sdk

SECRET = "8c570fa6dd201bb328f1c1eac23a96d8"
BODY = b'{"destination":"U8e742f61d673b39c7fff3cecb7536ef0","events":[]}'
SIGNATURE = "GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLs="
"""The example of LINE's own documentation, "Verify webhook signature"."""


def signed(secret: str, body: bytes) -> str:
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def test_lines_own_example() -> None:
    """A2: the vector that LINE publishes; a webhook without events is signed like any other."""
    assert signature_ok(SECRET, BODY, SIGNATURE)


@given(secret=st.text(st.characters(codec="utf-8"), min_size=1), body=st.text(st.characters(codec="utf-8")))
def test_agrees_with_lines_sdk(secret: str, body: str) -> None:
    """A2: secrets are opaque texts, bodies any bytes."""
    header = signed(secret, body.encode())
    assert sdk("webhook").SignatureValidator(secret).validate(body, header)
    assert signature_ok(secret, body.encode(), header)


@given(secret=st.text(), body=st.binary(), header=st.none() | st.text())
def test_any_other_header_is_refused(secret: str, body: bytes, header: str | None) -> None:
    """A2: garbage of every kind gives False, and no exception."""
    assert not signature_ok(secret, body, header)


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        " ",
        SIGNATURE[:-1],
        SIGNATURE + "=",
        " " + SIGNATURE,
        SIGNATURE.lower(),
        "簽章",
        "\udcff",
        "\x00",
    ],
)
def test_nearly_right_is_wrong(header: str | None) -> None:
    """A2"""
    assert not signature_ok(SECRET, BODY, header)


def test_another_secret_or_body_is_refused() -> None:
    """A2"""
    assert not signature_ok(SECRET + " ", BODY, SIGNATURE)
    assert not signature_ok(SECRET, BODY + b" ", SIGNATURE)
