"""Pictures → PNGs, as many at a time as there are cores."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

from graphviz_ad.diagram.picture import Picture
from graphviz_ad.export.image.pages import picture_png
from graphviz_ad.export.image.palette import with_palette


def pngs(pictures: Iterable[Picture], scale: float = 2.0, *, small: bool = False) -> Iterator[bytes]:
    """Pictures → PNGs in the same order, `scale` pixels a unit; threads do, since Typst works without Python's lock.

    Those that are `small` have a palette.
    """

    def draw(picture: Picture) -> bytes:
        drawn = picture_png(picture, scale)
        return with_palette(drawn) if small else drawn

    cores = os.cpu_count() or 1
    with ThreadPoolExecutor(cores) as pool:
        begun: deque[Future[bytes]] = deque()
        for picture in pictures:
            begun.append(pool.submit(draw, picture))
            if len(begun) > 2 * cores:  # so that a long deck is never in memory as a whole
                yield begun.popleft().result()
        for future in begun:
            yield future.result()
