"""D1, D2: clerks over the API: from lines of CSV, with their codes, handed over after a question."""

from __future__ import annotations

from dataclasses import replace

from tests.playbooks import compiled
from tests.web.api.api_world import ApiWorld

SHOP = compiled("""
stores: {xinyi: {title: 信義店}}
rules:
  - {when: {text_pattern: "聯絡專員 {code:word}"}, start: {flow: referral, with: {code: "{{ event.code }}"}}}
flows:
  referral:
    page: true
    inputs: {code: text}
    states:
      joining:
        do: [{bind_clerk: {code: "{{ answer.code }}"}}]
        rules: [{when: {clerk: [bound, already, unknown, suspended]}, to: 完}]
        give_up_after: {1m: 完}
      完: {end: true}
""")
LINES = ["number,name,store", "A01,小安,信義店", "A02,小寧,信義店", "A03,小三,火星店"]


async def test_from_lines_to_codes(api: ApiWorld) -> None:
    sections = ("stores", "rules", "flows")
    api.playbook = replace(api.playbook, **{name: getattr(SHOP, name) for name in sections})
    caller = await api.caller("supervisor", "crm")
    done = (await caller.post("/clerks/import", {"file": LINES})).content
    assert (done["new"], [one["line"] for one in done["refused_lines"]]) == (2, [4])
    [an, _] = (await caller.get("/clerks")).content["clerks"]
    assert (an["number"], an["name"], an["role"]) == ("A01", "小安", "clerk")
    [new] = (await caller.post("/clerks/renew", {"numbers": ["A01"]})).content["codes"]
    assert (new["number"], new["code"] == an["code"]) == ("A01", False)
    [code] = (await caller.get("/clerks/codes", numbers="A01")).content["codes"]
    assert code["link"].endswith(new["code"])
    offer = (await caller.get("/clerks/hand-over/offer", was="A01", to="A02")).content
    assert offer == {"people": 0, "question": None}
