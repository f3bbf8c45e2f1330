"""Which list is meant: its file, the shop whose it is, the channel that its LINE accounts are of."""

from __future__ import annotations

from pathlib import Path

from bot.engine.compiled.playbook import Playbook
from bot.model.said import row, say
from bot.model.settings import Settings, ShopSettings
from bot.operations.find_contacts import NotFound, not_called
from bot.operations.member_import import MemberFile
from bot.playbook.similar import hint_for, shown


class SeveralShops(NotFound):
    """Nobody has said whose list it is, and the playbook has several shops."""


def member_file(
    playbook: Playbook, settings: Settings, path: Path | None, shop: str | None, channel: str | None
) -> MemberFile:
    """The list that is meant, of the one shop that there is unless it is named. Raises `NotFound`.

    Without a path it is the file that the shop names, as it stands there: below the playbook's folder.
    """
    whose = _shop(settings, shop)
    if path is None:
        if whose is None or whose.file is None:
            raise NotFound(say("name a file, or write it to the shop:  file: members.csv"))
        path = Path(whose.file)
    return MemberFile(path, whose, _channel(playbook, whose, channel))


def _shop(settings: Settings, name: str | None) -> ShopSettings | None:
    shops = settings.shops
    if name is not None:
        if name not in shops:
            there = say("its shops are {names}", names=row(shops)) if shops else say("it has no shops")
            raise NotFound(not_called(say("shop"), name, hint_for(name, shops) or there))
        return shops[name]
    if len(shops) > 1:
        raise SeveralShops(
            say("say whose list this is: the playbook has the shops {names}", names=row(map(shown, shops)))
        )
    return next(iter(shops.values()), None)


def _channel(playbook: Playbook, shop: ShopSettings | None, name: str | None) -> str | None:
    """The channel that is named, else that of the shop's LINE login, else the only one."""
    channels = playbook.channels
    if name is not None and name not in channels:
        there = say("its channels are {names}", names=row(channels))
        raise NotFound(not_called(say("channel"), name, hint_for(name, channels) or there))
    if name is not None:
        return name
    if shop is not None and shop.channel is not None:
        return shop.channel
    return next(iter(channels)) if len(channels) == 1 else None
