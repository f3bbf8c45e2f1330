"""The pretended SMS keeps the rules of the real thing (facts: one-time password, requirement B12)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.scenario.codes import PretendSms
from bot.scenario.world import CodeSending, Comparing

NOW = datetime(2026, 9, 1, 6, tzinfo=UTC)
PHONE, OTHER = "+886912345678", "+886987654321"
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


def test_a_right_code_proves_its_phone_once() -> None:
    sms = PretendSms()
    assert sms.send("a", PHONE, NOW) == CodeSending("sent")
    code = sms.sent[-1].code
    assert len(code) == 6
    assert sms.check("a", code, NOW) == Comparing("right", PHONE)
    assert sms.check("a", code, NOW) == Comparing("expired")


def test_a_code_is_of_one_person() -> None:
    sms = PretendSms()
    sms.send("a", PHONE, NOW)
    assert sms.check("b", sms.sent[-1].code, NOW).result == "expired"


def test_another_code_only_after_a_minute_and_the_old_one_stays_valid() -> None:
    sms = PretendSms()
    sms.send("a", PHONE, NOW)
    assert sms.send("a", PHONE, NOW + 20 * SECOND) == CodeSending("too_soon", 40, waiting=True)
    assert sms.check("a", sms.sent[0].code, NOW + 20 * SECOND).result == "right"
    assert sms.send("a", PHONE, NOW + MINUTE) == CodeSending("sent")
    assert sms.sent[0].code != sms.sent[1].code


def test_too_soon_for_a_phone_that_somebody_else_has_tried_opens_nothing() -> None:
    sms = PretendSms()
    sms.send("a", PHONE, NOW)
    assert sms.send("b", PHONE, NOW) == CodeSending("too_soon", 60)
    assert sms.check("b", sms.sent[0].code, NOW).result == "expired"


def test_too_soon_after_five_tries_or_a_right_code_nothing_is_waiting() -> None:
    sms = PretendSms()
    sms.send("a", PHONE, NOW)
    for _ in range(5):
        sms.check("a", "000000", NOW)
    assert sms.send("a", PHONE, NOW) == CodeSending("too_soon", 60)
    sms.send("a", PHONE, NOW + MINUTE)
    assert sms.check("a", sms.sent[1].code, NOW + MINUTE).result == "right"
    assert sms.send("a", PHONE, NOW + MINUTE) == CodeSending("too_soon", 60)


def test_five_minutes_and_five_tries() -> None:
    sms = PretendSms()
    sms.send("a", PHONE, NOW)
    code = sms.sent[0].code
    assert sms.check("a", code, NOW + 5 * MINUTE).result == "expired"
    assert [sms.check("a", "000000", NOW).result for _ in range(6)] == ["wrong"] * 4 + ["locked"] * 2
    assert sms.check("a", code, NOW).result == "locked"


def test_limits_of_the_hour_and_the_day() -> None:
    sms = PretendSms()
    per_hour = [sms.send("a", PHONE, NOW + n * MINUTE).result for n in range(4)]
    assert per_hour == ["sent"] * 3 + ["refused"]
    assert sms.send("b", PHONE, NOW + HOUR + 3 * MINUTE).result == "sent"
    assert sms.send("b", PHONE, NOW + 2 * HOUR + 3 * MINUTE).result == "sent"
    assert sms.send("b", PHONE, NOW + 4 * HOUR).result == "refused", "five a day for a phone"
    assert sms.send("a", OTHER, NOW + 4 * HOUR).result == "sent"
    assert sms.send("a", OTHER, NOW + 6 * HOUR).result == "sent"
    assert sms.send("a", OTHER, NOW + 8 * HOUR).result == "refused", "five a day for a person"
    assert sms.send("a", OTHER, NOW + 33 * HOUR).result == "sent"


def test_the_limit_of_the_team_and_what_fails() -> None:
    capped = PretendSms(per_day=1)
    assert [capped.send("a", PHONE, NOW).result, capped.send("b", OTHER, NOW).result] == ["sent", "refused"]
    assert PretendSms(credit=lambda: "none").send("a", PHONE, NOW).result == "failed"
    broken = PretendSms()
    broken.fails = True
    assert broken.send("a", PHONE, NOW).result == "failed"
    assert broken.sent == []
