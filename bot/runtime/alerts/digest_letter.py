"""A digest as it is stored until it is sent: its subject, its parts, and the same as data for programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import orjson

from bot.connectors.mail.parts import LetterLink, LetterPart, LetterRow


@dataclass(frozen=True, slots=True)
class DigestLetter:
    """A digest in the playbook's language; `data` is the JSON for web hooks."""

    subject: str
    parts: Sequence[LetterPart]
    data: Mapping[str, Any]


def digest_json(letter: DigestLetter) -> str:
    """The text as which a digest is stored."""
    return orjson.dumps(asdict(letter)).decode()


def read_digest(text: str) -> DigestLetter:
    """The digest of a stored text."""
    stored = orjson.loads(text)
    return DigestLetter(stored["subject"], [_part(one) for one in stored["parts"]], stored["data"])


def _part(stored: Mapping[str, Any]) -> LetterPart:
    link, rows = stored["link"], stored["rows"]
    return LetterPart(
        **{
            **stored,
            "link": None if link is None else LetterLink(**link),
            "rows": [LetterRow(**row) for row in rows],
        }
    )
