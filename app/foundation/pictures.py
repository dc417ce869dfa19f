"""What a picture may be: a few kinds that every browser shows, told by how their files begin.

None of them can run anything; what a file is called, or says it is, is not believed.
"""

MOST_BYTES = 256 * 1024
SIGNS = {
    "image/png": (b"\x89PNG\r\n\x1a\n", 0),
    "image/jpeg": (b"\xff\xd8\xff", 0),
    "image/webp": (b"WEBP", 8),
}


def kind_of(content):
    """Return the media type of a picture (bytes), or None: it is none of :data:`SIGNS`."""
    return next((kind for kind in SIGNS if is_a(kind, content)), None)


def is_a(kind, content):
    """Does ``content`` (bytes) begin as a picture of the media type ``kind`` does?"""
    sign, at = SIGNS[kind]
    return content[at : at + len(sign)] == sign
