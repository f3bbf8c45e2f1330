"""What is shown of an account of staff: what it may do by now, and the password it begins with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

from bot.engine.compiled.playbook import Playbook
from bot.model.admin import TEAM, AdminAccount, AdminRole
from bot.model.answer_fields import Clock, Help, Internal
from bot.model.settings import Settings
from bot.model.translatable import Translatable, TranslatableValue, tr
from bot.operations.admins.role_names import ROLE_NAMES
from bot.operations.catalog.answers import filled


@dataclass(frozen=True, slots=True)
class StartPassword:
    """The password with which the owner of an account begins: stored only as a hash."""

    name: str
    role: AdminRole
    password: Annotated[str, Help("It is shown this once.")] = field(repr=False)
    until: datetime

    def lines(self, at: Clock) -> Iterator[TranslatableValue]:
        """The password, and how long it is good."""
        yield tr(
            "{name} signs in at /admin with this password, and then chooses another one:", name=self.name
        )
        yield f"    {self.password}"
        yield tr("it is shown this once, and good until {moment}", moment=at(self.until))


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account, and what it may do by now."""

    name: str
    role: AdminRole
    group: str
    store: str
    clerk: str
    suspended: datetime | None
    can_sign_in: bool
    second_factor: bool
    start_password_until: datetime | None
    signed_in: Annotated[int, Help("In so many browsers.")]
    last_seen: datetime | None
    account: Annotated[AdminAccount, Internal()]

    @property
    def is_of_team(self) -> bool:
        """Whether they may have conversations with customers."""
        return self.can_sign_in and self.role in TEAM

    @property
    def is_there(self) -> bool:
        """Whether they may, and are signed in: who is not hears of none that is given to them."""
        return self.is_of_team and self.signed_in > 0


@dataclass(frozen=True, slots=True)
class ListedAccount(AccountView):
    """The same by the playbook."""

    whose: Annotated[str, Help("The title of its store, or group of stores.")]
    second_factor_lacking: Annotated[bool, Help("Its role demands a second factor, and it has none.")]

    @property
    def what(self) -> Translatable:
        """What they may do."""
        role = ROLE_NAMES[self.role]
        return tr("{role} ({whose})", role=role, whose=self.whose) if self.whose else role

    def standing(self, at: Clock) -> Translatable:
        """Whether they are signed in, or why they cannot be."""
        now = self._state(at)
        lacks = self.second_factor_lacking
        return tr("{now}; has to set up the second step", now=now) if lacks else now

    def _state(self, at: Clock) -> Translatable:
        if self.suspended is not None:
            return tr("suspended since {moment}", moment=at(self.suspended))
        if not self.can_sign_in:
            return tr("cannot sign in: the clerk is suspended or gone")
        if self.last_seen is not None:
            return tr("signed in, last seen {moment}", moment=at(self.last_seen))
        if self.start_password_until is not None:
            return tr("has to choose a password until {moment}", moment=at(self.start_password_until))
        return tr("signed out")


def listed(one: AccountView, playbook: Playbook, settings: Settings) -> ListedAccount:
    """An account as staff see it."""
    demanded = one.can_sign_in and one.role in settings.second_factor
    whose = playbook.store_title(one.store) or playbook.store_groups.get(one.group) or one.group
    return filled(ListedAccount, one, whose=whose, second_factor_lacking=demanded and not one.second_factor)
