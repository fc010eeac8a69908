"""The province's own certificate authority: a folder with its key, and every certificate that it issued.

The name in a certificate is what the NATS server knows a client by (`verify_and_map`), so a certificate that is revoked
must never fit a name that comes later. Each name therefore has a generation, and what is revoked is a generation: its
certificates, however many renewals, have no user any more.
"""

from __future__ import annotations

import os
import secrets
import ssl
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from lobby.branch.forms import BRANCH_CODE

AUTHORITY = "authority"
OWN = "headquarters"
"""The name of ingest and of the pages, which share a certificate."""
SERVER = "server"
PASSPHRASE = "LOBBY_AUTHORITY_PASSPHRASE"
"""The variable of the environment with what the authority's key is encrypted with; without it the key is not."""
VALID_DAYS = 398
"""What browsers and auditors take as the longest that a certificate may live."""
AUTHORITY_DAYS = 3653
SKEW = timedelta(days=1)
"""A certificate is valid from before its making: a branch's clock may be slow."""
ANY_HOST = ("localhost", "127.0.0.1")


class Kind(StrEnum):
    """Whom a certificate is for."""

    SERVER = "server"
    HEADQUARTERS = "headquarters"
    BRANCH = "branch"


@dataclass(frozen=True)
class Holder:
    """Who has a certificate: `name` is a branch's code, or OWN, or SERVER."""

    kind: Kind
    name: str
    generation: int = 1

    @property
    def unit(self) -> str:
        return f"{self.kind}.{self.generation}"

    @property
    def user(self) -> str:
        """The subject as the NATS server writes it."""
        return f"CN={self.name},OU={self.unit}"

    @property
    def mark(self) -> str:
        """The name of its file among the revoked."""
        return f"{self.kind}-{self.name}-{self.generation}"


@dataclass(frozen=True)
class Issued:
    """A certificate of the register."""

    holder: Holder
    serial: str
    starts_at: datetime
    ends_at: datetime
    revoked: bool


class Authority:
    """Raises FileNotFoundError where it was not made yet, FileExistsError where it was, ValueError for anything else
    that is wrong with its files or with a name."""

    def __init__(self, folder: Path, environment: Mapping[str, str] = os.environ) -> None:
        self.folder = folder
        self._passphrase = environment.get(PASSPHRASE, "").encode()

    # -- making -----------------------------------------------------------------------------------------
    def make(self, name: str, now: datetime) -> None:
        """The authority's own key and certificate, `name` its organisation."""
        if self._file(AUTHORITY, "key").exists():
            raise FileExistsError(f"{self.folder} has an authority already")
        for folder in (self.folder, self._issued, self._revoked):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name(
            [
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, name),
                x509.NameAttribute(NameOID.COMMON_NAME, f"Lobby authority {secrets.token_hex(4)}"),
            ]
        )
        builder = _builder(subject, subject, key.public_key(), now, AUTHORITY_DAYS)
        builder = builder.add_extension(
            x509.BasicConstraints(ca=True, path_length=0), critical=True
        )
        builder = builder.add_extension(_usage(ca=True), critical=True)
        builder = builder.add_extension(
            x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
        )
        certificate = builder.sign(key, hashes.SHA256())
        _write(self._file(AUTHORITY, "key"), _pem(key, self._passphrase))
        _write(self._file(AUTHORITY, "crt"), certificate.public_bytes(serialization.Encoding.PEM))

    def issue(
        self,
        holder: Holder,
        out: Path,
        now: datetime,
        hosts: Sequence[str] = (),
        days: int = VALID_DAYS,
    ) -> Issued:
        """A new key and certificate in `out`: `branch.crt`, `headquarters.crt` or `server.crt`, its key, and the
        authority's certificate. Those that stand there are replaced. `hosts`: the names and addresses of a server."""
        authority = self._certificate()
        signing = self._key()
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name(
            [
                x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, holder.unit),
                x509.NameAttribute(NameOID.COMMON_NAME, holder.name),
            ]
        )
        builder = _builder(subject, authority.subject, key.public_key(), now, days)
        builder = builder.add_extension(x509.BasicConstraints(False, None), critical=True)
        builder = builder.add_extension(_usage(ca=False), critical=True)
        builder = builder.add_extension(_purposes(holder.kind), critical=False)
        builder = builder.add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()), critical=False
        )
        if hosts:
            builder = builder.add_extension(_names(hosts), critical=False)
        certificate = builder.sign(signing, hashes.SHA256())
        public = certificate.public_bytes(serialization.Encoding.PEM)
        _write(self._issued / f"{holder.mark}-{certificate.serial_number:x}.crt", public)
        out.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write(out / f"{holder.kind}.key", _pem(key, b""))
        _write(out / f"{holder.kind}.crt", public)
        if out != self.folder:
            _write(out / f"{AUTHORITY}.crt", self._file(AUTHORITY, "crt").read_bytes())
        return self._entry(certificate)

    def revoke(self, holder: Holder) -> None:
        """Every certificate of this generation. It cannot be taken back."""
        _write(self._revoked / holder.mark, b"")

    # -- the register -----------------------------------------------------------------------------------
    def issued(self) -> list[Issued]:
        """Every certificate, by its holder and its end."""
        self._certificate()
        entries = [self._entry(_read(file)) for file in self._issued.glob("*.crt")]
        return sorted(entries, key=lambda entry: (entry.holder.mark, entry.ends_at))

    def holders(self) -> list[Holder]:
        """Who may come in: clients with a certificate that is not revoked, expired or not."""
        clients = {
            entry.holder: None
            for entry in self.issued()
            if not entry.revoked and entry.holder.kind is not Kind.SERVER
        }
        return list(clients)

    def holder(self, kind: Kind, name: str) -> Holder:
        """The holder by its newest generation: one more than those that were revoked."""
        if kind is Kind.BRANCH and not BRANCH_CODE.fullmatch(name):
            raise ValueError(f"{name!r} is no code of a branch: 1 to 12 letters or digits")
        generation = 1
        while self._is_revoked(Holder(kind, name, generation)):
            generation += 1
        return Holder(kind, name, generation)

    def hosts(self) -> tuple[str, ...]:
        """The names and addresses that the server's certificate has."""
        file = self._file(SERVER, "crt")
        if not file.exists():
            return ANY_HOST
        names = _read(file).extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        addresses = [str(address) for address in names.get_values_for_type(x509.IPAddress)]
        return (*names.get_values_for_type(x509.DNSName), *addresses)

    def is_sealed(self) -> bool:
        """Whether its key is encrypted."""
        return b"ENCRYPTED" in self._file(AUTHORITY, "key").read_bytes()

    def ends_at(self) -> datetime:
        return self._certificate().not_valid_after_utc

    # -- files ------------------------------------------------------------------------------------------
    @property
    def _issued(self) -> Path:
        return self.folder / "issued"

    @property
    def _revoked(self) -> Path:
        return self.folder / "revoked"

    def _file(self, name: str, end: str) -> Path:
        return self.folder / f"{name}.{end}"

    def _is_revoked(self, holder: Holder) -> bool:
        return (self._revoked / holder.mark).exists()

    def _certificate(self) -> x509.Certificate:
        return _read(self._file(AUTHORITY, "crt"))

    def _key(self) -> ec.EllipticCurvePrivateKey:
        pem = self._file(AUTHORITY, "key").read_bytes()
        try:
            key = serialization.load_pem_private_key(pem, self._passphrase or None)
        except TypeError as error:  # encrypted and none is given, or the other way round
            raise ValueError(f"{PASSPHRASE} and the authority's key do not fit: {error}") from error
        except ValueError as error:
            raise ValueError(f"{PASSPHRASE} does not open the authority's key") from error
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise ValueError(f"{self._file(AUTHORITY, 'key')} is no key of this authority")
        return key

    def _entry(self, certificate: x509.Certificate) -> Issued:
        holder = _holder(certificate.subject)
        return Issued(
            holder,
            f"{certificate.serial_number:x}",
            certificate.not_valid_before_utc,
            certificate.not_valid_after_utc,
            self._is_revoked(holder),
        )


def context(folder: Path, name: str = OWN) -> ssl.SSLContext:
    """TLS of a client, with the certificate of that name in the folder. Raises OSError."""
    made = ssl.create_default_context(cafile=folder / f"{AUTHORITY}.crt")
    made.load_cert_chain(folder / f"{name}.crt", folder / f"{name}.key")
    return made


def days_left(entry: Issued, now: datetime | None = None) -> float:
    return (entry.ends_at - (now or datetime.now(UTC))) / timedelta(days=1)


def newest(entries: Sequence[Issued]) -> Iterator[Issued]:
    """Of each holder that may come in, the certificate that ends last."""
    last = {entry.holder: entry for entry in entries if not entry.revoked}
    yield from last.values()


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime, days: int
) -> x509.CertificateBuilder:
    builder = x509.CertificateBuilder(issuer, subject, key, x509.random_serial_number())
    start = now - SKEW
    return builder.not_valid_before(start).not_valid_after(start + timedelta(days=days))


def _usage(*, ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not ca,
        key_cert_sign=ca,
        crl_sign=ca,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _purposes(kind: Kind) -> x509.ExtendedKeyUsage:
    """A server of a cluster also calls its neighbours."""
    purposes = [ExtendedKeyUsageOID.CLIENT_AUTH]
    if kind is Kind.SERVER:
        purposes.append(ExtendedKeyUsageOID.SERVER_AUTH)
    return x509.ExtendedKeyUsage(purposes)


def _names(hosts: Sequence[str]) -> x509.SubjectAlternativeName:
    names: list[x509.GeneralName] = []
    for host in hosts:
        try:
            names.append(x509.IPAddress(ip_address(host)))
        except ValueError:
            names.append(x509.DNSName(host))
    return x509.SubjectAlternativeName(names)


def _holder(subject: x509.Name) -> Holder:
    name = subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
    unit = subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)[0].value
    kind, _, generation = str(unit).partition(".")
    return Holder(Kind(kind), str(name), int(generation))


def _read(file: Path) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(file.read_bytes())
    except ValueError as error:
        raise ValueError(f"{file} is no certificate: {error}") from error


def _pem(key: ec.EllipticCurvePrivateKey, passphrase: bytes) -> bytes:
    encryption: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if passphrase:
        encryption = serialization.BestAvailableEncryption(passphrase)
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, form, encryption)


def _write(file: Path, content: bytes) -> None:
    """Whole or not at all, and for its owner alone."""
    part = file.with_name(f"{file.name}.part")
    part.unlink(missing_ok=True)
    with open(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    part.rename(file)
