"""Clerks of the playbook's stores in the simulator: one for each store, and one who has left."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import KW_ONLY, dataclass, replace

from bot.app.database import OpenDatabase
from bot.app.live import Live
from bot.engine.compiled.playbook import Playbook
from bot.model.channel import Channel
from bot.model.clerk import ClerkCode, StoreClerk
from bot.model.clock import Clock
from bot.model.short_code import ALPHABET, SIGNS
from bot.operations.clerk_codes import NoReferral, referral_way
from bot.operations.clerks import change
from bot.simulator.workbench.inside import ClerkAtHand
from bot.store.stores import Stores

NAMES = ("小安", "小寧", "小柏", "小芳", "小宇", "小涵", "小傑", "小婷")
LEFT = "小離"
"""The clerk who has left the first store, and whose code is suspended: to try that case."""


@dataclass(frozen=True, slots=True)
class ClerksAtHand:
    """The clerks of the simulator's database, with imported ones. Methods may raise `DatabaseUnavailable`.

    `pretend`: the database is a simulator's own, so clerks may be made up.
    """

    stores: Stores
    playbook: Callable[[], Playbook]
    channels: Callable[[], Mapping[str, Channel]]
    clock: Clock
    _: KW_ONLY
    pretend: bool

    async def all(self, channel: str) -> list[ClerkAtHand]:
        """The clerks with a code, each with its link on this channel; none where no flow takes such codes."""
        playbook = self.playbook()
        try:
            way = referral_way(playbook, self.channels()[channel])
        except NoReferral:
            return []
        await self.begin()
        titles = {name: store.title for name, store in playbook.stores.items()}
        codes = [
            ClerkAtHand(
                one.number,
                one.name,
                titles.get(one.store, one.store),
                one.code,
                way.link(one.code),
                one.suspended is not None,
            )
            async for one in self.stores.clerks.all()
            if one.has_code and one.code is not None
        ]
        return sorted(codes, key=lambda one: one.number)

    async def begin(self) -> None:
        """Make up a clerk for each store of the playbook that has none, in a simulator's own database."""
        if not self.pretend:
            return
        clerks = self.stores.clerks
        wanted = {clerk.number: clerk for clerk in self._pretended()}
        known = await clerks.of(wanted.keys())
        await clerks.write([(clerk, None) for number, clerk in wanted.items() if number not in known])

    async def suspend(self, number: str, *, off: bool) -> None:
        """Suspend a clerk's code, or (not `off`) end that. Raises `NoClerk`."""
        at = self.clock.now() if off else None
        await change(self.stores, number, lambda clerk: replace(clerk, suspended=at))

    def _pretended(self) -> Iterator[StoreClerk]:
        for place, store in enumerate(self.playbook().stores):
            yield _clerk(f"S{place + 1:02}", NAMES[place % len(NAMES)], store)
            if place == 0:
                yield replace(_clerk("S00", LEFT, store), suspended=self.clock.now())


def _clerk(number: str, name: str, store: str) -> StoreClerk:
    """A clerk whose code is derived from number and store, so that recorded conversations can be repeated."""
    drawn = hashlib.sha256(f"{number} {store}".encode()).digest()
    code = "".join(ALPHABET[byte % len(ALPHABET)] for byte in drawn[:SIGNS])
    return StoreClerk(number, name, store=store, codes=(ClerkCode(code),))


def clerks_at_hand(opened: OpenDatabase, live: Live, clock: Clock) -> ClerksAtHand:
    """The clerks of the database that this process has open."""
    return ClerksAtHand(
        opened.stores,
        live.playbook_now,
        lambda: live.settings.channels,
        clock,
        pretend=opened.pretend is not None,
    )
