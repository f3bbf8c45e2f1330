"""What a playbook declares of a kind of promotion, without the playbook's knowing the kind (decision 069)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from bot.model.promotions import DeclaresPromotions, SectionName

T = TypeVar("T")


@dataclass(frozen=True)  # with slots a generic class cannot be made frozen in Python 3.11
class PromotionSection(Generic[T]):
    """A section of the playbook, by its name there: `PromotionSection[Draw](KIND.section)`."""

    name: SectionName

    def of(self, playbook: DeclaresPromotions) -> Mapping[str, T]:
        """Its entries by their names, in its order; none where there is no such section."""
        return cast("Mapping[str, T]", playbook.promotions.get(self.name, _NOTHING))


_NOTHING: Mapping[str, Any] = {}
