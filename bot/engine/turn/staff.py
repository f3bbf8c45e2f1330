"""Staff and the bot: who has the conversation, and what staff answer (semantics 29)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.engine.times.local_time import later
from bot.engine.turn.staff_marks import count_answer, count_change, count_end
from bot.engine.turn.timers import arm_timers, void_question_timers
from bot.engine.turn.turn import Turn, living
from bot.model.decision import Note, Push, Reply
from bot.model.effects import EffectRequest
from bot.model.event import ReplyToken
from bot.model.instance import Timer
from bot.model.staff_chat import StaffChat, StaffChatState, StaffNotes, StaffWrites
from bot.model.staff_order import StaffActs, StaffFollowsUp
from bot.model.trace import NoteKind

SILENCE = "staff"
"""The timer that gives the conversation back."""

FOLLOW_UP = "follow_up"
"""The timer with which a conversation comes up again for who has it."""

STAFF = "staff"
"""The news that staff take the conversation or hand it back, which opens doors."""

THEIRS = NoteKind(
    "staff: a colleague's (not {who}'s: {colleague} has the conversation)",
    "{colleague} has the conversation, not {who}",
    "not",
    "A colleague has the conversation",
    code="staff_theirs",
)
ASSIGNED = NoteKind("staff: has it ({who})", "{who} has the conversation", in_row="Has it", code="staff_has")
WAITS_AGAIN = NoteKind("staff: waits again", "The conversation waits for staff again")
ANSWERED = NoteKind("staff: answered", "Staff answer")
FOLLOWED_UP = NoteKind("staff: follow-up", "The conversation comes up again for staff")
NOTE_WRITTEN = NoteKind("staff: note", "A note for colleagues")
BLOCKED = NoteKind("staff: not sent, blocked", "Not sent: the person has blocked the account", "not")
UNREACHABLE = NoteKind("staff: not sent, no LINE account", "Not sent: no LINE account here", "not")
NO_MESSAGES = NoteKind("staff: not sent, no messages", "Not sent: the month's messages are used up", "not")
WOULD_COST = NoteKind("staff: not sent, would cost", "Not sent: it is not free any more", "not")


def staff_chat(turn: Turn) -> StaffChat | None:
    """What is known of staff's conversation on this channel."""
    return next((chat for chat in turn.contact.chats if chat.channel == turn.channel), None)


def hand_over(turn: Turn, note: str) -> None:
    """The person wants staff; the note is for them. Who waits already still waits since the first time."""
    chat = _open(turn)
    if chat is None:
        chat = _begun(turn, "waits")
    elif chat.state == "has" and not turn.event.standby:
        chat = _asked(turn, chat)
    _keep(turn, replace(chat, note=note or chat.note))
    _silence_bot(turn)


def take_over(turn: Turn, by: str | None = None, giver: str | None = None) -> None:
    """Somebody of staff has the conversation from now on: the account `by`; `None`: the one that had it, or
    somebody in LINE's own chat. `giver`: the account that has given it to `by`."""
    chat = _open(turn) or _begun(turn, "has", by)
    if chat.state == "waits" or (by is not None and by != chat.by):
        chat = replace(chat, state="has", since=turn.now, by=by, asked=chat.unanswered)
    if by is not None:
        chat = replace(chat, given_by=giver)
    _keep(turn, chat)
    _silence_bot(turn)


def stand_by(turn: Turn) -> None:
    """Staff have the conversation in LINE's own chat (`mode: standby`), where nobody waits for ours."""
    chat = _open(turn)
    if turn.identity.staff and chat is not None and chat.state == "has":
        return
    take_over(turn)
    _keep(turn, replace(_open(turn) or _begun(turn, "has"), asked=None))


def _open(turn: Turn) -> StaffChat | None:
    """The conversation that waits, or that somebody has."""
    chat = staff_chat(turn)
    return None if chat is None or chat.state == "done" else chat


def _begun(turn: Turn, state: StaffChatState, by: str | None = None) -> StaffChat:
    identity = turn.identity
    return StaffChat(turn.channel, state, turn.now, identity.talked or turn.now, by, identity.seen)


def _silence_bot(turn: Turn) -> None:
    """Staff have the conversation from now on; time-outs of questions stop."""
    identity = turn.identity
    before, identity.staff, identity.staffed = identity.staff, True, turn.now
    wait_for_silence(turn)
    if before:
        return
    for instance in turn.contact.flows:
        if instance.channel == turn.channel:
            void_question_timers(turn, instance)
    turn.queue_news(STAFF, "takes_over")


def wait_for_silence(turn: Turn) -> None:
    """The bot is silent until so long after now, when the customer or staff last wrote."""
    due = later(turn.now, turn.rules.staff_silence, turn.playbook.zone)
    turn.arm(Timer("", turn.channel, 0, SILENCE, due))


def customer_writes(turn: Turn) -> None:
    """The customer has written while staff have the conversation."""
    wait_for_silence(turn)
    chat = staff_chat(turn)
    if chat is not None:
        _keep(turn, replace(chat, last=turn.now, heard=turn.now, follow_up=None))


def left_to_staff(turn: Turn, kind: str) -> None:
    """Store that the account with the conversation is to answer this message; a sticker needs no answer."""
    chat = staff_chat(turn)
    is_ours = chat is not None and chat.state == "has" and chat.by is not None
    if chat is not None and is_ours and kind != "sticker" and not turn.event.standby:
        _keep(turn, _asked(turn, chat))


def _asked(turn: Turn, chat: StaffChat) -> StaffChat:
    """The conversation with an unanswered message for the account that has it.

    It waits for any of the staff where no account has it, or where that one has not answered for
    `staff_silence`: each message of the person puts the end of the silence off, so its timer does not come.
    """
    asked = chat.asked or turn.now
    is_left = chat.by is None or later(asked, turn.rules.staff_silence, turn.playbook.zone) <= turn.now
    return _left(turn, chat, asked) if is_left else replace(chat, asked=asked)


def _left(turn: Turn, chat: StaffChat, since: datetime) -> StaffChat:
    """The conversation as one that waits since then, and that nobody has from now on."""
    return replace(chat, state="waits", since=since, by=None, given_by=None, asked=None, back=turn.now)


def hand_back(turn: Turn, *, served: bool = False, reason: str = "") -> None:
    """The bot has the conversation again, which is a new one; questions' time-outs begin anew, in full.

    Who was never answered waits on, unless they are `served`: by staff, or as the playbook says. What staff
    answer in LINE's own chat nobody tells us: there nobody does.
    """
    identity, chat = turn.identity, _open(turn)
    if chat is not None and (identity.staff or served):
        waits = None if served or turn.rules.staff == "line_chat" else chat.unanswered
        state: StaffChatState = "done" if waits is None else "waits"
        whose, note = (chat.by, "") if waits is None else (None, chat.note)
        back = turn.now if chat.state == "has" else chat.back
        chat = replace(chat, state=state, since=waits or turn.now, by=whose, note=note, back=back)
        chat = replace(chat, token=None, token_at=None, given_by=None, asked=None, reason=reason)
        _keep(turn, replace(chat, follow_up=None if served else chat.follow_up))
    if not identity.staff:
        return
    identity.staff, identity.staffed, identity.conversation = False, turn.now, None
    turn.disarm("", turn.channel, SILENCE)
    for instance in turn.contact.flows:
        state_of = turn.state_of(instance)
        if (
            instance.channel == turn.channel
            and instance.held is None  # its door is looked at anyhow
            and state_of is not None
            and state_of.question is not None
        ):
            instance.entered = turn.now  # what its timers are counted from
            arm_timers(turn, instance)
    turn.queue_news(STAFF, "hands_back")


def staff_acts(turn: Turn, act: StaffActs) -> None:
    """Staff take the conversation, give it to a colleague, or hand it back; not what a colleague has."""
    if act.by is not None and _is_theirs(turn, act.by, act.even_if):
        return
    if not act.takes_over:
        if (chat := _open(turn)) is not None:
            count_end(turn, chat.by, act.reason)
        hand_back(turn, served=True, reason=act.reason)
        return
    if act.to == "":
        _wait_again(turn, act.by)
        return
    whose = act.to or act.by
    take_over(turn, whose, act.by if act.to not in (None, act.by) else None)
    if whose is not None:
        turn.note(ASSIGNED, whose)


def staff_follow_up(turn: Turn, order: StaffFollowsUp) -> None:
    """Have the conversation come up again for the account that asks for it, which has it from now on."""
    if _is_theirs(turn, order.by, order.even_if):
        return
    if order.at is not None:
        take_over(turn, order.by)
        turn.arm(Timer("", turn.channel, 0, FOLLOW_UP, order.at))
    else:
        turn.disarm("", turn.channel, FOLLOW_UP)
    chat = staff_chat(turn)
    if chat is not None:
        _keep(turn, replace(chat, follow_up=order.at))


def follow_up_due(turn: Turn) -> None:
    """A conversation comes up again: as one that is given anew to who has it; where the bot has it by now, as
    one that waits for any of the staff."""
    chat = staff_chat(turn)
    if chat is None or chat.follow_up is None or chat.follow_up > turn.now or chat.state == "waits":
        return
    chat = replace(chat, since=turn.now)
    if chat.state == "has":
        _keep(turn, replace(chat, given_by=chat.by))
    else:
        _keep(turn, replace(chat, state="waits", by=None, reason=""))
    turn.note(FOLLOWED_UP)


def staff_writes(turn: Turn, answer: StaffWrites) -> None:
    """Staff answer: by the person's last reply token while it lives, else by push where it may cost.

    The account that answers a person who can be reached has the conversation from then on, also where the
    answer is not sent.
    """
    identity = turn.identity
    if _is_theirs(turn, answer.by, answer.even_if):
        return
    if identity.friend is False or identity.user is None:
        turn.note(BLOCKED if identity.user is not None else UNREACHABLE)
        return
    take_over(turn, answer.by)
    chat = staff_chat(turn)
    alive = None
    if chat is not None and chat.token is not None and chat.token_at is not None:
        alive = living(ReplyToken(chat.token, chat.token_at), turn.now)
    if alive is None and not answer.may_cost:
        turn.note(WOULD_COST)
        return
    if alive is None:
        turn.asked_quota = True
        if turn.world.quota_left.get(turn.channel) == 0:
            turn.note(NO_MESSAGES)
            return
        turn.actions.append(Push(answer.messages))
        identity.pushed = turn.now
    else:  # where LINE does not take the token any more, what may cost goes as a push
        riding = len(answer.messages) if answer.may_cost else 0
        turn.actions.append(Reply(alive, answer.messages, riding=riding))
    identity.talked = turn.now
    if chat is not None:
        count_answer(turn, chat, answer.by)
        chat = replace(chat, last=turn.now, token=None, token_at=None, asked=None, answered=True)
        is_due = chat.follow_up is not None and chat.follow_up <= turn.now
        _keep(turn, replace(chat, follow_up=None if is_due else chat.follow_up))
    turn.note(ANSWERED)


def staff_notes(turn: Turn, note: StaffNotes) -> None:
    """A note for colleagues: on the timeline, and in the conversation."""
    turn.actions.append(Note(note.text))
    turn.note(NOTE_WRITTEN)


def keep_token(turn: Turn) -> None:
    """Store a reply token that the turn has not used, for staff's answer; no request may have it as well."""
    chat, token = staff_chat(turn), turn.token
    if chat is None or token is None or not turn.identity.staff:
        return
    if any(isinstance(one, EffectRequest) and one.token is not None for one in turn.actions):
        return
    _keep(turn, replace(chat, token=token.value, token_at=token.received))


def _wait_again(turn: Turn, by: str | None) -> None:
    """The person waits for somebody else than `by`, who had the conversation and cannot answer any more."""
    chat = staff_chat(turn)
    if chat is None or chat.state != "has" or chat.by != by:
        return
    _keep(turn, _left(turn, chat, chat.unanswered or turn.now))
    turn.note(WAITS_AGAIN)


def _is_theirs(turn: Turn, by: str, even_if: str | None) -> bool:
    """Whether a colleague has the conversation, which is noted."""
    chat = staff_chat(turn)
    if chat is None or chat.state != "has" or chat.by in (None, by, even_if):
        return False
    turn.note(THEIRS, by, chat.by or "")
    return True


def _keep(turn: Turn, chat: StaffChat) -> None:
    """Store the conversation in place of the former one on its channel, and count what is new of it."""
    count_change(turn, staff_chat(turn), chat)
    others = (one for one in turn.contact.chats if one.channel != chat.channel)
    turn.contact.chats = (*others, chat)
