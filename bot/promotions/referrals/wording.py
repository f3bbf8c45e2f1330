"""The sentences of campaigns with friends (N4) in a trace."""

from __future__ import annotations

from bot.wording.promotions import WordingPart

UNCOUNTED = {
    "before": "they were a friend before",
    "self": "they are the inviter",
    "household": "the inviter has the same phone or e-mail",
    "ring": "they have brought the inviter",
    "late": "it was too late",
    "gone": "the inviter is not here any more",
}
"""Why a referral does not count."""

PART = WordingPart(
    rows={
        "opened": "opened a friend's link of {campaign}",
        "judged": "was compared with the inviter of {campaign}",
        "friend came": "a friend came by the link of {campaign}",
        "friend done": "a friend did what counts in {campaign}",
        "came": "came by a friend's link of {campaign}",
        "done": "having been brought in {campaign} counts",
        "refused": "having been brought in {campaign} does not count",
        "friend_came": "a friend came by the link of {campaign}",
        "rewarded": "is rewarded for a friend in {campaign}",
        "not_rewarded": "a friend counts in {campaign}, without a reward",
        "": "news of the campaign {campaign}",
    },
    page="own invitations",
    words={"uncounted": UNCOUNTED},
)
