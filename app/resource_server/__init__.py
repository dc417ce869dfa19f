"""The gate: all a Flask API needs to trust our tokens. Imports nothing of ours."""

from app.resource_server.gate import ResourceServer, current_token
from app.resource_server.trust import Trust

__all__ = ["ResourceServer", "Trust", "current_token"]
