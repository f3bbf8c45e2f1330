"""Why a shop could not tell or do what it was asked, by name. No message holds a phone or a secret."""

from __future__ import annotations

from bot.model.outside import IS_COPY
from bot.model.translatable import Translatable


class ShopFailed(Exception):
    """The shop did not do what it was asked; the outcome is `shop_failed`.

    `message` is a sentence in any language, or English for who writes the shop's side.
    """

    def __init__(self, why: Translatable | str) -> None:
        super().__init__(str(why))
        self.message = why


class ShopAway(ShopFailed):
    """It was not reached, was too slow, too busy or broken, until nobody could wait any longer.

    `after`: for so many seconds it wants to be left alone, if it says so (Retry-After); an hour at most.
    """

    def __init__(self, why: Translatable | str, after: float | None = None) -> None:
        super().__init__(why)
        self.after = min(after or 0.0, 3600.0)


class NotAsked(ShopAway):
    """It was not asked, for this process works on a copy for trying."""

    def __init__(self) -> None:
        super().__init__(IS_COPY)


class CredentialsRefused(ShopFailed):
    """It does not know these credentials (401)."""


class UnknownApp(CredentialsRefused):
    """It does not know the app that asks."""


class CredentialsExpired(ShopFailed):
    """They were good, and have run out (401): the shop has to be linked anew."""


class NotPermitted(ShopFailed):
    """The credentials are right, and not allowed to do this (403)."""


class RequestRefused(ShopFailed):
    """It does not take this request, and would not take it again."""


class NotUnderstood(ShopFailed):
    """Its answer is not what the platform documents."""


class SeveralMembers(ShopFailed):
    """More than one member has this phone, and the shop has proven none of them: nobody may guess."""


class NotOffered(ShopFailed):
    """The platform has no call for this."""


class NotLinked(ShopFailed):
    """It was unlinked: nobody asks it, until somebody links it again."""


class CredentialsMissing(ShopFailed):
    """The playbook gives no value for what the platform needs."""
