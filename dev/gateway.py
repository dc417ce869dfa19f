"""One address for the bank whose rooms are processes apart: each request goes to its room.

    python -m dev.gateway PORT wallet=http://localhost:3001 payments=http://localhost:3002 …

What a proxy in front of them does in production, and no more: it knows paths, and no token.
"""

import sys

import httpx
from werkzeug.serving import run_simple
from werkzeug.wrappers import Request, Response

METADATA = ".well-known/oauth-protected-resource"
OF_A_HOP = {"connection", "host", "keep-alive", "transfer-encoding", "content-length", "te"}


class Gateway:
    """A WSGI application that asks the rooms over HTTP. rooms: name → address."""

    def __init__(self, rooms):
        self.rooms = rooms
        self._http = httpx.Client(timeout=30)

    def __call__(self, environ, start_response):
        return self._answer(Request(environ))(environ, start_response)

    def room_of(self, path):
        """Return whose ``path`` is: its room's, or the first room's where any would do."""
        parts = path.strip("/").removeprefix(METADATA).strip("/").removeprefix("bank/").split("/")
        return parts[0] if parts[0] in self.rooms else next(iter(self.rooms))

    def _answer(self, request):
        url = self.rooms[self.room_of(request.path)] + request.full_path.rstrip("?")
        headers = [pair for pair in request.headers if pair[0].lower() not in OF_A_HOP]
        asked = self._http.build_request(
            request.method, url, headers=headers, content=request.get_data()
        )
        try:
            answer = self._http.send(asked, stream=True)
        except httpx.HTTPError:
            return Response("This service does not answer.\n", 503, mimetype="text/plain")
        given = [pair for pair in answer.headers.items() if pair[0].lower() not in OF_A_HOP]
        told = Response(answer.iter_raw(), answer.status_code, given)
        told.call_on_close(answer.close)
        return told


def main():
    """Serve until stopped."""
    port, *rooms = sys.argv[1:]
    gateway = Gateway(dict(room.split("=", 1) for room in rooms))
    run_simple("localhost", int(port), gateway, threaded=True)


if __name__ == "__main__":
    main()
