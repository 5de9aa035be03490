"""What the Instagram in memory keeps: containers, and posts that the world sees."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from ig_worker.domain.instagram import ContainerSpec, ContainerState, ContainerStatus, Kind, Media


@dataclass
class Container:
    """A container as the fake keeps it; ``reads`` of its state have been answered so far."""

    spec: ContainerSpec
    made_at: datetime
    reads: int = 0
    published: bool = False
    broken: str = ""

    def state(self, now: datetime, ready_after_reads: int) -> ContainerState:
        """What Meta says of it."""
        if self.published:
            return ContainerState(ContainerStatus.PUBLISHED, "Published")
        if self.broken:
            return ContainerState(ContainerStatus.ERROR, self.broken)
        if now - self.made_at >= timedelta(hours=24):
            return ContainerState(ContainerStatus.EXPIRED, "Expired")
        if self.reads < ready_after_reads:
            return ContainerState(ContainerStatus.IN_PROGRESS, "In Progress")
        return ContainerState(ContainerStatus.FINISHED, "Finished")


@dataclass(frozen=True)
class Published:
    """A post that the world sees. The same container may stand behind two of them."""

    ig_id: str
    container_id: str
    kind: Kind
    caption: str
    timestamp: datetime
    spec: ContainerSpec

    def as_media(self, comments_count: int) -> Media:
        """As Meta's lists show it."""
        types = {
            Kind.IMAGE: ("IMAGE", "FEED"),
            Kind.CAROUSEL: ("CAROUSEL_ALBUM", "FEED"),
            Kind.REEL: ("VIDEO", "REELS"),
            Kind.STORY: ("VIDEO" if self.spec.video_url or self.spec.video_file else "IMAGE", "STORY"),
        }
        media_type, product_type = types[self.kind]
        return Media(
            self.ig_id,
            self.caption,
            self.timestamp,
            media_type,
            product_type,
            permalink=f"https://www.instagram.com/p/{self.ig_id}/",
            comments_count=comments_count,
            like_count=0,
        )
