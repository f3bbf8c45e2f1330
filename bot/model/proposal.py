"""A draft of the playbook that was handed in, for somebody else to publish it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

from bot.model.draft import DraftFile, digest

ProposalState: TypeAlias = Literal["open", "returned", "published"]
"""It waits for somebody else; they gave it back with a sentence; they published it."""
OF_PROPOSAL = "proposal:"
"""How the owner of its files begins, among those of drafts: no account is called so."""
SENTENCE_MOST = 1000
"""Characters of what is written beside it."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """The draft that `account` handed in: the number of its `files`, their `stamp`, and a sentence (`says`).

    `account` is the id of an account, or the name of a token (`BY_TOKEN`); `person` that account, or the
    token's maker. `by` and `decided_by`: the actors of the audit log. `answer`: the sentence of the decision.
    """

    account: str
    person: str
    by: str
    at: datetime
    files: int
    stamp: str
    says: str = field(repr=False)
    state: ProposalState = "open"
    answer: str = field(default="", repr=False)
    decided_by: str = ""
    decided: datetime | None = None

    @property
    def owner(self) -> str:
        """Under which its files are stored, among drafts."""
        return f"{OF_PROPOSAL}{self.account}"


def stamp_of(files: Iterable[DraftFile]) -> str:
    """Names exactly what these files hold, and what they began from."""
    rows = (f"{one.path}\n{one.kind}\n{one.base}\n{digest(one.content)}" for one in files)
    return digest("\n".join(sorted(rows)).encode("utf-8", "surrogatepass"))
