"""Who may publish what of a draft: a supervisor all but what decides where data and secrets go; two persons
where the playbook wants two (K1)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.model.admin import CONSOLE, Signed
from bot.model.proposal import Proposal
from bot.model.settings import PublishRules
from bot.model.translatable import Translatable, row, tr
from bot.operations.actors import by_name
from bot.operations.publishing import PublishRefused
from bot.playbook.admin_lines import AdminLine
from bot.store.stores import Stores

NAMED = 5
"""Lines that a refusal names."""


class NeedsAdmin(PublishRefused):
    """Somebody else has to publish it; the text says who, and because of which lines."""


class Unconfirmed(Exception):
    """It is theirs to publish, once they have said again who they are (`Signed.is_confirmed`)."""


class NeedsApproval(PublishRefused):
    """A second person publishes it, where the playbook wants that; the text says what to do."""


class ProposalChanged(PublishRefused):
    """It is not what was looked at: handed in anew, withdrawn, or decided by somebody else."""

    def __init__(self, says: Translatable | None = None) -> None:
        changed = tr("this was handed in anew, or somebody has decided already: look once more")
        super().__init__(says or changed)


class ProposalPublished(ProposalChanged):
    """It is live already, by whom the text says."""

    def __init__(self, by: str) -> None:
        publisher = by_name(by)
        super().__init__(tr("this is live already: {who} has published it", who=publisher))


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who writes or publishes: the account of whoever stands behind it (of a token, its maker), how the audit
    log names them, and whether they are an administrator, by now."""

    person: str
    by: str
    is_admin: Callable[[], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class DraftRights:
    """What is asked before a draft is live: the rules of the live playbook, which lines are an
    administrator's, and who handed it in, if somebody did."""

    rules: PublishRules
    reserved: Sequence[AdminLine]
    handed_in: Proposal | None = None


def publisher_of(stores: Stores, signed: Signed, *, publishes: bool = False) -> Publisher:
    """Somebody who is signed in at the console; whether they publish now, which may raise `Unconfirmed`."""

    async def is_admin() -> bool:
        found = await is_admin_now(stores, signed.name)
        if found and publishes and not signed.is_confirmed:
            raise Unconfirmed
        return found

    return Publisher(signed.name, signed.by, is_admin)


async def is_admin_now(stores: Stores, account: str) -> bool:
    """Whether this account is an administrator's, and opens. May raise `DatabaseUnavailable`."""
    found = await stores.admins.of(account)
    return found is not None and found.suspended is None and not found.clerk and found.role == "admin"


async def check_may_publish(stores: Stores, publisher: Publisher, rights: DraftRights) -> None:
    """Raise `NeedsApproval` where it has to be handed in, or is their own; `NeedsAdmin` where it has lines
    that are neither theirs to publish nor were an administrator's to hand in; `PublishRefused` where the
    folder is the truth.
    """
    proposal, reserved = rights.handed_in, rights.reserved
    if rights.rules.from_folder:
        raise PublishRefused(tr("this playbook is published from its folder: take the patch file there"))
    if proposal is None and rights.rules.approval:
        raise NeedsApproval(tr("somebody else publishes it: hand it in"))
    if proposal is not None:
        if proposal.person == publisher.person:
            raise NeedsApproval(tr("you have handed this in yourself: somebody else publishes it"))
        if await stores.proposals.of(proposal.account) != proposal:
            raise ProposalChanged
    if not reserved or await publisher.is_admin():
        return
    by_hand = proposal is not None and proposal.by.startswith(CONSOLE)
    if proposal is not None and by_hand and await is_admin_now(stores, proposal.person):
        return
    lines = [f"{one.place.file}:{one.place.line} {one.path}" for one in reserved[:NAMED]]
    more = ["…"] if len(reserved) > NAMED else []
    raise NeedsAdmin(tr("an administrator has to publish this: {lines}", lines=row([*lines, *more])))
