"""What people are known by, made uniform. Pure: each verb returns the one way we write it.

Nothing outside ASCII is ever folded in what somebody is recognised by: a dotless ``ı`` or a Kelvin
sign must not become the letter it looks like, or a stranger's address matches its victim's
(CVE-2019-19844).
"""

import re
import unicodedata
from datetime import date

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from validate_docbr import CPF

LONGEST = 254  # characters of an address (RFC 5321 §4.5.3.1.3); nothing else is longer

_USERNAME = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9](?:[A-Za-z0-9._-]{1,62}[A-Za-z0-9])", re.ASCII)
_CPF = re.compile(r"\d{3}\.?\d{3}\.?\d{3}-?\d{2}", re.ASCII)
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{2})/(\d{2})/(\d{4})", re.ASCII)


def email(text):
    """Return the e-mail address, its domain in ASCII, as typed otherwise; None if it is none.

    Names before the @ are ASCII: mail to others does not arrive everywhere (RFC 6531 §3.1).
    """
    if len(text) > LONGEST:
        return None
    try:
        found = validate_email(
            text.strip(), check_deliverability=False, allow_smtputf8=False, test_environment=True
        )
    except EmailNotValidError:
        return None
    return found.ascii_email


def username(text):
    """Return the user name; None if it is none. It is ASCII and has a letter, so never a CPF."""
    return text if _USERNAME.fullmatch(text) else None


def folded(text):
    """Return an e-mail address or user name (ASCII) as it is compared."""
    return text.lower()


def folded_name(text):
    """Return a person's name as staff look for it: without accents, case and odd spaces.

    Nobody is recognised by it, so that look-alikes may fold together.
    """
    bare = unicodedata.normalize("NFKD", text)
    letters = "".join(c for c in bare if not unicodedata.combining(c))
    return " ".join(letters.casefold().split())


def cpf(text, *, strict):
    """Return the eleven digits of a CPF, with or without its dots; None if it is none.

    strict: the check digits must agree; else any eleven digits, not all equal, do (C25).
    """
    text = text.strip()
    if not _CPF.fullmatch(text):
        return None
    digits = "".join(c for c in text if c.isdigit())
    if len(set(digits)) == 1 or (strict and not CPF().validate(digits)):
        return None
    return digits


def phone(text):
    """Return the phone in E.164; None if it is none. Brazilian, where it names no country."""
    try:
        number = phonenumbers.parse(text[:LONGEST], "BR")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def full_name(text):
    """Return first and last name with single spaces; None when there are not both."""
    words = text.split()
    fits = len(words) >= 2 and all(any(c.isalpha() for c in word) for word in words)
    return " ".join(words) if fits and text.isprintable() and len(text) <= LONGEST else None


def day(text):
    """Return the day that ``15/01/1990`` or ``1990-01-15`` names (S20); None if it is none."""
    text = text.strip()
    found = _DAY_FIRST.fullmatch(text)
    iso = "-".join(reversed(found.groups())) if found else text
    try:
        return date.fromisoformat(iso) if _ISO.fullmatch(iso) else None
    except ValueError:
        return None


def of_age(born, today, years):
    """Has who was ``born`` on that day had the birthday that makes ``years``, by ``today`` (S18)?

    Who was born on 29 February has it on 1 March in a common year: the day before is not yet it.
    """
    return (today.year - born.year, today.month, today.day) >= (years, born.month, born.day)
