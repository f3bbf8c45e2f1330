"""No answer says what serves, and each forbids browsers to guess types. A9"""

from __future__ import annotations

import pytest

from tests.web.conftest import Site, signature

LOOKED_AT = [
    ("GET", "/healthz", 200),
    ("GET", "/metrics", 200),
    ("GET", "/nothing", 404),
    ("GET", "/webhook/main", 405),
    ("POST", "/webhook/nobody", 404),
    ("POST", "/api/events", 401),
]


@pytest.mark.parametrize(("method", "path", "status"), LOOKED_AT)
async def test_no_answer_names_the_server(site: Site, method: str, path: str, status: int) -> None:
    async with site.http.request(method, site.url(path)) as answer:
        assert answer.status == status
        assert "Server" not in answer.headers
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_nor_that_of_a_webhook(site: Site) -> None:
    body = b'{"events":[]}'
    for signed, status in ((signature(body), 200), ("wrong", 401)):
        headers = {"X-Line-Signature": signed, "Content-Type": "application/json"}
        async with site.http.post(site.url("/webhook/main"), data=body, headers=headers) as answer:
            assert answer.status == status
            assert "Server" not in answer.headers
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
