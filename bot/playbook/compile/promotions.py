"""Compiles what the entries of all kinds of promotions have in common: name, title, terms, picture, from when
until when, and the reminder."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from bot.engine.times.expiry import Reminder
from bot.engine.times.local_time import NO_TIME
from bot.model.place import Place
from bot.model.translatable import Translatable, tr
from bot.playbook.codes import Code
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.compile.triggers.news_triggers import ANY
from bot.playbook.compile.values.pictures import card_picture
from bot.playbook.similar import quoted
from bot.playbook.syntax.nodes import Map, Scalar, place_of

LONGEST_TITLE, LONGEST_TERMS = 100, 1000
"""Most characters; a title is also stored with everything that is given to people."""


class Shown(TypedDict):
    """The fields that every promotion has."""

    name: str
    title: str
    terms: str
    """Conditions, as people read them; may be empty."""
    image: str | None
    """The address of its picture."""
    place: Place
    """Where the playbook declares it."""


def shown(scope: Scope, key: Scalar, node: Map) -> Shown:
    """What people see of a promotion, and its name."""
    check_name(scope, key, node)
    picture = scope.scalar(node.get("image"))
    return {
        "name": key.value,
        "title": scope.text(node.get("title")) or key.value,
        "terms": scope.text(node.get("terms")),
        "image": None if picture is None else card_picture(scope, picture),
        "place": place_of(key),
    }


def check_name(scope: Scope, key: Scalar, node: Map) -> None:
    """Report the reserved name that stands for any promotion in triggers, and a title or terms that are too
    long."""
    if key.value == ANY:
        message = tr("{name} means any of them where one is heard", name=quoted(ANY))
        scope.wrong(key, "reserved-name", message, tr("choose another name"))
    for word, most in (("title", LONGEST_TITLE), ("terms", LONGEST_TERMS)):
        if len(scope.text(node.get(word))) > most:
            message = tr("{word} has more than {most} characters", word=word, most=most)
            scope.wrong(node.pairs[word][1], "bad-value", message, tr("shorten it"))


def term(scope: Scope, node: Map, empty: Translatable, code: Code) -> tuple[datetime | None, datetime | None]:
    """`from` and `until` of a promotion, in UTC; `empty` is reported under `code` where the end is not after
    the begin."""
    starts, until = scope.moment(node.get("from")), scope.moment(node.get("until"))
    if starts is not None and until is not None and until <= starts:
        scope.wrong(node.pairs["until"][0], code, empty, tr("write a later  until,  or an earlier  from"))
    return starts, until


def reminder_of(scope: Scope, node: Map) -> Reminder | None:
    """When the holder is reminded before it expires; `None` where no reminder is written."""
    remind = node.get("remind")
    if not isinstance(remind, Map):
        return None
    days, at = scope.whole(remind.get("days_before")), scope.clock(remind.get("at"))
    span = scope.duration(node.get("for"))
    if span is not None and span != NO_TIME and span.seconds and not (span.days or span.months):
        message = tr("what is good for hours is over before anybody could be reminded")
        scope.wrong(node.pairs["remind"][0], "bad-value", message, tr("leave it out, or write  for  in days"))
        return None
    return None if days is None or at is None else Reminder(days, at)
