"""Passwords: stored as argon2id, hashed beside the event loop, one at a time of each kind of browser.

A look takes a fifth of a second of a processor and 64 MiB on purpose; webhooks do not wait for it.
https://www.rfc-editor.org/rfc/rfc9106#section-4
"""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property, partial
from typing import TypeVar
from unicodedata import normalize

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bot.model.translatable import Refusal, Translatable, tr

T = TypeVar("T")

SHORTEST, LONGEST = 12, 256
"""Characters of a password."""
GUESSES_LEAST = 1e8
"""Tries that a password has to withstand, as zxcvbn estimates them (its score 3 of 4).

https://www.usenix.org/conference/usenixsecurity16/technical-sessions/presentation/wheeler
"""
_ESTIMATED_MOST = 24
"""Characters that are looked at for that: 24 signs that stand for letters take about a second, 72 eight."""
_WRITTEN_MOST = 4 * LONGEST
"""So many it may have in the longest way to write them: no letter has more than three accents of its own."""
WAITING_MOST = 20
"""How many looks of strangers wait at most: some seconds. Whoever comes then is asked to come again."""
KNOWN_MOST = 10
"""The same of all others, who have a thread of their own: a crowd that guesses holds nobody up in the browser
they use."""
HASHER = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=1)
_BETWEEN = re.compile(r"[\W\d_]+")
"""What is no letter: it separates the words of a phrase."""
_WRITTEN_AS = {
    one[1]: one
    for one in ("[a4@]", "[b8]", "[e3]", "[g69]", "[i1!|]", "[l1|]", "[o0]", "[s5$]", "[t7+]", "[z2]")
}
"""Signs that stand for letters, as in `f0r3st`."""
_GROUPS, _SIGNS = 4, 5
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Characters of a start password: digits and letters but i, l, o and u, which are mistaken for others."""
_START = re.compile(f"[{_ALPHABET}]{{{_SIGNS}}}(-[{_ALPHABET}]{{{_SIGNS}}}){{{_GROUPS - 1}}}")
"""The form of a start password: groups of `_SIGNS` characters of `_ALPHABET`, with hyphens between."""


class TooBusy(Refusal):
    """More people sign in than there is time for; nothing was looked at."""

    def __init__(self) -> None:
        super().__init__(tr("many people sign in just now; try again in a moment"))


class PasswordThread:
    """Does one piece of work after the other."""

    def __init__(self, name: str, most: int) -> None:
        """So many wait at `most`."""
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._most = most
        self.waiting = 0
        """How many wait, the one whose work is under way included."""

    async def do(self, work: Callable[[], T]) -> T:
        """What comes of it. Raises `TooBusy`."""
        if self.waiting >= self._most:
            raise TooBusy
        self.waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        finally:
            self.waiting -= 1

    def close(self) -> None:
        """Do nothing more."""
        self._thread.shutdown(wait=False, cancel_futures=True)


class Passwords:
    """Makes and checks hashes of passwords, in threads of its own."""

    def __init__(self, hasher: PasswordHasher = HASHER) -> None:
        self._hasher = hasher
        self.strangers = PasswordThread("passwords of strangers", WAITING_MOST)
        self.others = PasswordThread("passwords", KNOWN_MOST)

    @cached_property
    def _unmatched(self) -> str:
        return self._hasher.hash(secrets.token_urlsafe(16))

    async def hashed(self, password: str) -> str:
        """The hash of a password. Raises `TooBusy`."""
        return await self.others.do(partial(self._hasher.hash, _same(password)))

    async def is_right(self, password: str, hashed: str, *, stranger: bool = False) -> bool:
        """Whether it is the password of this hash. With an empty hash (no such account, no password) it
        takes as long, and is wrong. `stranger`: a browser that nobody knows asks. Raises `TooBusy`."""
        thread = self.strangers if stranger else self.others
        return await thread.do(partial(self._verify, hashed, _same(password)))

    async def unfit(self, password: str, name: str, phrases: Collection[str] = ()) -> Translatable | None:
        """`unfit`, beside the event loop. Raises `TooBusy`."""
        return await self.others.do(partial(unfit, password, name, phrases))

    def is_old(self, hashed: str) -> bool:
        """Whether it was hashed at a price that is not today's."""
        return self._hasher.check_needs_rehash(hashed)

    def close(self) -> None:
        """End the threads."""
        self.strangers.close()
        self.others.close()

    def _verify(self, hashed: str, password: str) -> bool:
        unmatched = self._unmatched  # the first check makes it, for any account: its time reveals nothing
        try:
            self._hasher.verify(hashed or unmatched, password)
        except (VerificationError, InvalidHashError):
            return False
        return bool(hashed)


def start_password() -> str:
    """One that nobody can guess, to begin with: 100 bits, easy to read out and to type."""
    signs = ["".join(secrets.choice(_ALPHABET) for _ in range(_SIGNS)) for _ in range(_GROUPS)]
    return "-".join(signs)


def is_start_form(password: str) -> bool:
    """Whether it is written as those of `start_password` are."""
    return _START.fullmatch(password) is not None


def unfit(password: str, name: str, phrases: Collection[str] = ()) -> Translatable | None:
    """Why somebody may not have this password; `None`: they may. It may take about a second, and one
    thread at a time may ask: zxcvbn puts the name into a table of its own.

    `phrases`: what the shop, its places and accounts are called. Their words count for nothing, nor does
    what is no letter beside them: https://pages.nist.gov/800-63-3/sp800-63b.html#memsecretver
    """
    plain = _same(password)
    if not SHORTEST <= len(plain) <= LONGEST:
        return tr(
            "a password has {least} to {most} characters; a few words in a row are good",
            least=SHORTEST,
            most=LONGEST,
        )
    if len(set(plain.casefold())) < 5 or name in plain.casefold():
        return tr("this password is easy to guess: take one without your name, and with more variety")
    if is_start_form(plain):
        return tr("this is written as a password to begin with: take one of your own words")
    others = _without_words(plain, phrases)
    if others != plain and _guesses(others, name) < GUESSES_LEAST:
        return tr("names of the shop and its accounts are tried first: take a few other words in a row")
    if _guesses(plain, name) < GUESSES_LEAST:
        return tr("this password is one of those that are tried first: a few words in a row are better")
    return None


def _without_words(password: str, phrases: Collection[str]) -> str:
    """The password without the words of these phrases, and without what is no letter beside them."""
    words = {word for phrase in phrases for word in _BETWEEN.split(normalize("NFKC", phrase).casefold())}
    known = sorted((one for one in words if len(one) >= (3 if one.isascii() else 2)), key=len, reverse=True)
    if not known:
        return password
    written = "|".join("".join(_WRITTEN_AS.get(sign, re.escape(sign)) for sign in word) for word in known)
    around = r"[\W\d_]*"
    return re.sub(f"{around}(?:{written}){around}", "", password, flags=re.IGNORECASE)


def _guesses(password: str, name: str) -> float:
    """How many tries an attacker needs who knows the common passwords and their variations, as zxcvbn
    estimates."""
    if not password:
        return 0
    from zxcvbn import zxcvbn  # its lists take a moment, and nothing else needs them

    return float(zxcvbn(password[:_ESTIMATED_MOST], user_inputs=[name, "oaflow"])["guesses"])


def _same(password: str) -> str:
    """The password in one Unicode form (NFC; RFC 8265, 4.2), however the machine writes it. Empty, which no
    account has, where it is too long for any: to normalise thousands of accents takes long."""
    return normalize("NFC", password) if len(password) <= _WRITTEN_MOST else ""
