"""What an edit would do to coupons, stamp cards, draws and referrals that people have (N1–N4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from bot.engine.compiled.playbook import Playbook
from bot.model.flow_occupancy import LATELY, PromotionUsage
from bot.model.place import Place
from bot.model.problem import Problem
from bot.model.translatable import Quoted, Translatable, plural, tr
from bot.playbook.codes import Code, mistake
from bot.playbook.similar import nearest, quoted
from bot.playbook.syntax.folder_names import BOT_YAML
from bot.playbook.syntax.source import underlined
from bot.promotions.coupons.engine.declared import COUPONS
from bot.promotions.coupons.model import CouponCounts
from bot.promotions.draws.engine.declared import DRAWS
from bot.promotions.referrals.engine.declared import REFERRALS
from bot.promotions.stamps.engine.declared import STAMP_CARDS


def promotions_at_stake(
    playbook: Playbook,
    usage: PromotionUsage,
    counts: Mapping[str, CouponCounts],
    sources: Mapping[str, str],
) -> list[Problem]:
    """Warnings: `usage` is what people have, `counts` how many of each coupon were given."""
    stamps = Counter[str]()
    for (card, _), number in usage.stamps.items():
        stamps[card] += number
    lately = {name: one.lately for name, one in usage.draws.items() if one.lately}
    problems = [
        *_COUPONS.removed(usage.coupons, COUPONS.of(playbook)),
        *_short(playbook, counts),
        *_STAMP_CARDS.removed(stamps, STAMP_CARDS.of(playbook)),
        *_full(playbook, usage.stamps),
        *_DRAWS.removed(lately, DRAWS.of(playbook)),
        *_prizes_gone(playbook, usage),
        *_used_up(playbook, usage),
        *_FRIENDS.removed(usage.friends, REFERRALS.of(playbook)),
    ]
    return list(underlined(problems, sources))


@dataclass(frozen=True, slots=True)
class _Removed:
    """How it is told that promotions of a section of which people have something are gone.

    `says` is given how many people and the name; `keep` is what to do instead where it has no new name.
    """

    section: str
    code: Code
    says: Callable[[Translatable, Quoted], Translatable]
    keep: Translatable

    def removed(self, held: Mapping[str, int], known: Collection[str]) -> Iterator[Problem]:
        """A warning for each of which so many people have something, and which the playbook does not know."""
        for name, number in sorted(held.items()):
            if name not in known:
                new = nearest(name, known)
                hint = self.keep if new is None else self._renamed(name, new)
                message = self.says(_have(number), quoted(name))
                place = Place(BOT_YAML, 1, 1, self.section)
                yield mistake(place, self.code, message, hint=hint, level="warning")

    def _renamed(self, old: str, new: str) -> Translatable:
        return tr(
            "if it is {new} now, give it back its name:  {section}: {{old}: …}",
            new=new,
            section=self.section,
            old=old,
        )


_COUPONS = _Removed(
    "coupons",
    "people-hold-removed-coupon",
    lambda people, name: tr(
        "{people} a usable coupon {coupon}, which is gone: tills redeem it until it ends, but its terms,"
        " picture and reminder are gone, and nobody can press it",
        people=people,
        coupon=name,
    ),
    tr("leave it in until the last one has ended; without  give_coupon  nobody gets another"),
)
_STAMP_CARDS = _Removed(
    "stamp_cards",
    "people-hold-removed-stamp-card",
    lambda people, name: tr(
        "{people} stamps on the card {card}, which is gone: they do not see them any more",
        people=people,
        card=name,
    ),
    tr("leave it in with an  until,  so that it ends for everybody"),
)
_DRAWS = _Removed(
    "draws",
    "people-tried-removed-draw",
    lambda people, name: tr(
        "{people} tried the draw {draw} in the last {days} days, and it is gone: their coupons stay, and a"
        " draw of another name is a new try for each of them",
        days=LATELY.days,
        people=people,
        draw=name,
    ),
    tr("leave it in with an  until,  so that it ends for everybody"),
)
_FRIENDS = _Removed(
    "referrals",
    "people-in-removed-referral",
    lambda people, name: tr(
        "{people} been brought in the campaign {campaign} in the last {days} days and might still count, and"
        " it is gone: neither they nor their inviters get anything",
        days=LATELY.days,
        people=people,
        campaign=name,
    ),
    tr("leave it in with an  until:  who came before that still counts"),
)


def _short(playbook: Playbook, counts: Mapping[str, CouponCounts]) -> Iterator[Problem]:
    """`stock-below-given`: more were given than there are to be."""
    for name, coupon in COUPONS.of(playbook).items():
        given = counts[name].given if name in counts else 0
        if coupon.stock is None or given <= coupon.stock:
            continue
        message = tr(
            "of the coupon {coupon} {given} were given, more than its stock of {stock}: nobody gets another,"
            " and those that were given stay usable",
            coupon=quoted(name),
            given=f"{given:,}",
            stock=f"{coupon.stock:,}",
        )
        hint = tr("stock  counts all that were ever given: for more of them write a larger number")
        yield mistake(coupon.place, "stock-below-given", message, hint=hint, level="warning")


def _full(playbook: Playbook, held: Mapping[tuple[str, int], int]) -> Iterator[Problem]:
    """`stamp-cards-full-at-once`: with these cells some have filled it, and are given its last reward."""
    for name, card in STAMP_CARDS.of(playbook).items():
        number = sum(many for (of, count), many in held.items() if of == name and count >= card.cells)
        if number and card.again:
            message = tr(
                "with {cells} cells {people} filled the card {card}: each is given its last reward, with the"
                " next turn",
                cells=card.cells,
                people=_have(number),
                card=quoted(name),
            )
            hint = tr("nobody loses a stamp: what is too many goes on the next card")
            yield mistake(card.place, "stamp-cards-full-at-once", message, hint=hint, level="warning")


def _prizes_gone(playbook: Playbook, usage: PromotionUsage) -> Iterator[Problem]:
    """`people-won-removed-prize`: it was won, is not used yet, and nobody can win it any more."""
    for (name, prize), number in sorted(usage.prizes.items()):
        draw = DRAWS.of(playbook).get(name)
        if draw is None or any(one.name == prize for one in draw.prizes):
            continue
        message = tr(
            "{people} won the prize {prize} of the draw {draw} and not used it yet, and it is gone: their"
            " coupons stay good",
            people=_have(number),
            prize=quoted(prize),
            draw=quoted(name),
        )
        hint = tr("if it has another name now, give it back the old one: the list of winners goes by it")
        yield mistake(draw.place, "people-won-removed-prize", message, hint=hint, level="warning")


def _used_up(playbook: Playbook, usage: PromotionUsage) -> Iterator[Problem]:
    """`draw-tries-used-up`: tried by the day before, and now once in all: who has tried never does again."""
    for name, draw in DRAWS.of(playbook).items():
        tried = usage.draws.get(name)
        if draw.each == "once" and tried is not None and tried.again:
            message = tr(
                "with  each: once  {people} no try of the draw {draw} any more: they have tried it on several"
                " days before",
                people=_have(tried.people),
                draw=quoted(name),
            )
            hint = tr("if each of them is to try once more, give it another name")
            yield mistake(draw.place, "draw-tries-used-up", message, hint=hint, level="warning")


def _have(number: int) -> Translatable:
    return plural("1 person has", "{number} people have", number)
