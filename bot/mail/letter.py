"""A mail as it is handed in: plain text, and headers in which nobody else can put one of theirs."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP

from bot.model.plain_text import TURNS_AROUND

LONGEST_SUBJECT = 120


@dataclass(frozen=True, slots=True)
class Letter:
    """What is said to whom. `id` is its own for ever: sent again, it is the same letter."""

    id: str
    to: str = field(repr=False)
    sender: str = field(repr=False)
    subject: str = field(repr=False)
    text: str = field(repr=False)
    at: datetime
    language: str = "en"


def in_one_line(text: str) -> str:
    """The same on one line, without what steers anything: characters, and words that a header decodes.

    An encoded word (RFC 2047) may hold line breaks, so none is left to begin.
    """
    kept = (
        "" if c in TURNS_AROUND else " " if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") else c
        for c in text
    )
    return " ".join("".join(kept).replace("=?", "= ?").split())


def message_of(letter: Letter) -> EmailMessage:
    """As it is handed in (RFC 5322); by RFC 3834 no machine answers it."""
    subject = in_one_line(letter.subject)
    if len(subject) > LONGEST_SUBJECT:
        subject = f"{subject[: LONGEST_SUBJECT - 1]}…"
    message = EmailMessage(policy=SMTP)
    message["From"] = letter.sender
    message["To"] = letter.to
    message["Subject"] = subject
    message["Date"] = letter.at
    message["Message-ID"] = f"<{letter.id}@{letter.sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text.encode("utf-8", "replace").decode(), charset="utf-8", cte="base64")
    message["Content-Language"] = letter.language  # setting the content takes such headers away
    return message
