"""Which contact a line of a list or a record of a shop is about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.engine.members.same_phone import has_bound, may_be_given_again
from bot.model.contact import Contact
from bot.model.contact_kind import WITHOUT_LINE
from bot.model.event import Listed
from bot.model.shop import MEMBER_REFUSALS, MemberRefusal
from bot.model.translatable import Refusal, Translatable


class ContactUnclear(Refusal):
    """No single person can be identified for a line, by reason of `code`; `message` replaces its sentence."""

    def __init__(self, code: MemberRefusal, message: Translatable | None = None) -> None:
        super().__init__(message or MEMBER_REFUSALS[code])
        self.code = code


@dataclass(frozen=True, slots=True)
class IdentifiedLine:
    """Whom a line is about."""

    contact: Contact | None
    """`None`: somebody new."""
    also: tuple[Contact, ...] = ()
    """Further contacts that are the same person, to be merged."""


def identify_line(line: Listed, own: str, around: Sequence[Contact], now: datetime) -> IdentifiedLine:
    """Whom of the people `around` a line is about: by LINE account, by number, by phone, in this order.

    `own` is the id that they have or would get; `around` everybody who has this id, number or phone. Raises
    `ContactUnclear`.

    A member whom the shop has changed, or told of, too long after a phone was proven is none of its holder's.
    """
    at = line.updated or now
    people = [one for one in around if one.kind == "person"]
    mine = _by_account(line, own, people) if line.line else _by_number(line, people, at)
    if mine is None and not line.line:
        mine = _by_proven_phone(line, people, at) or _by_phone(line, people)
    if mine is None:
        return IdentifiedLine(None)
    return IdentifiedLine(mine, tuple(_also(mine, line, people, at)))


def _by_account(line: Listed, own: str, people: Sequence[Contact]) -> Contact | None:
    mine = next((one for one in people if one.id == own), None)
    if mine is not None and _is_another(mine, line):
        raise ContactUnclear(MemberRefusal.OTHER_MEMBER)
    if any(_is_number(one, line) and one.has_line and one is not mine for one in people):
        raise ContactUnclear(MemberRefusal.OTHER_ACCOUNT)
    return mine


def _by_number(line: Listed, people: Sequence[Contact], at: datetime) -> Contact | None:
    """The member of this number: who has bound their phone, before who has only logged in, or has no LINE."""
    numbered = [one for one in people if _is_number(one, line)]
    with_line = [one for one in numbered if one.has_line]
    bound = [one for one in with_line if "phone" in one.bindings] or with_line
    if len(bound) > 1:
        raise ContactUnclear(MemberRefusal.SEVERAL_ACCOUNTS)
    if bound:
        return bound[0]
    by_phone = (
        _by_proven_phone(line, people, at) if numbered else None
    )  # known twice: they have bound it since
    return by_phone or _first(numbered)


def _by_proven_phone(line: Listed, people: Sequence[Contact], at: datetime) -> Contact | None:
    holder = next((one for one in people if line.phone is not None and has_bound(one, line.phone)), None)
    if holder is None or line.member_no is None or _is_number(holder, line):
        return holder
    if holder.member_no is None:
        return None if may_be_given_again(holder, at) else holder
    if holder.member_shop == line.shop:
        return None  # the shop itself knows two: the phone has changed hands, or will have
    raise ContactUnclear(MemberRefusal.OTHER_SHOP)


def _by_phone(line: Listed, people: Sequence[Contact]) -> Contact | None:
    """Somebody without LINE who has this phone: with a number in the line, only who has none yet."""
    those = [one for one in people if not one.has_line and line.phone is not None and one.phone == line.phone]
    nameless = [one for one in those if one.member_no is None]
    if line.member_no is not None:
        return _first(nameless)
    members = [one for one in those if one.member_no is not None]
    if len(members) > 1:
        raise ContactUnclear(MemberRefusal.SEVERAL_MEMBERS)
    return _first(members) or _first(nameless)


def _first(those: Sequence[Contact]) -> Contact | None:
    """One of them, always the same: rather one whose LINE account is known."""
    return min(those, key=lambda one: (one.id.startswith(WITHOUT_LINE), one.id), default=None)


def _also(mine: Contact, line: Listed, people: Sequence[Contact], at: datetime) -> list[Contact]:
    """Who else of those without LINE is this person."""
    return people_of_phone(numbered(mine, line), [one for one in people if one is not mine], at)


def numbered(mine: Contact, line: Listed) -> Contact:
    """A contact whom a line is about, as the member that it says; who is another member by now stays that."""
    if line.member_no is None or mine.member_no is not None:
        return mine
    return replace(mine, member_no=line.member_no, member_shop=line.shop)


def people_of_phone(bound: Contact, people: Iterable[Contact], at: datetime) -> list[Contact]:
    """Who of those without LINE is this person, who has proven a phone; nobody, where it may be two.

    The member of the same number is; who has that phone is, unless they are another member. A phone that two
    members have leads to neither. So it is, too, of who is known by a phone alone, and has no LINE either.
    """
    free = [one for one in people if _can_join(bound, one)]
    mine = [one for one in free if _is_same(bound, one)]
    is_by_phone = "phone" in bound.bindings or (not bound.has_line and bound.member_no is None)
    phone = bound.phone if is_by_phone else None
    by_phone = [one for one in free if phone is not None and one.phone == phone and one not in mine]
    if may_be_given_again(bound, at):
        by_phone = [one for one in by_phone if one.member_no is None]
    if bound.member_no is not None:
        return [*mine, *(one for one in by_phone if one.member_no is None)]
    members = {(one.member_shop, one.member_no) for one in by_phone if one.member_no is not None}
    return by_phone if len(members) < 2 else []


def _can_join(mine: Contact, other: Contact) -> bool:
    """Whether a contact without LINE can be merged into another: two LINE accounts on one channel stay two.

    So do two accounts of which neither has written: nobody who has LINE is there to keep both.
    """
    if not mine.has_line and other.accounts:
        return False
    return other.kind == "person" and not other.has_line and not mine.accounts & other.accounts


def _is_same(one: Contact, other: Contact) -> bool:
    same_number = one.member_no is not None and one.member_no == other.member_no
    return same_number and (
        one.member_shop == other.member_shop or None in (one.member_shop, other.member_shop)
    )


def _is_number(one: Contact, line: Listed) -> bool:
    """Whether a contact is the member of the line; a number of an unknown shop may be of this one."""
    return (
        line.member_no is not None
        and one.member_no == line.member_no
        and one.member_shop in (line.shop, None)
    )


def _is_another(one: Contact, line: Listed) -> bool:
    return line.member_no is not None and one.member_no is not None and not _is_number(one, line)


def login_decides(line: Listed, own: str, around: Sequence[Contact], now: datetime) -> bool:
    """Whether the LINE account decides whose record it is, and not the number or phone.

    `own` is the id of the account's contact. It does if it is somebody's here who is no other member; else
    a contact with LINE that is this member by number, or has proven the phone, is preferred: a login at the
    shop may be older. If nobody is, the account is that of somebody who may come with it.
    """
    try:
        mine = identify_line(replace(line, line=True), own, around, now).contact
    except ContactUnclear:
        return False
    if mine is not None and mine.has_line:
        return True
    try:
        other = identify_line(replace(line, line=False), own, around, now).contact
    except ContactUnclear:  # a phone alone tells nobody
        return True
    return other is None or not other.has_line
