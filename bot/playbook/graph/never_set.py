"""Finds tags and attributes that conditions, triggers or texts read, and that nothing in the playbook
sets."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from bot.engine.compiled.rule import OnAfter, OnDate, OnNews
from bot.engine.conditions.values import AttributeTest, HasTag
from bot.model.place import Place
from bot.model.problem import Problem
from bot.model.translatable import tr
from bot.playbook.codes import mistake
from bot.playbook.compile.scope.unknown_names import put_on
from bot.playbook.graph.questions import questions
from bot.playbook.graph.survey import Survey
from bot.playbook.similar import nearest, quoted
from bot.playbook.syntax.nodes import Map, place_of, text_at

_SERIAL = re.compile("[0-9A-Za-z]")
"""Letters and digits, in which names of a series differ, such as `VIP2025` and `VIP2026`."""


def tags_never_added(survey: Survey) -> Iterator[Problem]:
    """`tag-never-added`: a tag that is tested, or declared and misspelt elsewhere, and that nothing adds."""
    added = _added(survey)
    reported = set[str]()
    for tag, place in _tags_read(survey):
        if tag not in added and tag not in reported:
            reported.add(tag)
            message = tr("the tag {tag} is asked for, and nothing here puts it on", tag=quoted(tag))
            hint = put_on(survey.root, tag)
            yield mistake(place, "tag-never-added", message, hint=hint, level="warning")
    yield from _misspelt(survey, added | reported)


def _misspelt(survey: Survey, known: Collection[str]) -> Iterator[Problem]:
    """A declared tag without any other use, while one much like it is put on instead."""
    section = survey.root.get("tags")
    declared = section.pairs if isinstance(section, Map) else {}
    missed = [tag for tag in declared if tag not in known]
    for tag, place in _put_on(survey):
        meant = _nearest(tag, missed) if tag not in declared else None
        if meant is not None:
            message = tr("{tag} is put on here, and {meant} never is", tag=quoted(tag), meant=quoted(meant))
            hint = tr("one of the two is misspelt:  tags:  has {meant}", meant=meant)
            yield mistake(place, "tag-never-added", message, hint=hint, level="warning")


def _put_on(survey: Survey) -> Iterator[tuple[str, Place]]:
    """(tag, place) for each tag that an action adds."""
    return ((tag, step.place) for step in survey.steps for tag in step.adds_tags)


def _nearest(tag: str, missed: Sequence[str]) -> str | None:
    """The declared tag that was probably meant; two of a series, such as `VIP2025` and `VIP2026`, are not."""
    missed = [one for one in missed if _SERIAL.sub("", one) != _SERIAL.sub("", tag)]
    alike = (one for one in missed if len(one) == len(tag) > 1 and _differ(one, tag) == 1)
    return nearest(tag, missed) or next(alike, None)


def _differ(one: str, other: str) -> int:
    """In how many characters two texts of one length differ."""
    return sum(a != b for a, b in zip(one, other, strict=True))


def _added(survey: Survey) -> set[str]:
    """The tags that an action, staff, a shop, a link, a broadcast or a choice adds."""
    playbook = survey.playbook
    added = set(playbook.shop_tags) | {tag for tag in playbook.tags if _by_staff(survey, "tags", tag)}
    added.update(tag for tag, _ in _put_on(survey))
    added.update(tag for link in playbook.links.values() for tag in link.add_tags)
    added.update(tag for broadcast in playbook.broadcasts.values() for tag in broadcast.add_tags)
    asking = [*questions(survey), *(field for form in playbook.forms.values() for field in form.questions)]
    added.update(choice.value for q in asking if q.save_tags for choice in q.answer.choices)
    return added


def _tags_read(survey: Survey) -> Iterator[tuple[str, Place]]:
    """(tag, place) for each condition and trigger on a tag."""
    for condition in survey.conditions:
        for part in condition.leaves():
            if isinstance(part, HasTag):
                yield from ((tag, part.place) for tag in part.tags)
    for trigger, place in survey.triggers:
        if isinstance(trigger, OnNews) and trigger.kind in ("tag_added", "tag_removed"):
            yield from ((tag, place) for tag in trigger.subjects or ())


def attributes_never_set(survey: Survey) -> Iterator[Problem]:
    """`attribute-never-set`: a condition, a timer or a text reads it, and nothing sets it."""
    playbook = survey.playbook
    known = _attributes_set(survey) | {
        key for key, info in playbook.attributes.items() if info.shop is not None
    }
    known |= {key for key in playbook.attributes if _by_staff(survey, "attributes", key)}
    for key, place in _attributes_read(survey):
        if key in playbook.attributes and key not in known:
            known.add(key)
            message = tr("the attribute {key} is asked for, and nothing here sets it", key=quoted(key))
            hint = tr(
                "write  save: {key}  below the question that asks for it; where staff set it, write"
                "  attributes: {{key}: {type: {type}, set_by: staff}}",
                key=key,
                type=playbook.attributes[key].type,
            )
            yield mistake(place, "attribute-never-set", message, hint=hint, level="warning")


def _by_staff(survey: Survey, section: str, name: str) -> bool:
    """Whether the playbook declares that staff add the tag or set the attribute."""
    named = survey.root.get(section)
    node = named.get(name) if isinstance(named, Map) else None
    key = "added_by" if section == "tags" else "set_by"
    return isinstance(node, Map) and text_at(node, key) == "staff"


def _attributes_set(survey: Survey) -> set[str]:
    """The attributes that an action, an answer or a hook sets."""
    playbook, keys = survey.playbook, set[str]()
    for step in survey.steps:
        keys.update(step.sets, step.changes)
    asking = [*questions(survey), *(field for form in playbook.forms.values() for field in form.questions)]
    keys.update(question.save[0] for question in asking if question.save is not None)
    keys.update(key for hook in playbook.hooks.values() for key in hook.save)
    return keys


def _attributes_read(survey: Survey) -> Iterator[tuple[str, Place]]:
    """(attribute, place) for each condition, trigger and text that reads one."""
    keys = {info.slot: key for key, info in survey.playbook.attributes.items()}
    for condition in survey.conditions:
        for part in condition.leaves():
            if isinstance(part, AttributeTest) and part.slot in keys:
                yield keys[part.slot], part.place
    for trigger, place in survey.triggers:
        match trigger:
            case OnNews("attribute_changed", subjects):
                yield from ((key, place) for key in subjects or ())
            case OnDate(slot=slot) if slot in keys:
                yield keys[slot], place
            case OnAfter(wait) if wait.slot in keys:
                yield keys[str(wait.slot)], place
            case _:
                pass
    yield from ((key, place_of(text)) for group, key, text in survey.placeholders if group == "attribute")
