"""The kinds of news beside texts, taps and timers, with what several packages need of each.

Each name is a trigger word of the language (section 4.2); that LINE sends most of them:
https://developers.line.biz/en/reference/messaging-api/#webhook-event-objects
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from bot.model.effects import FROM_THE_WORLD, outcomes_of
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
COUPON_LATER = ("redeemed", "returned", "expires_soon", "expired")
"""What becomes of a coupon once it was given."""
COUPON_RESULTS = (*outcomes_of("coupon"), *COUPON_LATER)
"""`result` of the news `coupon`, whose subject is the coupon's name."""
COUPON_FIELDS: Mapping[str, Type] = {
    "coupon": "text",
    "code": "text",
    "title": "text",
    "until": "date_time",
    "usable": "yes_no",
    "left": "number",
}
COUPON_BROUGHT = ("given", "had", *COUPON_LATER)
"""The results that come with a coupon: with all fields but `left`, which is known of some."""
STAMP_ADDED = ("stamped", "full")
"""`full`, too, puts stamps on: a card was filled by them."""
STAMP_RESULTS = (*STAMP_ADDED, "had", "over", "taken_back", "expires_soon", "expired")
"""`result` of the news `stamp_card`, whose subject is the card's name. `had`: as many as a day gives."""
STAMP_FIELDS: Mapping[str, Type] = {
    "card": "text",
    "title": "text",
    "stamps": "number",
    "cells": "number",
    "missing": "number",
    "filled": "number",
    "added": "number",
    "source": "text",
    "until": "date_time",
}
DRAW_RESULTS = (*outcomes_of("draw"), "had", "over")
"""`result` of the news `draw`, whose subject is the draw's name. `had`: this person has tried already."""
DRAW_FIELDS: Mapping[str, Type] = {
    "draw": "text",
    "title": "text",
    "prize": "text",
    "coupon": "text",
    "code": "text",
    "until": "date_time",
    "source": "text",
}
DRAW_WON = ("prize", "coupon", "code", "until")
"""The fields that come with what was won, and only then."""
REFERRAL_RESULTS = ("came", "done", "refused", "friend_came", "rewarded", "not_rewarded")
"""`result` of the news `referral`, whose subject is the campaign: of the friend, then of the inviter.
`not_rewarded`: a friend has done what counts, and the inviter has no reward coming (any more)."""
REFERRAL_OF_INVITER = ("friend_came", "rewarded", "not_rewarded")
REFERRAL_FIELDS: Mapping[str, Type] = {
    "campaign": "text",
    "title": "text",
    "why": "text",
    "friends": "number",
    "rewarded": "number",
    "left": "number",
}
APPOINTMENT_FIELDS: Mapping[str, Type] = {
    "appointment": "text",
    "title": "text",
    "place": "text",
    "start": "date_time",
    "end": "date_time",
    "by_staff": "yes_no",
    "reason": "text",
}
ON_THE_PAGE_ALONE = ("waiting", "left")
"""What comes of appointments that is no news."""
APPOINTMENT_RESULTS = (
    *(one for one in outcomes_of("appointment") if one not in ON_THE_PAGE_ALONE),
    *("soon", "came", "missed", "free"),
)
"""`result` of the news `appointment`, whose subject is the service. `soon`: the person is to be reminded;
`came`, `missed`: as staff say afterwards; `free`: there is a place that this person has waited for."""
APPOINTMENT_BROUGHT = ("booked", "moved", "cancelled", "had", "too_late", "soon", "came", "missed", "free")
"""The results that come with an appointment."""
NEWS_RESULTS: Mapping[str, Sequence[str]] = {
    "coupon": COUPON_RESULTS,
    "stamp_card": STAMP_RESULTS,
    "draw": DRAW_RESULTS,
    "referral": REFERRAL_RESULTS,
    "appointment": APPOINTMENT_RESULTS,
}
"""The results of news of several kinds, by their words: refined by `result`, and heard of `any`."""
ASKED_AND_NEWS = ("hook", "coupon", "draw", "appointment")
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
    "coupon": NewsKind(fields=COUPON_FIELDS),
    "stamp_card": NewsKind(fields=STAMP_FIELDS),
    "draw": NewsKind(fields=DRAW_FIELDS),
    "referral": NewsKind(fields=REFERRAL_FIELDS),
    "appointment": NewsKind(fields=APPOINTMENT_FIELDS),
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
