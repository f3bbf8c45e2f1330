"""Which phone does a shop's record mean? Shops keep one number in several shapes; E.164 is compared."""

from __future__ import annotations

from bot.engine.texts.typed import phone as mobile
from bot.model.plain_text import cleaned

TAIWAN = "+886"


def national_shapes(phone: str) -> tuple[str, ...]:
    """How a shop may have stored an E.164 number: `0912345678` and `912345678`, the usual one first."""
    import phonenumbers  # 60 ms, and most processes of the command line never need it

    number = phonenumbers.parse(phone)
    bare = phonenumbers.national_significant_number(number)
    return (f"0{bare}", bare) if phone.startswith(TAIWAN) else (bare, f"0{bare}")


def stored_writings(phone: str) -> tuple[str, ...]:
    """All that an E.164 number may be in a shop's database, the likeliest first.

    Forms of a shop take `0912345678`; imports, apps and staff leave the others behind.
    """
    usual, other = national_shapes(phone)
    writings = (usual, phone, phone.removeprefix("+"), other)
    if not phone.startswith(TAIWAN):
        return writings
    return (*writings, f"{usual[:4]}-{usual[4:7]}-{usual[7:]}")


def calling_code(phone: str) -> str:
    """The country's digits of an E.164 number: `886`."""
    import phonenumbers

    return str(phonenumbers.parse(phone).country_code)


def e164(stored: object, calling_code: object = None) -> str | None:
    """The mobile number that a record means; `None` where it means none. No calling code: Taiwan's."""
    if not isinstance(stored, str):
        return None
    plain = cleaned(stored)
    code = calling_code.strip().lstrip("+") if isinstance(calling_code, str) else ""
    if plain.startswith("+") or not code:
        return mobile(plain)
    return mobile(f"+{code}{plain.lstrip('0')}") or mobile(f"+{plain}")
