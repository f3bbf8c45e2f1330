"""What people, staff and other systems did, as steps and comments of a recorded scenario."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

from bot.connectors.sms.phone import national
from bot.engine.compiled.form import flow_of_form
from bot.engine.compiled.own_address import TAPPED
from bot.engine.compiled.playbook import Playbook
from bot.engine.flows.forms import LEFT_OUT, field_text
from bot.engine.hook_answers import answer_of
from bot.engine.pages.screen import screen_of
from bot.engine.texts.format import formatted
from bot.engine.times.bounds import When
from bot.engine.turn import staff
from bot.model.brake import Brake, PushStop
from bot.model.contact import Contact
from bot.model.decision import TraceStep
from bot.model.event import News, Outcome, PageAnswer, PageOpened
from bot.model.message import Message
from bot.model.staff_chat import StaffNotes, StaffWrites
from bot.model.staff_order import StaffActs, StaffBinds, StaffDraws, StaffSets, StaffTags, StaffUnbinds
from bot.model.translatable import Language, Translatable, tr
from bot.playbook.syntax.yaml_text import braces, nested, one_or_list, scalar, text_lines
from bot.scenario.given import ALL_PUSHES
from bot.scenario.open_page import name_of
from bot.scenario.recorded_time import Telling
from bot.scenario.shape.formats import LOOKS_LIKE_A_NAME
from bot.scenario.staff_step_player import why_not_sent
from bot.scenario.steps import CODE_FROM_SMS, FRIENDSHIP, PHOTOS, PHOTOS_MOST
from bot.scenario.written_steps import step_lines


def text_step(text: str) -> str:
    """A text, as somebody says it."""
    if text in FRIENDSHIP or text == CODE_FROM_SMS or LOOKS_LIKE_A_NAME.fullmatch(text):
        return f"- user: {{says: {scalar(text)}}}"
    return "\n".join(step_lines("user", text_lines(text)))


def sends_step(kind: str, content: object, photos: int = 1) -> str:
    """The step of a message that is no text: a place with title and address, so many photos at once, else its
    kind alone, for a scenario has no contents of files."""
    if photos > 1:
        return f"- user: {{sends: {{{PHOTOS}: {min(photos, PHOTOS_MOST)}}}}}"
    keys = ("title", "address") if kind == "location" else ()
    fields = {
        key: scalar(str(content[key])) for key in keys if isinstance(content, dict) and content.get(key)
    }
    return f"- user: {{sends: {{{kind}: {braces(fields)}}}}}" if fields else f"- user: {{sends: {kind}}}"


def page_step(what: PageOpened | PageAnswer, *, from_sms: bool) -> str:
    """The step of a person on a page; `from_sms`: the answer is the code that came."""
    if isinstance(what, PageOpened):
        inputs = {name: scalar(value) for name, value in what.inputs.items() if name != TAPPED}
        more = {"with": braces(inputs)} if inputs else {}
        return f"- user: {braces({'opens': scalar(what.page), **more})}"
    return f"- user: {{answers: {CODE_FROM_SMS if from_sms else scalar(what.text)}}}"


def form_step(
    what: PageAnswer, before: Contact, channel: str, playbook: Playbook, now: datetime
) -> str | None:
    """The step that fills a form in, once it is sent; `None` before: answers are one step, at the end."""
    instance = before.instance(flow_of_form(what.page), channel)
    if what.act != "send" or instance is None:
        return None
    when = When(now, playbook.zone)
    given = {
        scalar(key): scalar(field_text(answer, when))
        for key, answer in instance.answers.items()
        if answer != LEFT_OUT
    }
    return f"- user: {{answers: {braces(given)}}}"


def is_begun(what: PageOpened | PageAnswer, before: Contact, channel: str, playbook: Playbook) -> bool:
    """Whether a form is being filled in and not sent: then no check of its page is written."""
    if what.page not in playbook.forms:
        return False
    instance = before.instance(flow_of_form(what.page), channel)
    return what.act != "send" if isinstance(what, PageAnswer) else instance is not None


def page_shows(contact: Contact, page: str, channel: str, playbook: Playbook, now: datetime) -> str:
    """The check of what the page shows after a turn."""
    return f"- page: {scalar(name_of(screen_of(playbook, contact, page, channel, now), page))}"


StaffDid: TypeAlias = StaffActs | StaffNotes | StaffUnbinds | StaffTags | StaffSets | StaffBinds | StaffDraws
"""Events of staff that have a step."""


def staff_step(what: StaffDid, playbook: Playbook) -> str:
    """The step, as YAML."""
    match what:
        case StaffActs(takes_over=takes):
            return f"- staff: {'takes_over' if takes else 'hands_back'}"
        case StaffNotes(text=text):
            return f"- staff: {{note: {scalar(text)}}}"
        case StaffUnbinds(kind=kind):
            return f"- staff: {{unbinds: {kind}}}"
        case StaffTags(add=add, remove=remove):
            changes = {"add_tags": add, "remove_tags": remove}
            return f"- staff: {braces({key: one_or_list(map(scalar, t)) for key, t in changes.items() if t})}"
        case StaffSets(attribute=key, value=value):
            written = "" if value is None else scalar(formatted(value, None, playbook.zone))
            return f"- staff: {{set: {{{key}: {written}}}}}"
        case StaffBinds(found=found):
            return f"- staff: {{binds: {scalar(national(found.phone or ''))}}}"
        case StaffDraws(split=split, group=group):
            return f"- staff: {{draws: {{{scalar(split)}: {scalar(group)}}}}}"


def answer_step(what: StaffWrites, trace: Sequence[TraceStep]) -> str | None:
    """The step of an answer of staff; `None` where a scenario cannot say it: a picture, say."""
    texts = [str(one["text"]) for one in what.messages if one.get("type") == "text"]
    notes, why = {one.note.kind for one in trace}, why_not_sent(trace)
    if len(what.messages) != 1 or not texts or (why is None and staff.ANSWERED not in notes):
        return None
    says = {"says": scalar(texts[0])}
    return f"- staff: {braces(says if why is None else {**says, 'not_sent': why})}"


@dataclass(frozen=True, slots=True)
class StopChanged:
    """Staff have stopped these pushes at this moment, or (`resumes`) let them go on."""

    now: datetime
    stop: PushStop
    resumes: bool


def changes(before: Brake, after: Brake, now: datetime) -> Iterator[StopChanged]:
    """The stops that were set or lifted between two states of the brake."""
    for stop in before.stops:
        if after.stop_of(stop.key) is None:
            yield StopChanged(now, stop, resumes=True)
    for stop in after.stops:
        if before.stop_of(stop.key) is None:
            yield StopChanged(now, stop, resumes=False)


def stop_step(change: StopChanged, playbook: Playbook) -> str | None:
    """The step; `None` where the playbook has no such channel or flow (any more), so that it holds nobody."""
    if not _exists(change.stop, playbook):
        return None
    return f"- {'resume' if change.resumes else 'stop'}: {_pushes(change.stop)}"


def stopped_lines(brake: Brake, playbook: Playbook) -> Iterator[str]:
    """The line below `given:` for what was stopped when it began."""
    stops = [_pushes(stop) for stop in brake.stops if _exists(stop, playbook)]
    if stops:
        yield f"  stopped: {stops[0] if len(stops) == 1 else '[' + ', '.join(stops) + ']'}"


def _exists(stop: PushStop, playbook: Playbook) -> bool:
    flows = (*playbook.flows, *playbook.form_flows)
    return (stop.channel is None or stop.channel in playbook.channels) and (
        stop.flow is None or stop.flow in flows
    )


def _pushes(stop: PushStop) -> str:
    if stop.channel is None and stop.flow is None:
        return ALL_PUSHES
    if stop.channel is None and stop.flow != ALL_PUSHES:
        return scalar(stop.flow or "")
    scope = {"channel": stop.channel, "flow": stop.flow}
    return braces({key: scalar(name) for key, name in scope.items() if name is not None})


def signal_step(news: News, playbook: Playbook) -> str:
    """A signal with its values, as YAML."""
    if not news.fields:
        return f"- signal: {news.subject}"
    values = {key: scalar(formatted(value, None, playbook.zone)) for key, value in news.fields.items()}
    return f"- signal: {{{news.subject}: {braces(values)}}}"


def hook_step(what: Outcome, playbook: Playbook) -> str:
    """What a web hook answered, as YAML."""
    hook = playbook.hooks.get(what.subject)
    if hook is None or what.result != "ok":
        return f"- hook: {{{what.subject}: failed}}"
    return f"- hook: {{{what.subject}: {nested(answer_of(hook, what, playbook.zone))}}}"


@dataclass(frozen=True, slots=True)
class CameTo:
    """What a broadcast has brought to one person, and the contact before and after it."""

    person: str
    messages: tuple[Message, ...]
    before: Contact
    after: Contact


@dataclass(frozen=True, slots=True)
class BroadcastCame:
    """A broadcast that has begun."""

    now: datetime
    """When it began."""
    sending: str
    """The id of the sending."""
    broadcast: str
    by_hand: bool
    """Whether staff sent it; else its own time did."""
    to: tuple[CameTo, ...]
    """The people whom it has reached."""

    def also(self, other: BroadcastCame) -> BroadcastCame:
        """This one, with the people whom another part of the same sending has reached."""
        return replace(self, to=(*self.to, *other.to))

    def called(self, person: str) -> BroadcastCame:
        """This one, with the name that the scenario has for the person whom it has reached."""
        return replace(self, to=tuple(replace(one, person=person) for one in self.to))


def sent_steps(came: BroadcastCame, time: Telling) -> list[str]:
    """The steps: staff send it, or time passes until it goes out; then the check of who got it."""
    name, people = scalar(came.broadcast), ", ".join(sorted(scalar(one.person) for one in came.to))
    if came.by_hand:
        lines = [*time.act(came.now), f"- broadcast: {name}"]
    else:
        lines = time.wait(came.now, until=True)
        time.timer(came.now, came.now)
    return [*lines, f"- sent: {braces({name: f'[{people}]'})}"]


def by_sending(came: Iterable[tuple[int, BroadcastCame]]) -> dict[int, BroadcastCame]:
    """Each sending once, at the place of its first part; `came` are the parts, with their places in the
    recording."""
    places: dict[str, int] = {}
    found: dict[int, BroadcastCame] = {}
    for number, one in sorted(came, key=lambda pair: pair[0]):
        first = places.setdefault(one.sending, number)
        found[first] = found[first].also(one) if first in found else one
    return found


LOOSE = tr("an address in it is another one on each machine")
"""The comment on a check that could not be exact."""


def header(language: Language, *, edited: bool) -> Iterator[str]:
    """The lines above the scenario. `edited`: the playbook was changed while it was played."""
    yield _comment(language, tr("recorded in the simulator; oaflow test plays it again"))
    if edited:
        yield _comment(
            language,
            tr("the playbook was changed while this was played: what came before may be another playbook's"),
        )


def loose(language: Language) -> str:
    """The comment behind a line whose check could not be exact."""
    return f"  {_comment(language, LOOSE)}"


def left_out(language: Language, what: str) -> str:
    """The comment in place of an event that no step can say."""
    return _comment(language, tr("left out: {what}", what=" ".join(what.split())))


def _comment(language: Language, message: Translatable) -> str:
    return f"# {language.text(message)}"
