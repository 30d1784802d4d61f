"""Deck → a GIF that plays its steps where an SVG is not shown: in chats, in mail, in documents."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from graphviz_ad.diagram.picture import Picture
from graphviz_ad.diagram.timing import seconds
from graphviz_ad.export.image.pages import picture_png
from graphviz_ad.lazy import optional

if TYPE_CHECKING:
    from graphviz_ad.diagram.picture import Deck

_NARROWEST, _WIDEST, _HIGHEST = 1000.0, 1280.0, 1600.0
"""Pixels."""
_PAUSE = 2.0
"""Seconds that the finished picture stands longer before all begins again."""
_COLOURS = 255
"""One less than a GIF has: the last one says that a pixel is as it was."""
_FREQUENT = 128
"""So many colours are the most frequent ones; the others are those that would be missed most."""


def deck(
    deck: Deck, numbers: Sequence[int], folder: str, tell: Callable[[int], None]
) -> tuple[bytes, list[tuple[str, bytes]]]:
    """Deck → a GIF that shows the frames of those numbers and the finished picture, each as long as it needs.

    It has one palette and no dithering, so that letters stay clean, and of each frame only what changed. It is 1000
    to 1280 pixels wide. Raises MissingPartError without Pillow.
    """
    optional("PIL.Image", "slides", "a GIF")
    last = len(deck.frames) - 1
    played = [*(number for number in numbers if number != last), last]
    wide, high = deck.shown
    scale = min(max(1.0, _NARROWEST / wide), _WIDEST / wide, _HIGHEST / high)
    pictures = []
    for done, number in enumerate(played, 1):
        pictures.append(picture_png(Picture(deck, number), scale))
        if done <= len(numbers):  # the finished picture may be one more
            tell(done)
    frames = _reduced(pictures, (int(wide * scale), int(high * scale)))
    stands = [seconds(deck.frames[number], deck.captions[number].plain_sentence) for number in played]
    stands[-1] += _PAUSE
    answer = io.BytesIO()
    next(frames).save(
        answer, "GIF", save_all=True, append_images=frames, duration=[round(1000 * one) for one in stands],
        loop=0, optimize=True, comment=deck.title.encode(),
    )  # fmt: skip
    return answer.getvalue(), []


def _reduced(pictures: Sequence[bytes], size: tuple[int, int]) -> Iterator[Any]:
    """PNGs → images that share a palette, of that size, so that no row at the edge is half painted."""
    import numpy as np
    from PIL import Image

    def opened(picture: bytes) -> Any:
        return Image.open(io.BytesIO(picture)).convert("RGB").crop((0, 0, *size))

    counts: Counter[tuple[int, int, int]] = Counter()
    for image in map(opened, pictures):
        counts.update({colour: count for count, colour in image.getcolors(image.width * image.height)})
    colours = np.array(sorted(counts), dtype=np.int64)
    palette, nearest = _palette(colours, np.array([counts[colour] for colour in sorted(counts)]))
    known = _packed(colours)
    for image in map(opened, pictures):
        pixels = np.asarray(image)
        places = nearest[np.searchsorted(known, _packed(pixels.astype(np.int64)))]
        reduced = Image.frombytes("P", pixels.shape[1::-1], places.astype(np.uint8).tobytes())
        reduced.putpalette(palette.astype(np.uint8).tobytes())
        yield reduced


def _palette(colours: Any, counts: Any) -> tuple[Any, Any]:
    """Colours (n × 3) and how often each comes → those to keep, and for each the place of the nearest one kept.

    The most frequent are kept as they are, since areas must not change their colour; then again and again the one
    whose pixels are furthest off.
    """
    import numpy as np

    chosen = list(np.argsort(-counts, kind="stable")[:_FREQUENT])
    far = ((colours[:, None] - colours[None, chosen]) ** 2).sum(axis=-1).min(axis=1)
    while len(chosen) < min(_COLOURS, len(colours)):
        chosen.append(int(np.argmax(far * counts)))
        far = np.minimum(far, ((colours - colours[chosen[-1]]) ** 2).sum(axis=-1))
    kept = colours[chosen]
    return kept, ((colours[:, None] - kept[None]) ** 2).sum(axis=-1).argmin(axis=1)


def _packed(colours: Any) -> Any:
    """Red, green and blue along the last axis → one number, by which colours are in the order of their parts."""
    return colours[..., 0] * 65536 + colours[..., 1] * 256 + colours[..., 2]
