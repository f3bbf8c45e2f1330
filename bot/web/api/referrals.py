"""Friends who bring friends over the API: how campaigns are doing, and who has brought whom (N4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from bot.model.referral import ReferralRefusal, ReferralState
from bot.operations.coupons import masked_name
from bot.operations.looks import record_search
from bot.operations.payload import Payload, pick
from bot.operations.referrals import (
    ReferralUnknown,
    brought_friends,
    campaign_of,
    inviters,
    referral_figures,
)
from bot.web.api.context import ApiContext
from bot.web.api.endpoint import ConsoleCall, get
from bot.web.api.problem_details import ApiProblem
from bot.web.api.shapes import MOMENT, NAME, NUMBER, PART, TEXT, list_of, maybe
from bot.web.openapi_schema import JsonSchema, object_of

_MASKED: JsonSchema = {**TEXT, "description": "Masked."}
_WHY: JsonSchema = {"enum": [*get_args(ReferralRefusal)]}
_CAMPAIGN = object_of(
    {
        "campaign": TEXT,
        "title": TEXT,
        "came": NUMBER,
        "counted": NUMBER,
        "refused": object_of(dict.fromkeys(get_args(ReferralRefusal), NUMBER)),
        "friends_rewarded": NUMBER,
        "inviters_rewarded": NUMBER,
        "opened": {**NUMBER, "description": "Opened a link, and have not joined yet."},
        "waiting": {**NUMBER, "description": "Joined, and have not done yet what counts."},
    }
)
_INVITER = object_of(
    {"contact": PART, "name": _MASKED, "friends": NUMBER, "counted": NUMBER, "rewarded": NUMBER}
)
_FRIEND = object_of(
    {
        "contact": PART,
        "name": _MASKED,
        "state": {"enum": [*get_args(ReferralState)]},
        "why": maybe(_WHY),
        "at": MOMENT,
        "came": maybe(MOMENT),
        "ended": maybe(MOMENT),
    }
)


@dataclass(frozen=True, slots=True)
class ReferralApi:
    """`/referrals`, the inviters of a campaign, and whom a customer has brought."""

    context: ApiContext

    @get("/referrals", answer=object_of({"referrals": list_of(_CAMPAIGN)}))
    async def referrals(self, call: ConsoleCall) -> Payload:
        """How the campaigns in which friends bring friends are doing."""
        figures = ("came", "counted", "friends_rewarded", "inviters_rewarded", "opened", "waiting")
        return {
            "referrals": [
                {
                    **pick(one, *figures),
                    "campaign": one.campaign.name,
                    "title": one.campaign.title,
                    "refused": {why: one.refused.get(why, 0) for why in get_args(ReferralRefusal)},
                }
                for one in await referral_figures(self.context.stores, self.context.playbook())
            ]
        }

    @get("/referrals/inviters", query={"campaign": NAME}, answer=object_of({"inviters": list_of(_INVITER)}))
    async def referral_inviters(self, call: ConsoleCall) -> Payload:
        """Who has brought friends in a campaign, who has most first: up to 1,000."""
        context = self.context
        name = self._campaign(call)
        found = await inviters(context.stores, context.playbook(), name)
        await record_search(context.stores, call.caller.by, call.now, "referrals")
        return {
            "inviters": [
                {
                    **pick(one, "friends", "counted", "rewarded"),
                    "name": masked_name(one.name),
                    "contact": context.part(call.caller, one.contact),
                }
                for one in found
            ]
        }

    @get(
        "/contacts/{contact}/referrals",
        query={"campaign": NAME},
        answer=object_of({"friends": list_of(_FRIEND)}),
    )
    async def brought_friends(self, call: ConsoleCall) -> Payload:
        """Whom a customer has brought in a campaign, the latest first: up to 1,000."""
        context = self.context
        found = await brought_friends(context.stores, call.located.contact, self._campaign(call))
        await record_search(context.stores, call.caller.by, call.now, "referrals")
        return {
            "friends": [
                {
                    **pick(one.referral, "state", "why", "at", "came", "ended"),
                    "name": masked_name(one.name),
                    "contact": context.part(call.caller, one.contact),
                }
                for one in found
            ]
        }

    def _campaign(self, call: ConsoleCall) -> str:
        try:
            return campaign_of(self.context.playbook(), call.query.get("campaign", "")).name
        except ReferralUnknown as error:
            raise ApiProblem("refused", error.message, field="campaign") from error
