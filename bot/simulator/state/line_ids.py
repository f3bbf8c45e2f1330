"""The ids that LINE hands out, made here: of the same form, and of nobody."""

from __future__ import annotations

import base64
import hashlib
import itertools
import secrets
from datetime import datetime

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""The digits of a ULID: base 32."""
_count = itertools.count(secrets.randbelow(100_000))


def milliseconds(moment: datetime) -> int:
    """The moment as LINE writes it: milliseconds since 1970, UTC."""
    return round(moment.timestamp() * 1000)


def new_user_id() -> str:
    """A person on one provider: `U` and 32 hexadecimal digits."""
    return "U" + secrets.token_hex(16)


def new_chat_id(kind: str) -> str:
    """A group (`C…`) or a room of several people (`R…`)."""
    return ("C" if kind == "group" else "R") + secrets.token_hex(16)


def bot_user_id(channel_id: str) -> str:
    """The account's own user id, a webhook's `destination`; the same after a restart."""
    return "U" + hashlib.sha256(channel_id.encode()).hexdigest()[:32]


def new_message_id(moment: datetime) -> str:
    """18 decimal digits, unique in this process."""
    return f"{milliseconds(moment):013d}{next(_count) % 100_000:05d}"


def new_reply_token() -> str:
    """32 hexadecimal digits."""
    return secrets.token_hex(16)


def new_quote_token() -> str:
    """A random text in URL-safe base64."""
    return secrets.token_urlsafe(64)


def read_token(chat: str, message: str) -> str:
    """The `markAsReadToken` of a message: in URL-safe base64 what it is of."""
    return base64.urlsafe_b64encode(f"{chat} {message}".encode()).decode()


def of_read_token(token: str) -> tuple[str, str] | None:
    """Chat and message of a `markAsReadToken`; `None` for what is none."""
    try:
        chat, _, message = base64.urlsafe_b64decode(token).decode().partition(" ")
    except ValueError:
        return None
    return chat, message


def new_webhook_event_id(moment: datetime) -> str:
    """A ULID (https://github.com/ulid/spec): 48 bits of time, 80 of chance, 26 characters."""
    number = milliseconds(moment) << 80 | secrets.randbits(80)
    return "".join(_CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5))
