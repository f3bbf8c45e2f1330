"""How a phone number (E.164) is written to providers in Taiwan, and in a log."""

from __future__ import annotations

TAIWAN = "+886"


def national(phone: str) -> str:
    """`0912345678` for `+886912345678`; a number of another country as its digits, country code first."""
    return f"0{phone.removeprefix(TAIWAN)}" if phone.startswith(TAIWAN) else phone.removeprefix("+")


def masked(phone: str) -> str:
    """The number as a log may show it: `09••••••78`."""
    digits = national(phone)
    return f"{digits[:2]}{'•' * max(len(digits) - 4, 0)}{digits[-2:]}"
