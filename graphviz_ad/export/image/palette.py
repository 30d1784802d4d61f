"""PNG of a picture → the same with a palette of 256 colours: a picture has few, and what smooths its edges.

Pillow reads a PNG ten times as fast as numpy does here; the bytes are the same with and without it. The format is that
of ISO/IEC 15948.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
"""How a PNG begins (section 5.2 of its specification)."""
_MAX_COLOURS = 256
"""Colours of a palette, whose indices are bytes."""
_OPAQUE = 0xFF000000
"""Alpha of a colour, in the highest byte of RGBA read as a little-endian number."""
_RGBA, _INDEXED = 6, 3
"""Types of colour."""
_COLOURS_AT_A_TIME = 2_048
"""Colours whose distances from those of the palette are in memory: two million numbers."""

Bytes = NDArray[np.uint8]
"""Bytes of rows: indices into a palette."""
Colours = NDArray[np.uint32]
"""Colours as RGBA in one number each."""


def with_palette(png: bytes) -> bytes:
    """PNG as Typst writes it → the same with its most frequent colours, and the nearest of them for the others.

    A picture that one sees through stays as it is.
    """
    chunks = list(_chunks(png))
    width, height, depth, kind, *_ = struct.unpack(">IIBBBBB", chunks[0][1])
    if (depth, kind) != (8, _RGBA):
        return png
    try:
        from PIL import Image
    except ImportError:
        data = zlib.decompress(b"".join(content for name, content in chunks if name == b"IDAT"))
        pixels = unfiltered(np.frombuffer(data, np.uint8).reshape(height, 4 * width + 1))
    else:
        pixels = np.frombuffer(Image.open(io.BytesIO(png)).tobytes(), np.uint8).reshape(height, 4 * width)
    colours = pixels.view("<u4")
    if (colours & _OPAQUE != _OPAQUE).any():
        return png
    palette, places = _indexed(colours)
    rows = np.zeros((height, width + 1), np.uint8)  # a row begins with its filter, which is none
    rows[:, 1:] = places
    head = struct.pack(">IIBBBBB", width, height, 8, _INDEXED, 0, 0, 0)
    listed = palette.astype("<u4").view(np.uint8).reshape(-1, 4)[:, :3].tobytes()
    parts = ((b"IHDR", head), (b"PLTE", listed), (b"IDAT", zlib.compress(rows.tobytes())), (b"IEND", b""))
    return _SIGNATURE + b"".join(_chunk(name, content) for name, content in parts)


def _indexed(colours: Colours) -> tuple[Colours, Bytes]:
    """Colours of pixels → the palette, and the place of each pixel's in it."""
    flat = colours.ravel()
    starts = np.flatnonzero(np.concatenate(([True], flat[1:] != flat[:-1])))  # of runs: most of a picture is paper
    lengths = np.diff(np.append(starts, flat.size))
    distinct, places = np.unique(flat[starts], return_inverse=True)
    counts = np.bincount(places, weights=lengths)
    order = np.argsort(-counts, kind="stable")[:_MAX_COLOURS]
    palette = distinct[np.sort(order)]
    nearest = np.concatenate(list(_nearest(distinct, palette)))
    return palette, np.repeat(nearest[places], lengths).reshape(colours.shape)


def _nearest(colours: Colours, palette: Colours) -> Iterator[Bytes]:
    """Colours → the place of the nearest of the palette, part by part."""
    known = _channels(palette)
    for start in range(0, len(colours), _COLOURS_AT_A_TIME):
        block = _channels(colours[start : start + _COLOURS_AT_A_TIME])
        far = ((block[:, None] - known[None]) ** 2).sum(axis=2)
        yield far.argmin(axis=1).astype(np.uint8)


def _channels(colours: Colours) -> NDArray[np.int32]:
    """Colours → red, green and blue of each."""
    return colours.astype("<u4").view(np.uint8).reshape(-1, 4)[:, :3].astype(np.int32)


def unfiltered(rows: Bytes) -> Bytes:
    """Rows of four bytes a pixel, each behind the number of its filter → the bytes themselves.

    A pixel follows from the ones on the left, above, and between these, so that all pixels on a diagonal can be
    computed together: step s has the pixel s - r of each row r.
    """
    height, width = rows.shape[0], (rows.shape[1] - 1) // 4
    kinds, data = rows[:, 0], rows[:, 1:].reshape(height, width, 4)
    diagonals = np.zeros((width + height + 1, height + 1, 4), np.uint8)  # one more row and step, before the first
    columns = np.arange(width)
    for row in range(height):
        diagonals[row + columns + 2, row + 1] = data[row]
    is_left, is_up, is_mean, is_paeth = (_factor(kinds == kind) for kind in (1, 2, 3, 4))
    for step in range(width + height - 1):
        low, high = max(0, step - width + 1), min(height - 1, step) + 1
        left = diagonals[step + 1, low + 1 : high + 1].astype(np.int16)
        up = diagonals[step + 1, low:high].astype(np.int16)
        corner = diagonals[step, low:high].astype(np.int16)
        which = slice(low, high)
        guess = is_left[which] * left + is_up[which] * up + is_mean[which] * ((left + up) >> 1)
        guess += is_paeth[which] * _paeth(left, up, corner)
        diagonals[step + 2, low + 1 : high + 1] += guess.astype(np.uint8)
    out = np.empty((height, width, 4), np.uint8)
    for row in range(height):
        out[row] = diagonals[row + columns + 2, row + 1]
    return out.reshape(height, 4 * width)


def _factor(rows: NDArray[np.bool_]) -> NDArray[np.int16]:
    return rows.astype(np.int16)[:, None]


def _paeth(left: NDArray[np.int16], up: NDArray[np.int16], corner: NDArray[np.int16]) -> NDArray[np.int16]:
    """Of three neighbours the one nearest to left + up - corner."""
    by_left, by_up = abs(up - corner), abs(left - corner)
    by_corner = abs(left + up - 2 * corner)
    return np.where(
        (by_left <= by_up) & (by_left <= by_corner), left, np.where(by_up <= by_corner, up, corner)
    )  # fmt: skip


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    """PNG → the name and the content of each chunk."""
    at = len(_SIGNATURE)
    while at < len(png):
        length, name = struct.unpack(">I4s", png[at : at + 8])
        yield name, png[at + 8 : at + 8 + length]
        at += length + 12


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
