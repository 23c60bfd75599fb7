"""Certificates for signing that nobody trusts, made where they are needed."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

KINDS = ("P-256", "P-384", "P-521", "RSA", "Ed25519")


@dataclass(frozen=True, slots=True)
class Own:
    """Files of a certificate chain and its key."""

    certificate: Path
    key: Path


def own_certificate(
    folder: Path,
    kind: str = "P-256",
    *,
    days: tuple[int, int] = (-1, 30),
    for_signing: bool = True,
    passphrase: bytes | None = None,
) -> Own:
    """A certificate for signing by ``kind`` of key, issued by a root made for it.

    Args:
        days: from when to when it is valid, counted from today.
        for_signing: it is issued for signing; else for a web server.
    """
    root_key, key = ec.generate_private_key(ec.SECP256R1()), _key(kind)
    root_name, name = _name("A root"), _name("A signer")
    root = _builder(root_name, root_name, root_key.public_key(), (-2, 60))
    root = root.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    root = root.add_extension(_usage(signs_certificates=True), critical=True)
    leaf = _builder(name, root_name, key.public_key(), days)
    leaf = leaf.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    leaf = leaf.add_extension(_usage(signs_certificates=False), critical=True)
    purposes = ExtendedKeyUsageOID
    purpose = purposes.EMAIL_PROTECTION if for_signing else purposes.SERVER_AUTH
    leaf = leaf.add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
    leaf = leaf.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False
    )
    chain = [_signed(leaf, root_key), _signed(root, root_key)]
    own = Own(folder / f"{kind}.pem", folder / f"{kind}.key")
    own.certificate.write_bytes(b"".join(each.public_bytes(Encoding.PEM) for each in chain))
    protection: KeySerializationEncryption = NoEncryption()
    if passphrase is not None:
        protection = BestAvailableEncryption(passphrase)
    own.key.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, protection))
    return own


def _key(kind: str) -> Any:
    if kind == "RSA":
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)
    if kind == "Ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    curves = {"P-256": ec.SECP256R1(), "P-384": ec.SECP384R1(), "P-521": ec.SECP521R1()}
    return ec.generate_private_key(curves[kind])


def _name(common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, common),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "S2-Flow tests"),
        ]
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, public: Any, days: tuple[int, int]
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer)
    builder = builder.public_key(public).serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now + timedelta(days=days[0]))
    builder = builder.not_valid_after(now + timedelta(days=days[1]))
    identifier = x509.SubjectKeyIdentifier.from_public_key(public)
    return builder.add_extension(identifier, critical=False)


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates, key_cert_sign=signs_certificates,
        crl_sign=signs_certificates, content_commitment=False, key_encipherment=False,
        data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _signed(builder: x509.CertificateBuilder, key: Any) -> x509.Certificate:
    is_ed25519 = isinstance(key, ed25519.Ed25519PrivateKey)
    return builder.sign(key, None if is_ed25519 else hashes.SHA256())
