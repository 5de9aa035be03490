"""An Instagram in memory that fails at the worst moment, for the tests of the flows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import TypeVar

from fakes.instagram_faults import (
    DIE_AFTER,
    DIE_BEFORE,
    FAULTS,
    LOST_AFTER,
    LOST_BEFORE,
    REFUSED,
    THROTTLED,
    FaultPlan,
    Killed,
    said,
)
from fakes.instagram_figures import Figures
from fakes.instagram_things import Container, Published
from ig_worker.domain.errors import (
    ContainerGone,
    MediaRejected,
    NotReady,
    Refused,
    Throttled,
    Unanswered,
    Unavailable,
    WindowClosed,
)
from ig_worker.domain.instagram import (
    AccountProfile,
    Comment,
    ContainerSpec,
    ContainerState,
    ContainerStatus,
    Conversation,
    ConversationHead,
    DirectMessage,
    FreshToken,
    Kind,
    ListedMessage,
    Media,
    MediaRead,
    MetricsRead,
    Page,
    PageAccess,
    PublishingLimit,
    TokenFacts,
)
from ig_worker.flows.ports import Clock

__all__ = ["FAULTS", "Container", "FakeInstagram", "FaultPlan", "Killed", "Published", "said"]

Answer = TypeVar("Answer")
Item = TypeVar("Item")


class FakeInstagram:
    """One account's Instagram. It satisfies ``flows.ports.Instagram``.

    A container is ready after ``ready_after_reads`` reads of its state. A post is listed ``list_lag`` after it
    went out. Publishing a container twice makes a second post, because nobody promises that it does not.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        faults: FaultPlan | None = None,
        ready_after_reads: int = 0,
        list_lag: timedelta = timedelta(0),
        page_size: int = 50,
        publishing_total: int = 100,
        username: str = "puskesmaspolowijen",
        uploads_videos: bool = False,
    ) -> None:
        self.faults = faults or FaultPlan()
        self.uploads_videos = uploads_videos
        self.ready_after_reads = ready_after_reads
        self.list_lag = list_lag
        self.page_size = page_size
        self.publishing_total = publishing_total
        self.used_elsewhere = 0
        """Posts of the last 24 hours that somebody else made through the API."""
        self.me = AccountProfile("17841400000000001", username, "Puskesmas Polowijen", 1200, 80, 0)
        self.calls: list[str] = []
        self.percent_used = 0
        """What Meta's answers say of the budget of calls."""
        self.containers: dict[str, Container] = {}
        self.published: list[Published] = []
        self.replies_sent: list[tuple[str, str]] = []
        """(comment answered, text), as the world sees them."""
        self.pictures: dict[str, str] = {}
        """Where the picture of a post can be had, by the post's id."""
        self.comments_made: list[tuple[str, str]] = []
        """(post commented on, text), as the world sees them."""
        self.messages_sent: list[tuple[str, str]] = []
        """(person, text), as the world sees them."""
        self.scopes: tuple[str, ...] = ()
        """The permissions of the token, where Meta tells them."""
        self.figures = Figures()
        """What insights say, and what they withhold."""
        self._clock = clock
        self._ids = count(1)
        self.restricted: set[str] = set()
        """Comments that are counted and not shown."""
        self.before_call: Callable[[str], None] = lambda name: None
        """What the world does in the moment before a call is answered."""
        self._comments: dict[str, Comment] = {}
        self._conversations: dict[str, list[DirectMessage]] = {}

    # What the public and the staff do, by hand.

    def comment(self, media_id: str, author: str, text: str, *, parent_id: str = "") -> str:
        """The public (or the account itself, under its username) writes a comment, or answers one."""
        ig_id = self._new_id("179")
        own = author == self.me.username
        author_id = self.me.ig_user_id if own else f"igsid-{author}"
        self._comments[ig_id] = Comment(
            ig_id, media_id, text, self._now(), author, author_id, parent_id=parent_id, own=own
        )
        return ig_id

    def edit_comment(self, comment_id: str, text: str) -> None:
        """The author changes the words; nothing else tells of it."""
        self._comments[comment_id] = replace(self._comments[comment_id], text=text)

    def staff_hide(self, comment_id: str, hide: bool = True) -> None:
        """Staff hide a comment from the public; the API still shows it."""
        self._comments[comment_id] = replace(self._comments[comment_id], hidden=hide)

    def delete_comment(self, comment_id: str) -> None:
        """It vanishes, and what was answered to it as well."""
        for ig_id, comment in [*self._comments.items()]:
            if comment_id in (ig_id, comment.parent_id):
                del self._comments[ig_id]

    def restrict_comment(self, comment_id: str) -> None:
        """Its author is restricted: the comment is counted, and no longer listed until somebody approves it."""
        self.restricted.add(comment_id)

    def message(self, author: str, text: str, *, attachments: tuple[str, ...] = ()) -> str:
        """A person writes to us."""
        return self._write_message(author, text, own=False, attachments=attachments)

    def staff_message(self, to: str, text: str) -> str:
        """Staff answer from the phone: own, but not the worker's."""
        return self._write_message(to, text, own=True)

    def edit_message(self, message_id: str, text: str) -> None:
        """The author changes the words of a message; nothing else tells of it."""
        for messages in self._conversations.values():
            messages[:] = [replace(m, text=text) if m.ig_id == message_id else m for m in messages]

    def unsend(self, message_id: str) -> None:
        """A message is taken back: it is gone from the conversation."""
        for messages in self._conversations.values():
            messages[:] = [message for message in messages if message.ig_id != message_id]

    def post_by_hand(self, kind: Kind, caption: str) -> str:
        """Staff publish from the phone."""
        return self._show(ContainerSpec(kind, caption=caption), container_id="")

    def break_container(self, container_id: str, detail: str = "Error: 2207052") -> None:
        """Meta finds that it cannot use the media."""
        self.containers[container_id].broken = detail

    # Section B, publishing.

    def create_container(self, spec: ContainerSpec) -> str:
        def effect() -> str:
            if spec.video_file and not self.uploads_videos:
                raise Refused("No upload here", said=said(100, None, "param upload_type is not allowed"))
            ig_id = self._new_id("178")
            self.containers[ig_id] = Container(spec, self._clock.now())
            return ig_id

        return self._call("create_container", effect)

    def container_states(self, container_ids: Sequence[str]) -> dict[str, ContainerState]:
        def effect() -> dict[str, ContainerState]:
            states = {}
            for container_id in container_ids:
                if (container := self.containers.get(container_id)) is None:
                    states[container_id] = ContainerState(ContainerStatus.UNREADABLE)
                    continue
                container.reads += 1
                states[container_id] = self._state(container)
            return states

        return self._call("container_states", effect)

    def publish_container(self, container_id: str) -> str:
        def effect() -> str:
            container = self.containers.get(container_id)
            if container is None:
                raise Unanswered("Container unknown", said=said(24, 2207008, "Container unknown"))
            self._refuse_to_publish(container)
            container.published = True
            return self._show(container.spec, container_id)

        return self._call("publish_container", effect)

    def permalink(self, media_id: str) -> str:
        return self._call("permalink", lambda: f"https://www.instagram.com/p/{self._post(media_id).ig_id}/")

    def picture_address(self, media_id: str, *, carousel: bool = False) -> str:
        return self._call("picture_address", lambda: self.pictures.get(self._post(media_id).ig_id, ""))

    def publishing_limit(self) -> PublishingLimit:
        return self._call(
            "publishing_limit", lambda: PublishingLimit(self._used_today(), self.publishing_total, 86400)
        )

    def media_since(self, since: datetime, *, kind: Kind) -> tuple[Media, ...]:
        def effect() -> tuple[Media, ...]:
            return tuple(
                self._media(post)
                for post in self._listed(stories=kind is Kind.STORY)
                if post.timestamp >= since.replace(microsecond=0)
            )

        return self._call("media_since", effect)

    # Sections C and D.

    def calls_used(self) -> int:
        return self.percent_used

    def media_with_counts(self, since: datetime, after: str | None = None) -> Page[Media]:
        def effect() -> Page[Media]:
            posts = [post for post in self._listed(stories=False) if post.timestamp >= since]
            return self._page([self._media(post) for post in posts], after, 100)

        return self._call("media_with_counts", effect)

    def comments(self, media_id: str, after: str | None = None) -> Page[Comment]:
        def effect() -> Page[Comment]:
            self._post(media_id)
            here = [c for c in self._shown() if c.media_id == media_id and not c.parent_id]
            return self._page([self._with_replies(c) for c in reversed(here)], after)

        return self._call("comments", effect)

    def comment_replies(self, comment_id: str, media_id: str, after: str | None = None) -> Page[Comment]:
        def effect() -> Page[Comment]:
            self._readable_comment(comment_id)
            return self._page(self._replies_of(comment_id), after)

        return self._call("comment_replies", effect)

    def comment_exists(self, comment_id: str) -> bool:
        return self._call("comment_exists", lambda: comment_id in self._comments)

    def conversations(self, after: str | None = None) -> Page[ConversationHead]:
        def effect() -> Page[ConversationHead]:
            heads = [
                ConversationHead(f"conversation-{author}", messages[-1].timestamp)
                for author, messages in self._conversations.items()
                if messages
            ]
            return self._page(sorted(heads, key=lambda head: head.updated, reverse=True), after)

        return self._call("conversations", effect)

    def conversation(self, conversation_id: str) -> Conversation:
        def effect() -> Conversation:
            author = conversation_id.removeprefix("conversation-")
            if not (kept := self._conversations.get(author)):
                raise Unavailable("No such conversation", said=said(100, 33, "does not exist"))
            newest = tuple(reversed(kept))
            updated, person = kept[-1].timestamp, f"igsid-{author}"
            return Conversation(conversation_id, updated, person, author, newest[:20], older=len(kept) > 20)

        return self._call("conversation", effect)

    def message_ids(self, conversation_id: str, after: str | None = None) -> Page[ListedMessage]:
        def effect() -> Page[ListedMessage]:
            kept = self._conversations.get(conversation_id.removeprefix("conversation-"), [])
            return self._page([ListedMessage(m.ig_id, m.timestamp) for m in reversed(kept)], after)

        return self._call("message_ids", effect)

    def reply_to_comment(self, comment_id: str, text: str) -> str:
        def effect() -> str:
            target = self._comments.get(comment_id)
            if target is None:
                # 100/33 proves nothing at a write, so the client calls it unanswered.
                raise Unanswered("No such comment", said=said(100, 33, "does not exist"))
            above = self._comments.get(target.parent_id)
            if target.hidden or (above is not None and above.hidden):
                raise Unanswered("A hidden comment", said=said(100, None, "cannot be replied to"))
            self.replies_sent.append((comment_id, text))
            parent = target.parent_id or comment_id
            return self.comment(target.media_id, self.me.username, text, parent_id=parent)

        return self._call("reply_to_comment", effect)

    def hide_comment(self, comment_id: str, hide: bool) -> None:
        def effect() -> None:
            target = self._comments.get(comment_id)
            if target is None:
                raise Unanswered("No such comment", said=said(100, 33, "does not exist"))
            self._comments[comment_id] = replace(target, hidden=hide and not target.own)

        self._call("hide_comment", effect)

    def comment_on_media(self, media_id: str, text: str) -> str:
        def effect() -> str:
            post = next((post for post in self.published if post.ig_id == media_id), None)
            if post is None or post.kind is Kind.STORY:
                raise Unanswered("No such media", said=said(100, 33, "does not exist"))
            self.comments_made.append((media_id, text))
            return self.comment(media_id, self.me.username, text)

        return self._call("comment_on_media", effect)

    def send_message(self, person_id: str, text: str, *, human_agent: bool = False) -> str:
        def effect() -> str:
            author = person_id.removeprefix("igsid-")
            theirs = [m for m in self._conversations.get(author, []) if not m.own]
            if not theirs:
                raise Unanswered("No matching user", said=said(100, 2534014, "No matching user"))
            window = timedelta(days=7) if human_agent else timedelta(hours=24)
            if self._clock.now() - theirs[-1].timestamp > window:
                raise WindowClosed("Outside the window", said=said(10, 2534022, "outside of allowed window"))
            if len(text.encode("utf-8")) > 1000:
                raise Refused("Text too long", said=said(100, 2534015, "Invalid message data"))
            self.messages_sent.append((person_id, text))
            return self._write_message(author, text, own=True)

        return self._call("send_message", effect)

    # Sections E and A.

    def daily_series(self, begin: date, end: date, *, new_followers: bool = True) -> MetricsRead:
        return self._call("daily_series", lambda: self.figures.series(begin, end, new_followers))

    def account_insights(self, day: date) -> MetricsRead:
        return self._call("account_insights", lambda: self.figures.totals(day))

    def online_followers(self) -> MetricsRead:
        return self._call("online_followers", lambda: self.figures.online(self._clock.now()))

    def audience(self) -> MetricsRead:
        return self._call("audience", self.figures.of_the_audience)

    def media_insights(self, since: datetime) -> tuple[MediaRead, ...]:
        def effect() -> tuple[MediaRead, ...]:
            posts = [post for post in self._listed(stories=False) if post.timestamp >= since]
            return tuple(self.figures.of_media(self._media(post)) for post in posts)

        return self._call("media_insights", effect)

    def stories_insights(self) -> tuple[MediaRead, ...]:
        def effect() -> tuple[MediaRead, ...]:
            return tuple(self.figures.of_media(self._media(post)) for post in self._listed(stories=True))

        return self._call("stories_insights", effect)

    def profile(self) -> AccountProfile:
        return self._call("profile", lambda: replace(self.me, media_count=len(self._listed(stories=False))))

    def refresh_token(self) -> FreshToken:
        return self._call("refresh_token", lambda: FreshToken(f"fresh-token-{len(self.calls)}", 5184000))

    def speaking(self, token: str) -> FakeInstagram:
        """It takes every token."""
        return self

    def exchange_token(self, app_id: str = "") -> FreshToken:
        return self._call("exchange_token", lambda: FreshToken(f"long-token-{len(self.calls)}", 5184000))

    def token_facts(self, app_id: str = "") -> TokenFacts:
        return self._call("token_facts", lambda: TokenFacts(True, None, None, self.scopes, "PAGE"))

    def page_accesses(self) -> tuple[PageAccess, ...]:
        page = PageAccess("102290129340398", "Puskesmas", self.me.ig_user_id, "page-token")
        return self._call("page_accesses", lambda: (page,))

    # How it works.

    def _call(self, name: str, effect: Callable[[], Answer]) -> Answer:
        self.calls.append(name)
        self.before_call(name)
        fault = self.faults.faults.get(len(self.calls))
        if isinstance(fault, BaseException):
            raise fault
        if fault == DIE_BEFORE:
            raise Killed(name)
        if fault == LOST_BEFORE:
            raise Unanswered(f"{name}: no answer")
        if fault == REFUSED:
            raise Refused(f"{name}: no", said=said(100, 2534015, "Invalid data"))
        if fault == THROTTLED:
            raise Throttled(f"{name}: later", wait_seconds=60, said=said(80002, None, "Too many calls"))
        answer = effect()
        if fault == DIE_AFTER:
            raise Killed(name)
        if fault == LOST_AFTER:
            raise Unanswered(f"{name}: no answer")
        return answer

    def _now(self) -> datetime:
        """Meta's times are whole seconds."""
        return self._clock.now().astimezone(UTC).replace(microsecond=0)

    def _new_id(self, prefix: str) -> str:
        return f"{prefix}{next(self._ids):014d}"

    def _state(self, container: Container) -> ContainerState:
        return container.state(self._clock.now(), self.ready_after_reads)

    def _refuse_to_publish(self, container: Container) -> None:
        if container.spec.carousel_child:
            raise MediaRejected("A carousel's child", said=said(100, 2207089, "Carousel item"))
        parts = [container, *(self.containers[child] for child in container.spec.children)]
        statuses = {self._state(part).status for part in parts}
        if statuses & {ContainerStatus.ERROR, ContainerStatus.EXPIRED}:
            raise ContainerGone(
                "Expired", said=said(-2, 2207020, "The media you are trying to use is expired")
            )
        if ContainerStatus.IN_PROGRESS in statuses:
            raise NotReady("Not ready", said=said(9007, 2207027, "Media ID is not available"))
        if self._used_today() >= self.publishing_total:
            raise Throttled("Quota used up", wait_seconds=3600, said=said(9, 2207042, "Quota used up"))

    def _used_today(self) -> int:
        since = self._clock.now() - timedelta(hours=24)
        ours = sum(1 for post in self.published if post.container_id and post.timestamp > since)
        return self.used_elsewhere + ours

    def _show(self, spec: ContainerSpec, container_id: str) -> str:
        post = Published(self._new_id("180"), container_id, spec.kind, spec.caption, self._now(), spec)
        self.published.append(post)
        return post.ig_id

    def _post(self, media_id: str) -> Published:
        for post in self.published:
            if post.ig_id == media_id:
                return post
        raise Unavailable("No such media", said=said(100, 33, "does not exist"))

    def _readable_comment(self, comment_id: str) -> Comment:
        if comment_id not in self._comments:
            raise Unavailable("No such comment", said=said(100, 33, "does not exist"))
        return self._comments[comment_id]

    def _listed(self, *, stories: bool) -> list[Published]:
        now = self._clock.now()
        return [
            post
            for post in reversed(self.published)
            if (post.kind is Kind.STORY) == stories
            and now - post.timestamp >= self.list_lag
            and not (stories and now - post.timestamp >= timedelta(hours=24))
        ]

    def _media(self, post: Published) -> Media:
        return post.as_media(sum(1 for c in self._comments.values() if c.media_id == post.ig_id))

    def _replies_of(self, comment_id: str) -> list[Comment]:
        return [comment for comment in self._shown() if comment.parent_id == comment_id]

    def _shown(self) -> list[Comment]:
        return [comment for comment in self._comments.values() if comment.ig_id not in self.restricted]

    def _with_replies(self, comment: Comment) -> Comment:
        first = self._page(self._replies_of(comment.ig_id), None)
        return replace(comment, replies=first.items, more_replies=first.after)

    def _write_message(self, person: str, text: str, *, own: bool, attachments: tuple[str, ...] = ()) -> str:
        messages = self._conversations.setdefault(person, [])
        author, author_id = (self.me.username, self.me.ig_user_id) if own else (person, f"igsid-{person}")
        message = DirectMessage(
            self._new_id("mid-"), text, self._now(), author, author_id, own, attachments=attachments
        )
        messages.append(message)
        return message.ig_id

    def _page(self, items: Sequence[Item], after: str | None, size: int | None = None) -> Page[Item]:
        size = size or self.page_size
        start = int(after or 0)
        end = start + size
        return Page(tuple(items[start:end]), str(end) if end < len(items) else None)
