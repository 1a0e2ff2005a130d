"""Certificates of every kind that shops show, made for the test."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Authority:
    """Signs; `issuer` None is a root of its own."""

    name: str
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(Encoding.PEM).decode()

    def context(self, folder: Path, host: str, *, days: int = 30, chain: tuple[Authority, ...] = ()) -> ssl.SSLContext:
        """A server's, with a certificate for that host which ends in so many days."""
        key = ec.generate_private_key(ec.SECP256R1())
        made = _certificate(host, key, self.name, self.key, is_authority=False, days=days)
        return _server(folder, key, made, *(authority.certificate for authority in chain))


def authority(name: str, issuer: Authority | None = None) -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    signed_by = (issuer.name, issuer.key) if issuer else (name, key)
    return Authority(name, key, _certificate(name, key, *signed_by, is_authority=True, days=300))


def self_signed(folder: Path, host: str) -> tuple[ssl.SSLContext, str]:
    """A server's context, and its certificate to pin."""
    key = ec.generate_private_key(ec.SECP256R1())
    made = _certificate(host, key, host, key, is_authority=False, days=30)
    return _server(folder, key, made), made.public_bytes(Encoding.PEM).decode()


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: str,
    issuer_key: ec.EllipticCurvePrivateKey,
    *,
    is_authority: bool,
    days: int,
) -> x509.Certificate:
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=90))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    if not is_authority:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


def _server(folder: Path, key: ec.EllipticCurvePrivateKey, *certificates: x509.Certificate) -> ssl.SSLContext:
    file = folder / "server.pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(secret + b"".join(found.public_bytes(Encoding.PEM) for found in certificates))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context
