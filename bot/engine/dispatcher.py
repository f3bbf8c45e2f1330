"""Dispatches messages and news to open questions, taps, triggers and rules (semantics 9–14)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import tee

from bot.engine import notes
from bot.engine.built_in_words import RESUME, built_in_word
from bot.engine.compiled.card import TAP, Tap
from bot.engine.compiled.flow import Question
from bot.engine.compiled.machine import MESSAGE
from bot.engine.compiled.rule import OnNews, OnText, Rule
from bot.engine.compiled.rule_index import RuleMatch
from bot.engine.compiled.trigger_event import NOTHING, TriggerEvent, fits
from bot.engine.flows.closed_page import is_expected_when_paused
from bot.engine.flows.flow_runner import FlowRunner
from bot.engine.flows.perform import perform, perform_result
from bot.engine.flows.push_gate import is_halted, is_open
from bot.engine.members.membership import has_just_bound
from bot.engine.pages.pages import is_expected_by_page
from bot.engine.texts.text import fold
from bot.engine.turn.changes import set_marketing
from bot.engine.turn.doing import BOUND_PHONE, Begin, Doing, cause
from bot.engine.turn.how_often import how_often, is_suppressed, use, used_up
from bot.engine.turn.line_news import count_menu_text, count_tap
from bot.engine.turn.results import WITHDRAWN, count_goals, pushes_of, result_of, take
from bot.engine.turn.staff import customer_writes, left_to_staff
from bot.engine.turn.timers import last_seen_on, start_of, wait_for_clock
from bot.engine.turn.turn import Turn
from bot.model.instance import Instance, PendingResult, Timer
from bot.model.value import Value

STOPPED = "已停止推播，想再收到時請輸入「恢復推播」。"
RESUMED = "已恢復推播。"
"""The answers to the two words that work in every playbook (requirement I6)."""

STILL_STOPPED = "您在會員資料中選擇不接收行銷訊息，請先在會員資料中改為接收。"
"""The answer where the shop's record says no, and `consent_from` lets it decide: nothing is resumed."""


class EventDispatcher:
    """Finds which flows and rules match an event of a turn, and carries them out."""

    def __init__(self, turn: Turn, runner: FlowRunner) -> None:
        self._turn = turn
        self._runner = runner
        self._matching: Iterator[RuleMatch] | None = None
        """The rules outside flows that match the present event; `None`: not looked up yet."""
        self._also_taken = False
        """Whether a rule with `also` has matched the message."""

    # -- messages: the first that takes one ends the search

    def message(self, event: TriggerEvent) -> None:
        """Try the message on each kind of receiver in the stated order, a to h (semantics 9)."""
        turn = self._turn
        self._matching = None
        with_staff = turn.identity.staff
        if with_staff:
            customer_writes(turn)
        if event.kind == "text":
            count_menu_text(turn, event.subject)
        if turn.event.unknown_mode:
            if not self._built_in_word(event):
                turn.note(notes.MODE_SILENT)
            return
        if turn.contact.results and self._pending_result(event):
            return
        if self._built_in_word(event) or self._tapped(event):
            return
        if with_staff:
            if not self._rules(event, _with_staff):
                left_to_staff(turn, event.kind)
                turn.note(notes.STAFF_SILENT)
            return
        taken = (
            (turn.playbook.index.interrupting and self._rules(event, _interrupts))
            or (turn.contact.flows and self._flows(event))
            or self._rules(event, _waits_its_turn)
            or self._otherwise()
            or is_expected_when_paused(turn, event)
            or is_expected_by_page(turn, event)
        )
        if not (taken or self._also_taken):
            self._anything_else(event)

    def _pending_result(self, event: TriggerEvent) -> bool:
        turn = self._turn
        for pending in turn.contact.results:
            result = result_of(turn.playbook, pending)
            trigger = result.trigger if result is not None else None
            if (
                event.kind == "text"
                and pending.channel == turn.channel
                and trigger is not None
                and fold(trigger) == event.folded
            ):
                self.give(pending)
                return True
        return False

    def give(self, pending: PendingResult) -> None:
        """Carry out a pending result, once: with the reply token of the page's message, or without."""
        turn = self._turn
        take(turn, pending)
        result = result_of(turn.playbook, pending)
        if pending.result == WITHDRAWN:
            turn.note(notes.RESULT_WITHDRAWN)
        elif result is None:
            turn.note(notes.RESULT_LOST, pending.result)
        else:
            doing = Doing(turn.playbook.flow(pending.flow, pending.channel), None, pending.answers)
            perform_result(turn, result, doing)
            self._runner.begin_all()
        turn.pushes = [*pushes_of(turn, pending), *turn.pushes]

    def _built_in_word(self, event: TriggerEvent) -> bool:
        """The person's marketing is stopped or allowed; a rule for the word replaces the answer only.

        Rules that match the message come first; then, as for 「停止推播！」, the others for the bare word.
        """
        word = built_in_word(event.folded) if event.kind == "text" else None
        if word is None:
            return False
        turn = self._turn
        set_marketing(turn, word == RESUME)
        turn.note(notes.MARKETING_ALLOWED if word == RESUME else notes.MARKETING_STOPPED)
        if not (
            self._rules(event, _names_a_word)
            or self._rules_for_word(event, TriggerEvent("text", word, event.fields))
        ):
            resumed = RESUMED if turn.contact.marketing is not False else STILL_STOPPED
            turn.speak([{"type": "text", "text": resumed if word == RESUME else STOPPED}])
        return True

    def _rules_for_word(self, message: TriggerEvent, word: TriggerEvent) -> bool:
        """Try the rules for the built-in word that did not match the message itself; whether one took it."""
        already_tried = [rule for rule, _ in self._candidates(message)]
        self._matching = None
        return self._rules(word, lambda rule: _names_a_word(rule) and rule not in already_tried)

    def _tapped(self, event: TriggerEvent) -> bool:
        """Do the actions of a tap that came back as our postback; whether the tap is known.

        One that is known no more is left to `anything_else`.
        """
        turn = self._turn
        if event.kind != "postback" or not event.subject.startswith(TAP):
            return False
        tap = self.tap(event.subject.removeprefix(TAP), event.fields)
        if tap is None:
            return False
        if not tap.do and not turn.identity.staff and not self._flows(event):
            asking = self._asking()  # a date that was picked is meant as the answer to a question
            if asking is not None and asking[1].answer.type in event.fields:
                self._otherwise()
        return True

    def tap(self, key: str, fields: Mapping[str, Value] = NOTHING) -> Tap | None:
        """Do the actions of a tap; `None` where the playbook has no such tap any more."""
        turn = self._turn
        tap = turn.playbook.taps.get(key)
        if tap is None:
            turn.note(notes.TAP_UNKNOWN, key)
            return None
        turn.note(notes.TAPPED, tap.label, place=tap.place)
        count_tap(turn, key)
        perform(turn, tap.do, Doing(fields=fields))
        self._runner.begin_all()
        return tap

    def _rules(self, event: TriggerEvent, wanted: Callable[[Rule], bool]) -> bool:
        """Try the rules outside flows; whether one took the event, as a rule with `also` never does."""
        for rule, added in self._candidates(event):
            if wanted(rule) and self._matches(rule, event, added):
                self._carry_out(rule, event, added)
                if not rule.also:
                    return True
                self._also_taken = True
        return False

    def _candidates(self, event: TriggerEvent) -> Iterator[RuleMatch]:
        """The matching rules in the order of the file, looked up lazily and once."""
        if self._matching is None:
            self._matching = self._turn.playbook.index.matches(event, self._turn.when)
        self._matching, again = tee(self._matching)
        return again

    def _matches(self, rule: Rule, event: TriggerEvent, added: Mapping[str, Value]) -> bool:
        turn = self._turn
        if rule.condition is not None:
            fields = {**event.fields, **added} if added else event.fields
            if not turn.holds(rule.condition, Doing(fields=fields), rule.place):
                return False
        return not (rule.limited and is_suppressed(turn, rule))

    def _carry_out(
        self, rule: Rule, event: TriggerEvent, added: Mapping[str, Value] = NOTHING, *, rest: bool = False
    ) -> None:
        """Carry out a rule that matches; `rest`: it is a rule for all that nothing else took."""
        turn = self._turn
        if rule.limited:
            use(turn, rule)
        if rest:
            turn.note(notes.ANYTHING_ELSE, place=rule.place)
        else:
            turn.note(notes.RULE_MATCHED, event.note, place=rule.place)
        perform(turn, rule.do, Doing(fields={**event.fields, **added} if added else event.fields))
        self._runner.begin_all()

    def _flows(self, event: TriggerEvent) -> bool:
        """Try the person's flows in this chat, latest entered first; whether one took the message."""
        for instance in self._in_chat():
            if not self._turn.has(instance):
                continue
            took = self._runner.handle(instance, MESSAGE, event)
            if isinstance(took, Rule) and took.also:
                self._also_taken = True
            elif took:
                return True
        return False

    def _in_chat(self) -> list[Instance]:
        turn = self._turn
        return [
            instance
            for instance in reversed(turn.contact.flows)
            if instance.channel == turn.channel and not instance.on_page
        ]

    def _otherwise(self) -> bool:
        """Handle the message as an invalid answer to the open question; whether anything was sent or done."""
        asking = self._asking()
        return asking is not None and self._runner.otherwise(asking[0])

    def _asking(self) -> tuple[Instance, Question] | None:
        """The latest flow that asks something in this chat, and what."""
        for instance in self._in_chat():
            flow = self._turn.flow_of(instance)
            state = flow.states.get(instance.state) if flow is not None else None
            if state is not None and state.question is not None and is_open(instance):
                return instance, state.question
        return None

    def _anything_else(self, event: TriggerEvent) -> None:
        turn = self._turn
        if event.kind == "postback" and not event.subject.startswith(TAP):
            turn.note(notes.POSTBACK_UNKNOWN, event.subject)
            return
        for rule in turn.playbook.index.defaults:
            if self._matches(rule, event, NOTHING):
                self._carry_out(rule, event, rest=True)
                return
        turn.note(notes.NO_RULE, event.note)

    # -- news: every flow and rule gets it

    def news(self, event: TriggerEvent) -> None:
        """Pass news to the person's flows, the journeys and the first rule that fits (semantics 13, 14)."""
        turn = self._turn
        count_goals(turn, event)
        if event.kind not in turn.playbook.news:
            return
        turn.cause = cause(event.kind, event.subject)
        if event.kind == "flow_ended" and has_just_bound(turn, event.subject):
            turn.cause = BOUND_PHONE
        self._everybody(event)
        turn.cause = ""

    def _everybody(self, event: TriggerEvent) -> None:
        turn = self._turn
        for instance in turn.contact.flows:
            if turn.has(instance):
                with turn.on(instance.channel):
                    self._runner.handle(instance, event.kind, event)
        for name in turn.playbook.journeys.get(event.kind, ()):
            self._start_journey(name, event)
        self._matching = None
        self._rules(event, _any_rule)

    def _start_journey(self, name: str, event: TriggerEvent) -> None:
        turn = self._turn
        flow = turn.playbook.flow(name, turn.channel)
        if flow is None or flow.start is None:
            return
        for trigger in flow.start.when:
            if isinstance(trigger, OnNews) and fits(trigger, event, turn.when) is not None:
                if trigger.at is not None:
                    wait_for_clock(turn, name, event.subject, trigger.at)
                else:
                    self.start(name, event)
                return

    def start(self, name: str, event: TriggerEvent) -> None:
        """Start a journey if its condition and `once_per` allow it (semantics 19)."""
        turn = self._turn
        flow = turn.playbook.flow(name, turn.channel)
        if flow is None or flow.start is None:
            return
        start = flow.start
        if not turn.holds(start.condition, Doing(fields=event.fields), start.place):
            return
        key = f"flow:{name}"
        if start.once_per is not None and used_up(key, start.once_per, turn.context):
            turn.note(notes.FLOW_USED_UP, name, how_often(start.once_per), place=start.place)
        elif any(instance.flow == name for instance in turn.contact.flows):
            turn.note(notes.NOT_STARTED, name, "is in it already", place=start.place)
        elif self._runner.begin(Begin(name, {}, place=start.place, cause=turn.cause)):
            turn.contact.used = {**turn.contact.used, key: turn.now}

    def ended(self, event: TriggerEvent) -> None:
        """Pass the end of a sub-flow to the flow that ran it; where no rule takes it, to its branches."""
        turn = self._turn
        parent = turn.contact.instance(str(event.fields["parent"]), str(event.fields["channel"]))
        if parent is None:
            return
        with turn.on(parent.channel):
            self._child_ended(parent, event)

    def _child_ended(self, parent: Instance, event: TriggerEvent) -> None:
        turn = self._turn
        flow = turn.flow_of(parent)
        state = flow.states.get(parent.state) if flow is not None else None
        if state is None or state.run != event.fields["flow"]:
            return
        if self._runner.handle(parent, "ended", event) or is_halted(turn, parent):
            return
        if self._runner.go_on(parent):
            self._runner.rest(parent)
        elif not any((t.flow, t.channel) == (parent.flow, parent.channel) for t in turn.contact.timers):
            self._runner.end(parent, event.subject)  # an end that no rule is for: nothing would ever move it

    def clock(self, timer: Timer, audience: str) -> None:
        """The time of day has come at which a journey starts for who has come into an audience."""
        turn = self._turn
        with turn.on(timer.channel):
            flow, condition = (
                turn.playbook.flow(timer.flow, turn.channel),
                turn.playbook.watched.get(audience),
            )
            if flow is None or condition is None:
                return
            if not turn.holds(condition, Doing(), flow.place):
                turn.note(notes.AUDIENCE_LEFT, flow.name, audience, place=flow.place)
                return
            turn.late = turn.now - timer.late_from > flow.late.after.about
            turn.cause = cause("enters", audience)
            self.start(flow.name, TriggerEvent("enters", audience))
            turn.late, turn.cause = False, ""

    def date(self, timer: Timer) -> None:
        """A journey's start by a date has come due."""
        found = start_of(self._turn.playbook, timer)
        if found is None:
            return
        turn, (name, trigger) = self._turn, found
        seen = last_seen_on(turn.contact, turn.playbook.channels)
        with turn.on(seen or turn.channel):  # not where it was when the date was set
            flow = turn.playbook.flow(name, turn.channel)
            if flow is not None:
                turn.late = turn.now - timer.late_from > flow.late.after.about
                turn.cause = cause("attribute_changed", trigger.slot.partition(".")[2])
                self.start(name, TriggerEvent("date", name))
                turn.late, turn.cause = False, ""


def _any_rule(rule: Rule) -> bool:
    return True


def _with_staff(rule: Rule) -> bool:
    return rule.with_staff


def _interrupts(rule: Rule) -> bool:
    return rule.interrupt


def _waits_its_turn(rule: Rule) -> bool:
    return not rule.interrupt


def _names_a_word(rule: Rule) -> bool:
    """Whether a rule is for the text itself, as one must be that replaces a built-in answer."""
    return any(isinstance(trigger, OnText) for trigger in rule.when)
