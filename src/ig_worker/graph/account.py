"""One account's door to Instagram: what the flows ask for, as calls to the Graph API."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from datetime import date, datetime

from ig_worker import clock
from ig_worker.domain.instagram import (
    AccountProfile,
    Comment,
    ContainerSpec,
    ContainerState,
    Conversation,
    ConversationHead,
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
from ig_worker.graph import (
    account_insights,
    checking,
    comments,
    media_insights,
    messages,
    posts,
    publishing,
    tokens,
)
from ig_worker.graph.checking import WhoWeAre
from ig_worker.graph.identity import Identity, read_profile
from ig_worker.graph.refusals import Shelf
from ig_worker.graph.session import AccountAccess, GraphSession, Listener
from ig_worker.graph.usage import Usage


class InstagramAccount:
    """Satisfies ``flows.ports.Instagram``; what each call gives is written there.

    Every method may raise Throttled, a Refused, Unanswered, or Misconfigured where there is no token. Reads are
    tried again for a while; writes are sent once. It may be shared by threads.
    """

    def __init__(
        self,
        account: AccountAccess,
        *,
        base_url: str = "",
        version: str = "v25.0",
        timeout_seconds: float = 30,
        publish_timeout_seconds: float = 180,
        patient: bool = True,
        sleep: Callable[[float], None] = clock.pause,
        stopwatch: Callable[[], float] = clock.stopwatch,
        shelf: Shelf | None = None,
        listener: Listener | None = None,
    ) -> None:
        """``base_url`` replaces Meta's host (a sandbox, a test server); empty, the login decides.

        An account that is not ``patient`` tries a read twice at most and never sleeps. ``stopwatch`` measures, in
        seconds, how long Meta wants no calls: until then every method raises Throttled without asking. ``shelf``
        keeps what Meta has refused for good, so that the next process does not ask for it again. ``listener`` hears
        of every call.
        """
        self._graph = GraphSession(
            account,
            base_url=base_url,
            version=version,
            timeout_seconds=timeout_seconds,
            publish_timeout_seconds=publish_timeout_seconds,
            patient=patient,
            sleep=sleep,
            stopwatch=stopwatch,
            shelf=shelf,
            listener=listener,
        )
        self._identity: Identity | None = None

    @property
    def usage(self) -> Usage:
        """What Meta's last answer said of the budget of calls."""
        return self._graph.usage

    def ask_the_time(self) -> None:
        """The smallest call there is, for the ``Date`` of its answer, which the ``listener`` hears."""
        self._graph.read_once(self._graph.account.ig_user_id, {"fields": "id"})

    def calls_used(self) -> int:
        return self._graph.budgets.percent()

    # Section B.

    @property
    def uploads_videos(self) -> bool:
        return self._graph.account.login == "facebook"

    def create_container(self, spec: ContainerSpec) -> str:
        return publishing.create_container(self._graph, spec)

    def container_states(self, container_ids: Sequence[str]) -> dict[str, ContainerState]:
        return publishing.container_states(self._graph, container_ids)

    def publish_container(self, container_id: str) -> str:
        return publishing.publish_container(self._graph, container_id)

    def permalink(self, media_id: str) -> str:
        return publishing.permalink(self._graph, media_id)

    def picture_address(self, media_id: str, *, carousel: bool = False) -> str:
        return publishing.picture_address(self._graph, media_id, carousel=carousel)

    def publishing_limit(self) -> PublishingLimit:
        return publishing.publishing_limit(self._graph)

    def media_since(self, since: datetime, *, kind: Kind) -> tuple[Media, ...]:
        return posts.media_since(self._graph, since, kind=kind)

    # Section C.

    def media_with_counts(self, since: datetime, after: str | None = None) -> Page[Media]:
        return posts.media_page(self._graph, since, after)

    def comments(self, media_id: str, after: str | None = None) -> Page[Comment]:
        return comments.comments(self._graph, self._us(), media_id, after)

    def comment_replies(self, comment_id: str, media_id: str, after: str | None = None) -> Page[Comment]:
        return comments.comment_replies(self._graph, self._us(), comment_id, media_id, after)

    def comment_exists(self, comment_id: str) -> bool:
        return comments.comment_exists(self._graph, comment_id)

    def reply_to_comment(self, comment_id: str, text: str) -> str:
        return comments.reply_to_comment(self._graph, comment_id, text)

    def hide_comment(self, comment_id: str, hide: bool) -> None:
        comments.hide_comment(self._graph, comment_id, hide)

    def comment_on_media(self, media_id: str, text: str) -> str:
        return comments.comment_on_media(self._graph, media_id, text)

    # Section D.

    def conversations(self, after: str | None = None) -> Page[ConversationHead]:
        return messages.conversations(self._graph, after)

    def conversation(self, conversation_id: str) -> Conversation:
        return messages.conversation(self._graph, self._us(), conversation_id)

    def message_ids(self, conversation_id: str, after: str | None = None) -> Page[ListedMessage]:
        return messages.message_ids(self._graph, conversation_id, after)

    def send_message(self, person_id: str, text: str, *, human_agent: bool = False) -> str:
        return messages.send_message(self._graph, person_id, text, human_agent=human_agent)

    # Section E.

    def daily_series(self, begin: date, end: date, *, new_followers: bool = True) -> MetricsRead:
        return account_insights.daily_series(self._graph, begin, end, new_followers=new_followers)

    def account_insights(self, day: date) -> MetricsRead:
        return account_insights.account_insights(self._graph, day)

    def online_followers(self) -> MetricsRead:
        return account_insights.online_followers(self._graph)

    def audience(self) -> MetricsRead:
        return account_insights.audience(self._graph)

    def media_insights(self, since: datetime) -> tuple[MediaRead, ...]:
        return media_insights.media_insights(self._graph, since)

    def stories_insights(self) -> tuple[MediaRead, ...]:
        return media_insights.stories_insights(self._graph)

    # Section A.

    def profile(self) -> AccountProfile:
        profile, self._identity = read_profile(self._graph)
        return profile

    def who_we_are(self) -> WhoWeAre:
        """The account by both of its ids, for a checkup."""
        return checking.who_we_are(self._graph)

    def linked_account(self) -> str | None:
        """The Instagram account that the configured Page names (Facebook Login)."""
        return checking.linked_account(self._graph)

    def refresh_token(self) -> FreshToken:
        return tokens.refresh_token(self._graph)

    def exchange_token(self, app_id: str = "") -> FreshToken:
        """A token for 60 days in place of a fresh login's short one."""
        return tokens.exchange_token(self._graph, app_id)

    def page_accesses(self) -> tuple[PageAccess, ...]:
        """The Pages of the user whose token is in use, with their own tokens (Facebook Login)."""
        return tokens.page_accesses(self._graph)

    def speaking(self, token: str) -> InstagramAccount:
        """The same door with this very token, whichever is kept; where that is refused, nothing is stopped."""
        other = copy(self)
        other._graph = self._graph.speaking(token)
        other._identity = None
        return other

    def token_scopes(self) -> tuple[str, ...]:
        return tokens.token_scopes(self._graph)

    def token_facts(self, app_id: str = "") -> TokenFacts:
        """What Meta says of the token in use (Facebook Login)."""
        return tokens.token_facts(self._graph, app_id)

    def _us(self) -> Identity:
        """Who we are, asked once: a username changes so seldom that a restart may find out."""
        if self._identity is None:
            _, self._identity = read_profile(self._graph)
        return self._identity
