"""House two, the resource servers. Meets the other house over HTTP only."""
