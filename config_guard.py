"""Settings of the back office's guard. Part of ``config.Auth``."""

from typing import Literal

from pydantic_settings import BaseSettings


class Guard(BaseSettings):
    """Who may do what in the back office."""

    FOUR_EYES: Literal["on", "off"] = "off"  # on: another approves roles, money's apps, keys
