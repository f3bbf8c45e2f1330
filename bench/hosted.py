"""A MongoDB as it is hosted: reached by TCP, and by TLS with a certificate that is looked at, or without.

Its options are those of the embedded one.
"""

from __future__ import annotations

import asyncio
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pymongo
import trustme

from bot.store.mongod.mongod_binary import REPLICA_SET, find_mongod, mongod_arguments

HOST = "127.0.0.1"
PATIENCE = 60.0
"""Seconds in which it becomes a primary."""


@asynccontextmanager
async def hosted(place: Path, port: int, *, is_encrypted: bool) -> AsyncIterator[str]:
    """A MongoDB with its data in the new folder `place`: the address that bots are given."""
    data = place / "db"
    data.mkdir(parents=True)
    authority = trustme.CA()
    certificate, trusted = place / "server.pem", place / "authority.pem"
    authority.issue_cert(HOST).private_key_and_cert_chain_pem.write_to_path(str(certificate))
    authority.cert_pem.write_to_path(str(trusted))
    arguments = mongod_arguments(data)
    for option, value in (("--bind_ip", HOST), ("--port", str(port))):
        arguments[arguments.index(option) + 1] = value
    tls = ("--tlsMode", "requireTLS", "--tlsCertificateKeyFile", str(certificate)) if is_encrypted else ()
    process = subprocess.Popen(
        [str(find_mongod()), *arguments, *tls], cwd=place, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL
    )
    try:
        seen = f"&tls=true&tlsCAFile={trusted}" if is_encrypted else ""
        await asyncio.to_thread(
            _become_primary, f"mongodb://{HOST}:{port}/?directConnection=true{seen}", port
        )
        yield f"mongodb://{HOST}:{port}/?replicaSet={REPLICA_SET}{seen}"
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait, 30)


def _become_primary(uri: str, port: int) -> None:
    members = [{"_id": 0, "host": f"{HOST}:{port}"}]
    with pymongo.MongoClient[dict[str, Any]](uri) as client, pymongo.timeout(PATIENCE):
        client.admin.command("replSetInitiate", {"_id": REPLICA_SET, "members": members})
        while not client.admin.command("hello")["isWritablePrimary"]:
            time.sleep(0.02)
