"""Short codes that people type and scan: how they are made, and what reads alike."""

from __future__ import annotations

import secrets

from bot.model.plain_text import cleaned

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base32: without I, L, O and U. https://www.crockford.com/base32.html"""
SIGNS = 10
"""Of a code of ours: 50 bits."""
LONGEST = 64
"""Characters of a code, also of another system's; whatever is longer is none."""

_LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})
_BETWEEN_SIGNS = str.maketrans(dict.fromkeys("-‐‑‒–—― \t\u3000"))


def code_key(text: str) -> str:
    """What codes share that read alike: without case, hyphens and spaces; O is 0, I and L are 1.

    Empty for what is too long to be one.
    """
    if len(text) > LONGEST:
        return ""
    return cleaned(text).upper().translate(_BETWEEN_SIGNS).strip().translate(_LOOKALIKES)


def new_code() -> str:
    """Ten signs that nobody can guess."""
    return "".join(secrets.choice(ALPHABET) for _ in range(SIGNS))


def in_halves(code: str) -> str:
    """A code of ours in two halves, which are read out one after the other."""
    return f"{code[: SIGNS // 2]}-{code[SIGNS // 2 :]}"
