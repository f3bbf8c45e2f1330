"""The names of actors for people. Logs record an account, a user of a machine or a shop with a prefix; pages
and commands show them in words."""

from __future__ import annotations

from bot.model.api_token import BY_TOKEN
from bot.model.audit import MEMBER
from bot.model.retention import BY_RETENTION
from bot.model.translatable import Translatable, TranslatableValue, tr

COMMAND = "command:"
"""The prefix of a user of a machine."""
CONSOLE = "console:"
"""The prefix of an account of the staff's pages."""
SHOP = "shop:"
"""The prefix of the name of a shop."""


def actor_words(actor: str) -> TranslatableValue:
    """The account of a machine where a command was given, a token, a shop, the customer; else the name."""
    if actor == MEMBER:
        return tr("the customer")
    if actor == BY_RETENTION:
        return tr("the playbook (privacy.keep)")
    if actor.startswith(COMMAND):
        return tr("{user} (command line)", user=actor.removeprefix(COMMAND))
    if actor.startswith(BY_TOKEN):
        return tr("{token} (API token)", token=actor.removeprefix(BY_TOKEN))
    if actor.startswith(SHOP):
        return tr("the shop {shop}", shop=actor.removeprefix(SHOP))
    return actor


def by_name(actor: str) -> TranslatableValue:
    """The same on a page of the console: an account of it by its bare name."""
    return actor_words(actor.removeprefix(CONSOLE))


def done_by(actor: str) -> Translatable:
    """That this actor has done it."""
    return tr("by the customer") if actor == MEMBER else tr("by {who}", who=actor_words(actor))
