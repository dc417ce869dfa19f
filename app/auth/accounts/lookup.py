"""Find a person. Never says which part was wrong."""

from sqlalchemy import select

from app.auth.accounts import identifiers, papers
from app.auth.accounts.models import User
from app.auth.database import db
from app.foundation.problems import NotFound


def by_identifier(text):
    """Return the person with this e-mail address, user name or CPF, or None (UX §1.1 A01)."""
    if "@" in text:
        return by_email(text)
    cpf = identifiers.cpf(text, strict=False)
    if cpf:
        return by_cpf(cpf)
    return by_username(text.strip())


def named(text):
    """Return the person whom :func:`by_identifier` finds. Raises NotFound: nobody goes by that."""
    user = by_identifier(text)
    if user is None:
        raise NotFound("There is no such person.")
    return user


def by_username(text):
    """Return the person with this user name, or None."""
    username = identifiers.username(text)
    return username and _one(User.username_folded == identifiers.folded(username))


def by_email(text):
    """Return the person with this e-mail address, or None."""
    address = identifiers.email(text)
    return address and _one(User.email_folded == identifiers.folded(address))


def by_cpf(digits):
    """Return the person with this CPF (eleven digits), or None."""
    return _one(User.cpf_index.in_(papers.indexes("cpf", digits)))


def by_proved_phone(number):
    """Return the person who has shown that this phone (E.164) is theirs, or None."""
    index = User.phone_index.in_(papers.indexes("phone", number))
    return _one(index & User.phone_verified_at.is_not(None))


def held_by_email(address):
    """Return the person with this e-mail address, held as by :func:`held`, or None."""
    query = select(User).where(User.email_folded == identifiers.folded(address))
    query = query.with_for_update().execution_options(populate_existing=True)
    return db.session.scalar(query)


def by_id(user_id):
    """Return the person, or None."""
    return db.session.get(User, user_id)


def by_sub(sub):
    """Return the person with this subject, or None."""
    return _one(User.sub == sub)


def names(subs):
    """Return the names of those of ``subs`` who have one here, by subject."""
    known = select(User.sub, User.full_name).where(User.sub.in_({each for each in subs if each}))
    return {sub: name for sub, name in db.session.execute(known) if name}


def held(user_id):
    """Return the person as they are now, unchanged by anyone else until this request ends."""
    query = select(User).where(User.id == user_id).with_for_update(key_share=True)
    return db.session.scalar(query.execution_options(populate_existing=True))


def _one(condition):
    return db.session.scalar(select(User).where(condition))
