"""What to call a person whom somebody else looks at."""

from app.foundation import masks


def called(user):
    """Return their name, else their user name, else their address with a part of it hidden."""
    return user.full_name or user.username or masks.email(user.email)
