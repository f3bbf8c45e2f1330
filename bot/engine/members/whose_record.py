"""Who is meant by a record of a shop, which may carry the LINE account of a login (requirements C12)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.engine.members.whose_line import NobodyMeant, whose_line
from bot.model.contact import Contact
from bot.model.event import Listed


def login_decides(said: Listed, own: str, around: Sequence[Contact]) -> bool:
    """Whether the LINE account says whose record it is, and not its number or phone.

    `own` is the id of the account's contact. It does if it is somebody's here who is no other member; else
    whoever has LINE and is this member by number, or has proven the phone, is rather meant: a login at the
    shop may be older. If nobody is, the account is that of somebody who may come with it.
    """
    try:
        mine = whose_line(replace(said, line=True), own, around).contact
    except NobodyMeant:
        return False
    if mine is not None and mine.has_line:
        return True
    try:
        other = whose_line(replace(said, line=False), own, around).contact
    except NobodyMeant:  # a phone alone tells nobody
        return True
    return other is None or not other.has_line
