"""Warns, before an edit is published, of what it would do to what is stored of contacts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.engine.compiled.every_rule import every_rule
from bot.engine.compiled.playbook import AttributeInfo, Playbook
from bot.engine.compiled.rule import Rule
from bot.engine.turn.how_often import counted_rule
from bot.engine.types.table import BY_SLOT
from bot.model.flow_occupancy import CountedUsage, FollowedLink
from bot.model.problem import Problem
from bot.model.retention import are_many
from bot.model.translatable import Translatable, plural, tr
from bot.model.value import PRIVATE_SLOT
from bot.playbook.codes import Code, mistake
from bot.playbook.promotions import people_have
from bot.playbook.similar import nearest, quoted
from bot.playbook.syntax.folder_names import section_place


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
    return [mistake(section_place("privacy"), "people-to-erase", message, hint=hint, level="warning")]


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
        if old is None:
            continue
        message = tr(
            "{people} used up the rule {old}, which is gone; {new} counts from nothing, for them as well",
            people=people_have(people[old]),
            old=quoted(old),
            new=quoted(key),
        )
        hint = tr("if it is the same rule, leave it its name:  name: {old}", old=old)
        yield mistake(rule.place, "limit-begins-anew", message, hint=hint, level="warning")


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
    return mistake(section_place(section), code, message, hint=hint, level="warning")
