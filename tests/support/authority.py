"""A certificate authority of the tests' own, and the certificates it issues to servers."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

TEN_YEARS = timedelta(days=3650)  # either way, since tests move the clock about


class Authority:
    """An authority that nobody knows of until told: :attr:`pem` is its certificate."""

    def __init__(self):
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name("An authority of the tests")
        usage = x509.KeyUsage(
            **dict.fromkeys(_USES, False) | {"key_cert_sign": True, "crl_sign": True}
        )
        made = self._certificate(self._name, self._key.public_key())
        made = made.add_extension(x509.BasicConstraints(True, 0), critical=True)
        self.pem = self._signed(made.add_extension(usage, critical=True))

    def issue(self, names):
        """Return the private key and the certificate of a server of these ``names``, as PEM."""
        key = ec.generate_private_key(ec.SECP256R1())
        named = x509.SubjectAlternativeName([_general(name) for name in names])
        made = self._certificate(_name(names[0]), key.public_key())
        private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        return private + self._signed(made.add_extension(named, critical=False))

    def _certificate(self, subject, key):
        now = datetime.now(UTC)
        signer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        return (
            x509.CertificateBuilder()
            .issuer_name(self._name)
            .subject_name(subject)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - TEN_YEARS)
            .not_valid_after(now + TEN_YEARS)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(signer, critical=False)
        )

    def _signed(self, made):
        return made.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


_USES = (
    *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment"),
    *("key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
)


def _general(name):
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _name(text):
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])
