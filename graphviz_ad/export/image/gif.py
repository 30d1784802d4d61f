"""Deck → a GIF that plays its steps where an SVG is not shown: in chats, in mail, in documents."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, cast

from graphviz_ad.diagram.picture import Picture
from graphviz_ad.diagram.timing import seconds
from graphviz_ad.export.deck_files import DeckFiles, PicturesDone
from graphviz_ad.export.image.pages import picture_png
from graphviz_ad.lazy import optional

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

    from graphviz_ad.diagram.picture import Deck

_MIN_WIDTH_PX, _MAX_WIDTH_PX, _MAX_HEIGHT_PX = 1000.0, 1280.0, 1600.0
"""Below 1000 type is too small to read in a chat; above the others a deck takes megabytes, which mail refuses."""
_PAUSE_SECONDS = 2.0
"""How much longer the last picture stands before all begins again: time to see that this is the end."""
_PALETTE_COLOURS = 255
"""One less than a GIF has: the last one says that a pixel is as it was."""
_FREQUENT_COLOURS = 128
"""Half of the palette goes to the most frequent colours, the rest to those that would be missed most."""


def deck(deck: Deck, numbers: Sequence[int], folder: str, tell: PicturesDone) -> DeckFiles:
    """Deck → a GIF that shows the frames of those numbers, each as long as it needs.

    It has one palette and no dithering, so that letters stay clean, and of each frame only what changed. It is 1000
    to 1280 pixels wide. Raises MissingPartError without Pillow.
    """
    optional("PIL.Image", "slides", "a GIF")
    wide, high = deck.shown
    scale = min(max(1.0, _MIN_WIDTH_PX / wide), _MAX_WIDTH_PX / wide, _MAX_HEIGHT_PX / high)
    pictures = []
    for done, number in enumerate(numbers, 1):
        pictures.append(picture_png(Picture(deck, number), scale))
        tell(done)
    width, height = (int(round(side * scale, 6)) for side in deck.shown)  # 999.9999 is 1000
    frames = _reduced(pictures, (width, height))
    durations = [seconds(deck.frames[number], deck.captions[number].plain_sentence) for number in numbers]
    durations[-1] += _PAUSE_SECONDS
    file = io.BytesIO()
    next(frames).save(
        file, "GIF", save_all=True, append_images=frames, duration=[round(1000 * duration) for duration in durations],
        loop=0, optimize=True, comment=deck.title.encode(),
    )  # fmt: skip
    return file.getvalue(), []


def _reduced(pictures: Sequence[bytes], size: tuple[int, int]) -> Iterator[Image]:
    """PNGs → images that share a palette, of that size, so that no row at the edge is half painted."""
    import numpy as np
    import PIL.Image

    def opened(picture: bytes) -> Image:
        return PIL.Image.open(io.BytesIO(picture)).convert("RGB").crop((0, 0, *size))

    counts: Counter[tuple[int, int, int]] = Counter()
    for image in map(opened, pictures):
        used = cast("list[tuple[int, tuple[int, int, int]]]", image.getcolors(image.width * image.height))
        counts.update({colour: count for count, colour in used})
    colours = np.array(sorted(counts), dtype=np.int64)
    palette, nearest = _palette(colours, np.array([counts[colour] for colour in sorted(counts)]))
    known = _packed(colours)
    for image in map(opened, pictures):
        pixels = np.asarray(image)
        places = nearest[np.searchsorted(known, _packed(pixels.astype(np.int64)))]
        reduced = PIL.Image.frombytes("P", pixels.shape[1::-1], places.astype(np.uint8).tobytes())
        reduced.putpalette(palette.astype(np.uint8).tobytes())
        yield reduced


def _palette(colours: NDArray[np.int64], counts: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Colours (n × 3) and how often each comes → those to keep, and for each the place of the nearest one kept.

    The most frequent are kept as they are, since areas must not change their colour; then again and again the one
    whose pixels are furthest off.
    """
    import numpy as np

    chosen = list(np.argsort(-counts, kind="stable")[:_FREQUENT_COLOURS])
    far = ((colours[:, None] - colours[None, chosen]) ** 2).sum(axis=-1).min(axis=1)
    while len(chosen) < min(_PALETTE_COLOURS, len(colours)):
        chosen.append(int(np.argmax(far * counts)))
        far = np.minimum(far, ((colours - colours[chosen[-1]]) ** 2).sum(axis=-1))
    kept = colours[chosen]
    return kept, ((colours[:, None] - kept[None]) ** 2).sum(axis=-1).argmin(axis=1)


def _packed(colours: NDArray[np.int64]) -> NDArray[np.int64]:
    """Red, green and blue along the last axis → one number, by which colours are in the order of their parts."""
    return colours[..., 0] * 65536 + colours[..., 1] * 256 + colours[..., 2]
