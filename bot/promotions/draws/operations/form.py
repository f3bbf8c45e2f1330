"""A draw by a form: its prizes with their odds, the rules that open and answer it (N3, L8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from bot.engine.types.odds import odds_of, percent_of
from bot.model.message import Message
from bot.model.translatable import Refusal, Translatable, tr
from bot.operations.drafts.forms.entry import EntryPlace
from bot.operations.drafts.forms.form import (
    DraftForm,
    Filled,
    Heading,
    Hint,
    Input,
    InputRows,
    asked_field,
    title_field,
)
from bot.operations.drafts.forms.needs import has_pages
from bot.operations.drafts.forms.rules import or_push, quick_reply, rule
from bot.operations.drafts.forms.written import FieldRefused, asked, of_field
from bot.playbook.syntax.yaml_text import braces, scalar
from bot.promotions.coupons.operations.form import NEEDED
from bot.promotions.draws.model import MY_DRAWS

PRIZES = 4
"""Prizes that the form has room for."""
EACH = {"day": tr("once a day"), "once": tr("once in all")}
LOOKS = {"wheel": tr("a wheel"), "scratch": tr("a card to scratch")}
OPENS: Mapping[str, str] = {"wheel": "打開轉盤", "scratch": "打開刮刮樂"}
"""What the button to the page says, by how the draw looks."""
LUCK = "祝您好運！"
_WON = "恭喜抽中「{{ event.coupon }}」！代碼 {{ event.code }}，{{ event.until as M/D }} 前可用。"
_NOTHING = "這次沒有抽中，謝謝您的參與！"
_HAD = {"day": "今天已經抽過囉，明天再來！", "once": "您已經抽過囉，謝謝您的參與！"}
_OVER = "這個抽獎已經結束了，謝謝您"


def _rules(filled: Filled, name: str, entry: Mapping[str, object]) -> Sequence[str]:
    """Without pages those who ask try at once, in the chat."""
    with_page = has_pages(filled)
    button = braces({"label": scalar(OPENS[filled["look"]]), "page": MY_DRAWS})
    opens = ("reply", braces({"text": scalar(LUCK), "quick_replies": f"[{button}]"}))
    # what comes of a try on the page is seen there
    in_chat = "{event: {source: action}}" if with_page else ""
    lines = [*rule({"text": asked(filled)}, *(opens if with_page else ("enter_draw", scalar(name))))]
    for result, text, condition in (
        ("won", _WON, ""),
        ("nothing", _NOTHING, in_chat),
        ("had", _HAD[filled["each"]], in_chat),
        ("over", _OVER, in_chat),
    ):
        lines += rule({"draw": scalar(name), "result": result}, "reply", or_push(scalar(text)), condition)
    return lines


def _prizes(filled: Filled, texts: dict[str, str]) -> Mapping[str, object]:
    """By the coupon's name, what can be won."""
    coupons, found, total = filled.titles("coupons"), dict[str, Mapping[str, str]](), Fraction(0)
    for number, (coupon, written) in filled.rows(PRIZES, "coupon", "odds"):
        with of_field(f"coupon_{number}"):
            _check_coupon(coupon, coupons, found)
        with of_field(f"odds_{number}"):
            total += _odds(written, found)
            if total > 1:
                raise Refusal(tr("Together that is {percent}: more than 100%", percent=percent_of(total)))
        found[coupon] = {"coupon": coupon} | ({"odds": written} if written else {})
    if not found:
        raise FieldRefused(tr("Say what can be won: at least one prize"), "coupon_1")
    return {"prizes": found}


def _check_coupon(coupon: str, coupons: Mapping[str, str], found: Mapping[str, object]) -> None:
    if coupon not in coupons:
        raise Refusal(tr("Choose the coupon that is won"))
    if coupon in found:
        raise Refusal(tr("This coupon is a prize already"))


def _odds(written: str, found: Mapping[str, Mapping[str, str]]) -> Fraction:
    """The odds of a prize; 0 of the one that is for all others."""
    if not written:
        if any("odds" not in one for one in found.values()):
            raise Refusal(tr("Only one prize can be without odds: it is for all others"))
        return Fraction(0)
    odds = odds_of(written)
    if odds is None:
        raise Refusal(tr("Write the odds as  5%  or  1/200"))
    return odds


def _shown(filled: Filled) -> Sequence[Message]:
    """What opens the page; nothing where there is none."""
    return [quick_reply(LUCK, OPENS[filled["look"]])] if has_pages(filled) else []


def _beside(filled: Filled) -> Translatable:
    if has_pages(filled):
        return tr("The button opens the page where they draw; who wins is told in the chat, too")
    return tr("They draw at once, in the chat: the wheel needs LIFF")


PART = DraftForm(
    name="draw",
    page="/admin/draws",
    title=tr("A new draw"),
    definition="draw",
    place=EntryPlace("draws", "rules/draws", "抽獎"),
    keys=("title", "terms", "until", "each", "look", "prizes"),
    needs=(NEEDED,),
    parts=(
        Heading("what", tr("The draw")),
        title_field(tr("What the draw is called"), "draw.title", tr("for example  Draw of the year")),
        Input("terms", tr("Terms"), "draw.terms"),
        asked_field(tr("What customers write to draw"), tr("for example  draw, lucky")),
        Heading("prizes", tr("What can be won")),
        InputRows(
            lambda number: tr("Prize {number}", number=number),
            (
                Input("coupon", tr("the coupon that is won"), "draw.prizes.*.coupon"),
                Input("odds", tr("its odds"), "draw.prizes.*.odds", example="5%", most=20),
            ),
            PRIZES,
            "is-prize",
        ),
        Hint(
            tr(
                "The rest wins nothing. One prize may have no odds: it is for all others. "
                "How many there are is the stock of each coupon"
            )
        ),
        Heading("how", tr("How it is played")),
        Input("each", tr("How often"), "draw.each", usual="day", says=EACH),
        Input("look", tr("How it looks"), "draw.look", usual="wheel", says=LOOKS),
        Input("until", tr("Its last day"), "draw.until"),
    ),
    more=_prizes,
    rules=_rules,
    shown=_shown,
    beside=_beside,
    done=lambda name: tr("The draw {draw} is in your draft. Have a look: with Publish it is live", draw=name),
)
