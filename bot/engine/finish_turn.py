"""Finishing a turn: audiences, the rich menu, and one reply with the pushes in it (semantics 8, 24, 25)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.engine import notes
from bot.engine.actions.action import with_token
from bot.engine.conditions.condition import Condition, ConditionContext
from bot.engine.facts import OUTSIDE_EVENTS
from bot.engine.flows.closed_page import closed_notice
from bot.engine.flows.push_gate import is_halted, is_open, remember_push
from bot.engine.flows.questions import actions_offered
from bot.engine.members.identity import write_to_shop
from bot.engine.menus.menu_choice import menu_of
from bot.engine.rendering.rendering import QUICK_REPLIES_MOST, quick_replies_last, quick_replies_of
from bot.engine.turn.notices import drop_outdated, due_notices
from bot.engine.turn.photos import remember_photos
from bot.engine.turn.staff import keep_token
from bot.engine.turn.turn import Turn
from bot.model.contact import Identity
from bot.model.counts import PUSHED, SKIPPED
from bot.model.decision import Action, Decision, LateReply, LinkMenu, Push, Reply
from bot.model.event import MENU_AGAIN, Follow, Listed, News, ReplyToken, What
from bot.model.mark import Mark
from bot.model.message import MESSAGES_MOST, JourneyPush, Message, Pushed
from bot.model.trace import TraceNote


def audiences(turn: Turn) -> bool:
    """Compare the audiences that rules watch with those that the person was in; whether that is news."""
    watched = turn.playbook.watched
    if not watched and not turn.contact.audiences:
        return False
    if _is_silent(turn.event.what):
        turn.contact.audiences = tuple(sorted(_audiences_everywhere(turn)))
        return False
    was = set(turn.contact.audiences)
    now = {f"{turn.channel}:{name}" for name, condition in watched.items() if _in(turn, condition)}
    mine = {entry for entry in was if entry.startswith(f"{turn.channel}:")}
    if now == mine:
        return False
    turn.contact.audiences = tuple(sorted((was - mine) | now))
    for entry in sorted(now - mine):
        turn.queue_news("enters", entry.partition(":")[2])
    for entry in sorted(mine - now):
        if entry.partition(":")[2] in watched:
            turn.queue_news("leaves", entry.partition(":")[2])
    return bool(turn.queue)


def _is_silent(what: What) -> bool:
    """Whether this is a bulk load: it is no news, and neither are the audiences that people enter by it."""
    if isinstance(what, Listed):
        return True
    return isinstance(what, OUTSIDE_EVENTS) and what.facts is not None and what.facts.silent


def _audiences_everywhere(turn: Turn) -> Iterator[str]:
    for identity in turn.contact.identities:
        context = ConditionContext(
            turn.contact, identity.channel, turn.when, sms_credit=turn.world.sms_credit
        )
        for name, condition in turn.playbook.watched.items():
            if condition.holds(context):
                yield f"{identity.channel}:{name}"


def _in(turn: Turn, condition: Condition) -> bool:
    turn.context.answers, turn.context.event = {}, {}
    return condition.holds(turn.context)


def menus(turn: Turn) -> None:
    """Show each of the person's identities the first rich menu that holds."""
    for identity in turn.contact.identities:
        if identity.user is None:
            continue
        menu = _menu_on(turn, identity)
        if menu != identity.menu or _shows_anew(turn, identity.channel, menu):
            identity.menu, identity.tab = menu, None
            turn.actions.append(LinkMenu(identity.channel, menu))
            if menu is None:
                turn.note(notes.MENU_NONE, identity.channel)
            else:
                turn.note(notes.MENU, menu, identity.channel)


def _shows_anew(turn: Turn, channel: str, menu: str | None) -> bool:
    """Whether LINE may show another menu than the one that is recorded.

    Who follows again has none linked; who is new here may have one that another system has linked.
    """
    if channel != turn.channel:
        return False
    if menu is None and turn.contact.turned is None:
        return bool(turn.playbook.menus_on(channel))
    what = turn.event.what
    if isinstance(what, News):
        return (what.kind, what.subject) == (MENU_AGAIN, channel)
    return menu is not None and isinstance(what, Follow)


def _menu_on(turn: Turn, identity: Identity) -> str | None:
    context, channel = turn.context, identity.channel
    menus = turn.playbook.menus_on(channel)
    if not menus:
        return None
    if channel != turn.channel:
        context = ConditionContext(turn.contact, channel, turn.when, sms_credit=turn.world.sms_credit)
    else:
        context.answers, context.event = {}, {}
    return menu_of(identity, menus, context)


def decision(turn: Turn) -> Decision:
    """Close the turn: one reply, which takes pushes along where it has room; the other pushes are paid."""
    if turn.contact.results:
        _hold_for_pending_result(turn)
    if turn.to_shop:
        write_to_shop(turn)
    if turn.closed is not None:
        turn.replies += closed_notice(turn)
    replies, pushes = _replies_and_pushes(turn)
    calls: list[Action] = []
    if turn.token is None and replies:
        calls += _without_token(turn, replies)
        replies = []
    if turn.contact.notices:
        drop_outdated(turn)
        replies = due_notices(turn, len(replies) + len(pushes), MESSAGES_MOST) + replies
    if turn.token is not None and (replies or pushes):
        pushes = _reply(turn, turn.token, replies, pushes, calls)
    else:
        with_token(turn)
        if turn.contact.chats:
            keep_token(turn)
    pushes = _push(turn, pushes, calls)
    if replies or pushes:
        _talked(turn, turn.channel, pushed=bool(pushes))
    if not turn.trace:
        turn.note(notes.EVENT_UNMATCHED)
    contact = turn.contact
    if turn.photos is None:
        remember_photos(contact, turn.event, turn.now, private=turn.secrecy == "private")
    contact.turned, contact.version = turn.now, turn.playbook.version
    actions, trace = (*calls, *turn.actions), tuple(turn.trace)
    return Decision(contact, actions, trace, turn.ended, tuple(turn.marks), turn.claims, turn.secrecy)


def _replies_and_pushes(turn: Turn) -> tuple[list[Message], list[Pushed]]:
    """What the turn says with the token, and without; on standby, another module of the account answers."""
    is_silent = turn.event.standby or turn.event.unknown_mode
    if not is_silent or not (turn.replies or turn.later):
        return turn.replies, [*turn.later, *turn.pushes]
    turn.note(notes.REPLY_DROPPED if turn.event.standby else notes.MODE_DROPPED)
    _mark(turn, turn.channel, turn.later, SKIPPED, "standby")
    return [], list(turn.pushes)


def _reply(
    turn: Turn, token: ReplyToken, replies: list[Message], pushes: list[Pushed], calls: list[Action]
) -> list[Pushed]:
    """Add the reply to `calls`, with as many pushes as it has room for; gives the other pushes."""
    if len(replies) > MESSAGES_MOST:
        pushes = _over(turn, replies[MESSAGES_MOST:]) + pushes
        replies = replies[:MESSAGES_MOST]
    room = MESSAGES_MOST - len(replies)
    riding, left = pushes[:room], pushes[room:]
    origins = _origins(turn, turn.channel, riding, behind=len(replies)) if riding else ()
    messages = _call(turn, turn.channel, [*replies, *_messages(riding)] if riding else replies)
    calls.append(Reply(token, messages, origins, len(riding)))
    for _ in dict.fromkeys(one.of for one in left if one.of is not None):
        remember_push(turn)  # it found no room in the reply
    return left


def _push(turn: Turn, pushes: list[Pushed], calls: list[Action]) -> list[Pushed]:
    """Add the paid pushes to `calls`: on the person's other channels, then on this one; gives this one's."""
    for channel, elsewhere in turn.elsewhere.items():
        pushed = _unless_blocked(turn, channel, list(elsewhere))
        if pushed:
            _talked(turn, channel, pushed=True)
        calls += [
            Push(_call(turn, channel, _messages(call)), channel, _origins(turn, channel, call))
            for call in _calls(pushed)
        ]
    pushes = _unless_blocked(turn, turn.channel, pushes)
    calls += [
        Push(_call(turn, turn.channel, _messages(call)), None, _origins(turn, turn.channel, call))
        for call in _calls(pushes)
    ]
    return pushes


def _calls(pushes: list[Pushed]) -> Iterator[list[Pushed]]:
    for start in range(0, len(pushes), MESSAGES_MOST):
        yield pushes[start : start + MESSAGES_MOST]


def _messages(pushes: list[Pushed]) -> list[Message]:
    return [one.message for one in pushes]


def _origins(
    turn: Turn, channel: str, pushes: list[Pushed], behind: int = 0
) -> tuple[JourneyPush | None, ...]:
    """The journey behind each message of a call, of which the first `behind` are replies; counts the pushes.

    Empty where no message is a journey's, which is usual.
    """
    if not any(one.of for one in pushes):
        return ()
    _mark(turn, channel, pushes, PUSHED)
    return (None,) * behind + tuple(one.of for one in pushes)


def _mark(turn: Turn, channel: str, pushes: list[Pushed], what: str, *why: str) -> None:
    """Count `what` (`PUSHED`, `SKIPPED`) once for each journey's push among these messages."""
    for of in dict.fromkeys(one.of for one in pushes):
        if of is not None:
            turn.marks.append(Mark(channel, of.flow, what, (of.state, *why)))


def _over(turn: Turn, replies: list[Message]) -> list[Pushed]:
    """Replies beyond five: those of a question are pushed, for nobody answers what they did not see."""
    follow = [Pushed(message) for message in replies if any(message is one for one in turn.spoken)]
    if len(follow) < len(replies):
        over = TraceNote(notes.TOO_MANY, (len(replies) - len(follow), MESSAGES_MOST))
        turn.note(notes.REPLY_LOST, over)
    return follow


def _without_token(turn: Turn, replies: list[Message]) -> list[Action]:
    """Replies that cannot go out: of an event whose token is too old staff can still have them pushed."""
    if (token := turn.event.token) is None:
        turn.note(notes.REPLY_LOST, TraceNote(notes.TOKENLESS))
        return []
    turn.note(notes.REPLY_LATE)
    several = [replies[at : at + MESSAGES_MOST] for at in range(0, len(replies), MESSAGES_MOST)]
    before = [quick_replies_of(replies[: at * MESSAGES_MOST]) for at in range(len(several))]
    return [LateReply(token, quick_replies_last(*call)) for call in zip(several, before, strict=True)]


def _unless_blocked(turn: Turn, channel: str, pushes: list[Pushed]) -> list[Pushed]:
    """What is pushed to a person; nothing to one who has blocked us (semantics 27)."""
    if pushes and turn.contact.identity(channel).friend is False:
        turn.note(notes.PUSH_SKIPPED, "blocked")
        _mark(turn, channel, pushes, SKIPPED, "blocked")
        return []
    return pushes


def _call(turn: Turn, channel: str, messages: list[Message]) -> tuple[Message, ...]:
    """The messages of one call. Its last has the quick replies of all the turn's calls so far, which LINE
    hides as it comes; they stay below the earlier ones, too, for this one may not be taken. Those of an open
    question come first."""
    before = turn.quick_replies.get(channel)
    if before is None:
        before = () if turn.asked_question or not turn.contact.flows else _open_question(turn, channel)
    closed = quick_replies_last(messages, before)
    if before or "quickReply" in closed[-1]:
        every = (*before, *quick_replies_of(messages))
        turn.quick_replies = {**turn.quick_replies, channel: every}
        if len(every) > QUICK_REPLIES_MOST:
            turn.note(notes.QUICK_REPLIES_OVER, len(every) - QUICK_REPLIES_MOST, QUICK_REPLIES_MOST)
    return closed


def _open_question(turn: Turn, channel: str) -> tuple[Message, ...]:
    """The choices of the question that is open there, or its date pickers, within this moment's limits."""
    for instance in reversed(turn.contact.flows):
        if instance.channel != channel or instance.on_page or not is_open(instance):
            continue
        state = turn.state_of(instance)
        if state is not None and state.question is not None and not is_halted(turn, instance):
            if turn.identity_on(channel).staff:
                return ()
            actions = actions_offered(turn, instance, state.question)
            return tuple({"type": "action", "action": action} for action in actions)
    return ()


def _hold_for_pending_result(turn: Turn) -> None:
    """A push that is decided while a result is pending waits for it, and rides in its reply."""
    if turn.token is not None or not turn.pushes:
        return
    for number, pending in enumerate(turn.contact.results):
        if pending.channel == turn.channel:
            room = max(0, MESSAGES_MOST - len(pending.pushes))
            if not room:
                return
            held = replace(pending, pushes=(*pending.pushes, *turn.pushes[:room]))
            results = list(turn.contact.results)
            results[number] = held
            turn.contact.results = tuple(results)
            turn.note(notes.PUSH_WAITS, pending.flow)
            turn.pushes = turn.pushes[room:]
            return


def _talked(turn: Turn, channel: str, *, pushed: bool) -> None:
    identity = turn.identity_on(channel)
    identity.talked = turn.now
    if pushed:
        identity.pushed = turn.now
