"""Clerks as tests of several rooms want them."""

from __future__ import annotations

from datetime import timedelta

from bot.model.clerk import ClerkCode, StoreClerk
from tests.conftest import NOW

AN = StoreClerk("A01", "小安", store="xinyi", codes=(ClerkCode("7K3M9QX2TB"),))
NING = StoreClerk("A02", "小寧", store="banqiao", suspended=NOW, codes=(ClerkCode("4H8P2WZ6CD"),))
OLD = StoreClerk(
    "A03",
    "小舊",
    "store_manager",
    "xinyi",
    codes=(ClerkCode("ZZZZZ99999"), ClerkCode("EMP-0007", NOW + timedelta(days=30))),
)
OFFICE = StoreClerk("H01", "小總", "head_office", codes=(ClerkCode("HHHHHHHHHH"),))
