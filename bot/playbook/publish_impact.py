"""Findings about what an edit would do to people, stored values and broadcasts if it were published
(language, sections 8 and 10)."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.engine.broadcasts.content import fingerprint
from bot.engine.compiled.broadcast import Broadcast
from bot.engine.compiled.every_rule import every_rule
from bot.engine.compiled.flow import Flow
from bot.engine.compiled.form import is_of_form
from bot.engine.compiled.playbook import AttributeInfo, Playbook
from bot.engine.compiled.rule import Rule
from bot.engine.flows.versions import EXIT, moved_to
from bot.engine.turn.how_often import counted_rule
from bot.engine.types.table import BY_SLOT
from bot.model.flow_occupancy import CountedUsage, FollowedLink, Standing
from bot.model.place import Place
from bot.model.problem import Problem
from bot.model.retention import are_many
from bot.model.translatable import Translatable, plural, row, tr
from bot.model.value import PRIVATE_SLOT
from bot.playbook.codes import Code, mistake
from bot.playbook.promotions import people_have
from bot.playbook.similar import nearest, quoted
from bot.playbook.syntax.folder_names import BOT_YAML
from bot.playbook.syntax.source import underlined


@dataclass(frozen=True, slots=True)
class SentBroadcast:
    """A broadcast that has begun to go out."""

    name: str
    at: datetime
    """The time that the playbook had for it."""
    content: str
    """The `fingerprint` of its messages."""
    began: datetime
    """When it began: at that time, or before by hand."""


def changed_after_sending(
    playbook: Playbook, sent: Sequence[SentBroadcast], sources: Mapping[str, str]
) -> list[Problem]:
    """`broadcast-already-sent`: an error for each broadcast with a fixed time that has gone out, and whose
    time or messages this playbook changes."""
    return list(underlined(_changed(playbook, sent), sources))


def _changed(playbook: Playbook, sent: Sequence[SentBroadcast]) -> Iterator[Problem]:
    for name, broadcast in playbook.broadcasts.items():
        if broadcast.at is None:  # a repeating one changes from its next time, one by hand as one likes
            continue
        before = [one for one in sent if one.name == name]
        if not before or any(_is_the_same(broadcast, one) for one in before):
            continue
        at = max(one.began for one in before).astimezone(playbook.zone)
        message = tr(
            "the broadcast {name} was sent at {moment}: changed now it would reach nobody, or everybody"
            " again",
            name=quoted(name),
            moment=f"{at:%Y-%m-%d %H:%M}",
        )
        hint = tr("put it back as it was, and write the new one under a name of its own")
        yield mistake(broadcast.place, "broadcast-already-sent", message, hint=hint)


def _is_the_same(broadcast: Broadcast, sent: SentBroadcast) -> bool:
    """Whether time and messages are those that were sent."""
    return broadcast.at == sent.at and fingerprint(broadcast) == sent.content


def over_quota(
    playbook: Playbook, sizes: Mapping[str, int], left: Mapping[str, int], sources: Mapping[str, str]
) -> list[Problem]:
    """`broadcast-over-quota`: a warning for each broadcast with more recipients than messages are left.

    `sizes` are the recipients of this month's broadcasts, by name; `left` the messages that are left this
    month, by channel, as LINE last reported. More can be bought until then.
    """
    return list(underlined(_over(playbook, sizes, left), sources))


def _over(playbook: Playbook, sizes: Mapping[str, int], left: Mapping[str, int]) -> Iterator[Problem]:
    for name, people in sizes.items():
        broadcast = playbook.broadcasts[name]
        there = left.get(broadcast.channel)
        if there is None or people <= there:
            continue
        message = tr(
            "{name} goes to {people} people, and {channel} has {left} messages left this month",
            name=quoted(name),
            people=f"{people:,}",
            channel=broadcast.channel,
            left=f"{there:,}",
        )
        if broadcast.if_quota_short == "refuse":
            hint = tr("it would not go out: buy more, or write  if_quota_short: send_part")
        else:
            hint = tr("only some would get it: buy more, or choose fewer people")
        yield mistake(broadcast.place, "broadcast-over-quota", message, hint=hint, level="warning")


_NUMBER = re.compile(r"[0-9０-９一二三四五六七八九十]")
"""A digit, also full-width or Chinese."""


def stranded(playbook: Playbook, people: Sequence[Standing], sources: Mapping[str, str]) -> list[Problem]:
    """What publishing would do to people in flows: errors where they would be lost. `people` are the counts
    by flow and state."""
    problems = [*_in_removed_flows(playbook, people), *_in_removed_states(playbook, people)]
    problems += _in_changed_timers(playbook, people)
    return list(underlined(problems, sources))


def forgotten(playbook: Playbook, known: CountedUsage) -> list[Problem]:
    """Warnings of stored values that this playbook no longer declares. Declaring the name again restores
    them."""
    return [
        *_tags(playbook, known.tags),
        *_attributes(playbook, known.slots),
        *_limits(playbook, known.uses),
        *_links(playbook, known.links),
    ]


def people_to_erase(days: int, due: int, everybody: int) -> list[Problem]:
    """`people-to-erase`: `due` people of `everybody` left more than `days` ago, and would be erased by a new
    or shorter `privacy.keep.people_who_left`."""
    if not due:
        return []
    left = plural("1 person has left", "{number} people have left", due)
    message = tr(
        "{left} all accounts longer than {days} days ago, of {all}: all that is stored of them is erased",
        left=left,
        days=str(days),
        all=f"{everybody:,}",
    )
    if are_many(due, everybody):
        hint = tr("nobody is erased before somebody agrees:  oaflow privacy confirm")
    else:
        hint = tr("to give them longer, write more days:  privacy: {keep: {people_who_left: …}}")
    return [mistake(_document("privacy"), "people-to-erase", message, hint=hint, level="warning")]


def let_go(playbook: Playbook, stopped: Iterable[str]) -> list[Problem]:
    """`stopped-flow-gone`: flows that staff have stopped, and that this playbook does not have."""
    known = {*playbook.flows, *playbook.form_flows}
    return [_let_go(name, nearest(name, playbook.flows)) for name in sorted({*stopped} - known)]


def _let_go(name: str, new: str | None) -> Problem:
    message = tr("pushes of the flow {flow} are stopped, and it is gone: nobody is held", flow=quoted(name))
    if new is None:
        hint = tr(
            "if it has a new name, stop that one first:  oaflow stop pushes --flow NAME;  then"
            "  oaflow stop resume --flow {old}",
            old=name,
        )
    else:
        hint = tr(
            "if it is {new} now, stop that one first:  oaflow stop pushes --flow {new};  then"
            "  oaflow stop resume --flow {old}",
            new=new,
            old=name,
        )
    return mistake(_document("flows"), "stopped-flow-gone", message, hint=hint, level="warning")


def _in_removed_flows(playbook: Playbook, people: Iterable[Standing]) -> Iterator[Problem]:
    """`people-in-removed-flow`: people are in a flow that is gone; it has to be stopped first."""
    gone: Counter[str] = Counter()
    for one in people:
        if one.flow not in playbook.flows and not is_of_form(one.flow):
            gone[one.flow] += one.number
    for flow, number in sorted(gone.items()):
        message = tr("{people} in the flow {flow}, which is gone", people=_are(number), flow=quoted(flow))
        hint = tr("put it back with  status: stopped  until nobody is in it any more")
        yield mistake(_document("flows"), "people-in-removed-flow", message, hint=hint)


def _in_removed_states(playbook: Playbook, people: Iterable[Standing]) -> Iterator[Problem]:
    """`people-in-removed-state`: people are in a state that is gone, and `moved` does not say where they
    go."""
    gone: Counter[tuple[str, str]] = Counter()
    here: defaultdict[str, set[str]] = defaultdict(set)
    for one in people:
        here[one.flow].add(one.state)
        flow = playbook.flow(one.flow, one.channel)
        if flow is not None and flow.status != "stopped" and moved_to(flow, one.state) is None:
            gone[one.flow, one.state] += one.number
    for (name, state), number in sorted(gone.items()):
        flow = playbook.flows[name]
        message = tr(
            "{people} in the state {state} of {flow}, which is gone",
            people=_are(number),
            state=quoted(state),
            flow=quoted(name),
        )
        alone = sum(flow_ == name for flow_, _ in gone) == 1
        hint = _where_to(flow, state, here[name], alone=alone)
        yield mistake(flow.place, "people-in-removed-state", message, hint=hint)


def _where_to(flow: Flow, gone: str, here: Collection[str], *, alone: bool) -> Translatable:
    """Advice where the people of a removed state go: to a state that is probably its new name.

    That is no state with people in it (`here`), and none that differs only in a number: 第一天 is not the new
    name of 第二天. `alone`: no other state of the flow is gone.
    """
    resting = [state.name for state in flow.states.values() if state.rests]
    new = [name for name in resting if name not in here and _unnumbered(name) != _unnumbered(gone)]
    target = nearest(gone, new) or (new[0] if alone and len(new) == 1 else None)
    if target is not None:
        return tr("say where they go:  moved: {{state}: {target}}", state=gone, target=target)
    into = row([*resting, EXIT], "or")
    return tr("say where they go, into {into}:  moved: {{state}: …}", state=gone, into=into)


def _unnumbered(name: str) -> str:
    """A name without its digits."""
    return _NUMBER.sub("", name)


def _in_changed_timers(playbook: Playbook, people: Iterable[Standing]) -> Iterator[Problem]:
    """`people-in-changed-timer`: their timers are armed anew, counted from their entry, and may be due
    soon."""
    changed: Counter[tuple[str, str, str, tuple[str, ...], tuple[str, ...]]] = Counter()
    for one in people:
        flow = playbook.flow(one.flow, one.channel)
        if flow is None or flow.status == "stopped" or one.state not in flow.states or not one.timers_run:
            continue
        waits = frozenset(wait.text for wait in flow.waits[one.state])
        gone, new = one.armed - waits, waits - one.armed - one.fired
        if gone or new:
            changed[one.flow, one.channel, one.state, tuple(sorted(gone)), tuple(sorted(new))] += one.number
    for (name, channel, state, gone_, new_), number in sorted(changed.items()):
        message = tr(
            "{people} in the state {state} of {flow}, whose times have changed: {change}",
            people=_are(number),
            state=quoted(state),
            flow=quoted(name),
            change=_change(gone_, new_),
        )
        place = _flow(playbook, name, channel).states[state].place
        yield mistake(place, "people-in-changed-timer", message, hint=_from_now(new_), level="warning")


def _change(gone: Sequence[str], new: Sequence[str]) -> Translatable:
    if not gone:
        return tr("{new} is new", new=row(new))
    if not new:
        return tr("{gone} is gone", gone=row(gone))
    return tr("{new} instead of {gone}", new=row(new), gone=row(gone))


def _from_now(new: Sequence[str]) -> Translatable:
    if not new:
        return tr("see that another time or rule still leads them on")
    return tr(
        "theirs count from when they came, and are due in a minute at the earliest; to spare them, "
        "leave this state as it was and lead newcomers to another"
    )


def _flow(playbook: Playbook, name: str, channel: str) -> Flow:
    flow = playbook.flow(name, channel)
    assert flow is not None  # it was looked up before
    return flow


def _tags(playbook: Playbook, counted: Mapping[str, int]) -> Iterator[Problem]:
    """`tag-in-use`: people have a tag that is neither declared nor added nor renamed."""
    known = playbook.tag_names | {info.moved_from for info in playbook.tags.values()}
    for tag, number in sorted(counted.items()):
        if tag not in known:
            message = tr(
                "{people} the tag {tag}, which nothing here knows",
                people=people_have(number),
                tag=quoted(tag),
            )
            hint = _renamed("tags", tag, nearest(tag, playbook.tag_names))
            yield _unknown("tag-in-use", "tags", message, hint)


def _attributes(playbook: Playbook, counted: Mapping[str, int]) -> Iterator[Problem]:
    """`attribute-in-use`: people have a value of an attribute that is gone, or has another type."""
    declared = playbook.attributes
    for slot, number in sorted(counted.items()):
        letter, _, key = slot.partition(".")
        if any(slot in _slots(info) for info in declared.values()):
            continue
        if key in declared:
            message = tr(
                "{people} a value of {key}, whose type was {old} and is {new} now",
                people=people_have(number),
                key=quoted(key),
                old=_kind(letter),
                new=_kind(declared[key].slot.partition(".")[0]),
            )
            hint = tr("give the new one another name, or let it have the type that it had")
        else:
            message = tr(
                "{people} a value of {key}, which is no attribute any more",
                people=people_have(number),
                key=quoted(key),
            )
            hint = _renamed("attributes", key, nearest(key, declared))
        yield _unknown("attribute-in-use", "attributes", message, hint)


def _limits(playbook: Playbook, counted: Mapping[str, int]) -> Iterator[Problem]:
    """`limit-begins-anew`: a limited rule has not been used yet, and a used one with a similar name is
    gone."""
    people: dict[str, int] = {}
    for key, number in counted.items():
        name = counted_rule(key)
        people[name] = max(number, people.get(name, 0))
    limited = {rule.key: rule for rule in every_rule(playbook) if rule.name and _lasts(rule)}
    gone = people.keys() - {rule.key for rule in every_rule(playbook)} - playbook.flows.keys()
    for key, rule in limited.items():
        old = nearest(key, gone) if key not in people else None
        if old is not None:
            yield _begins_anew(rule, old, people[old])


def _begins_anew(rule: Rule, old: str, number: int) -> Problem:
    message = tr(
        "{people} used up the rule {old}, which is gone; {new} counts from nothing, for them as well",
        people=people_have(number),
        old=quoted(old),
        new=quoted(rule.key),
    )
    hint = tr("if it is the same rule, leave it its name:  name: {old}", old=old)
    return mistake(rule.place, "limit-begins-anew", message, hint=hint, level="warning")


def _links(playbook: Playbook, followed: Mapping[str, FollowedLink]) -> Iterator[Problem]:
    """`link-in-use`: a code that people have opened is gone; printed copies of it lead to a page that says
    so."""
    for code, link in sorted(followed.items()):
        if code not in playbook.links:
            message = tr(
                "{people} opened the link {code}, last on {day}, and it is gone: "
                "its printed code leads nowhere",
                people=people_have(link.number),
                code=quoted(code),
                day=f"{link.last.astimezone(playbook.zone):%Y-%m-%d}",
            )
            hint = tr(
                "leave it in as long as somebody may hold its code, also to lead elsewhere:"
                "  links: {{code}: {title: …, open: …}}",
                code=code,
            )
            yield _unknown("link-in-use", "links", message, hint)


def _lasts(rule: Rule) -> bool:
    """Whether a rule has a limit that lasts: `first`, or `once_per` a person or a span of time."""
    return rule.first is not None or (rule.once_per is not None and rule.once_per.per in ("person", "span"))


def _slots(info: AttributeInfo) -> tuple[str, ...]:
    """The slots of an attribute's values, and of the attribute that it replaces (`moved_from`)."""
    if info.moved_from is None:
        return (info.slot,)
    return info.slot, f"{info.slot.partition('.')[0]}.{info.moved_from}"


def _kind(letter: str) -> Translatable | str:
    """The name of a type, by the letter that slots of its values begin with."""
    return tr("private") if letter == PRIVATE_SLOT else BY_SLOT[letter].name


def _renamed(section: str, old: str, new: str | None) -> Translatable:
    if new is None:
        return tr(
            "put it back, or if it has a new name:  {section}: {NAME: {moved_from: {old}}}",
            section=section,
            old=old,
        )
    return tr(
        "put it back, or if it is {new} now:  {section}: {{new}: {moved_from: {old}}}",
        section=section,
        old=old,
        new=new,
    )


def _unknown(code: Code, section: str, message: Translatable, hint: Translatable) -> Problem:
    return mistake(_document(section), code, message, hint=hint, level="warning")


def _document(section: str) -> Place:
    """The place of what is not there: the begin of bot.yaml."""
    return Place(BOT_YAML, 1, 1, section)


def _are(number: int) -> Translatable:
    return plural("1 person is", "{number} people are", number)
