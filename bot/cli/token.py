"""`oaflow token`: tokens of `/admin/api`: made, listed, revoked."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from typing import Any

from bot.cli.answer import in_columns
from bot.cli.arguments import Actions, Arguments, Run, actions_of, add_action, add_json, describe
from bot.cli.operator import add_by
from bot.cli.order import CommandOrder, carried_out
from bot.cli.refusal import UsageWrong
from bot.model.api_token import DAYS, TOKEN_ROLES
from bot.model.clock import SystemClock
from bot.model.translatable import Translatable, row, tr
from bot.operations.actors import actor_words
from bot.operations.admins.role_names import ROLE_NAMES
from bot.operations.payload import pick
from bot.operations.simulated_time import clock_among
from bot.operations.tokens import StaffTokens, TokenView


def _one(words: Sequence[str], options: Arguments) -> None:
    if len(words) != 1:
        raise UsageWrong(tr("write the name of one token"))
    if options.role is None:
        raise UsageWrong(tr("say what it may do: {roles}", roles=row(TOKEN_ROLES, "or")))


def _some(words: Sequence[str], options: Arguments) -> None:
    if not words:
        raise UsageWrong(tr("write the name of a token"))


def _none(words: Sequence[str], options: Arguments) -> None:
    if words:
        raise UsageWrong(tr("all tokens are listed: leave {word} out", word=words[0]))


@carried_out(check=_one)
async def make(order: CommandOrder) -> None:
    """Make a token and print it."""
    options = order.options
    made = await (await _tokens(order)).make(order.words[0], options.role, options.days, order.by)
    token = made.token
    order.show(
        {**pick(token, "name", "role"), "token": made.text, "until": token.until},
        tr("{name} calls /admin/api with this token:", name=token.name),
        f"    {made.text}",
        tr("it is shown this once, and good until {moment}", moment=order.at(token.until)),
    )


@carried_out(check=_none)
async def list_tokens(order: CommandOrder) -> None:
    """Print a line for each token."""
    found = await (await _tokens(order)).all()
    order.show_all(list(map(_payload, found)), _lines(found, order))


@carried_out(check=_some)
async def revoke(order: CommandOrder) -> None:
    """Revoke tokens."""
    revoked = await (await _tokens(order)).revoke(order.words, order.by)
    done = tr("revoked: {names}", names=" ".join(revoked))
    order.show({"revoked": revoked}, done if revoked else tr("that was so already"))


async def _tokens(order: CommandOrder) -> StaffTokens:
    people = await order.people()
    return StaffTokens(people, SystemClock(), await clock_among(people))


def _payload(one: TokenView) -> dict[str, Any]:
    token = one.token
    return {
        **pick(token, "name", "role"),
        "role_now": one.role,
        **pick(token, "by", "made", "until", "revoked", "used"),
    }


def _lines(found: Sequence[TokenView], order: CommandOrder) -> Iterator[str]:
    words = order.speech.text
    if not found:
        yield words(tr("there is no token:  oaflow token make NAME --role agent"))
    yield from in_columns(
        [
            [one.token.name, words(ROLE_NAMES[one.role or one.token.role]), words(_state(one, order))]
            for one in found
        ]
    )


def _state(one: TokenView, order: CommandOrder) -> Translatable:
    token = one.token
    if token.revoked is not None:
        return tr("revoked since {moment}", moment=order.at(token.revoked))
    if token.is_over(SystemClock().now()):
        return tr("over since {moment}", moment=order.at(token.until))
    if not token.is_readable:
        return tr("cannot be read: the key is missing that sealed it; revoke it")
    if one.role is None:
        return tr("worth nothing: {who}, who made it, has no account of the team", who=actor_words(token.by))
    until = order.at(token.until)
    if token.used is None:
        return tr("good until {until}, never used", until=until)
    return tr("good until {until}, last used {moment}", until=until, moment=order.at(token.used))


def arguments(command: ArgumentParser) -> None:
    """What is asked, or done."""
    describe(
        command,
        "Tokens by which other systems call /admin/api, each with the role of one of the team.",
        example="oaflow token make warehouse --role agent",
    )
    actions = actions_of(command)
    made = _add(actions, "make", "a new token, shown this once", make, "make warehouse --role agent", "NAME")
    made.add_argument("--role", choices=TOKEN_ROLES, help="what it may do")
    made.add_argument(
        "--days", type=int, default=DAYS, metavar="N", help="days for which it is good (%(default)s)"
    )
    listed = add_action(
        actions,
        "list",
        "all tokens: what each may do, until when, when it was last used",
        list_tokens,
        example="oaflow token list",
    )
    listed.add_argument("words", nargs="*", metavar="PLAYBOOK", help="folder with bot.yaml (.)")
    add_json(listed)
    _add(actions, "revoke", "nobody takes these any more", revoke, "revoke warehouse", "NAME…")


def _add(actions: Actions, name: str, does: str, run: Run, example: str, words: str) -> ArgumentParser:
    action = add_action(actions, name, does, run, example=f"oaflow token {example}", words=words)
    action.add_argument("words", nargs="+", metavar=words, help="before it: folder with bot.yaml")
    add_by(action)
    add_json(action)
    return action
