"""A draw by a form, put into a draft: its prizes with their odds, the rules that open and answer it (N3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from bot.engine.types.odds import odds_of, percent_of
from bot.model.screen import MY_DRAWS
from bot.model.translatable import Refusal, tr
from bot.operations.drafts.new_entry import (
    ASKED_MOST,
    EntryPlace,
    FieldRefused,
    NewEntry,
    end_of,
    of_field,
    titles_in,
    with_new_entry,
)
from bot.operations.new_playbook.starter import answer_of, ways_of
from bot.playbook.syntax.yaml_text import braces, one_or_list, scalar

PLACE = EntryPlace("draws", "rules/draws", "抽獎")
PRIZES = 4
"""Prizes that the form has room for."""
OPENS: Mapping[str, str] = {"wheel": "打開轉盤", "scratch": "打開刮刮樂"}
"""What the button to the page says, by how the draw looks."""
LUCK = "祝您好運！"
_WON = "恭喜抽中「{{ event.coupon }}」！代碼 {{ event.code }}，{{ event.until as M/D }} 前可用。"
_NOTHING = "這次沒有抽中，謝謝您的參與！"
_HAD = {"day": "今天已經抽過囉，明天再來！", "once": "您已經抽過囉，謝謝您的參與！"}
_OVER = "這個抽獎已經結束了，謝謝您"


@dataclass(frozen=True, slots=True)
class FormDraw:
    """What somebody has written. `prizes`: names of coupons, each with its odds; empty odds: all others."""

    title: str = ""
    terms: str = ""
    asked: str = ""
    prizes: tuple[tuple[str, str], ...] = (("", ""),) * PRIZES
    each: Literal["day", "once"] = "day"
    look: Literal["wheel", "scratch"] = "wheel"
    until: str = ""


def new_draw(sources: Mapping[str, str], form: FormDraw, channel: str, *, has_pages: bool) -> NewEntry:
    """The draw in the file where draws are, and the rules about it where rules of the channel are.

    Without pages (LIFF) who asks tries at once, in the chat. Raises `Refusal`.
    """
    with of_field("title"):
        title = answer_of(form.title)
    with of_field("asked"):
        ways = ways_of(form.asked, ASKED_MOST)
    entry: dict[str, object] = {"title": title}
    if form.terms.strip():
        with of_field("terms"):
            entry["terms"] = answer_of(form.terms)
    entry |= {**end_of(form.until, ""), "each": form.each, "look": form.look}
    entry["prizes"] = _prizes(form, titles_in(sources, "coupons"))

    def rules(name: str) -> Sequence[str]:
        opens = [f"  enter_draw: {scalar(name)}"]
        if has_pages:
            button = braces({"label": scalar(OPENS[form.look]), "page": MY_DRAWS})
            opens = [f"  reply: {braces({'text': scalar(LUCK), 'quick_replies': f'[{button}]'})}"]
        # what comes of a try on the page is seen there
        in_chat = ["  if: {event: {source: action}}"] if has_pages else []
        return [
            f"- when: {braces({'text': one_or_list(map(scalar, ways))})}",
            *opens,
            *_answer(name, "won", _WON),
            *_answer(name, "nothing", _NOTHING, in_chat),
            *_answer(name, "had", _HAD[form.each], in_chat),
            *_answer(name, "over", _OVER, in_chat),
        ]

    return with_new_entry(sources, PLACE, entry, rules, channel)


def _answer(name: str, result: str, text: str, condition: Sequence[str] = ()) -> Sequence[str]:
    when = braces({"draw": scalar(name), "result": result})
    reply = braces({"or_push": "true", "message": scalar(text)})
    return [f"- when: {when}", *condition, f"  reply: {reply}"]


def _prizes(form: FormDraw, coupons: Mapping[str, str]) -> Mapping[str, Mapping[str, str]]:
    """By the coupon's name, what can be won."""
    found: dict[str, Mapping[str, str]] = {}
    total = Fraction(0)
    for number, (coupon, written) in enumerate(form.prizes, 1):
        if not coupon and not written.strip():
            continue
        with of_field(f"coupon_{number}"):
            _check_coupon(coupon, coupons, found)
        with of_field(f"odds_{number}"):
            total += _odds(written, found)
            if total > 1:
                raise Refusal(tr("Together that is {percent}: more than 100%", percent=percent_of(total)))
        found[coupon] = {"coupon": coupon} | ({"odds": written.strip()} if written.strip() else {})
    if not found:
        raise FieldRefused(tr("Say what can be won: at least one prize"), "coupon_1")
    return found


def _check_coupon(coupon: str, coupons: Mapping[str, str], found: Mapping[str, object]) -> None:
    if coupon not in coupons:
        raise Refusal(tr("Choose the coupon that is won"))
    if coupon in found:
        raise Refusal(tr("This coupon is a prize already"))


def _odds(written: str, found: Mapping[str, Mapping[str, str]]) -> Fraction:
    """The odds of a prize; 0 of the one that is for all others."""
    if not written.strip():
        if any("odds" not in one for one in found.values()):
            raise Refusal(tr("Only one prize can be without odds: it is for all others"))
        return Fraction(0)
    odds = odds_of(written.strip())
    if odds is None:
        raise Refusal(tr("Write the odds as  5%  or  1/200"))
    return odds
