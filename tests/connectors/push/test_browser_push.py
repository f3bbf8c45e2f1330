"""Messages for browsers: to known push services only, encrypted for one browser, nowhere led on (E3)."""

from __future__ import annotations

import pytest

from bot.connectors.push.browser_push import BrowserMessage, PushCaller, PushEnd, new_private_key, public_key
from bot.hooks.outside_connector import outside_session
from bot.model.push_subscription import (
    KEY_BYTES,
    SECRET_BYTES,
    is_push_endpoint,
    is_push_key,
    subscription_id,
)
from tests.conftest import ManualClock
from tests.notice_world import KEY, PretendBrowser, push_caller, push_server

MESSAGE = BrowserMessage(b'{"number": 1}', "waits", 900)


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com/fcm/send/x:y",
        "https://updates.push.services.mozilla.com/wpush/v2/abc",
        "https://web.push.apple.com/QAbc",
        "https://wns2-by3p.notify.windows.com/w/?token=abc%3d",
        "https://fcm.googleapis.com:443/fcm/send/x",
    ],
)
def test_push_services_of_browsers(endpoint: str) -> None:
    assert is_push_endpoint(endpoint)


@pytest.mark.parametrize(
    "endpoint",
    [
        "",
        "http://fcm.googleapis.com/fcm/send/x",
        "https://127.0.0.1/fcm.googleapis.com",
        "https://169.254.169.254/latest/meta-data",
        "https://fcm.googleapis.com.evil.example/x",
        "https://evilfcm.googleapis.com/x",
        "https://push.apple.com.evil.example/x",
        "https://evilpush.apple.com/x",
        "https://fcm.googleapis.com@127.0.0.1/x",
        "https://user:pass@fcm.googleapis.com/x",
        "https://fcm.googleapis.com:8443/x",
        "https://fcm.googleapis.com:x/x",
        "https://fcm.googleapis.com\\@127.0.0.1/",
        "https://[fcm.googleapis.com]/",
        "https://fcm.googleapis.com/a b",
        "https://fcm.googleapis.com/\u0661",
        "https://fcm.googleapis.com/" + "x" * 2_000,
        "file:///etc/passwd",
        "javascript:alert(1)",
    ],
)
def test_no_other_host_is_ever_called(endpoint: str) -> None:
    """CWE-918: browsers name their push service, so whoever is signed in could name any host."""
    assert not is_push_endpoint(endpoint)


async def test_what_is_no_push_service_is_not_called_whatever_is_stored(clock: ManualClock) -> None:
    browser = PretendBrowser(endpoint="https://127.0.0.1/x")
    async with outside_session() as session:
        caller = PushCaller(session, KEY, "https://shop.example", clock)
        assert (await caller.send(browser.subscription(clock), MESSAGE)).end == "gone"


def test_keys_of_browsers() -> None:
    browser = PretendBrowser()
    key, secret = browser.fields["key"], browser.fields["secret"]
    assert is_push_key(key, KEY_BYTES)
    assert is_push_key(secret, SECRET_BYTES)
    for wrong in ("", key[:-2], f"{key}AA", "A" * 87, "+" + key[1:], "é" * 22):
        assert not is_push_key(wrong, KEY_BYTES)
    assert not is_push_key(key, SECRET_BYTES)
    assert len(public_key(new_private_key())) == len(key)
    assert subscription_id(browser.endpoint) not in browser.endpoint


@pytest.mark.parametrize(
    ("status", "end"),
    [
        (201, "sent"),
        (202, "sent"),
        (404, "gone"),
        (410, "gone"),
        (429, "refused"),
        (503, "refused"),
        (400, "rejected"),
        (403, "rejected"),
        (413, "rejected"),
        (307, "rejected"),
        (500, "lost"),
    ],
)
async def test_what_becomes_of_a_call(clock: ManualClock, status: int, end: PushEnd) -> None:
    """A redirect, wherever it leads, is not followed."""
    browser = PretendBrowser()
    async with push_server(browser) as server, push_caller(server, clock) as caller:
        server.status = status
        server.headers = {"Retry-After": "30", "Location": f"{server.url}elsewhere"}
        result = await caller.send(browser.subscription(clock), MESSAGE)
        assert result.end == end
        assert result.wait == (30.0 if status >= 300 and end != "gone" else 0.0)
        assert len(server.got) == 1
        _, message, headers = server.got[0]
        assert message == {"number": 1}
        assert (headers["TTL"], headers["Topic"], headers["Urgency"]) == ("900", "waits", "high")


async def test_a_service_that_is_not_there_or_keys_that_are_none(clock: ManualClock) -> None:
    browser = PretendBrowser()
    async with push_server(browser) as server:
        pass
    async with push_caller(server, clock) as caller:
        assert (await caller.send(browser.subscription(clock), MESSAGE)).end == "refused"
        off_curve = browser.subscription(clock, key="BA" + "B" * 85)
        assert is_push_key(off_curve.key, KEY_BYTES)
        assert (await caller.send(off_curve, MESSAGE)).end == "gone"
