"""Which of the playbook's shops a command means."""

from __future__ import annotations

from collections.abc import Sequence

from bot.cli.refusal import UsageWrong
from bot.model.settings import Settings, ShopSettings
from bot.model.translatable import row, tr
from bot.playbook.similar import hint_for, quoted


def which_shop(settings: Settings, words: Sequence[str]) -> ShopSettings:
    """The one that is named, or the only one. Raises `UsageWrong`."""
    shops = settings.shops
    if not shops:
        raise UsageWrong(tr("the playbook has no shop: add a section  shops"))
    match list(words):
        case [] if len(shops) == 1:
            return next(iter(shops.values()))
        case [name] if name in shops:
            return shops[name]
        case [name]:
            hint = hint_for(name, shops) or tr("there are {names}", names=row([*shops]))
            raise UsageWrong(tr("there is no shop {name}; {hint}", name=quoted(name), hint=hint))
        case []:
            raise UsageWrong(tr("which shop? there are {names}", names=row([*shops])))
        case _:
            raise UsageWrong(tr("name one shop"))
