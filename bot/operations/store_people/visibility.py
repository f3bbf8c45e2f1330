"""Whose people, codes and counts somebody sees who is signed in (D6): decided by role and place, never by a
request. What a request asks for can only narrow it.

`seen_people` is the only maker of a scope, and every query takes one. A store that the playbook no longer has
is refused: an unknown name must never mean everybody. Addresses have sealed parts in place of ids, bound to
the account. The last digits of a phone are searched by exactly three: with four a masked number could be read
digit by digit.
"""

from __future__ import annotations

from bot.engine.compiled.playbook import Playbook
from bot.model.admin import AdminRole, StoreScope
from bot.model.clerk import OfClerk, OfEveryStore, OfStores, SeenPeople, StoreClerk
from bot.model.translatable import Refusal, Translatable, tr
from bot.playbook.similar import quoted


class NoVisiblePeople(Refusal):
    """Nobody is theirs; the text says why, and who can change it."""


def seen_people(role: AdminRole, scope: StoreScope, playbook: Playbook) -> SeenPeople:
    """Whom somebody of this role sees. Raises `NoVisiblePeople`: also where their store or group is gone.

    A store that has left the playbook is closed to its manager: it has no new owner.
    """
    match role:
        case "admin" | "supervisor" | "head_office":
            return OfEveryStore()
        case "group" if scope.group in playbook.store_groups:
            stores = playbook.stores.items()
            return OfStores(tuple(sorted(name for name, store in stores if store.group == scope.group)))
        case "group":
            raise NoVisiblePeople(_group_is_gone(scope.group))
        case "store_manager" if scope.store in playbook.stores:
            return OfStores((scope.store,))
        case "store_manager":
            raise NoVisiblePeople(_store_is_gone(scope.store))
        case "clerk" if scope.clerk:
            return OfClerk(scope.clerk)
        case _:
            raise NoVisiblePeople(tr("this account has no people of its own: ask whoever runs this system"))


def narrowed(seen: SeenPeople, store: str, playbook: Playbook) -> SeenPeople:
    """Of those who are seen the ones of this store; as before where it is none that may be chosen."""
    return OfStores((store,)) if store in stores_seen(seen, playbook) else seen


def stores_seen(seen: SeenPeople, playbook: Playbook) -> tuple[str, ...]:
    """The stores among which somebody may choose, in the playbook's order; none where there is no choice."""
    match seen:
        case OfEveryStore():
            return tuple(playbook.stores)
        case OfStores(names) if len(names) > 1:
            return tuple(name for name in playbook.stores if name in names)
        case _:
            return ()


def is_seen(seen: SeenPeople, clerk: StoreClerk) -> bool:
    """Whether this clerk's code and counts are theirs to see."""
    match seen:
        case OfEveryStore():
            return True
        case OfStores(names):
            return clerk.has_code and clerk.store in names
        case OfClerk(number):
            return clerk.number == number


def _group_is_gone(group: str) -> Translatable:
    return tr(
        "the stores have no group called {name} any more, so nobody is shown: ask whoever runs this system",
        name=quoted(group),
    )


def _store_is_gone(store: str) -> Translatable:
    return tr(
        "there is no store called {name} any more, so nobody is shown: ask whoever runs this system",
        name=quoted(store),
    )
