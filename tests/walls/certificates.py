"""Certificates with every fault that servers have, made by an authority of the test's own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Signed:
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def key_pem(self) -> bytes:
        return self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )


class Authority:
    """A root, and an authority in between that signs for servers, as the public ones do it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._root = _signed("Test root", None, authority=True)
        self._between = _signed("Test authority", self._root, authority=True)

    @cached_property
    def file(self) -> Path:
        """What a client must trust."""
        path = self._folder / "root.pem"
        path.write_bytes(self._root.pem)
        return path

    def server(self, host: str = "localhost", *, expired: bool = False, chain: bool = True) -> tuple[Path, Path]:
        """The files of certificate and key; without `chain` the authority in between is left out."""
        made = _signed(host, self._between, expired=expired)
        return self._written(f"{host}-{expired}-{chain}", made, self._between.pem if chain else b"")

    def self_signed(self) -> tuple[Path, Path]:
        return self._written("self-signed", _signed("localhost", None))

    def _written(self, name: str, made: Signed, further: bytes = b"") -> tuple[Path, Path]:
        certificate, key = self._folder / f"{name}.crt", self._folder / f"{name}.key"
        certificate.write_bytes(made.pem + further)
        key.write_bytes(made.key_pem)
        return certificate, key


def _signed(name: str, by: Signed | None, *, authority: bool = False, expired: bool = False) -> Signed:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    today = datetime.now(UTC)
    end = today - _DAY if expired else today + 30 * _DAY
    issuer, signing = (by.certificate.subject, by.key) if by else (subject, key)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - 60 * _DAY)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()), critical=False)
    )
    if not authority:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
    return Signed(builder.sign(signing, hashes.SHA256()), key)
