"""How large the prepared picture is, and how much of it the source fills: always whole, never cut."""

from __future__ import annotations

from ig_worker.domain.media_limits import (
    FEED_RATIO_MAX,
    FEED_RATIO_MIN,
    PICTURE_WIDTH_MAX,
    PICTURE_WIDTH_MIN,
    STORY_RATIO,
    STORY_WIDTH_MAX,
)

# Below this difference a border would be a line of a few pixels; the source is stretched by as little instead.
_SAME_SIZE = 0.005

Size = tuple[int, int]


def canvas_size(source: Size, *, story: bool, ratio: float | None = None) -> Size:
    """Width and height in pixels of what Instagram gets for a source of this size.

    In the feed 4:5 to 1.91:1 and 320 to 1440 wide, a story 9:16 and at most 1080 wide (section B). ``ratio`` (width to
    height) is wished for where the feed allows it: a carousel's pictures follow its first one. Nothing is made
    larger than it is, except up to 320.
    """
    width, height = source
    in_feed = min(max(ratio or width / height, FEED_RATIO_MIN), FEED_RATIO_MAX)
    wished = STORY_RATIO if story else in_feed
    widest = STORY_WIDTH_MAX if story else PICTURE_WIDTH_MAX
    canvas_width = min(max(round(max(width, height * wished)), PICTURE_WIDTH_MIN), widest)
    canvas_height = round(canvas_width / wished)
    if not story:
        # Rounding must not leave the range by a pixel: 0.8 ≤ width/height ≤ 1.91, in whole numbers.
        lowest, highest = -(-canvas_width * 100 // 191), canvas_width * 5 // 4
        canvas_height = min(max(canvas_height, lowest), highest)
    return canvas_width, canvas_height


def fitted_size(source: Size, canvas: Size) -> Size:
    """The largest size of the whole source within the canvas; the canvas itself where that is nearly the same."""
    scale = min(canvas[0] / source[0], canvas[1] / source[1])
    fitted = max(1, round(source[0] * scale)), max(1, round(source[1] * scale))
    nearly = all(
        abs(inner - outer) <= outer * _SAME_SIZE for inner, outer in zip(fitted, canvas, strict=True)
    )
    return canvas if nearly else fitted
