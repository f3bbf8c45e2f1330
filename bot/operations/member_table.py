"""The table of members: the meaning of each column, by its heading."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.engine.compiled.playbook import AttributeInfo, Playbook
from bot.engine.conditions.people import ListColumn
from bot.engine.times.local_time import MIDNIGHT, utc
from bot.engine.times.time_texts import day
from bot.engine.turn.changes import tag_end
from bot.engine.types.dates import date_typed
from bot.model.plain_text import cleaned
from bot.model.settings import ShopSettings
from bot.model.translatable import Refusal, Translatable, tr
from bot.operations.column_map import NO_MAP, ColumnMap
from bot.operations.table_lines import TableWrong, heads, refuse_twice
from bot.playbook.csv_table import column_name
from bot.playbook.people_list import CALLED
from bot.playbook.similar import hint_for, quoted

_BETWEEN = re.compile(r"[,、;；|\n]+")
"""What separates tags in a cell."""
LONGEST = 200
"""Characters of a tag with its date."""
OF_A_TAG = re.compile(r"(?:tag|標籤|貼標)[:：](.+)")
"""The heading of a column that is about one tag, as `column_name` has it."""
EARLIEST = 2000
"""The year before which nobody was given a tag."""
_DATED = re.compile(r"(?P<name>.+?)\s*[\s@:(\[]\s*(?P<at>\d{4}\s*[-/.年].*?)\s*[)\]]?")
"""A tag with a date: `VIP (2024-05-01)`, `VIP@2024/5/1`."""
_CLOCK = re.compile(
    r"(?P<half>上午|下午|am|pm)?\s*(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d{1,9})?)?"
    r"\s*(?P<after>am|pm)?\s*(?P<offset>z|utc|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)
"""A time of day behind a date: `14:30`, `下午 2:30`, `2:30 pm`, with seconds and an offset at most."""
_T = re.compile(r"(?<=\d)T(?=\d)")
"""The `T` between date and time of ISO 8601."""
_REPUBLIC = re.compile(r"(?:(?:中華)?民國\s*([1-9]\d{0,2})|(1\d{2}))(\s*[-/.年]\s*\d{1,2}\s*[-/.月].*)")
"""A date with a year of the Republic of China (groups 1, 2), and what follows the year (group 3)."""
REPUBLIC = 1911
"""The year before the first one of the Republic of China."""
_LATER = ("下午", "pm")
"""Words for the second half of a day."""


class TagSkipped(Refusal):
    """Why a tag is not put on."""


def tags_in(cell: str) -> Iterator[str]:
    """What a cell of several tags has of each."""
    yield from filter(None, (cleaned(text) for text in _BETWEEN.split(cell)))


def parse_tag(text: str, playbook: Playbook, now: datetime) -> tuple[str, datetime | None]:
    """The tag of `VIP`, `VIP 2026-11-01`, `VIP@2026/11/1 15:20` or `VIP(2026-11-01)`.

    With since when it is on; `None`: not given. Raises `TagSkipped`.
    """
    known = playbook.tag_names
    if text in known:
        return text, None
    dated = _DATED.fullmatch(" ".join(text.split())) if len(text) <= LONGEST else None
    if dated is not None and dated["name"] in known:
        return dated["name"], since(dated["name"], dated["at"], playbook, now)
    name = (dated["name"] if dated is not None else text)[:LONGEST]
    hint = hint_for(name, known) or _first(name)
    raise TagSkipped(tr("no tag is called {name}; {hint}", name=quoted(name), hint=hint))


def since(name: str, text: str, playbook: Playbook, now: datetime) -> datetime:
    """When a tag was given, as a text has it; a day is its beginning. Raises `TagSkipped`.

    One that would have expired since is not put on, nor one of a day that is yet to come.
    """
    at = parse_moment(text, playbook.zone)
    if at is None or at.year < EARLIEST:
        raise TagSkipped(
            tr("the tag {tag}: write since when as 2026-11-01 or 2026-11-01 15:20", tag=quoted(name))
        )
    if at > now:
        raise TagSkipped(tr("the tag {tag}: since a day that is yet to come", tag=quoted(name)))
    end = tag_end(playbook, name, at)
    if end is not None and end <= now:
        over = f"{end.astimezone(playbook.zone):%Y-%m-%d}"
        raise TagSkipped(tr("the tag {tag} has ended by its date: {day}", tag=quoted(name), day=over))
    return at


def parse_moment(text: str, zone: ZoneInfo) -> datetime | None:
    """A day or a moment as spreadsheets write it (`2026/11/1 下午 03:20:10`, `2026-11-01T15:20:10Z`), in UTC.

    Without an offset it is by the clock of `zone`; `None`: it is neither.
    """
    plain = western(cleaned(text))
    on, _, clock = _T.sub(" ", plain).partition(" ") if ":" in plain else (plain, "", "")
    written = date_typed(on)
    date = None if written is None else day(written)
    if date is None:
        return None
    if not clock:
        return utc(date, MIDNIGHT, zone)
    found = _CLOCK.fullmatch(clock.strip())
    if found is None:
        return None
    try:
        return _at(found, datetime.combine(date, MIDNIGHT), zone)
    except (ValueError, OverflowError):  # an hour or an offset that no clock has; beyond the calendar
        return None


def western(text: str) -> str:
    """A date of the Republic (`民國115年3月1日`, `115/3/1`) with its year in the common era; others stay.

    A year of two digits without 民國 may be of either, and stays: it is no date.
    """
    found = _REPUBLIC.fullmatch(text)
    return text if found is None else f"{int(found[1] or found[2]) + REPUBLIC}{found[3]}"


def _at(found: re.Match[str], midnight: datetime, zone: ZoneInfo) -> datetime:
    half, hour = (found["half"] or found["after"] or "").casefold(), int(found["hour"])
    if half:
        if not 1 <= hour <= 12:
            raise ValueError
        hour = hour % 12 + (12 if half in _LATER else 0)
    at = midnight.replace(hour=hour, minute=int(found["minute"]), second=int(found["second"] or 0))
    offset = (found["offset"] or "").upper().replace("UTC", "Z")
    if not offset:
        return utc(at.date(), at.time(), zone)
    return datetime.fromisoformat(f"{at.isoformat()}{offset}").astimezone(UTC)


def _first(name: str) -> Translatable:
    return tr("write it into the playbook first:  tags: {{tag}: {added_by: staff}}", tag=name)


class ShopUnsaid(TableWrong):
    """A column is a field of a shop's members, and the file is not given as that shop's list."""


COLUMNS: Mapping[str, Sequence[str]] = {
    **{str(column): called for column, called in CALLED.items()},
    "name": (
        "name", "full_name", "姓名", "名字", "會員姓名", "顧客姓名", "客戶姓名", "中文姓名", "稱呼",
    ),
    "email": (
        "email", "e-mail", "mail", "email_address", "電子郵件", "電子信箱", "信箱", "會員信箱", "顧客信箱",
    ),
    "birthday": ("birthday", "birth_date", "date_of_birth", "dob", "生日", "出生日期", "出生年月日"),
    "marketing": (
        "marketing", "consent", "marketing_consent", "accepts_marketing", "subscribed", "行銷", "行銷同意",
        "同意行銷", "接受行銷", "願意接收行銷", "訂閱", "訂閱狀態", "接收優惠",
    ),
    "unsubscribed": (
        "unsubscribed", "unsubscribe", "opt_out", "opted_out", "退訂", "已退訂", "取消訂閱", "拒收",
        "拒絕行銷", "不接收行銷", "停止推播",
    ),
    "tags": ("tags", "tag", "標籤", "會員標籤", "顧客標籤", "分眾標籤"),
    "binding": (
        "binding", "binding_date", "bound_at", "bound", "binding_status", "phone_verified_at",
        "phone_verified", "otp_verified_at", "phone_bound", "綁定日期", "綁定時間", "手機綁定時間",
        "手機綁定日期", "手機驗證時間", "綁定", "已綁定", "綁定狀態", "手機綁定", "手機綁定狀態", "手機驗證",
    ),
    "clerk": (
        "clerk", "clerk_code", "clerk_no", "staff_code", "staff_id", "sales_code", "推薦店員", "店員代碼",
        "店員編號", "專員代碼", "專員編號", "專屬店員", "導購代碼", "導購編號",
    ),
    "clerk_date": (
        "clerk_date", "clerk_bound_at", "staff_bound_at", "店員綁定日期", "店員綁定時間", "專員綁定日期",
        "專員綁定時間",
    ),
}  # fmt: skip
"""What each may be called above it, as `column_name` has it; the first of them that is there is it."""
KNOWN_BY: tuple[ListColumn, ...] = ("phone", "member_no", "line_id")
"""Of these one has to be there: by it people are known."""


@dataclass(slots=True)
class MemberColumns:
    """What the columns of one file mean, by the names that they have as `column_name` gives them.

    `column_map`: the meanings that a file beside it gives; `actor`: who answers for its bindings. `ours` are
    those of `COLUMNS`; `attributes` and `tags` what else a column sets; `theirs`, of a shop, the fields of
    its record as the playbook writes them; `dated` the tag that a column is about. `unused` are columns that
    nobody reads, as they stand; `warnings`: what is said and comes to nothing.
    """

    playbook: Playbook
    shop: ShopSettings | None
    column_map: ColumnMap = NO_MAP
    actor: str = ""
    ours: dict[str, str] = field(default_factory=dict)
    attributes: dict[str, list[AttributeInfo]] = field(default_factory=dict)
    tags: dict[str, list[str]] = field(default_factory=dict)
    theirs: dict[str, list[str]] = field(default_factory=dict)
    dated: dict[str, str] = field(default_factory=dict)
    unused: list[str] = field(default_factory=list)
    warnings: list[Translatable] = field(default_factory=list)

    def named(self, cells: Sequence[str]) -> Sequence[str]:
        """The name of each column, empty where it is not read. Raises `TableWrong`."""
        names = self.column_map.applied([column_name(cell) for cell in cells], self.playbook)
        refuse_twice([name for name in names if self._is_read(name)], {})
        for what, called in COLUMNS.items():
            first = next((one for one in called if one in names), None)
            if first is not None:
                self.ours[what] = first
        if not any(known in self.ours for known in KNOWN_BY):
            raise TableWrong(
                tr(
                    "the first line has to name a column phone, member_no or line_id; it says {there};"
                    " write  member_no,phone,name,email,birthday,marketing,tags",
                    there=heads(cells),
                )
            )
        for name in names:
            self._suggestion(name)
        self._warn(dict(zip(names, cells, strict=True)))
        ours = {name for what, name in self.ours.items() if what != "birthday" or self.shop is not None}
        read = {*ours, *self.attributes, *self.tags, *self.theirs, *self.dated}
        self.unused = [
            cell.strip() for cell, name in zip(cells, names, strict=True) if name and name not in read
        ]
        return [name if name in read else "" for name in names]

    def _warn(self, titles: Mapping[str, str]) -> None:
        """`titles`: the columns as the file has them, by their names."""
        if "clerk" not in self.ours and (alone := self.ours.pop("clerk_date", None)) is not None:
            column = quoted(titles[alone].strip())
            self.warnings.append(
                tr("the column {column} is not read: no column says which clerk", column=column)
            )
        if self.column_map.is_binding_trusted and "binding" not in self.ours:
            self.warnings.append(_BINDING_UNSTATED)

    @property
    def has_unproven_bindings(self) -> bool:
        """Whether the file has bindings that nobody has said to trust."""
        return "binding" in self.ours and not self.column_map.is_binding_trusted

    def _is_read(self, name: str) -> bool:
        is_ours = any(name in called for called in COLUMNS.values()) or OF_A_TAG.fullmatch(name) is not None
        return is_ours or bool(self._infos(name))

    def _suggestion(self, name: str) -> None:
        if infos := self._infos(name):
            self.attributes[name] = infos
        elif (about := OF_A_TAG.fullmatch(name)) is not None:
            called = {column_name(tag): tag for tag in self.playbook.tag_names}
            if (tag := called.get(about[1].strip("_"))) is not None:
                self.dated[name] = tag
        if self.shop is None:
            return
        mapped = {column_name(one.theirs): one.theirs for one in self.shop.attributes.values()}
        flags = {column_name(theirs): theirs for theirs in self.shop.tags.values()}
        if tags := [ours for ours, theirs in self.shop.tags.items() if column_name(theirs) == name]:
            self.tags[name] = tags
        agreed = self.shop.consent
        if agreed is not None and column_name(agreed) == name:
            self.ours["marketing"] = name
            flags[name] = agreed
        if paths := [path for found in (mapped, flags) if (path := found.get(name)) is not None]:
            self.theirs[name] = list(dict.fromkeys(paths))

    def _infos(self, name: str) -> list[AttributeInfo]:
        """The attributes that a column sets: those that the shop maps to it, else who is called so."""
        known = self.playbook.attributes
        mapped = self.shop.attributes if self.shop is not None else {}
        theirs = [
            known[ours] for ours, one in mapped.items() if ours in known and column_name(one.theirs) == name
        ]
        if theirs:
            return theirs
        called = next(
            (info for info in known.values() if name in (column_name(info.key), column_name(info.title))),
            None,
        )
        if called is None and self.ours.get("birthday") == name:
            called = known.get("birthday")
        if called is None or not name:
            return []
        if called.shop is not None and (self.shop is None or called.shop != self.shop.name):
            raise ShopUnsaid(
                tr(
                    "the column {column} is what the shop {shop} says of its members: leave it out, or say"
                    " whose list this is",
                    column=quoted(called.title or called.key),
                    shop=quoted(called.shop),
                )
            )
        return [called]


_BINDING_UNSTATED = tr("bindings are trusted, and no column says who is bound (binding, 綁定日期)")
