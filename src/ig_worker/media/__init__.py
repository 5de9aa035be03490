"""Makes pictures and videos ready for Instagram: found, fetched, checked, prepared and staged under unguessable names.

Pillow is only ever loaded in a short-lived process (``python -m ig_worker.media``): a decoded photograph takes a
hundred megabytes that the worker would not get back, and a hostile one must not reach the worker's memory.
What is wrong with a picture is said in Indonesian: the content team chose it.
"""

from ig_worker.media.fetching import Fetched, fetch
from ig_worker.media.previews import Previews, Shown
from ig_worker.media.room import PREVIEWS, MediaRoom, Staged
from ig_worker.media.sources import KeptFile, MediaType, keep_original, media_type, resolve_media
from ig_worker.media.staging import PreparedPicture, StagedVideo, prepare_picture, remove_staged, stage_video
from ig_worker.media.video import check_video, look_at_video

__all__ = [
    "PREVIEWS",
    "Fetched",
    "KeptFile",
    "MediaRoom",
    "MediaType",
    "PreparedPicture",
    "Previews",
    "Shown",
    "Staged",
    "StagedVideo",
    "check_video",
    "fetch",
    "keep_original",
    "look_at_video",
    "media_type",
    "prepare_picture",
    "remove_staged",
    "resolve_media",
    "stage_video",
]
