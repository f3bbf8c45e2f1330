"""Requests for one-time codes, as tests of several rooms want them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.model.issued_code import CodeRequest, Issued
from bot.services.codes import CodeLedger
from tests.conftest import NOW

PHONE = "+886912345678"
FIRST = CodeRequest("call-1", "main:U1", "U1", PHONE, "2026-11-20")


def wanted(number: int, **other: Any) -> CodeRequest:
    return replace(FIRST, call=f"call-{number}", **other)


async def issued(codes: CodeLedger, wanted: CodeRequest, now: datetime = NOW) -> str:
    came = await codes.issue(wanted, now)
    assert isinstance(came, Issued), came
    return came.code


def colleague(number: int, per_day: int = FIRST.per_day) -> CodeRequest:
    """One of a crowd of friends, each with a number of their own."""
    who = {"contact": f"main:U{number}", "user": f"U{number}", "phone": f"+886912000{number:03d}"}
    return wanted(number, **who, per_day=per_day)


def newcomer(number: int, per_day: int = 500) -> CodeRequest:
    """One of a crowd, each with a number of their own."""
    return wanted(
        number,
        contact=f"main:N{number}",
        user=f"N{number}",
        phone=f"+88691{number:07d}",
        per_day=per_day,
        newcomer=True,
    )


def wrong(code: str, by: int = 1) -> str:
    return f"{(int(code) + by) % 1_000_000:06d}"
