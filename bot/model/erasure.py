"""The erasure of a person's data: what stays of it, without the data (requirements, J2 and J4)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from bot.model.contact import Consent
from bot.model.short_code import ALPHABET

_GROUPS, _SIGNS = 3, 4

CLOCKS_APART = timedelta(milliseconds=250)
"""How far LINE's clock, or that of another machine, may be ahead of ours: what is stamped so shortly after
an erasure counts as before it. Who wrote then writes again; who was erased would be back for good."""

ErasureState: TypeAlias = Literal["began", "done"]
"""`began`: what processes still write, and broadcasts under way, are looked through once more; `done`."""
MenuAtLine: TypeAlias = Literal["none", "removed", "failed"]
"""The person's own rich menu at LINE: there was none that we know of; removed; LINE was not reached."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """One person's erasure, without the person. `number` names its certificate.

    `gone` is when the contact was removed, `over` when the last look has found nothing more; `counts` are
    rows by collection; `consents` what had been agreed to; `on_lists` the files of the playbook's lists that
    named the person.
    """

    number: str
    at: datetime
    by: str
    state: ErasureState = "began"
    gone: datetime | None = None
    over: datetime | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    consents: Sequence[Consent] = ()
    menu: MenuAtLine = "none"
    on_lists: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class KnownBy:
    """What a list, or a shop, knows a person by: ids of contacts (`channel:user`), member numbers with their
    shop, phones (E.164), e-mail addresses.
    """

    contacts: Sequence[str] = field(default=(), repr=False)
    members: Sequence[tuple[str | None, str]] = field(default=(), repr=False)
    phones: Sequence[str] = field(default=(), repr=False)
    emails: Sequence[str] = field(default=(), repr=False)


def new_number() -> str:
    """A number of a certificate that nobody guesses, and that can be read out."""
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(_SIGNS)) for _ in range(_GROUPS))
    return "-".join(groups)
