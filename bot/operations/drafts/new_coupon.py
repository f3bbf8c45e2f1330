"""A coupon by a form, put into a draft: what it is, and the rules that give it to who asks (N1, L8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.engine.compiled.own_address import LIFF
from bot.engine.members.coupon_times import first_end
from bot.engine.texts.format import formatted
from bot.engine.times.local_time import INSTANT, Duration, day_after, start_of_day
from bot.model.coupon import RedeemWay
from bot.model.draft import DraftFile
from bot.model.message import Message
from bot.model.problem import Problem
from bot.model.translatable import Refusal, tr
from bot.operations.drafts.draft import PlaybookDraft
from bot.operations.drafts.free_names import free_name, safe_name
from bot.operations.drafts.publishing import DraftDesk
from bot.operations.new_playbook.starter import answer_of, ways_of
from bot.playbook.compile.messages.coupon_card import CLOCK, DAY, button, drawn, of_its_holder, what_it_is
from bot.playbook.syntax.folder import BOT_YAML
from bot.playbook.syntax.nodes import Map
from bot.playbook.syntax.parse import parsed
from bot.playbook.syntax.source import SourceFile
from bot.playbook.syntax.written_entry import EntriesUnread, with_entry
from bot.playbook.syntax.yaml_text import braces, one_or_list, scalar
from bot.scenario.rule_to_paste import pasted, placed

SECTION, FILE = "coupons", "rules/coupons"
ASKED_MOST = 200
"""Characters of a way to ask for it."""
MOST = 1_000_000
"""Coupons of one stock, and days for which one is good."""
HAD = "您已經領過「{{ event.title }}」囉"
NONE_LEFT = "這次的優惠券發完了，謝謝支持"
OVER = "這個優惠已經結束了"
EXAMPLE_CODE = "KQ7NH-3M8PX"
"""The code on the card that is looked at while the form is filled in."""


@dataclass(frozen=True, slots=True)
class FormCoupon:
    """What somebody has written. `asked`: ways to ask for it, between commas; `stock`, `days`: numbers."""

    title: str = ""
    terms: str = ""
    asked: str = ""
    stock: str = ""
    until: str = ""
    days: str = ""
    ways: tuple[RedeemWay, ...] = ("clerk",)
    is_imported: bool = False


@dataclass(frozen=True, slots=True)
class NewCoupon:
    """What saving would write: its name, and the files (path and text) that change."""

    name: str
    texts: Mapping[str, str]


def new_coupon(sources: Mapping[str, str], form: FormCoupon, channel: str) -> NewCoupon:
    """The coupon in the file where coupons are, and the rules about it where rules of the channel are.

    Raises `Refusal`.
    """
    title = answer_of(form.title)
    name = free_name(safe_name(title, "優惠券"), names_in(sources))
    texts = dict(sources)
    path = next((one for one in rule_files(texts) if declared(texts[one])), f"{_free_stem(texts)}.yaml")
    try:
        texts[path] = with_entry(texts.get(path, ""), SECTION, name, _entry(form, title))
    except EntriesUnread:
        raise Refusal(
            tr("{file} cannot be changed by a form: add the coupon in the editor", file=path)
        ) from None
    of_rules = {one: texts[one] for one in rule_files(texts)}
    place = placed(_rules(form, name), of_rules, channel)
    texts[place.file] = pasted(place, of_rules)
    return NewCoupon(name, {one: text for one, text in texts.items() if text != sources.get(one)})


async def mistakes_of(desk: DraftDesk, draft: PlaybookDraft, texts: Mapping[str, str]) -> Sequence[Problem]:
    """What would keep the files from being published that were right before."""
    now = desk.now()
    files = dict(draft.files)
    for path, text in texts.items():
        files[path] = DraftFile(path, "text", text.encode(), None, None, 0, now)
    before = {one.message for one in await desk.check(draft)}
    found = await desk.check(replace(draft, files=files))
    return [one for one in found if one.level == "error" and one.message not in before]


def card_of(form: FormCoupon, now: datetime, zone: ZoneInfo) -> Message:
    """The card that somebody gets who is given it now; without an end where none can be read yet."""
    title = form.title.strip() or "…"
    until = _end(form, now, zone)
    shown = "…" if until is None else " ".join(formatted(until, how, zone) for how in (DAY, CLOCK))
    code = "…" if form.is_imported else EXAMPLE_CODE
    parts = [*what_it_is(title, form.terms.strip()), of_its_holder(code, shown), button(LIFF)]
    return {"type": "flex", "altText": title, "contents": drawn(parts)}


def _end(form: FormCoupon, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The last moment at which it is usable."""
    try:
        day = start_of_day(day_after(day_of(form.until), 1), zone) if form.until.strip() else None
        lasts = Duration(days=number_of(form.days)) if form.days.strip() else None
        until = first_end(day, lasts, now, zone)
    except (Refusal, OverflowError):
        return None
    return None if until is None else until - INSTANT


def _entry(form: FormCoupon, title: str) -> Mapping[str, object]:
    entry: dict[str, object] = {"title": title}
    if form.terms.strip():
        entry["terms"] = answer_of(form.terms)
    if form.stock.strip():
        entry["stock"] = number_of(form.stock)
    if form.until.strip():
        entry["until"] = f"{day_of(form.until)} 24:00"
    if form.days.strip():
        entry["for"] = f"{number_of(form.days)}d"
    if not {"until", "for"} & entry.keys():
        raise Refusal(tr("Say until when it is good: a last day, or days from when it is given"))
    if form.is_imported:
        entry["codes"] = "imported"
    if not form.ways:
        raise Refusal(tr("Say how it is used: at least one way"))
    if form.ways != ("clerk",):
        entry["redeem"] = list(form.ways)
    return entry


def _rules(form: FormCoupon, name: str) -> Sequence[str]:
    """The lines of the rules: who asks is given one, and each answer."""
    text = one_or_list(map(scalar, ways_of(form.asked, ASKED_MOST)))
    lines = [f"- when: {braces({'text': text})}", f"  give_coupon: {scalar(name)}"]
    for result, reply in (
        ("given", braces({"coupon": scalar(name)})),
        ("had", scalar(HAD)),
        ("none_left", scalar(NONE_LEFT)),
        ("over", scalar(OVER)),
    ):
        lines += [f"- when: {braces({'coupon': scalar(name), 'result': result})}", f"  reply: {reply}"]
    return lines


def number_of(written: str) -> int:
    """A number of things that somebody wrote. Raises `Refusal`."""
    digits = written.replace(",", "").strip()
    if not (digits.isascii() and digits.isdigit() and 0 < int(digits[:8]) <= MOST and len(digits) <= 7):
        raise Refusal(tr("{written} is no number of things, such as 100", written=written.strip()[:40]))
    return int(digits)


def day_of(written: str) -> date:
    """A day that somebody wrote. Raises `Refusal`."""
    try:
        return datetime.strptime(written.strip(), "%Y-%m-%d").date()
    except ValueError:
        raise Refusal(tr("{date} is no date; write it like 2026-12-31", date=written.strip()[:40])) from None


def rule_files(sources: Mapping[str, str]) -> list[str]:
    """Those in which sections and rules stand."""
    return sorted(path for path in sources if path == BOT_YAML or path.startswith("rules/"))


def declared(text: str, section: str = SECTION) -> frozenset[str]:
    """The names that a file has in a section."""
    root = parsed(SourceFile("", text)).root
    found = root.get(section) if isinstance(root, Map) else None
    return frozenset(found.pairs) if isinstance(found, Map) else frozenset()


def names_in(sources: Mapping[str, str], section: str = SECTION) -> frozenset[str]:
    """All names of a section."""
    return frozenset(name for one in rule_files(sources) for name in declared(sources[one], section))


def _free_stem(sources: Mapping[str, str]) -> str:
    return free_name(FILE, [path.removesuffix(".yaml") for path in sources])
