"""The one pure function that runs a playbook: an event in, a decision out, nothing done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.engine import finish_turn, notes
from bot.engine.actions.pinned_menu import PIN
from bot.engine.compiled.goal import opened_link
from bot.engine.compiled.playbook import Playbook
from bot.engine.compiled.trigger_event import NOTHING, TriggerEvent
from bot.engine.dispatcher import EventDispatcher
from bot.engine.facts import set_facts
from bot.engine.flows.by_staff import ended_by_staff
from bot.engine.flows.flow_runner import FlowRunner
from bot.engine.flows.push_gate import waits_for_brake
from bot.engine.flows.versions import look_over
from bot.engine.flows.waking import is_held_by_brake, open_gates, timer_is_due
from bot.engine.members.by_staff import bound_by_staff, drawn_by_staff, set_by_staff, stopped_by_staff, tagged
from bot.engine.members.clerks import handed_over, unbind_clerk
from bot.engine.members.ending_timer import ENDINGS, watch_endings
from bot.engine.members.identity import is_repeated
from bot.engine.members.listed import listed
from bot.engine.members.membership import binding_came_back, binding_went, forget_member, unbind
from bot.engine.outcomes import take_outcome
from bot.engine.pages.pages import answer_page, follow_pages, open_page
from bot.engine.promotions import acts, hooks
from bot.engine.turn.change_notes import note_added
from bot.engine.turn.changes import EXPIRY, add_tags, keep_lists, meet_lists, watch_expiry
from bot.engine.turn.line_news import news_of
from bot.engine.turn.orders import count_order
from bot.engine.turn.results import RESULT, overdue
from bot.engine.turn.staff import (
    FOLLOW_UP,
    SILENCE,
    STAFF,
    follow_up_due,
    hand_back,
    staff_acts,
    staff_follow_up,
    staff_notes,
    staff_writes,
)
from bot.engine.turn.timers import entered_of, follow_dates, set_date_timers, start_of
from bot.engine.turn.turn import Turn
from bot.engine.types.table import PICKED
from bot.model.brake import OFF, Brake
from bot.model.contact import CameBy, Contact
from bot.model.contact_kind import CROWDS
from bot.model.counts import OF_GOALS, REACHED
from bot.model.decision import Decision, DecisionInputs, LeaveChat
from bot.model.effects import RefreshMember
from bot.model.event import (
    BroadcastTags,
    Event,
    Follow,
    Join,
    Listed,
    News,
    OtherMessage,
    Outcome,
    PageAnswer,
    PageOpened,
    Postback,
    PromotionAct,
    RewriteKind,
    Rewritten,
    Tapped,
    TextMessage,
    TimerDue,
)
from bot.model.mark import Mark
from bot.model.staff_chat import StaffNotes, StaffWrites
from bot.model.staff_order import (
    StaffActs,
    StaffBinds,
    StaffDraws,
    StaffEnds,
    StaffFollowsUp,
    StaffHandsOver,
    StaffSets,
    StaffStops,
    StaffTags,
    StaffUnbinds,
)
from bot.model.value import Value

_PLAYBOOK_CHANGED = hooks(lambda part: part.playbook_changed)
_REWRITTEN = hooks(lambda part: part.rewritten)
_ORDERED = hooks(lambda part: part.ordered)
_FOLLOWED = hooks(lambda part: part.followed)
_GOES_ON = hooks(lambda part: part.goes_on)
"""What kinds of promotions do at these points of a turn, in the five tables above: see `EnginePart`."""


def decide(
    playbook: Playbook, contact: Contact, event: Event, now: datetime, world: DecisionInputs
) -> Decision:
    """Take one turn: what this event does to this contact, by this playbook, at this moment.

    `now` is the clock's time; a clock set back never goes back for a person. Total: an event, a stored
    state or a missing value of any kind gives a decision, never an exception. Its arguments stay as they are.
    """
    turn = begin_turn(playbook, contact, event, now, world)
    handle_event(turn)
    return end_turn(turn, contact)


def begin_turn(
    playbook: Playbook, contact: Contact, event: Event, now: datetime, world: DecisionInputs
) -> Turn:
    """The first of the three steps of `decide`, for callers that take each for many people at once.

    The contact is brought up to date with the playbook, and what the event itself states is set.
    """
    turn = Turn(playbook, contact, event, now, world)
    if contact.version != playbook.version or playbook.stopping:
        _meet_playbook(turn)
    set_facts(turn)
    return turn


def handle_event(turn: Turn) -> None:
    """The second step: run the flows and rules that match the event, then those for its consequences."""
    if _is_crowd(turn):
        _in_group(turn)
    else:
        _macrostep(turn)


def end_turn(turn: Turn, before: Contact) -> Decision:
    """The third step: what has become of the contact, as it was `before`, and what is to be done."""
    if not _is_crowd(turn):
        if turn.dates_changed:
            set_date_timers(turn)
            follow_dates(turn)
        keep_lists(turn)
        finish_turn.menus(turn)
    if turn.contact.pages:
        follow_pages(turn, before)
    return finish_turn.decision(turn)


def due_timer(contact: Contact, moment: datetime, brake: Brake = OFF) -> TimerDue | None:
    """The next timer to be decided, as a turn of its own, before an event stamped `moment` (semantics 2).

    One that the brake, that of the playbook (`brake_of`), has held is due as soon as it holds that no more.
    """
    due = [
        timer
        for timer in contact.timers
        if timer.due <= moment and not (timer.braked and waits_for_brake(brake, contact, timer))
    ]
    return TimerDue(min(due, key=lambda t: (t.due, t.flow, t.timer))) if due else None


def _meet_playbook(turn: Turn) -> None:
    """Bring a contact that another playbook decided last up to date; end flows that are stopped by now."""
    if not _is_crowd(turn):
        look_over(turn)
        if turn.contact.version != turn.playbook.version:
            meet_lists(turn)
            for changed in _PLAYBOOK_CHANGED:
                changed(turn)


def _is_crowd(turn: Turn) -> bool:
    """Whether the turn is a group's or room's; a timer or sweep of one names no source."""
    return turn.event.source.kind in CROWDS or turn.contact.kind in CROWDS


def _in_group(turn: Turn) -> None:
    """Take a turn of a group or room: no rule is tried, but the account may leave it."""
    kind = turn.contact.kind
    is_there = turn.event.source.kind in CROWDS
    if is_there and isinstance(turn.event.what, Join) and turn.rules.groups == "leave":
        turn.actions.append(LeaveChat(kind))
        turn.note(notes.GROUP_LEFT, kind)
    else:
        turn.note(notes.GROUP_SILENT, kind)


def _macrostep(turn: Turn) -> None:
    """Handle the event, then what it caused, first in, first out, until there is no more (semantics 5)."""
    runner = FlowRunner(turn)
    dispatcher = EventDispatcher(turn, runner)
    if turn.contact.version != turn.playbook.version:
        runner.settle()
    if turn.contact.flows:
        open_gates(turn, runner)
    _external(turn, runner, dispatcher)
    while True:
        if turn.undone:
            runner.leave_undone()
        if turn.queue:
            event = turn.queue.pop(0)
            if turn.count_event(f"{event.kind} {event.subject}"):
                dispatcher.ended(event) if event.kind == "ended" else dispatcher.news(event)
                runner.begin_all()
                if event.kind == STAFF:
                    open_gates(turn, runner)
        elif turn.outcomes:
            take_outcome(turn, runner, turn.outcomes.pop(0))
        elif turn.cut or not (_goes_on(turn) or finish_turn.audiences(turn)):
            break


def _goes_on(turn: Turn) -> bool:
    """Whether something that is news follows, now that all events are decided."""
    return bool(turn.contact.held) and any(goes_on(turn) for goes_on in _GOES_ON)


def _external(turn: Turn, runner: FlowRunner, dispatcher: EventDispatcher) -> None:
    """Handle the event itself, by its type; what it causes is queued."""
    what = turn.event.what
    match what:
        case TextMessage(text):
            dispatcher.message(TriggerEvent("text", text))
        case OtherMessage() if turn.photos is not None:
            turn.secrecy = "private" if turn.photos.private else ""
            turn.note(notes.PHOTO_OF, turn.photos.event)
        case OtherMessage(kind, content):
            dispatcher.message(
                TriggerEvent(kind, _text(content.get("id")), _fields(content, "address", "title"))
            )
        case Postback(data, params):
            dispatcher.message(TriggerEvent("postback", data, _picked(params)))
        case TimerDue():
            _timer(turn, runner, dispatcher, what)
        case Outcome():
            take_outcome(turn, runner, what)
        case StaffActs():
            staff_acts(turn, what)
        case StaffFollowsUp():
            staff_follow_up(turn, what)
        case StaffWrites():
            staff_writes(turn, what)
        case StaffNotes():
            staff_notes(turn, what)
        case StaffUnbinds(kind, keep_tags):
            _unbind(turn, kind, keep_tags=keep_tags)
        case StaffTags():
            tagged(turn, what)
        case StaffSets():
            set_by_staff(turn, what)
        case StaffStops():
            stopped_by_staff(turn, what)
        case StaffBinds():
            bound_by_staff(turn, what)
        case StaffDraws():
            drawn_by_staff(turn, what)
        case StaffEnds():
            ended_by_staff(turn, runner, what)
        case StaffHandsOver():
            handed_over(turn, what)
        case Listed():
            listed(turn, what)
        case BroadcastTags():
            _tagged(turn, what)
        case Rewritten(change, other, tags):
            _rewritten(turn, change, other, tags)
        case PromotionAct():
            acts()[type(what)](turn, what)
        case PageOpened():
            open_page(turn, runner, what)
        case PageAnswer():
            answer_page(turn, runner, what)
        case Tapped(key):
            dispatcher.tap(key)
        case News("link", code, fields):
            _came_by(turn, code)
            dispatcher.news(TriggerEvent("link", code, fields))
        case News("shop") if is_repeated(turn, what):
            turn.note(notes.SHOP_LEFT_OUT)
        case News("shop", subject, fields):
            count_order(turn, what)
            for ordered in _ORDERED:
                ordered(turn, what)
            dispatcher.news(TriggerEvent("shop", subject, fields))
        case News(kind, subject, fields):
            dispatcher.news(TriggerEvent(kind, subject, fields))
        case _:
            if isinstance(what, Follow):
                for followed in _FOLLOWED:
                    followed(turn, what)
            news = news_of(what)
            if news is None:
                turn.note(notes.EVENT_UNKNOWN)
            else:
                dispatcher.news(news)


def _came_by(turn: Turn, code: str) -> None:
    """A code of `links` was opened: its tags, and where the person comes from (requirement F7)."""
    link = turn.playbook.links.get(code)
    if link is None:
        turn.note(notes.LINK_UNKNOWN, code)
        return
    turn.note(notes.LINK_OPENED, code)
    turn.marks.append(Mark(turn.channel, OF_GOALS, REACHED, (opened_link(code),)))
    turn.contact.last_source = CameBy(code, turn.now)
    turn.contact.first_source = turn.contact.first_source or turn.contact.last_source
    add_tags(turn, link.add_tags, f"links.{code}")


def _tagged(turn: Turn, broadcast: BroadcastTags) -> None:
    """A broadcast has reached the person: its tags, as news."""
    note_added(turn, add_tags(turn, broadcast.tags, broadcast.by), broadcast.by)


def _timer(turn: Turn, runner: FlowRunner, dispatcher: EventDispatcher, what: TimerDue) -> None:
    """Handle a timer that is due, by its name; those of no flow are the person's."""
    timer = what.timer
    if turn.world.brake and is_held_by_brake(turn, timer):
        return
    if timer.flow == "" and timer.timer == SILENCE:
        hand_back(turn)
    elif timer.flow == "" and timer.timer == FOLLOW_UP:
        follow_up_due(turn)
    elif timer.flow == "" and timer.timer in (EXPIRY, ENDINGS, PIN):
        pass  # the facts and the menu of this turn are all that it is for
    elif timer.flow == "" and timer.timer == RESULT:
        for pending in overdue(turn, timer.channel):
            dispatcher.give(pending)
    elif start_of(turn.playbook, timer) is not None:
        dispatcher.date(timer)
        turn.dates_changed = True  # an anniversary comes again
    elif (audience := entered_of(turn.playbook, timer)) is not None:
        dispatcher.clock(timer, audience)
    else:
        timer_is_due(turn, runner, timer)


def _unbind(turn: Turn, kind: str, *, keep_tags: bool) -> None:
    if kind == "clerk":
        unbind_clerk(turn)
    else:
        unbind(turn, "shop" if kind == "shop" else "phone", keep_tags=keep_tags)


def _rewritten(turn: Turn, change: RewriteKind, other: str, tags: tuple[str, ...]) -> None:
    """A transaction has changed this contact together with another one (merged, parted, a phone that moved).

    Tags and attributes that it brought raise no news; the end of a binding does.
    """
    turn.note(notes.REWRITTEN, change, other)
    watch_expiry(turn)
    for rewritten in _REWRITTEN:
        rewritten(turn)
    watch_endings(turn)
    if change == "phone_went" and "phone" not in turn.contact.bindings:
        binding_went(turn, tags)
    elif change == "phone_came_back" and "phone" in turn.contact.bindings:
        binding_came_back(turn)
    elif change == "parted" and (not turn.contact.bindings or turn.contact.member_no is None):
        turn.undoing = True  # what the shop has sent since the merge was about the other
        forget_member(turn)
    if change in ("phone_came", "phone_came_back", "phone_lost") and turn.rules.shop is not None:
        turn.actions.append(RefreshMember(None))  # what was known may be long out of date, or not come along


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _fields(content: Mapping[str, object], *names: str) -> Mapping[str, Value]:
    found = {name: value for name in names if isinstance(value := content.get(name), str)}
    return found or NOTHING


def _picked(params: Mapping[str, object]) -> Mapping[str, Value]:
    """What a date picker gave: LINE's names of its parts become those of this language."""
    found: dict[str, Value] = {
        ours: value for ours, theirs in PICKED.items() if isinstance(value := params.get(theirs), str)
    }
    return found or NOTHING
