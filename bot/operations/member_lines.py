"""A line of the table of members: what it says of whom, what of it cannot be taken, or why it is refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.engine.compiled.playbook import AttributeInfo
from bot.engine.conditions.people import ListColumn
from bot.engine.texts.format import formatted
from bot.engine.texts.text import person_name
from bot.engine.texts.typed import typed
from bot.engine.types.plain import yes_no_from_shop
from bot.engine.types.table import TYPES
from bot.model.event import Listed
from bot.model.plain_text import cleaned
from bot.model.translatable import Translatable, tr
from bot.model.value import Type, Value
from bot.operations.import_report import LineRefused
from bot.operations.member_table import (
    EARLIEST,
    MemberColumns,
    TagSkipped,
    parse_moment,
    parse_tag,
    since,
    tags_in,
    western,
)
from bot.playbook.people_list import read_cell
from bot.playbook.similar import quoted
from bot.runtime.effects.staff_changes import parse_value
from bot.runtime.shops.member_plan import ListedClerk, MemberLine
from bot.services.rewrites import RewriteRefused

_SUBSCRIBED = {
    **dict.fromkeys(("訂閱", "已訂閱", "訂閱中", "未退訂", "subscribed"), True),
    **dict.fromkeys(("未訂閱", "取消訂閱", "已取消訂閱", "退訂", "已退訂", "unsubscribed"), False),
}
"""How exports say it in words, in a column of either kind."""
_BOUND = {
    **dict.fromkeys(("bound", "verified", "已綁定", "綁定", "已驗證"), True),
    **dict.fromkeys(("unbound", "unverified", "未綁定", "未驗證", "已解除綁定"), False),
}


def parse_member_line(cells: Mapping[str, str], columns: MemberColumns, now: datetime) -> MemberLine:
    """What this line says of a person, read `now`. Raises `LineRefused` where it says nobody.

    A wrong phone or value leaves out that alone: a member is not lost for a birthday that is none.
    """
    return _Reading(cells, columns, now).line()


class _Reading:
    def __init__(self, cells: Mapping[str, str], columns: MemberColumns, now: datetime) -> None:
        self._cells = cells
        self._columns = columns
        self._now = now
        self._left_out: list[Translatable] = []
        self._fields: dict[str, Any] = {}

    def line(self) -> MemberLine:
        phone, number, line = self._key("phone"), self._key("member_no"), self._key("line_id")
        if phone is None and number is None and line is None:
            why = self._left_out[0] if self._left_out else tr("has neither phone nor member number")
            raise LineRefused(why)
        listed = Listed(
            phone,
            number,
            self._columns.shop.name if self._columns.shop is not None else None,
            self._name(),
            self._email(),
            dict(self._values()),
            self._tags(),
            dict(self._shop_tags()),
            self._marketing(),
            line is not None,
        )
        listed, clerk = self._with_binding(listed), self._clerk()
        self._birthday()
        return MemberLine(listed, line, self._fields, tuple(self._left_out), clerk)

    def _with_binding(self, listed: Listed) -> Listed:
        """With the binding of the other system, if that is trusted; one without a day is of now."""
        text, trust = self._cell("binding"), self._columns.column_map
        answer = _BOUND.get(cleaned(text).casefold(), _yes_no(text))
        if not text or not trust.is_binding_trusted or answer is False:
            return listed
        at = self._now if answer else parse_moment(text, self._columns.playbook.zone)
        if at is None or at.year < EARLIEST or at > self._now:
            column = quoted(self._columns.ours["binding"])
            self._left_out.append(tr("{column}: write since when as 2026-11-01, or yes", column=column))
            return listed
        return replace(listed, bound=at, bound_tags=trust.binding_tags, bound_by=self._columns.actor)

    def _clerk(self) -> ListedClerk | None:
        code, at = cleaned(self._cell("clerk")), self._cell("clerk_date")
        if not code:
            if at:
                column = quoted(self._columns.ours["clerk_date"])
                self._left_out.append(tr("{column}: says since when, and no clerk is named", column=column))
            return None
        since = parse_moment(at, self._columns.playbook.zone) if at else None
        if at and (since is None or since > self._now):
            self._left_out.append(tr("since when the clerk is theirs is no day that has been"))
            since = None
        return ListedClerk(code, since)

    def _cell(self, what: str) -> str:
        name = self._columns.ours.get(what)
        return "" if name is None else self._cells.get(name, "")

    def _key(self, column: ListColumn) -> str | None:
        text = self._cell(column)
        if not text:
            return None
        found = read_cell(column, text)
        if isinstance(found, str):
            return found
        self._left_out.append(
            tr("the column {column}: {why}", column=quoted(self._columns.ours[column]), why=found)
        )
        return None

    def _name(self) -> str | None:
        name = person_name(self._cell("name"))
        if name is None:
            self._left_out.append(tr("the name is longer than a name, or has a sign that cannot be shown"))
            return None
        return name or None

    def _email(self) -> str | None:
        text = self._cell("email")
        address = typed(text, "email") if text else None
        if text and address is None:
            self._left_out.append(tr("the e-mail is no address"))
        return address if isinstance(address, str) else None

    def _values(self) -> Iterator[tuple[str, Value]]:
        for name, infos in self._columns.attributes.items():
            text = self._cells.get(name, "")
            for info in infos if text else ():
                value = self._value(info, text)
                if value is not None:
                    yield info.slot, value
                    self._note(name, value)

    def _value(self, info: AttributeInfo, text: str) -> Value | None:
        if info.type == "yes_no" and (answer := _yes_no(text)) is not None:
            return answer
        try:
            zone = self._columns.playbook.zone
            return parse_value(info, _as_typed(info.type, text, zone), zone, info.title or info.key)
        except RewriteRefused as error:
            self._left_out.append(error.message)
            return None

    def _tags(self) -> dict[str, datetime | None]:
        """Each tag with since when it is on; of two mentions of one, that with a moment."""
        playbook, tags = self._columns.playbook, dict[str, datetime | None]()
        for text in tags_in(self._cell("tags")):
            with self._without_tag():
                name, at = parse_tag(text, playbook, self._now)
                tags[name] = at or tags.get(name)
        for column, name in self._columns.dated.items():
            text = self._cells.get(column, "")
            answer = _yes_no(text)
            if answer:
                tags.setdefault(name, None)
            elif text and answer is None:
                with self._without_tag():
                    tags[name] = since(name, text, playbook, self._now)
        return tags

    @contextmanager
    def _without_tag(self) -> Iterator[None]:
        try:
            yield
        except TagSkipped as error:
            self._left_out.append(error.message)

    def _shop_tags(self) -> Iterator[tuple[str, bool]]:
        for name, tags in self._columns.tags.items():
            text = self._cells.get(name, "")
            answer = _yes_no(text)
            if answer is None:
                self._left_out += [_no_answer(name, text)] if text else []
                continue
            self._note(name, answer)
            yield from ((tag, answer) for tag in tags)

    def _marketing(self) -> bool | None:
        """Whether they agree; who has unsubscribed does not, and who has not has not agreed by that."""
        agreed = self._answer("marketing")
        if agreed is not None:
            self._note(self._columns.ours["marketing"], agreed)
        return False if self._answer("unsubscribed") else agreed

    def _answer(self, what: str) -> bool | None:
        text = self._cell(what)
        subscribed = _SUBSCRIBED.get(cleaned(text).casefold())
        if subscribed is not None:
            return subscribed == (what == "marketing")
        answer = _yes_no(text)
        if text and answer is None:
            self._left_out.append(_no_answer(self._columns.ours[what], text))
        return answer

    def _birthday(self) -> None:
        """As a record has it by whatever name the list does: a second proof may ask for it."""
        text, zone = self._cell("birthday"), self._columns.playbook.zone
        day = TYPES["date"].typed(_as_typed("date", text, zone), zone)
        if day is not None and self._columns.shop is not None:
            self._fields.setdefault("birthday", day)
        elif text and day is None and self._columns.ours["birthday"] not in self._columns.attributes:
            self._left_out.append(tr("the birthday is no day such as 1990-05-20"))

    def _note(self, name: str, value: Value) -> None:
        """Keep a field of the shop's record, where the playbook's mapping looks for it."""
        for path in self._columns.theirs.get(name, ()):
            *blocks, last = path.split(".")
            at = self._fields
            for block in blocks:
                at = at.setdefault(block, {})
            at[last] = value.isoformat() if isinstance(value, datetime) else value


def _as_typed(type_: Type, text: str, zone: ZoneInfo) -> str:
    """A day or a moment as a person would write it: spreadsheets put midnight behind a day, and seconds."""
    has_day = TYPES[type_].has_day
    at = parse_moment(text, zone) if has_day and ":" in text else None
    text = western(cleaned(text)) if has_day else text
    return text if at is None else formatted(at, type_, zone)


def _yes_no(text: str) -> bool | None:
    plain = cleaned(text)
    return yes_no_from_shop(int(plain) if plain in ("0", "1") else plain)


def _no_answer(column: str, text: str) -> Translatable:
    return tr("{column} takes yes or no, and not {value}", column=quoted(column), value=quoted(text[:40]))
