"""What is noted of friends who bring friends (N4)."""

from __future__ import annotations

from bot.model.trace import NoteKind

REFERRAL_OPENED = NoteKind(
    "referral: {campaign} opened by somebody new",
    "Opened a friend's link of {campaign}",
    code="referral_opened",
)
REFERRAL_OWN = NoteKind(
    "referral: {campaign} is the person's own link",
    "Opened their own link of {campaign}",
    "no",
    code="referral_own",
)
REFERRAL_KNOWN = NoteKind(
    "referral: {campaign} was so already",
    "Was brought in {campaign} already: the first one counts",
    "no",
    code="referral_known",
)
REFERRAL_OVER = NoteKind(
    "referral: {campaign} is not on",
    "The campaign {campaign} is not on, or there is none",
    "not",
    code="referral_over",
)
REFERRAL_CAME = NoteKind(
    "referral: {campaign} brought this person", "Came by a friend's link of {campaign}", code="referral_came"
)
REFERRAL_JUDGED = NoteKind(
    "referral: {campaign} is being looked at",
    "Has done what counts in {campaign}: looked whether the two are one household",
    "heard",
    code="referral_judged",
)
REFERRAL_DONE = NoteKind(
    "referral: {campaign} counts", "Having been brought in {campaign} counts", code="referral_done"
)
REFERRAL_REFUSED = NoteKind(
    "referral: {campaign} does not count ({uncounted})",
    "Having been brought in {campaign} does not count: {uncounted}",
    "not",
    "Having been brought in {campaign} does not count",
    code="referral_refused",
)
REFERRAL_FRIEND = NoteKind(
    "referral: {campaign} a friend came", "A friend came by the link of {campaign}", code="referral_friend"
)
REFERRAL_REWARD = NoteKind(
    "referral: {campaign} reward: {coupon}",
    "The campaign {campaign} gives its reward: the coupon {coupon}",
    code="referral_reward",
)
REFERRAL_UNREWARDED = NoteKind(
    "referral: {campaign} no reward (as many as one gets, or no friend of the account any more)",
    "A friend counts in {campaign}, and the inviter gets no reward any more",
    "not",
    code="referral_unrewarded",
)
