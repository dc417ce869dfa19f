"""Where the authorization server asks the bank for what the pages of one's account show.

Part of ``config.Auth``.
"""

from pydantic_settings import BaseSettings


class AtTheBank(BaseSettings):
    """The way to the bank."""

    BANK_URL: str = ""  # where the bank's API is; default: the origin of BANK_AUDIENCE
