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
"""Who has left the first store: their code is still on the wall."""


@dataclass(frozen=True, slots=True)
class ClerksAtHand:
    """Those of the simulator's database, imported ones among them. May raise `DatabaseUnavailable`.

    `pretend`: the database is a simulator's own, where nobody is real.
    """

    stores: Stores
    playbook: Callable[[], Playbook]
    channels: Callable[[], Mapping[str, Channel]]
    clock: Clock
    _: KW_ONLY
    pretend: bool

    async def all(self, channel: str) -> list[ClerkAtHand]:
        """Who has a code, with what it holds on this channel; nobody where no flow there takes one."""
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
        """Have somebody in each store of the playbook, also in one that was written since."""
        if not self.pretend:
            return
        clerks = self.stores.clerks
        wanted = {clerk.number: clerk for clerk in self._pretended()}
        known = await clerks.of(wanted.keys())
        await clerks.write([(clerk, None) for number, clerk in wanted.items() if number not in known])

    async def suspend(self, number: str, *, off: bool) -> None:
        """Have a clerk's code bind nobody, or somebody again. Raises `NoClerk`."""
        at = self.clock.now() if off else None
        await change(self.stores, number, lambda clerk: replace(clerk, suspended=at))

    def _pretended(self) -> Iterator[StoreClerk]:
        for place, store in enumerate(self.playbook().stores):
            yield _clerk(f"S{place + 1:02}", NAMES[place % len(NAMES)], store)
            if place == 0:
                yield replace(_clerk("S00", LEFT, store), suspended=self.clock.now())


def _clerk(number: str, name: str, store: str) -> StoreClerk:
    """With the same code each time, so that a recorded conversation is the same."""
    drawn = hashlib.sha256(f"{number} {store}".encode()).digest()
    code = "".join(ALPHABET[byte % len(ALPHABET)] for byte in drawn[:SIGNS])
    return StoreClerk(number, name, store=store, codes=(ClerkCode(code),))


def clerks_at_hand(opened: OpenDatabase, live: Live, clock: Clock) -> ClerksAtHand:
    """Those of this process."""
    return ClerksAtHand(
        opened.stores,
        live.playbook_now,
        lambda: live.settings.channels,
        clock,
        pretend=opened.pretend is not None,
    )
