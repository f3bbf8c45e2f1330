"""The subjects of operations: a module of `declared` each, and a command. To name them imports none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.model.promotions import Parts
from bot.operations.catalog.subject import OperationSubject

PROMOTED: Sequence[OperationSubject] = tuple(Parts("operations.subject", OperationSubject))
"""Those of promotions."""


def _promoted(position: int) -> Iterator[OperationSubject]:
    return (one for one in PROMOTED if one.position == position)


SUBJECTS: Sequence[OperationSubject] = (
    *_promoted(0),
    OperationSubject("audiences", "audience", "audiences, how many people are in one, and who"),
    OperationSubject("broadcasts", "broadcast", "broadcasts are listed, sent, followed, paused, cancelled"),
    OperationSubject("flows", "journey", "how journeys stand, and what was counted of them"),
    OperationSubject(
        "menus", "richmenu", "the rich menus at LINE, their pictures, and whom they are linked to"
    ),
    OperationSubject("stop", "stop", "stop all pushes, and let them go on; replies always go on"),
    OperationSubject("places", "places", "how many places of the rules with `first` are taken"),
    *_promoted(1),
    OperationSubject("links", "links", "all links of an account, and how often codes were opened"),
    OperationSubject("forms", "form", "forms: how often each was sent, and who has answered what"),
    OperationSubject(
        *("attribution", "attribution"),
        "what broadcasts, journeys, menus, links and coupons brought in orders",
    ),
    OperationSubject("many", "contact", "many contacts at once: a tag put on, taken off, or that is undone"),
    OperationSubject("matches", "contact", "contacts that may be one person"),
    *_promoted(2),
    OperationSubject("shops", "shop", "the shop's platform: linking it, what it has of its members"),
    OperationSubject("clerks", "store clerks", "clerks of the stores, and their codes"),
    OperationSubject("binding", "binding", "whether phones can be bound, and pausing that"),
    OperationSubject("system", "status", "what is wrong, channels, servers, keys, the database"),
    OperationSubject(
        "unsent", "deadletters", "calls that were given up, and events that nobody could decide"
    ),
    OperationSubject("audit", "audit", "who has done what to the shop, and when"),
    OperationSubject("sms", "sms", "credit of the SMS providers, and the day's cap"),
    OperationSubject(
        "privacy", "privacy", "what is removed by itself, and agreeing to it where it concerns many"
    ),
    OperationSubject("accounts", "admin", "who may sign in to the staff's pages, and what they may do there"),
    OperationSubject("tokens", "token", "tokens by which other systems call the API of the staff's pages"),
    OperationSubject("today", "today", "what happens today, beside the same weekday a week before"),
    OperationSubject("attention", "attention", "what waits for somebody, in numbers; what is stopped"),
    OperationSubject("unanswered", "unanswered", "questions that nobody answered, with the rule that would"),
    OperationSubject(
        "contacts", "contact", "contacts: who somebody is, what is known of them, what staff change of it"
    ),
    OperationSubject("ready", "ready", "ready answers that staff write: for themselves, the team, a channel"),
    OperationSubject("chats", "chat", "conversations: who waits; taken, answered, handed on, given back"),
    OperationSubject("me", "", "the token that calls"),
    OperationSubject("playbook", "", "the playbook: drafts of it, which a token has of its own"),
    OperationSubject("versions", "versions", "which playbooks were live, since when, by whom"),
    OperationSubject("testers", "contact", "testers: who gets broadcasts first, each by a name"),
)


def subject_named(name: str) -> OperationSubject:
    """The subject of this name."""
    return next(one for one in SUBJECTS if one.name == name)
