"""The kinds of news beside texts, taps and timers, with what several packages need of each.

Each name is a trigger word of the language (section 4.2); that LINE sends most of them:
https://developers.line.biz/en/reference/messaging-api/#webhook-event-objects
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from bot.model.asked import FROM_THE_WORLD, outcomes_of
from bot.model.promotions import kinds
from bot.model.value import Type


@dataclass(frozen=True, slots=True)
class NewsKind:
    """One kind of news.

    `words` are what it may be about, where that is a closed set. `bare`: it may stand alone, whatever it is
    about. `line`: LINE's type of the event, and the path of its subject in it. `token`: whether a reply token
    comes with it; with some it depends. `of_group`: in groups only. `answer`: it comes back to the flow that
    asked, and only there.
    """

    words: tuple[str, ...] = ()
    bare: bool = False
    line: tuple[str, tuple[str, ...]] | None = None
    token: Literal["always", "perhaps", "never"] = "perhaps"
    of_group: bool = False
    answer: bool = False
    fields: Mapping[str, Type] = field(default_factory=dict)


REFUND_OF_PART = "order_partially_refunded"
OF_ORDERS = ("order_placed", "order_paid", "order_cancelled", "order_refunded", REFUND_OF_PART)
"""News of a shop that come with an amount."""
AMOUNTS = ("amount", "refunded")
"""What is told of an order's money: all that is to be paid; of a refund of a part what is back by then."""
ORDER_FIELDS: Mapping[str, Type] = {"amount": "number", "order_no": "text"}
REFUND_FIELDS: Mapping[str, Type] = {**ORDER_FIELDS, "refunded": "number", "paid": "number"}
"""Of a refund of a part: what was paid back of the order by then, and what stays paid."""
SHOP_NEWS = ("member_registered", "member_updated", "tier_changed", *OF_ORDERS)
BINDINGS = ("phone", "shop", "clerk")
NEWS_RESULTS: Mapping[str, Sequence[str]] = {
    kind.news: (*(one for one in outcomes_of(kind.news) if one not in kind.silent), *kind.more)
    for kind in kinds()
}
"""The results of news of promotions, by their words: refined by `result`, and heard of `any`."""
ASKED_AND_NEWS = ("hook", *(kind.news for kind in kinds() if kind.news in FROM_THE_WORLD))
"""Answers that are about something by its name; what came of it stands in `result`."""
_BY: Mapping[str, Type] = {"tag": "text", "by": "text"}

NEWS: Mapping[str, NewsKind] = {
    "follow": NewsKind(("first", "again"), bare=True, token="always"),
    "unfollow": NewsKind(bare=True, token="never"),
    "tag_added": NewsKind(fields=_BY),
    "tag_removed": NewsKind(fields=_BY),
    "attribute_changed": NewsKind(),
    "bound": NewsKind(BINDINGS),
    "unbound": NewsKind(BINDINGS),
    "shop": NewsKind(SHOP_NEWS, token="never"),
    "form_sent": NewsKind(token="never"),
    "page_opened": NewsKind(token="never"),
    "link": NewsKind(token="never"),
    "enters": NewsKind(),
    "leaves": NewsKind(),
    "marketing": NewsKind(("stopped", "allowed")),
    "signal": NewsKind(),
    "hook": NewsKind(),
    **{kind.news: NewsKind(fields=kind.fields) for kind in kinds()},
    "staff": NewsKind(("takes_over", "hands_back"), token="never"),
    "flow_ended": NewsKind(),
    "join": NewsKind(bare=True, token="always", of_group=True),
    "beacon": NewsKind(
        ("enter", "banner", "stay"), bare=True, line=("beacon", ("beacon", "type")), token="always"
    ),
    "account_link": NewsKind(
        ("ok", "failed"), bare=True, line=("accountLink", ("link", "result")), token="always"
    ),
    "membership": NewsKind(
        ("joined", "left", "renewed"), bare=True, line=("membership", ("membership", "type")), token="always"
    ),
    "member_joined": NewsKind(bare=True, line=("memberJoined", ()), token="always", of_group=True),
    "member_left": NewsKind(bare=True, line=("memberLeft", ()), token="never", of_group=True),
    "unsend": NewsKind(bare=True, line=("unsend", ()), token="never"),
    "message_edited": NewsKind(bare=True, line=("messageEdited", ()), token="never"),
    "video_done": NewsKind(bare=True, line=("videoPlayComplete", ()), token="always"),
    **{one: NewsKind(outcomes_of(one), answer=True) for one in FROM_THE_WORLD if one not in ASKED_AND_NEWS},
    "ended": NewsKind(answer=True),
}
"""By its word."""

MESSAGES: Mapping[str, Mapping[str, Type]] = {
    "image": {},
    "video": {},
    "audio": {},
    "file": {},
    "location": {"address": "text", "title": "text"},
    "sticker": {},
}
"""Messages that are no text, by LINE's type, which is our word; with the fields that they may have."""
