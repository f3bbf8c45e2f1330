"""`oaflow admin`: the accounts of staff: added, listed, suspended, unlocked, given passwords and roles."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager

from bot.cli.answer import in_columns
from bot.cli.arguments import Actions, Arguments, Run, actions_of, add_action, add_json, describe
from bot.cli.operator import add_by
from bot.cli.order import CommandOrder, carried_out
from bot.cli.refusal import UsageWrong
from bot.engine.compiled.playbook import Playbook
from bot.model.admin import ROLES, AdminRole, StoreScope
from bot.model.clock import SystemClock
from bot.model.translatable import Translatable, plural, tr
from bot.operations.admins.accounts import AccountView, RoleRequest, StaffAccounts, StartPassword
from bot.operations.admins.passwords import Passwords
from bot.operations.admins.role_names import ROLE_NAMES
from bot.operations.payload import pick
from bot.operations.simulated_time import clock_among
from bot.playbook.valid import ValidPlaybook


def _one(words: Sequence[str], options: Arguments) -> None:
    if len(words) != 1:
        raise UsageWrong(tr("write the name of one account"))


def _some(words: Sequence[str], options: Arguments) -> None:
    if not words:
        raise UsageWrong(tr("write the name of an account"))


def _none(words: Sequence[str], options: Arguments) -> None:
    if words:
        raise UsageWrong(tr("all accounts are listed: leave {word} out", word=words[0]))


@carried_out(check=_one)
async def add(order: CommandOrder) -> None:
    """Add an account and print its start password."""
    async with _accounts(order) as accounts:
        given = await accounts.add(order.playbook, order.words[0], _role(order), order.by)
    _show_start(given, order)


@carried_out(check=_none)
async def list_accounts(order: CommandOrder) -> None:
    """Print a line for each account."""
    async with _accounts(order) as accounts:
        found = await accounts.all()
    order.show_all([_payload(one, order.served) for one in found], _lines(found, order))


@carried_out(check=_some)
async def suspend(order: CommandOrder) -> None:
    """Suspend accounts, or lift that."""
    lift = order.options.lift
    async with _accounts(order) as accounts:
        chats = 0 if lift else await accounts.open_chats(order.words)
        to = order.options.chats_to
        changed = await accounts.suspend(order.words, order.by, lift=lift, chats_to=to)
    names = " ".join(changed)
    on, off = (
        tr("they can sign in again: {names}", names=names),
        tr("suspended, and signed out: {names}", names=names),
    )
    done = on if lift else off
    order.show(
        {"changed": changed, "chats": chats},
        done if changed else tr("that was so already"),
        *_chats_lines(chats, to),
    )


@carried_out(check=_some)
async def unlock(order: CommandOrder) -> None:
    """Forget wrong tries at accounts."""
    async with _accounts(order) as accounts:
        unlocked = await accounts.unlock(order.words, order.by)
    line = tr("wrong passwords and codes are forgotten: {names}", names=" ".join(unlocked))
    order.show({"unlocked": unlocked}, line)


@carried_out(check=_one)
async def reset(order: CommandOrder) -> None:
    """Give an account a new start password and print it."""
    async with _accounts(order) as accounts:
        given = await accounts.reset(order.words[0], order.by, chats_to=order.options.chats_to)
    _show_start(given, order)


@carried_out(check=_one)
async def role(order: CommandOrder) -> None:
    """Give an account another role."""
    async with _accounts(order) as accounts:
        to = order.options.chats_to
        after = await accounts.set_role(order.playbook, order.words[0], _role(order), order.by, chats_to=to)
    line = tr("{name} is {role} now, and signed out", name=after.name, role=ROLE_NAMES[after.role])
    order.show(pick(after, "name", "role"), line)


def _chats_lines(chats: int, to: str) -> Iterator[Translatable]:
    """What has become of their conversations."""
    if chats and to:
        yield plural(
            "1 conversation is {name}'s now", "{number} conversations are {name}'s now", chats, name=to
        )
    elif chats:
        yield plural("1 conversation waits again", "{number} conversations wait again", chats)


def _role(order: CommandOrder) -> RoleRequest:
    options = order.options
    return RoleRequest(options.role, options.group, options.store, options.clerk)


@asynccontextmanager
async def _accounts(order: CommandOrder) -> AsyncIterator[StaffAccounts]:
    passwords = Passwords()
    try:
        people = await order.people()
        yield StaffAccounts(people, passwords, SystemClock(), await clock_among(people))
    finally:
        passwords.close()


def _show_start(given: StartPassword, order: CommandOrder) -> None:
    account = given.account
    until = account.start_until
    assert until is not None
    order.show(
        {**pick(account, "name", "role"), "password": given.password, "until": until},
        tr("{name} signs in at /admin with this password, and then chooses another one:", name=account.name),
        f"    {given.password}",
        tr("it is shown this once, and good until {moment}", moment=order.at(until)),
    )


def _payload(one: AccountView, served: ValidPlaybook) -> dict[str, object]:
    account, place = one.account, one.place
    role_now, scope = place if place is not None else (account.role, StoreScope())
    return {
        "name": account.name,
        "role": role_now,
        **pick(scope, "group", "store", "clerk"),
        "suspended": account.suspended,
        "can_sign_in": place is not None,
        "second_factor": bool(account.totp),
        "second_factor_lacking": _lacks_factor(one, served),
        "start_password_until": account.start_until,
        "signed_in": one.sessions,
        "last_seen": one.seen,
    }


def _lines(found: Sequence[AccountView], order: CommandOrder) -> Iterator[str]:
    words = order.speech.text
    if not found:
        yield words(tr("nobody has an account:  oaflow admin add NAME --role admin"))
    yield from in_columns(
        [[one.account.name, words(_what(one, order.playbook)), words(_now(one, order))] for one in found]
    )


def _what(one: AccountView, playbook: Playbook) -> Translatable:
    role_now: AdminRole = one.account.role if one.place is None else one.place[0]
    scope = StoreScope(one.account.group, one.account.store) if one.place is None else one.place[1]
    stores, groups = playbook.stores, playbook.store_groups
    store = stores[scope.store].title if scope.store in stores else scope.store
    whose = store or groups.get(scope.group) or scope.group
    named = ROLE_NAMES[role_now]
    return tr("{role} ({whose})", role=named, whose=whose) if whose else named


def _now(one: AccountView, order: CommandOrder) -> Translatable:
    now = _state(one, order)
    lacks = _lacks_factor(one, order.served)
    return tr("{now}; has to set up the second step", now=now) if lacks else now


def _lacks_factor(one: AccountView, served: ValidPlaybook) -> bool:
    """Whether their role demands a second factor, and they have none yet."""
    demanded = one.place is not None and one.place[0] in served.settings.second_factor
    return demanded and not one.account.totp


def _state(one: AccountView, order: CommandOrder) -> Translatable:
    account = one.account
    if account.suspended is not None:
        return tr("suspended since {moment}", moment=order.at(account.suspended))
    if one.place is None:
        return tr("cannot sign in: the clerk is suspended or gone")
    if one.seen is not None:
        return tr("signed in, last seen {moment}", moment=order.at(one.seen))
    if account.start_until is not None:
        return tr("has to choose a password until {moment}", moment=order.at(account.start_until))
    return tr("signed out")


_BEFORE = "before it: folder with bot.yaml"


def arguments(command: ArgumentParser) -> None:
    """What is asked, or done."""
    says = "Who may sign in to /admin; nobody has an account until one is added here."
    describe(command, says, example="oaflow admin add mei --role supervisor")
    actions = actions_of(command)
    added = _add(
        actions,
        "add",
        "a new account, with a password to begin with",
        add,
        "add mei --role supervisor",
        "NAME",
    )
    listed = add_action(
        actions,
        "list",
        "all accounts: what they may do, and who is signed in",
        list_accounts,
        example="oaflow admin list",
    )
    listed.add_argument("words", nargs="*", metavar="PLAYBOOK", help="folder with bot.yaml (.)")
    add_json(listed)
    off = _add(
        actions,
        "suspend",
        "nobody can sign in to these any more; whoever is, is signed out",
        suspend,
        "suspend mei",
        "NAME…",
    )
    off.add_argument("--lift", action="store_true", help="they can again")
    _add_chats_to(off)
    _add(
        actions,
        "unlock",
        "forget wrong passwords and codes, after which new browsers have to wait",
        unlock,
        "unlock mei",
        "NAME…",
    )
    anew = _add(
        actions,
        "reset",
        "a new password to begin with, and no second factor; signed out everywhere",
        reset,
        "reset mei",
        "NAME",
    )
    other = _add(
        actions, "role", "another role; signed out everywhere", role, "role mei --role agent", "NAME"
    )
    for one in (added, other):
        _add_role(one)
    for one in (anew, other):
        _add_chats_to(one)


def _add(actions: Actions, name: str, does: str, run: Run, example: str, words: str) -> ArgumentParser:
    action = add_action(actions, name, does, run, example=f"oaflow admin {example}", words=words)
    action.add_argument("words", nargs="+", metavar=words, help=_BEFORE)
    add_by(action)
    add_json(action)
    return action


def _add_chats_to(action: ArgumentParser) -> None:
    action.add_argument(
        "--chats-to",
        default="",
        metavar="NAME",
        help="their open conversations are this colleague's, who is signed in (else customers wait again)",
    )


def _add_role(action: ArgumentParser) -> None:
    action.add_argument("--role", choices=ROLES, help="what they may do")
    action.add_argument("--group", default="", metavar="NAME", help="the group of stores of a group manager")
    action.add_argument("--store", default="", metavar="NAME", help="the store of a store manager")
    action.add_argument(
        "--clerk", default="", metavar="NUMBER", help="they are this clerk: role and store are the clerk's"
    )
