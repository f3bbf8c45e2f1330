"""Ids of rows that are keyed hashes of a phone, an account or an address, so that no row shows whose it is.

Most are of rows in `code_limits`, which count how often something was done.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

Hash: TypeAlias = Callable[[str], str]
"""The keyed hash of a text, by the key in use: `Seal.blind_index`."""
Hashes: TypeAlias = Callable[[str], list[str]]
"""The hashes of a text by all keys: `Seal.blind_indexes`. A list, as a plain `str` would be a sequence,
too."""


@dataclass(frozen=True, slots=True)
class KeyedId:
    """How the id of a row is made of a value.

    `kind` is what the value is; `purpose` is hashed with it, so that one value has another id for each
    purpose.
    """

    kind: Literal["phone", "user", "address", "account", "browser"]
    purpose: str

    def of(self, value: str, hash_text: Hash) -> str:
        """The id of this value's row."""
        return f"{self.kind}:" + hash_text(f"{self.purpose}\0{value}")

    def all_of(self, value: str, hash_text: Hashes) -> list[str]:
        """The ids that this value's row may have, one for each key."""
        return [f"{self.kind}:{one}" for one in hash_text(f"{self.purpose}\0{value}")]


SENT_TO_PHONE = KeyedId("phone", "codes to a phone")
"""Of `code_limits`: the codes that were sent to a phone (E.164)."""
SENT_TO_USER = KeyedId("user", "codes of a user")
"""Of `code_limits`: the codes that a LINE user has asked for."""
SENT_TO_PHONE_OF_USER = KeyedId("user", "codes to a phone, of a user")
"""Of `code_limits`: whether a LINE user has asked for a code to this phone; the value is both."""
SENT_FROM = KeyedId("address", "codes asked for from an address")
"""Of `code_limits`: the codes that pages at an internet address have asked for."""
GUESSED_BY_USER = KeyedId("user", "guesses of clerks' codes")
"""Of `code_limits`: the clerks' codes that a LINE user has tried and nobody has."""
TRIED_FROM = KeyedId("address", "attempts of an address")
"""Of `code_limits`: failed attempts from an internet address, which many people may share."""
SIGN_INS_OF_ACCOUNT = KeyedId("account", "sign-ins of an account")
"""Of `code_limits`: tries to sign in to an account of the staff, from anywhere."""
SIGN_INS_FROM = KeyedId("address", "sign-ins from an address")
"""Of `code_limits`: tries to sign in to any account from an internet address."""
SIGN_INS_FROM_NETWORK = KeyedId("address", "sign-ins from a network")
"""Of `code_limits`: tries to sign in to any account from a network (`network_of`)."""
SIGN_INS_OF_ACCOUNT_FROM_NETWORK = KeyedId("account", "sign-ins of an account from a network")
"""Of `code_limits`: tries to sign in to an account from a network; the value is both."""
SIGN_INS_IN_BROWSER = KeyedId("browser", "sign-ins in a browser")
"""Of `code_limits`: tries to sign in to an account in a browser in which that has succeeded before."""
CODES_OF_ACCOUNT = KeyedId("account", "codes of an account")
"""Of `code_limits`: codes of an account's second factor that were tried."""
CALLED_BY_TOKEN = KeyedId("account", "calls of a token")
"""Of `code_limits`: the calls of the API with a token."""
REVEALED_BY_TOKEN = KeyedId("account", "full looks of a token")
"""Of `code_limits`: people whose private data were read in full with a token."""
SEARCHED_BY_ACCOUNT = KeyedId("account", "searches for phones")
"""Of `code_limits`: how often somebody who is signed in has searched for a phone."""

SHOWN_AT_TILL = KeyedId("user", "codes of people at a till")
"""Of `person_codes`: a code that somebody shows on their phone."""
