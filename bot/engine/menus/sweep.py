"""When time alone changes who sees which rich menu or is in an audience, and whom it moves.

For one person in memory what `audience_people` and `menu_people` of `bot.store.contacts` ask the database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta

from bot.engine.compiled.playbook import Playbook
from bot.engine.conditions.around import During
from bot.engine.conditions.condition import Condition, ConditionContext
from bot.engine.menus.menu_choice import menu_of
from bot.engine.times.bounds import When
from bot.model.contact import Contact, Identity
from bot.model.decision import SmsCredit

QUARTER = timedelta(minutes=15)
"""How long time may have changed a condition, other than by hours, before a sweep sees it."""


def next_menu_sweep(playbook: Playbook, after: datetime) -> datetime | None:
    """The first moment later than `after` at which time may have changed who sees which menu."""
    menus = [menu for menu in playbook.menus if not menu.paused]
    terms = (moment for menu in menus for moment in (menu.since, menu.until) if moment is not None)
    conditions = [menu.condition for menu in menus if menu.condition is not None]
    return _first((*terms, *_moments(playbook, conditions, after)), after)


def next_audience_sweep(playbook: Playbook, after: datetime) -> datetime | None:
    """The first moment later than `after` at which time may have changed who is in a watched audience."""
    return _first(_moments(playbook, swept_audiences(playbook).values(), after), after)


def swept_audiences(playbook: Playbook) -> dict[str, Condition]:
    """The audiences that rules watch and that time alone changes."""
    return {
        name: condition
        for name, condition in playbook.watched.items()
        if any(leaf.moved_by_time for leaf in condition.leaves())
    }


def _moments(playbook: Playbook, conditions: Iterable[Condition], after: datetime) -> Iterator[datetime]:
    for condition in conditions:
        for leaf in condition.leaves():
            if isinstance(leaf, During):
                change = leaf.hours.next_change(after, playbook.zone)
                if change is not None:
                    yield change
            elif leaf.moved_by_time:
                yield after + QUARTER - (after - datetime.min.replace(tzinfo=after.tzinfo)) % QUARTER


def _first(moments: Iterable[datetime], after: datetime) -> datetime | None:
    return min((moment for moment in moments if moment > after), default=None)


class MovedByTime:
    """One playbook's answer, for many people and moments.

    `credit(channel)` is what conditions ask of the SMS; `can_show(channel, menu)`: LINE has this menu, so
    that somebody could be linked to it (`None`: to none).
    """

    def __init__(
        self,
        playbook: Playbook,
        credit: Callable[[str], SmsCredit],
        can_show: Callable[[str, str | None], bool],
    ) -> None:
        self._playbook = playbook
        self._credit = credit
        self._can_show = can_show
        self._audiences = swept_audiences(playbook)

    def is_found(self, contact: Contact, when: When) -> bool:
        """Whether a sweep at that moment would find the contact as it is now: it is to be moved."""
        return any(
            self._is_elsewhere(contact, identity, when) or self._sees_another_menu(contact, identity, when)
            for identity in contact.identities
            if identity.channel in self._playbook.channels
        )

    def _is_elsewhere(self, contact: Contact, identity: Identity, when: When) -> bool:
        """Whether the contact is in other audiences than those that are stored with it."""
        context = self._condition_context(contact, identity, when)
        return any(
            condition.holds(context) != (f"{identity.channel}:{name}" in contact.audiences)
            for name, condition in self._audiences.items()
        )

    def _sees_another_menu(self, contact: Contact, identity: Identity, when: When) -> bool:
        if identity.user is None or identity.friend is False:
            return False
        menus = self._playbook.menus_on(identity.channel)
        menu = menu_of(identity, menus, self._condition_context(contact, identity, when))
        return menu != identity.menu and self._can_show(identity.channel, menu)

    def _condition_context(self, contact: Contact, identity: Identity, when: When) -> ConditionContext:
        return ConditionContext(contact, identity.channel, when, sms_credit=self._credit(identity.channel))
