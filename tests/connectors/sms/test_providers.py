"""The clients of SMS providers, against servers that speak their formats."""

from __future__ import annotations

import logging
import socket

import pytest
from aiohttp import ClientSession

from bot.connectors.sms.console.provider import Console
from bot.connectors.sms.every8d.provider import Every8d
from bot.connectors.sms.mitake.provider import Mitake
from bot.connectors.sms.phone import masked, national
from bot.connectors.sms.providers import PROVIDERS, sender_of
from bot.connectors.sms.sender import Credit, ShortMessage, SmsNotSent, SmsResult, SmsSent, Unsure
from bot.connectors.sms.twilio.provider import Twilio
from bot.model.settings import SmsSettings
from tests.connectors.sms.provider import Provider, Told, provider

ID = "0123456789abcdef0123456789abcdef"
MESSAGE = ShortMessage(ID, "+886912345678", "【森活選品】驗證碼 012345，請勿提供 & 轉傳", "U1")
TAKEN = "[1]\r\nmsgid=$0000000ABC\r\nstatuscode=1\r\nAccountPoint=98\r\n"
TWICE = "[1]\r\nmsgid=$0000000ABC\r\nstatuscode=1\r\nAccountPoint=98\r\nDuplicate=Y\r\n"


def mitake(there: Provider) -> Mitake:
    return Mitake("forest", "p&w=1", there.session, address=there.address, timeout=there.timeout)


def every8d(there: Provider) -> Every8d:
    return Every8d("forest", "p&w=1", there.session, address=there.address, timeout=there.timeout)


def twilio(there: Provider, sender: str = "+15005550006") -> Twilio:
    return Twilio("AC1", "p&w=1", sender, there.session, address=there.address, timeout=there.timeout)


async def test_mitake_is_sent_what_it_documents() -> None:
    async with provider(TAKEN) as there:
        assert await mitake(there).send(MESSAGE) == SmsSent(Credit(98))
    assert there.paths == ["/api/mtk/SmSend?CharsetURL=UTF-8"]
    assert there.forms == [
        {
            "username": "forest",
            "password": "p&w=1",
            "dstaddr": "0912345678",
            "smbody": MESSAGE.text,
            "clientid": ID,
        }
    ]


@pytest.mark.parametrize(
    ("answer", "came"),
    [
        ("[1]\nmsgid=1\nstatuscode=0\n", SmsSent()),
        ("[1]\nmsgid=1\nstatuscode=4\nAccountPoint=0\n", SmsSent(Credit(0))),
        ("[1]\nmsgid=1\nstatuscode=1\nAccountPoint=many\n", SmsSent()),
        (
            "[1]\nstatuscode=e\nError=wrong\n",
            SmsNotSent("Mitake refused: username or password is wrong", "credentials"),
        ),
        ("[1]\nstatuscode=s\n", SmsNotSent("Mitake refused: the account has no credit", "credit")),
        ("[1]\nstatuscode=v\n", SmsNotSent("Mitake refused: the phone number is not valid", "number")),
        ("[1]\nstatuscode=?\n", SmsNotSent("Mitake refused: status '?'")),
        (403, SmsNotSent("the provider answered with status 403")),
        (302, SmsNotSent("the provider answered with status 302")),
        (429, SmsNotSent("the provider answered with status 429", "busy")),
    ],
    ids=str,
)
async def test_what_mitake_answers(answer: str | int, came: SmsResult) -> None:
    async with provider(answer) as there:
        assert await mitake(there).send(MESSAGE) == came
    assert len(there.forms) == 1


@pytest.mark.parametrize("first", [None, 502, "<html>busy</html>", ""], ids=repr)
async def test_without_an_answer_mitake_is_asked_once_more_by_the_same_id(first: str | int | None) -> None:
    """It knows the `clientid` again for 12 hours, so that is no second SMS."""
    async with provider(first, TWICE) as there:
        assert await mitake(there).send(MESSAGE) == SmsSent(Credit(98))
    assert [form["clientid"] for form in there.forms] == [ID, ID]


@pytest.mark.parametrize("second", [503, 403, "[1]\nstatuscode=e\n"], ids=repr)
async def test_mitake_is_asked_no_third_time(second: str | int) -> None:
    """And what it refuses then may have been sent the first time."""
    async with provider(503, second) as there:
        came = await mitake(there).send(MESSAGE)
    assert came == Unsure("the provider answered with status 503")
    assert len(there.forms) == 2


async def test_every8d_is_sent_what_it_documents() -> None:
    async with provider("79.00,1,1.0,0,d0ad6380-4842-46a5-a1eb-9888e78fefd8") as there:
        assert await every8d(there).send(MESSAGE) == SmsSent(Credit(79))
    assert there.paths == ["/API21/HTTP/sendSMS.ashx"]
    assert there.forms == [
        {"UID": "forest", "PWD": "p&w=1", "SB": "", "MSG": MESSAGE.text, "DEST": "0912345678", "ST": ""}
    ]


@pytest.mark.parametrize(
    ("answer", "came"),
    [
        ("0.5,1,1.0,0,x", SmsSent(Credit(0.5))),
        (
            "-300,帳號密碼不得為空值",
            SmsNotSent("EVERY8D refused: no username or no password was given", "credentials"),
        ),
        ("-8,號碼", SmsNotSent("EVERY8D refused: the phone number is not valid", "number")),
        ("-27", SmsNotSent("EVERY8D refused: error -27")),
        ("0.0,0,0,1,x", SmsNotSent("EVERY8D has not sent it: the account has no credit", "credit")),
        (404, SmsNotSent("the provider answered with status 404")),
        (500, Unsure("the provider answered with status 500")),
        ("<html>", Unsure("EVERY8D's answer is not what it documents")),
        ("", Unsure("EVERY8D's answer is not what it documents")),
        ("NaN,1", Unsure("EVERY8D's answer is not what it documents")),
        (None, Unsure("the provider did not answer in time")),
    ],
    ids=repr,
)
async def test_what_every8d_answers_and_it_is_asked_once(answer: str | int | None, came: SmsResult) -> None:
    """It knows no message again: asking once more might be a second SMS."""
    async with provider(answer) as there:
        assert await every8d(there).send(MESSAGE) == came
    assert len(there.forms) == 1


BASIC = "Basic QUMxOnAmdz0x"
"""`AC1:p&w=1`, by `base64`."""
TAKEN_BY_TWILIO = (201, '{"sid": "SM1", "status": "queued", "error_code": null}')


def refused_by_twilio(status: int, code: int) -> tuple[int, str]:
    return status, f'{{"code": {code}, "message": "to +886912345678", "status": {status}}}'


@pytest.mark.parametrize(
    ("sender", "field"), [("+15005550006", "From"), ("FOREST", "From"), ("MG01", "MessagingServiceSid")]
)
async def test_twilio_is_sent_what_it_documents(sender: str, field: str) -> None:
    async with provider(TAKEN_BY_TWILIO) as there:
        assert await twilio(there, sender).send(MESSAGE) == SmsSent()
    assert there.paths == ["/2010-04-01/Accounts/AC1/Messages.json"]
    assert there.forms == [{"To": "+886912345678", "Body": MESSAGE.text, field: sender}]
    assert there.signed_in == [BASIC]


@pytest.mark.parametrize(
    ("answer", "came"),
    [
        (
            refused_by_twilio(400, 21211),
            SmsNotSent("Twilio refused: the phone number is no mobile number", "number"),
        ),
        (
            refused_by_twilio(401, 20003),
            SmsNotSent("Twilio refused: account or token is wrong", "credentials"),
        ),
        (
            refused_by_twilio(403, 20005),
            SmsNotSent("Twilio refused: the account is not active: has it any money?", "credit"),
        ),
        (refused_by_twilio(429, 20429), SmsNotSent("Twilio refused: too many requests", "busy")),
        (refused_by_twilio(400, 99999), SmsNotSent("Twilio refused: error 99999")),
        ((400, "<html>"), SmsNotSent("the provider answered with status 400")),
        ((200, "[]"), Unsure("Twilio's answer is not what it documents")),
        (500, Unsure("the provider answered with status 500")),
        (None, Unsure("the provider did not answer in time")),
    ],
    ids=repr,
)
async def test_what_twilio_answers_and_it_is_asked_once(answer: Told, came: SmsResult) -> None:
    """It knows no message again, either."""
    async with provider(answer) as there:
        assert await twilio(there).send(MESSAGE) == came
    assert len(there.forms) == 1


@pytest.mark.parametrize(
    ("answer", "credit"),
    [
        ("AccountPoint=98\r\n", Credit(98)),
        ("[1]\nstatuscode=e\nError=wrong\n", None),
        (503, None),
        (None, None),
    ],
    ids=repr,
)
async def test_what_is_left_at_mitake(answer: Told, credit: Credit | None) -> None:
    async with provider(answer) as there:
        assert await mitake(there).credit() == credit
    assert there.paths == ["/api/mtk/SmQuery"]
    assert there.forms == [{"username": "forest", "password": "p&w=1"}]


@pytest.mark.parametrize(
    ("answer", "credit"),
    [("79.50", Credit(79.5)), ("-2,帳號或密碼錯誤", None), ("<html>", None), ("", None), (500, None)],
    ids=repr,
)
async def test_what_is_left_at_every8d(answer: Told, credit: Credit | None) -> None:
    async with provider(answer) as there:
        assert await every8d(there).credit() == credit
    assert there.paths == ["/API21/HTTP/getCredit.ashx"]
    assert there.forms == [{"UID": "forest", "PWD": "p&w=1"}]


@pytest.mark.parametrize(
    ("answer", "credit"),
    [
        ('{"account_sid": "AC1", "balance": "-0.33", "currency": "USD"}', Credit(-0.33, "USD")),
        ('{"account_sid": "AC1", "balance": null, "currency": null}', None),
        ('{"balance": "much", "currency": "USD"}', None),
        ("null", None),
        ((404, '{"code": 20404}'), None),
        (503, None),
    ],
    ids=repr,
)
async def test_what_is_left_at_twilio(answer: Told, credit: Credit | None) -> None:
    async with provider(answer) as there:
        assert await twilio(there).credit() == credit
    assert there.paths == ["/2010-04-01/Accounts/AC1/Balance.json"]
    assert there.signed_in == [BASIC]


def test_points_are_messages_and_money_is_not() -> None:
    assert (Credit(79.9).messages, Credit(0.5).messages, Credit(12.3, "USD").messages) == (79, 0, None)


async def test_a_provider_that_cannot_be_reached_has_sent_nothing() -> None:
    with socket.socket() as nobody:  # bound, and not listening
        nobody.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        async with ClientSession() as session:
            for sender in (
                Mitake("a", "b", session, address=address),
                Every8d("a", "b", session, address=address),
                Twilio("a", "b", "+15005550006", session, address=address),
            ):
                assert await sender.send(MESSAGE) == SmsNotSent(
                    "the provider cannot be reached", "unreachable"
                )
                assert await sender.credit() is None


async def test_the_console_tells_the_code_and_not_the_number(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "oaflow.sms"):
        assert await Console().send(MESSAGE) == SmsSent()
    assert "012345" in caplog.text
    assert "09••••••78" in caplog.text
    assert "912345678" not in caplog.text.replace("驗證碼 012345", "")


async def test_each_provider_of_the_language_is_built() -> None:
    async with ClientSession() as session:
        built = [type(sender_of(SmsSettings("x", provider), session)) for provider in PROVIDERS]
    assert built == [Console, Mitake, Every8d, Twilio]


@pytest.mark.parametrize(
    ("phone", "written", "shown"),
    [
        ("+886912345678", "0912345678", "09••••••78"),
        ("+819012345678", "819012345678", "81••••••••78"),
    ],
)
def test_how_a_number_is_written_and_hidden(phone: str, written: str, shown: str) -> None:
    assert (national(phone), masked(phone)) == (written, shown)


def test_nothing_private_is_in_the_repr() -> None:
    assert "0912" not in repr(MESSAGE)
    assert "912345678" not in repr(MESSAGE)
    assert "012345，" not in repr(MESSAGE)
