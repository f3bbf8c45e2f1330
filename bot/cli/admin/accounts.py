"""`oaflow admin add|list|suspend|unlock|reset|role`: what is told of accounts and done with them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from bot.app.database import OpenDatabase
from bot.cli.answer import show_answer
from bot.cli.arguments import Arguments
from bot.cli.dates import to_the_second
from bot.cli.figures_source import whose_people
from bot.cli.on_database import on_database
from bot.cli.operator import commander
from bot.cli.playbook_folder import folder_and_words
from bot.cli.refusal import UsageWrong
from bot.engine.compiled.playbook import Playbook
from bot.model.admin import AdminRole, StoreScope
from bot.model.clock import SystemClock
from bot.model.translatable import Language, Translatable, tr
from bot.operations.admins.accounts import AccountView, RoleRequest, StaffAccounts, StartPassword
from bot.operations.admins.passwords import Passwords
from bot.operations.admins.role_names import ROLE_NAMES
from bot.playbook.report import cells
from bot.playbook.valid import ValidPlaybook

Doing = Callable[[StaffAccounts, ValidPlaybook], Awaitable[None]]


def add(wanted: Arguments, words: Language) -> int:
    """Add an account and print its start password; the exit code."""

    async def work(accounts: StaffAccounts, served: ValidPlaybook) -> None:
        given = await accounts.add(served.playbook, name, _role(wanted), commander(wanted.by))
        _show_start(given, served, wanted, words)

    folder, name = _one(wanted)
    return _with_accounts(folder, words, work)


def list_accounts(wanted: Arguments, words: Language) -> int:
    """Print a line for each account; the exit code."""

    async def work(accounts: StaffAccounts, served: ValidPlaybook) -> None:
        found = await accounts.all()
        show_answer(
            [_told(one, served) for one in found], _lines(found, served, words), for_programs=wanted.json
        )

    folder, rest = folder_and_words(wanted.words)
    if rest:
        raise UsageWrong(tr("all accounts are listed: leave {word} out", word=rest[0]))
    return _with_accounts(folder, words, work)


def suspend(wanted: Arguments, words: Language) -> int:
    """Suspend accounts, or lift that; the exit code."""
    folder, names = folder_and_words(wanted.words)
    if not names:
        raise UsageWrong(tr("write the name of an account"))

    async def work(accounts: StaffAccounts, served: ValidPlaybook) -> None:
        changed = await accounts.suspend(names, commander(wanted.by), lift=wanted.lift)
        who = " ".join(changed)
        done = (
            tr("they can sign in again: {names}", names=who)
            if wanted.lift
            else tr("suspended, and signed out: {names}", names=who)
        )
        line = words.text(done if changed else tr("that was so already"))
        show_answer({"changed": changed}, [line], for_programs=wanted.json)

    return _with_accounts(folder, words, work)


def unlock(wanted: Arguments, words: Language) -> int:
    """Forget wrong tries at accounts; the exit code."""
    folder, names = folder_and_words(wanted.words)
    if not names:
        raise UsageWrong(tr("write the name of an account"))

    async def work(accounts: StaffAccounts, served: ValidPlaybook) -> None:
        unlocked = await accounts.unlock(names, commander(wanted.by))
        line = tr("wrong passwords and codes are forgotten: {names}", names=" ".join(unlocked))
        show_answer({"unlocked": unlocked}, [words.text(line)], for_programs=wanted.json)

    return _with_accounts(folder, words, work)


def reset(wanted: Arguments, words: Language) -> int:
    """Give an account a new start password and print it; the exit code."""

    async def work(accounts: StaffAccounts, served: ValidPlaybook) -> None:
        _show_start(await accounts.reset(name, commander(wanted.by)), served, wanted, words)

    folder, name = _one(wanted)
    return _with_accounts(folder, words, work)


def role(wanted: Arguments, words: Language) -> int:
    """Give an account another role; the exit code."""

    async def work(accounts: StaffAccounts, served: ValidPlaybook) -> None:
        after = await accounts.set_role(served.playbook, name, _role(wanted), commander(wanted.by))
        told = {"name": after.name, "role": after.role}
        line = tr("{name} is {role} now, and signed out", name=after.name, role=ROLE_NAMES[after.role])
        show_answer(told, [words.text(line)], for_programs=wanted.json)

    folder, name = _one(wanted)
    return _with_accounts(folder, words, work)


def _one(wanted: Arguments) -> tuple[Path, str]:
    folder, names = folder_and_words(wanted.words)
    if len(names) != 1:
        raise UsageWrong(tr("write the name of one account"))
    return folder, names[0]


def _role(wanted: Arguments) -> RoleRequest:
    return RoleRequest(wanted.role, wanted.group, wanted.store, wanted.clerk)


def _with_accounts(folder: Path, words: Language, doing: Doing) -> int:
    async def work(opened: OpenDatabase, served: ValidPlaybook) -> None:
        passwords = Passwords()
        try:
            await doing(StaffAccounts(await whose_people(opened, words), passwords, SystemClock()), served)
        finally:
            passwords.close()

    return on_database(folder, work)


def _show_start(given: StartPassword, served: ValidPlaybook, wanted: Arguments, words: Language) -> None:
    account = given.account
    until = account.start_until
    assert until is not None
    told = {"name": account.name, "role": account.role, "password": given.password, "until": until}
    day = to_the_second(served.playbook.zone)(until)
    lines = [
        words.text(
            tr(
                "{name} signs in at /admin with this password, and then chooses another one:",
                name=account.name,
            )
        ),
        f"    {given.password}",
        words.text(tr("it is shown this once, and good until {moment}", moment=day)),
    ]
    show_answer(told, lines, for_programs=wanted.json)


def _told(one: AccountView, served: ValidPlaybook) -> dict[str, object]:
    account, place = one.account, one.place
    role_now, scope = place if place is not None else (account.role, StoreScope())
    return {
        "name": account.name,
        "role": role_now,
        **asdict(scope),
        "suspended": account.suspended,
        "can_sign_in": place is not None,
        "second_factor": bool(account.totp),
        "second_factor_lacking": _lacks_factor(one, served),
        "start_password_until": account.start_until,
        "signed_in": one.sessions,
        "last_seen": one.seen,
    }


def _lines(found: Sequence[AccountView], served: ValidPlaybook, words: Language) -> Iterator[str]:
    if not found:
        yield words.text(tr("nobody has an account:  oaflow admin add NAME --role admin"))
        return
    moment = to_the_second(served.playbook.zone)
    rows = [
        [one.account.name, words.text(_what(one, served.playbook)), words.text(_now(one, served, moment))]
        for one in found
    ]
    wide = [max(map(cells, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        padded = (text + " " * (width - cells(text)) for text, width in zip(row, wide, strict=True))
        yield "  ".join(padded).rstrip()


def _what(one: AccountView, playbook: Playbook) -> Translatable:
    role_now: AdminRole = one.account.role if one.place is None else one.place[0]
    scope = StoreScope(one.account.group, one.account.store) if one.place is None else one.place[1]
    stores, groups = playbook.stores, playbook.store_groups
    store = stores[scope.store].title if scope.store in stores else scope.store
    whose = store or groups.get(scope.group) or scope.group
    named = ROLE_NAMES[role_now]
    return tr("{role} ({whose})", role=named, whose=whose) if whose else named


def _now(one: AccountView, served: ValidPlaybook, moment: Callable[[datetime], str]) -> Translatable:
    now = _stands(one, moment)
    return tr("{now}; has to set up the second step", now=now) if _lacks_factor(one, served) else now


def _lacks_factor(one: AccountView, served: ValidPlaybook) -> bool:
    """Whether their role demands a second factor, and they have none yet."""
    demanded = one.place is not None and one.place[0] in served.settings.second_factor
    return demanded and not one.account.totp


def _stands(one: AccountView, moment: Callable[[datetime], str]) -> Translatable:
    account = one.account
    if account.suspended is not None:
        return tr("suspended since {moment}", moment=moment(account.suspended))
    if one.place is None:
        return tr("cannot sign in: the clerk is suspended or gone")
    if one.seen is not None:
        return tr("signed in, last seen {moment}", moment=moment(one.seen))
    if account.start_until is not None:
        return tr("has to choose a password until {moment}", moment=moment(account.start_until))
    return tr("signed out")
