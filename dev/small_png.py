"""Make a screenshot small: the same picture in at most 256 colours (PNG, ISO/IEC 15948)."""

import struct
import zlib
from collections import Counter

SIGNATURE = b"\x89PNG\r\n\x1a\n"
MOST_COLOURS = 256
STEP = 3  # how far two shades may be apart and still be one


def shrink(png):
    """Return ``png`` (bytes; 8-bit RGB, as browsers write it) with a palette."""
    width, rows = _pixels(png)
    shades = Counter(pixel for row in rows for pixel in _shades(row))
    palette, index = _palette(shades)
    lines = b"".join(b"\0" + bytes(index[pixel] for pixel in _shades(row)) for row in rows)
    return SIGNATURE + b"".join(
        (
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, len(rows), 8, 3, 0, 0, 0)),
            _chunk(b"PLTE", b"".join(map(bytes, palette))),
            _chunk(b"IDAT", zlib.compress(lines, 9)),
            _chunk(b"IEND", b""),
        )
    )


def _palette(shades):
    """The commonest shade of each neighbourhood, and for every shade its place among them."""
    near = {}
    for shade, _ in shades.most_common():
        near.setdefault(tuple(value // STEP for value in shade), shade)
    palette = sorted(near.values(), key=shades.get, reverse=True)[:MOST_COLOURS]
    places = {shade: place for place, shade in enumerate(palette)}
    index = {}
    for shade in shades:
        chosen = near[tuple(value // STEP for value in shade)]
        if chosen not in places:
            chosen = min(palette, key=lambda other: _distance(shade, other))
        index[shade] = places[chosen]
    return palette, index


def _shades(row):
    return zip(row[::3], row[1::3], row[2::3], strict=True)


def _distance(one, other):
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


def _chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _pixels(png):
    """The width and the rows of ``png``, unfiltered (§9)."""
    width, height, depth, colour = struct.unpack(">IIBB", png[16:26])
    if (depth, colour) != (8, 2):
        raise ValueError("not an 8-bit RGB picture")
    raw, rows, above = zlib.decompress(_data(png)), [], bytes(width * 3)
    for start in range(0, height * (width * 3 + 1), width * 3 + 1):
        line = bytearray(raw[start + 1 : start + 1 + width * 3])
        UNFILTER[raw[start]](line, above)
        above = bytes(line)
        rows.append(above)
    return width, rows


def _data(png):
    place, found = len(SIGNATURE), []
    while place < len(png):
        (length,) = struct.unpack(">I", png[place : place + 4])
        if png[place + 4 : place + 8] == b"IDAT":
            found.append(png[place + 8 : place + 8 + length])
        place += length + 12
    return b"".join(found)


def _sub(line, _above):
    for n in range(3, len(line)):
        line[n] = (line[n] + line[n - 3]) & 255


def _up(line, above):
    for n, value in enumerate(above):
        line[n] = (line[n] + value) & 255


def _average(line, above):
    for n, value in enumerate(above):
        left = line[n - 3] if n >= 3 else 0
        line[n] = (line[n] + (left + value) // 2) & 255


def _paeth(line, above):
    left = corner = (0, 0, 0)
    for n in range(0, len(line), 3):
        up = above[n : n + 3]
        for c in range(3):
            a, b, d = left[c], up[c], corner[c]
            to_a, to_b, to_d = abs(b - d), abs(a - d), abs(a + b - 2 * d)
            guess = a if to_a <= to_b and to_a <= to_d else b if to_b <= to_d else d
            line[n + c] = (line[n + c] + guess) & 255
        left, corner = line[n : n + 3], up


UNFILTER = (lambda _line, _above: None, _sub, _up, _average, _paeth)
