"""A certificate authority of the benches, and one certificate for all addresses of the pretend shops."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def make(folder: Path, addresses: Sequence[str]) -> tuple[Path, Path]:
    """The authority's certificate, and the shops' with its key: ECDSA P-256, as most shops have."""
    authority_key, shop_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Varco bench")])
    authority = _builder(name, name, authority_key.public_key(), ca=True).sign(authority_key, hashes.SHA256())
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address(address)) for address in addresses])
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "shop.example")])
    shop = _builder(subject, name, shop_key.public_key(), ca=False).add_extension(names, critical=False)
    pem = serialization.Encoding.PEM
    key = shop_key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    ca_file, shop_file = folder / "ca.pem", folder / "shop.pem"
    ca_file.write_bytes(authority.public_bytes(pem))
    shop_file.write_bytes(key + shop.sign(authority_key, hashes.SHA256()).public_bytes(pem))
    return ca_file, shop_file


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, *, ca: bool
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=7))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    )
