"""The steps of a recording: what people, staff and time did, and what came of it, turn by turn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TypeAlias

from bot.engine.compiled.card import TAP
from bot.engine.compiled.form import is_of_form
from bot.engine.compiled.playbook import Playbook
from bot.model.contact import Contact
from bot.model.decision import Push
from bot.model.event import (
    BroadcastTags,
    Follow,
    News,
    OtherMessage,
    Outcome,
    PageAnswer,
    PageOpened,
    Postback,
    Rewritten,
    Tapped,
    TextMessage,
    TimerDue,
    Unfollow,
    What,
)
from bot.model.message import Message
from bot.model.news import MESSAGES
from bot.model.staff_chat import StaffWrites
from bot.model.translatable import Language
from bot.playbook.syntax.yaml_text import braces, scalar
from bot.scenario.naming import named
from bot.scenario.promotions import all_of, amends, played_page
from bot.scenario.recorded_steps import (
    BroadcastCame,
    StaffDid,
    StopChanged,
    answer_step,
    form_step,
    hook_step,
    is_begun,
    left_out,
    loose,
    page_shows,
    page_step,
    sends_step,
    sent_steps,
    signal_step,
    staff_step,
    stop_step,
    text_step,
)
from bot.scenario.recorded_time import Telling
from bot.scenario.recorded_turn import PlayedTurn, TimePassed, arrives, messages_of
from bot.scenario.steps import CODE_FROM_SMS
from bot.scenario.tapping import Button, buttons, data_of, is_counted
from bot.scenario.written_steps import bot_lines
from bot.wording.turn_summary import event_line

UNANSWERED = Unfollow | Follow | PageOpened | PageAnswer
"""Events after which no step says that the bot is silent in the chat."""

Happening: TypeAlias = PlayedTurn | TimePassed | StopChanged | BroadcastCame
"""What a recording is made of, in the order in which it was played."""


class StepWriter:
    """Writes the steps of a recording, in YAML, into `lines`."""

    def __init__(self, playbook: Playbook, time: Telling, people: Sequence[str], language: Language) -> None:
        self.lines: list[str] = []
        self._playbook = playbook
        self._time = time
        self._language = language
        self._several = len(people) > 1
        self._person = people[0]
        """The person of the last step."""
        self._messages: dict[str, list[Message]] = {}
        """By person: the messages since the last `bot` step."""
        self._screens: dict[str, list[Message]] = {person: [] for person in people}
        """By person: all messages on the phone."""
        self._tagged: dict[str, Contact] = {}
        """By person: the contact whose tags have changed since the last check."""
        self._states: dict[tuple[str, str], str | None] = {}
        """By person and flow: the last state, or the end; `None`: not in it any more."""
        self._failing: set[str] = set()
        """The parts of the world that fail now."""
        self._sent: set[str] = set()
        """The broadcasts that were sent."""
        self._acted = 0
        """The line of a person's last step: failures and repairs since then are written before it."""
        self._page: str | None = None
        """The page that was acted on since the last step."""
        self._shows: str | None = None
        """The check of what that page shows."""
        self._answered = True
        """Whether no `bot: nothing` is needed for the last step."""
        self._paid = 0
        """Messages paid so far."""
        self._linked: tuple[str, str | None] | None = None
        """The person who has just opened a link, and the text that it says."""
        self._fired: datetime | None = None
        """When the last silent timer since the last step fired, in the scenario."""

    def write(self, one: Happening) -> None:
        """Write the steps for the next thing that happened."""
        if isinstance(one, TimePassed):
            self._finish()
            self.lines += self._time.moved(one.now, one.by)
            self._timers_fire()
        elif isinstance(one, StopChanged):
            self._stop(one)
        elif isinstance(one, BroadcastCame):
            self._broadcast(one)
        elif isinstance(one.event.what, TimerDue):
            self._timer(one)
        else:
            self._act(one)

    def close(self) -> None:
        """Write the expectations at the end: the states of everybody, and the cost."""
        self._finish()
        self._timers_fire()
        for person in self._screens:
            states = {flow: state for (of, flow), state in self._states.items() if of == person}
            if states:
                self._as(person)
            for flow, state in states.items():
                self.lines.append(f"- flow: {{{flow}: {'nothing' if state is None else scalar(state)}}}")
        if self._paid:
            self.lines.append(f"- cost: {self._paid}")

    # -- what happened

    def _timer(self, turn: PlayedTurn) -> None:
        """A timer is no step: time passes until it has come, where it changes something.

        Messages of several timers at one moment are one check, as those of a step are.
        """
        if not isinstance(turn.event.what, TimerDue):
            return
        due = self._time.due(turn.event.what, turn.before)
        says = bool(list(messages_of(turn))) or _tags(turn.before) != _tags(turn.decision.contact)
        if says and (passes := self._time.wait(due)):
            self._finish()
            self.lines += passes
        self._fired = due
        self._time.timer(turn.now, due)
        self._keep(turn)

    def _stop(self, change: StopChanged) -> None:
        if (step := stop_step(change, self._playbook)) is not None:
            self._finish()
            self._timers_fire()
            self.lines += [*self._time.act(change.now), step]

    def _broadcast(self, came: BroadcastCame) -> None:
        self._finish()
        self._timers_fire()
        self.lines += sent_steps(came, self._time)
        for one in came.to:
            self._messages.setdefault(one.person, []).extend(one.messages)
            self._screens[one.person] += one.messages
            if _tags(one.before) != _tags(one.after):
                self._tagged[one.person] = one.after
        self._paid += len(came.to)
        self._sent.add(came.broadcast)

    def _timers_fire(self) -> None:
        """Write the waits of silent timers: they have fired all the same."""
        if self._fired is not None:
            self.lines += self._time.wait(self._fired)
        self._fired = None

    def _act(self, turn: PlayedTurn) -> None:
        what = turn.event.what
        linked = isinstance(what, TextMessage) and (turn.person, what.text) == self._linked
        if not (linked or self._follows(what)):
            self._finish()
            self._timers_fire()
            self.lines += self._time.act(turn.now)
        step = self._step(turn)
        if step is not None:
            self._as(turn.person)
            self._acted = len(self.lines)
            self.lines += step.split("\n")
            self._answered = not step.startswith("- user:") or isinstance(what, UNANSWERED)
        self._keep(turn)

    def _follows(self, what: What) -> bool:
        """Whether the event belongs to the step before: it is an outcome, or a tag of a broadcast."""
        return isinstance(what, Outcome) or (isinstance(what, BroadcastTags) and what.broadcast in self._sent)

    def _step(self, turn: PlayedTurn) -> str | None:
        """The step for what happened; `None` where it needs none."""
        linked, self._linked = self._linked, None
        match turn.event.what:
            case TextMessage(text=text) if (turn.person, text) == linked:
                return None  # opening the link says it
            case News(kind="link", subject=code) if code in self._playbook.links:
                self._linked = turn.person, self._playbook.links[code].send
                return f"- user: {{opens_link: {code}}}"
            case News(kind="signal"):
                return signal_step(turn.event.what, self._playbook)
            case Tapped(tap=key):
                return self._taps(turn, Postback(TAP + key, {}))
            case TextMessage(text=text) if turn.by_page:
                return f"- user: {{says_by_page: {scalar(text)}}}"
            case TextMessage() if turn.from_sms:
                return f"- user: {CODE_FROM_SMS}"
            case PageAnswer(page=page) if page in self._playbook.forms:
                return form_step(turn.event.what, turn.before, turn.event.channel, self._playbook, turn.now)
            case PageAnswer(page=page) if (played := played_page(page)) and played.recorded:
                return played.recorded(turn.event.what, turn.before, self._playbook)
            case PageOpened() | PageAnswer():
                return page_step(turn.event.what, from_sms=turn.from_sms)
            case TextMessage(text=text):
                called = self._called(turn, "text", text) if turn.tapped is not None else None
                return text_step(text) if called is None else f"- user: {{taps: {scalar(called)}}}"
            case Follow(again=again):
                return f"- user: {'unblocks' if again else 'follows'}"
            case Unfollow():
                return "- user: blocks"
            case Postback():
                return self._taps(turn, turn.event.what)
            case OtherMessage(type=kind, content=content) if kind in MESSAGES:
                return sends_step(kind, content, turn.photos)
            case what if isinstance(what, StaffDid):
                return staff_step(what, self._playbook)
            case StaffWrites() if not self._is_no_step(turn):
                return answer_step(turn.event.what, turn.decision.trace)
            case what if (recorded := all_of("recorded").get(type(what))) and (
                (step := recorded(what, self._playbook)) is not None
            ):
                return step or None
            case Outcome():
                return self._outcome(turn.event.what)
            case Rewritten():
                return None  # it follows by itself from what was bound
            case BroadcastTags() if self._follows(turn.event.what):
                return None
            case _:
                return left_out(self._language, event_line(turn.event))

    def _called(self, turn: PlayedTurn, key: str, value: str) -> str | None:
        """What a scenario calls the button whose action has this value: its label, unless another has it."""
        identity = turn.before.identity(turn.event.channel)
        there = list(buttons(self._screens[turn.person], self._playbook, identity))
        found = next(
            (button for button in there if value in (button.action.get(key), _counted(button))), None
        )
        if found is None:
            return None
        called = next(button for button in there if button.is_called(found.label))
        return found.label if called is found else value

    def _taps(self, turn: PlayedTurn, tap: Postback) -> str:
        what = self._called(turn, "data", tap.data) or tap.data
        picks = next((tap.params[mode] for mode in ("date", "time", "datetime") if mode in tap.params), None)
        more = {} if picks is None else {"picks": scalar(str(picks).replace("T", " "))}
        return f"- user: {braces({'taps': scalar(what), **more})}"

    def _outcome(self, what: Outcome) -> str | None:
        """What the world answered: a hook by a step, the rest by whether it works."""
        if what.asked == "hook":
            return hook_step(what, self._playbook)
        if (amend := amends(what.asked)) is not None and self.lines:
            self.lines[self._acted] = amend(what, self.lines[self._acted])
        part = {"code": "sms", "member": "shop"}.get(what.asked)
        fails = what.result in ("failed", "shop_failed")
        if part is not None and fails != (part in self._failing):
            self._failing ^= {part}
            self.lines.insert(self._acted, f"- {'fails' if fails else 'works'}: {part}")
        return None

    def _is_no_step(self, turn: PlayedTurn) -> bool:
        """Whether staff have answered in a way for which a scenario has no words."""
        what = turn.event.what
        return isinstance(what, StaffWrites) and answer_step(what, turn.decision.trace) is None

    # -- what came of it

    def _keep(self, turn: PlayedTurn) -> None:
        """Note what came of a turn, for the checks: messages, cost, page, tags, states."""
        messages = list(messages_of(turn))
        self._messages.setdefault(turn.person, []).extend(messages)
        self._screens[turn.person] += messages
        pushes = (action for action in turn.decision.actions if isinstance(action, Push))
        if not self._is_no_step(turn):
            self._paid += sum(1 for push in pushes if arrives(turn, push))
        before, after = turn.before, turn.decision.contact
        if isinstance(turn.event.what, PageOpened | PageAnswer) and not is_begun(
            turn.event.what, before, turn.event.channel, self._playbook
        ):
            self._page = turn.event.what.page
        timer = isinstance(turn.event.what, TimerDue)
        if self._page is not None and turn.person == self._person and not timer:
            self._shows = page_shows(after, self._page, turn.event.channel, self._playbook, turn.now)
        if _tags(before) != _tags(after):
            self._tagged[turn.person] = after
        channel = turn.event.channel
        was, is_ = ({i.flow: i.state for i in one.flows if i.channel == channel} for one in (before, after))
        for flow in dict.fromkeys((*was, *is_)):
            if was.get(flow) != is_.get(flow) and not is_of_form(flow):
                self._states[turn.person, flow] = is_.get(flow)
        for end in turn.decision.ended:
            if end.channel == channel and end.flow not in is_ and not is_of_form(end.flow):
                self._states[turn.person, end.flow] = end.state

    def _finish(self) -> None:
        """Write the checks of what came since the last step: the page, messages, changed tags."""
        acted = self._person
        if self._shows is not None:
            self.lines.append(self._shows)
        self._page = self._shows = None
        for person, messages in self._messages.items():
            if messages:
                self._as(person)
                self._bot(messages)
                self._answered = self._answered or person == acted
        if not self._answered:
            self._as(acted)
            self.lines.append("- bot: nothing")
        for person, contact in self._tagged.items():
            self._as(person)
            self.lines.append(f"- contact: {{tags_exactly: [{', '.join(map(scalar, _tags(contact)))}]}}")
        self._messages, self._tagged, self._answered = {}, {}, True

    def _bot(self, messages: Sequence[Message]) -> None:
        names = named(messages, self._playbook)
        note = loose(self._language) if any(name.loose for name in names) else ""
        self.lines += bot_lines([name.yaml for name in names], note)

    def _as(self, person: str) -> None:
        """Write a step `as` where another person acts."""
        if self._several and person != self._person:
            self.lines.append(f"- as: {scalar(person)}")
        self._person = person


def _counted(button: Button) -> str | None:
    """The data of a counted address's tap, which its action does not have."""
    return data_of(button.tap) if button.tap is not None and is_counted(button) else None


def _tags(contact: Contact) -> list[str]:
    return [tag.name for tag in contact.tags]
