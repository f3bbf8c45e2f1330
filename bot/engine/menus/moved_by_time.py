"""Would a look at everybody find this person, in other audiences or with another menu than is on record?

What `audience_people` and `menu_people` of `bot.store.contacts` ask the database, of one person in memory.
"""

from __future__ import annotations

from collections.abc import Callable

from bot.engine.compiled.playbook import Playbook
from bot.engine.conditions.context import ConditionContext
from bot.engine.menus.menu_choice import menu_of
from bot.engine.menus.next_sweep import swept_audiences
from bot.engine.times.bounds import When
from bot.model.contact import Contact, Identity
from bot.model.decision import SmsCredit


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
        """Whether a look at that moment would find the contact, as it is now."""
        return any(
            self._is_elsewhere(contact, identity, when) or self._sees_another_menu(contact, identity, when)
            for identity in contact.identities
            if identity.channel in self._playbook.channels
        )

    def _is_elsewhere(self, contact: Contact, identity: Identity, when: When) -> bool:
        asked = self._asked(contact, identity, when)
        return any(
            condition.holds(asked) != (f"{identity.channel}:{name}" in contact.audiences)
            for name, condition in self._audiences.items()
        )

    def _sees_another_menu(self, contact: Contact, identity: Identity, when: When) -> bool:
        if identity.user is None or identity.friend is False:
            return False
        menus = self._playbook.menus_on(identity.channel)
        menu = menu_of(identity, menus, self._asked(contact, identity, when))
        return menu != identity.menu and self._can_show(identity.channel, menu)

    def _asked(self, contact: Contact, identity: Identity, when: When) -> ConditionContext:
        return ConditionContext(contact, identity.channel, when, sms_credit=self._credit(identity.channel))
