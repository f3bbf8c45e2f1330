"""A kind of promotion is a folder: outside of it nothing imports it, and nothing says one of its words."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from bot.model.promotions import PROMOTIONS, kinds
from bot.operations.contact_document import ContactDocument
from bot.operations.promotions import OPERATIONS_PARTS
from bot.playbook.shape.promotions import WORDS_PARTS
from tests.sources import BOT, modules, nodes_of, text_of

OF_OTHERS = {
    ("playbook/shape/declaring.py", "coupon"),  # here and below: how a card or tag may be called
    ("playbook/shape/declaring.py", "stamp_card"),
    ("playbook/shape/declaring.py", "referral"),
    ("playbook/shape/messages.py", "coupon"),
    ("line/objects/messages.py", "coupon"),  # a message of LINE
    ("playbook/shape/suggest_advice.py", "coupon"),
    ("app/playbook_files.py", "stamps"),  # here and below: when files were written
    ("cli/run/serving.py", "stamps"),
    ("simulator/control/staff_routes.py", "draws"),  # here and below: staff put somebody into a split's group
    ("scenario/read_acts.py", "draws"),
    ("scenario/shape/acts.py", "draws"),
    ("wording/trace_sentences.py", "coupons"),  # here and below: the one timer of all promotions
    ("engine/members/ending_timer.py", "coupons"),
    ("engine/texts/template.py", "stamps"),  # a group of placeholders, of a closed set
    ("model/attribution.py", "coupon"),  # a kind of what brought an order, of a closed set
}
"""Words that mean something else in a module."""


STILL_JOINED = {
    ("engine/texts/template.py", "coupon"): "a group of placeholders, of a closed set",
    ("model/alert.py", "coupon"): "a kind of alert, of a closed set",
    ("model/audit.py", "appointment"): "kinds of lines in the audit log, of a closed set",
    ("model/audit.py", "coupon"): "kinds of lines in the audit log, of a closed set",
}
"""Names outside of the kinds that one stands in, and why it is still there."""
JOINED_OF_OTHERS = {
    ("app/simulated_clerks.py", "referral"),  # here and below: a clerk brings members to a store
    ("operations/clerk_codes.py", "referral"),
    ("operations/declared/clerks.py", "referral"),
    ("operations/store_people/codes.py", "referral"),
    ("operations/store_people/sheet.py", "referral"),
    ("playbook/codes.py", "referral"),
    ("playbook/findings.py", "referral"),
    ("playbook/graph/needed.py", "referral"),
    ("web/admin/store_overview_pages.py", "referral"),
    ("connectors/shops/cyberbiz/simulator/records.py", "coupon"),  # here and below: of a shop's platform
    ("connectors/shops/shopline/fields.py", "referral"),
    ("connectors/shops/shopline/simulator.py", "coupon"),
    ("connectors/shops/shopline/webhooks.py", "coupon"),
    ("simulator/static/workbench/shop_news.js", "coupon"),
    ("simulator/static/phone/contents.js", "coupon"),  # here and below: a message of LINE
    ("simulator/static/phone/messages.css", "coupon"),
    ("playbook/shape/triggers.py", "coupon"),  # an example of a button's data
}
"""Names in which the word means something else, beside `OF_OTHERS`."""


@cache
def names_of_kinds() -> frozenset[str]:
    """Their sections, pages and actions."""
    return frozenset(PROMOTIONS).union(
        *({kind.section, kind.page, *part.actions} for kind, part in WORDS_PARTS.by_kind.items())
    )


@cache
def words_of_kinds() -> frozenset[str]:
    """With what else they add to the language, which as a name may be anything: to draw a picture."""
    return names_of_kinds().union(
        *({kind.news, *part.conditions, *part.cards} for kind, part in WORDS_PARTS.by_kind.items())
    )


NOUNS = frozenset({"coupon", "stamp_card", "draw_of", "of_draw", "held_draw", "referral", "appointment"}) | {
    *("inviter", "place_wish", "calendar_address"),
}
"""What kinds are called, and what they coined, as it stands within a name: `CouponName`, `inviter_of`. To
draw and to stamp alone are said of pictures and of time, too."""
_NAME = re.compile(r"[A-Za-z_][\w-]*")
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def nouns_in(name: str) -> set[str]:
    """The nouns of kinds within a name, which is joined of words."""
    words = "_".join(one.lower() for one in _WORD.findall(name))
    return {noun for noun in NOUNS if re.search(rf"(^|_){noun}(e?s)?(_|$)", words)}


def names_in(path: Path) -> Iterator[str]:
    """All names of a module: of functions, classes, arguments, attributes, modules; texts of one word."""
    for node in nodes_of(path, rf"(?i)({'|'.join(NOUNS)})"):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
                yield name
            case ast.keyword(arg=str(name)) | ast.ImportFrom(module=str(name)) | ast.alias(name=name):
                yield name.replace(".", "_")
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.Constant(value=str(name)) if _NAME.fullmatch(name):
                yield name
            case _:
                pass


@cache
def joined() -> frozenset[tuple[str, str]]:
    """Each file outside of the kinds, of Python or for browsers, with the nouns within its names."""
    files = (one for kind in ("js", "html", "css") for one in sorted(BOT.rglob(f"*.{kind}")))
    names = {path: names_in(path) for path in modules(BOT)} | {
        path: iter(_NAME.findall(text_of(path))) for path in files
    }
    return frozenset(
        (str(path.relative_to(BOT)), noun)
        for path, some in names.items()
        if is_outside(path)
        for name in some
        for noun in nouns_in(name)
    )


def said_in(path: Path) -> Iterator[str]:
    """What a module says of kinds: those that it imports, and their words, as names or as texts."""
    for node in nodes_of(path, rf"bot\.promotions\.|\b({'|'.join(words_of_kinds())})\b"):
        match node:
            case ast.ImportFrom(module=str(module)) if module.startswith("bot.promotions."):
                yield module
            case ast.Constant(value=str(word)):
                yield from {word} & words_of_kinds()
            case (
                ast.Name(id=word) | ast.Attribute(attr=word) | ast.arg(arg=word) | ast.keyword(arg=str(word))
            ):
                yield from {word} & names_of_kinds()
            case _:
                pass


def is_outside(path: Path) -> bool:
    """Whether a file is of no kind, and not that which names them all."""
    return path.relative_to(BOT).parts[0] != "promotions" and path != BOT / "model/promotions.py"


def test_no_room_knows_a_kind() -> None:
    """Nor is a word listed as one that means something else, and nothing says it."""
    found = {
        (str(path.relative_to(BOT)), one)
        for path in modules(BOT)
        if is_outside(path)
        for one in said_in(path)
    }
    assert sorted(found ^ OF_OTHERS) == []


def test_no_name_outside_is_joined_with_a_kind_of_promotion() -> None:
    """Nor in what browsers get; but those that mean something else, or are still to do."""
    others = JOINED_OF_OTHERS | {(path, noun.removesuffix("s")) for path, noun in OF_OTHERS}
    assert sorted(joined() - others - STILL_JOINED.keys()) == []
    assert sorted((JOINED_OF_OTHERS | STILL_JOINED.keys()) - joined()) == []


def test_all_that_contacts_hold_of_a_kind_stands_in_their_document() -> None:
    """Behind a field that is there; and a kind shows nothing otherwise but what it holds."""
    held = {one.name for kind in kinds() for one in kind.holds}
    assert held <= ContactDocument.__annotations__.keys()
    others = {one for kind, part in OPERATIONS_PARTS.by_kind.items() for one in {*part.held} - {*kind.holds}}
    assert others == set()


def test_the_other_kinds_do_not_know_each_other() -> None:
    """Coupons are below them all: a prize, a reward, what a friend gets is one."""
    known = [
        (str(path.relative_to(BOT)), module)
        for kind in PROMOTIONS
        for path in modules(BOT / "promotions" / kind)
        for module in said_in(path)
        if module.startswith("bot.promotions.")
        and module.split(".")[2] not in (kind, *(("coupons",) if kind != "coupons" else ()))
    ]
    assert known == []
