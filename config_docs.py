"""The settings of the API's own documentation; :mod:`config` reads them with the rest."""

from typing import Literal

from pydantic import model_validator
from pydantic_settings import BaseSettings


class Docs(BaseSettings):
    """What is told of the API, and where."""

    API_DOCS: Literal["on", "off", ""] = ""  # /docs and /openapi.json; default: on in development

    @model_validator(mode="after")
    def _derive_docs(self):
        self.API_DOCS = self.API_DOCS or ("off" if self.production else "on")
        return self
