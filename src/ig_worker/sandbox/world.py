"""The state of the embedded Instagram, and the making of new things in it."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter, deque
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from ig_worker.sandbox.clock import WorldClock, read_time
from ig_worker.sandbox.entities import (
    Account,
    Comment,
    Container,
    Conversation,
    FacebookUser,
    Media,
    Message,
    Node,
    Person,
)
from ig_worker.sandbox.faults import Faults
from ig_worker.sandbox.settings import Settings
from ig_worker.sandbox.tokens import FACEBOOK_SCOPES, INSTAGRAM_SCOPES, LONG_LIFE, Token

INSTAGRAM_ACCOUNT = "17841400000000001"
INSTAGRAM_TOKEN = "IGAAsandboxTokenPolowijen"  # noqa: S105 (opens nothing but the sandbox)
FACEBOOK_ACCOUNT = "17841400000000002"
FACEBOOK_PAGE = "102290129340398"
FACEBOOK_USER_TOKEN = "EAAsandboxUserToken"  # noqa: S105
FACEBOOK_PAGE_TOKEN = "EAAsandboxPageToken"  # noqa: S105

DEFAULT_ACCOUNTS: tuple[dict[str, Any], ...] = (
    {
        "ig_user_id": INSTAGRAM_ACCOUNT,
        "username": "puskesmaspolowijen",
        "name": "Puskesmas Polowijen",
        "login": "instagram",
        "access_token": INSTAGRAM_TOKEN,
    },
    {
        "ig_user_id": FACEBOOK_ACCOUNT,
        "username": "puskesmaskendalkerep",
        "name": "Puskesmas Kendalkerep",
        "login": "facebook",
        "page_id": FACEBOOK_PAGE,
        "access_token": FACEBOOK_USER_TOKEN,
        "page_token": FACEBOOK_PAGE_TOKEN,
    },
)
_ACCOUNT_KEYS = frozenset(
    {
        "ig_user_id",
        "scoped_id",
        "username",
        "name",
        "login",
        "page_id",
        "access_token",
        "page_token",
        "app_id",
    }
    | {"app_secret", "followers", "follows", "biography", "website", "scopes"}
)


class World:
    """Everything there is. ``config`` may name ``accounts``, ``settings``, ``seed`` and ``now`` (ISO 8601)."""

    def __init__(self, config: Mapping[str, Any] | None = None) -> None:
        self.config = dict(config or {})
        unknown = set(self.config) - {"accounts", "settings", "seed", "now"}
        if unknown:
            raise ValueError(f"unknown in the sandbox's configuration: {', '.join(sorted(unknown))}")
        self.reset()

    def reset(self, now: datetime | None = None) -> None:
        """Begin again, as configured; the clock stands at ``now`` if one is given."""
        configured = self.config.get("now")
        self.clock = WorldClock(now or (read_time(configured) if configured else None))
        self.began = self.clock.now()
        self.seed = int(self.config.get("seed", 1))
        self.settings = Settings().changed(self.config.get("settings", {}))
        self.faults = Faults()
        self.accounts: dict[str, Account] = {}
        self.tokens: dict[str, Token] = {}
        self.codes: dict[str, tuple[Account, datetime]] = {}
        self.nodes: dict[str, Node] = {}
        self.calls: Counter[str] = Counter()
        self.log: deque[dict[str, Any]] = deque(maxlen=20_000)
        self.spent: dict[str, deque[datetime]] = {}
        self.cursor_issue = 0
        self.set_figures: dict[tuple[str, date | None], dict[str, int]] = {}
        """What insights say of a post or of one of an account's days, where somebody has said so."""
        self._made = 0
        for account in self.config.get("accounts", DEFAULT_ACCOUNTS):
            self._add_account(account)

    def now(self) -> datetime:
        """The world's time, in UTC."""
        return self.clock.now()

    def _add_account(self, given: Mapping[str, Any]) -> None:
        unknown = set(given) - _ACCOUNT_KEYS
        if unknown:
            raise ValueError(f"unknown in an account of the sandbox: {', '.join(sorted(unknown))}")
        number = len(self.accounts) + 1
        login = given.get("login", "instagram")
        if login not in ("instagram", "facebook"):
            raise ValueError(f"an account's login is instagram or facebook, not {login!r}")
        account = Account(
            id=str(given["ig_user_id"]),
            scoped_id=str(given.get("scoped_id", 25_000_000_000_000_000 + number)),
            username=given["username"],
            name=given.get("name", given["username"]),
            login=login,
            app_id=str(given.get("app_id", 990_000_000_000_000 + number)),
            app_secret=given.get("app_secret", f"sandbox-app-secret-{number}"),
            page_id=str(given.get("page_id", "")),
            followers=int(given.get("followers", 1250)),
            follows=int(given.get("follows", 87)),
            biography=given.get("biography", "Melayani dengan hati"),
            website=given.get("website", ""),
        )
        self.accounts[account.id] = account
        self.nodes[account.id] = account
        granted = tuple(given.get("scopes", INSTAGRAM_SCOPES if login == "instagram" else FACEBOOK_SCOPES))
        issued = self.began - timedelta(days=2)
        if login == "instagram":
            self.add_token(
                Token(given["access_token"], login, account.id, granted, issued, issued + LONG_LIFE)
            )
            return
        page = account.page
        if page is None:
            raise ValueError(f"{account.username} has Facebook Login and no page_id")
        self.nodes[page.id] = page
        user = FacebookUser(str(10_200_000_000_000_000 + number), account)
        self.nodes[user.id] = user
        self.add_token(
            Token(given["access_token"], "facebook_user", account.id, granted, issued, issued + LONG_LIFE)
        )
        page_token = given.get("page_token", given["access_token"] + "Page")
        self.add_token(Token(page_token, "page", account.id, granted, issued, None))

    def add_token(self, token: Token) -> Token:
        """Let this token be known."""
        self.tokens[token.value] = token
        return token

    def number(self) -> int:
        """The next number; everything made gets one."""
        self._made += 1
        return self._made

    def digest(self, *parts: object) -> bytes:
        """Bytes that depend on the seed and these words alone."""
        return hashlib.blake2b(
            repr((self.seed, *parts)).encode("utf-8", "surrogatepass"), digest_size=16
        ).digest()

    def token_value(self, prefix: str) -> str:
        """A token nobody has."""
        return prefix + self.digest("token", self.number()).hex()

    def facebook_user(self, account: Account) -> FacebookUser:
        """The person behind an account with Facebook Login."""
        return next(
            node for node in self.nodes.values() if isinstance(node, FacebookUser) and node.account is account
        )

    def person(self, account: Account, username: str) -> Person:
        """That person as this account knows them; the id is scoped to the account (section C)."""
        scoped = str(
            10**15 + int.from_bytes(self.digest("igsid", account.id, username)[:7], "big") % (9 * 10**15)
        )
        if scoped not in account.people:
            person = Person(scoped, username, account)
            account.people[scoped] = person
            self.nodes[scoped] = person
        return account.people[scoped]

    def new_id(self, prefix: int) -> tuple[str, int]:
        """A 17-digit id and the number behind it."""
        number = self.number()
        return str(prefix * 10**13 + number * 7919), number

    def add_media(self, account: Account, post_kind: str, at: datetime, **rest: Any) -> Media:
        """A published post, or a child of one (``parent``)."""
        media_id, number = self.new_id(1800)
        media = Media(media_id, account, post_kind, at, number, **rest)
        self.nodes[media.id] = media
        if media.parent is None:
            account.media.append(media)
        else:
            media.parent.children.append(media)
        return media

    def add_comment(
        self,
        media: Media,
        author: str,
        text: str,
        *,
        at: datetime,
        by: str = "public",
        parent: Comment | None = None,
        restricted: bool = False,
    ) -> Comment:
        """A comment; a reply to a reply goes to the top-level comment (section C)."""
        comment_id, number = self.new_id(1785)
        account = media.account
        author_id = account.id if by != "public" else self.person(account, author).id
        above = parent.parent or parent if parent else None
        comment = Comment(
            comment_id, media, text, author, author_id, at, number, by, above, restricted=restricted
        )
        (above.replies if above else media.comments).append(comment)
        self.nodes[comment.id] = comment
        return comment

    def _opaque(self, prefix: str, number: int) -> str:
        """An id as messaging has them: long letters and digits."""
        return (
            prefix
            + base64.urlsafe_b64encode(self.digest("opaque", number) + number.to_bytes(5, "big")).decode()
        )

    def conversation(self, person: Person, folder: str = "inbox") -> Conversation:
        """The conversation with that person, made if there is none."""
        account = person.account
        if person.id not in account.conversations:
            number = self.number()
            conversation = Conversation(self._opaque("aWdfZAG06", number), account, person, number, folder)
            account.conversations[person.id] = conversation
            self.nodes[conversation.id] = conversation
        return account.conversations[person.id]

    def add_message(
        self, conversation: Conversation, *, text: str, at: datetime, by: str, **rest: Any
    ) -> Message:
        """A direct message. One of ours takes a request out of the request folder."""
        number = self.number()
        message = Message(self._opaque("aWdfZAG1", number), conversation, text, at, number, by, **rest)
        conversation.messages.append(message)
        if message.own:
            conversation.folder = "inbox"
        self.nodes[message.id] = message
        return message

    def add_container(self, account: Account, **rest: Any) -> Container:
        """A container that begins to be worked on now."""
        container_id, _ = self.new_id(1789)
        now = self.now()
        ready = now + timedelta(seconds=self.settings.container_seconds)
        container = Container(container_id, account, made_at=now, ready_at=ready, **rest)
        container.failure = self.settings.container_error
        account.containers.append(container)
        self.nodes[container.id] = container
        return container
