"""Certificates of an authority that nobody else knows, for servers on this machine."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path

import trustme


@dataclass(frozen=True)
class Certificates:
    """What a server shows, with its key, and whom clients have to trust, as files."""

    server: Path
    authority: Path

    def of_the_server(self) -> ssl.SSLContext:
        """That of a server which shows it."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.server)
        return context


def certificates(place: Path, host: str = "127.0.0.1") -> Certificates:
    """New ones for this host, in the folder `place`."""
    authority = trustme.CA()
    made = Certificates(place / "server.pem", place / "authority.pem")
    authority.issue_cert(host).private_key_and_cert_chain_pem.write_to_path(str(made.server))
    authority.cert_pem.write_to_path(str(made.authority))
    return made


def contexts(host: str = "127.0.0.1") -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """That of a server with a certificate for this host, and that of a client who trusts its maker."""
    authority = trustme.CA()
    server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert(host).configure_cert(server)
    authority.configure_trust(client)
    return server, client
