"""How often somebody may try to sign in: counted in the database before a password is looked at.

Waits grow for whoever guesses. At an account a network has ten tries in a quarter of an hour, twenty in an
hour, sixty in a day. All networks together have ten in a quarter of an hour; beyond those each may still try
twice an hour, up to a hundred: so nobody who guesses from a few networks keeps the owner's new browser out.
A browser that is known is counted by itself, and what is written as a start password, which nobody guesses,
by address and network only. Names that nobody has are counted alike.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.model.clock import Clock
from bot.store.admins.tries import SignInTries, TriedBy


@dataclass(frozen=True, slots=True)
class Tried:
    """A try. `call` is its id, `account` the account's `counted_as` or a name that nobody has, `known` the
    browser, where it is known to the account; `start`: the password is written as start passwords are."""

    call: str
    account: str
    address: str = field(repr=False)
    network: str = field(repr=False)
    known: str = field(default="", repr=False)
    start: bool = False


class SignInLimits:
    """Counts tries. May raise `DatabaseUnavailable`."""

    def __init__(self, tries: SignInTries, clock: Clock) -> None:
        self._tries = tries
        self._clock = clock

    async def wait(self, tried: Tried) -> int:
        """Seconds to wait; 0: this try is counted and may be looked at."""
        if tried.known:
            return await self._count("browser", tried)
        if wait := await self._count("address", tried):
            return wait
        wait = await self._count("network", tried)
        if not wait and not tried.start:
            wait = await self._at_account(tried)
        if wait:
            await self.take_back(tried)
        return wait

    async def take_back(self, tried: Tried) -> None:
        """It was no guess, or was not looked at."""
        counted_by: tuple[TriedBy, ...] = ("browser",) if tried.known else ("address", "network")
        if not tried.known and not tried.start:
            counted_by = (*counted_by, "near", "account")
        for by in counted_by:
            await self._tries.was_right(by, _value(by, tried), tried.call)

    async def _at_account(self, tried: Tried) -> int:
        if not await self._count("near_first", tried):
            return await self._count("account_first", tried)
        return await self._count("near", tried) or await self._count("account", tried)

    async def _count(self, by: TriedBy, tried: Tried) -> int:
        return await self._tries.wait(by, _value(by, tried), tried.call, self._clock.now())


def _value(by: TriedBy, tried: Tried) -> str:
    """What is counted."""
    match by:
        case "address":
            return tried.address
        case "network":
            return tried.network
        case "browser":
            return f"{tried.account}\0{tried.known}"
        case "near" | "near_first":
            return f"{tried.account}\0{tried.network}"
        case _:
            return tried.account
