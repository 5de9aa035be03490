"""Says where the server behind a recipient's address listens, without sending anything."""

from __future__ import annotations

from typing import Any

from ig_worker.domain.servers import Server
from ig_worker.notify.messenger import service_of

_KNOWN = {
    "tgram": "api.telegram.org",
    "discord": "discord.com",
    "slack": "hooks.slack.com",
    "gchat": "chat.googleapis.com",
    "whatsapp": "graph.facebook.com",
}
_OWN_SERVERS = frozenset(
    {"json", "jsons", "ntfy", "ntfys", "gotify", "gotifys", "signal", "signals", "evolution", "evolutions"}
)


def server_of(url: str) -> Server | bool:
    """The server; True where the address is understood and its server not known here, False where it is not."""
    service = service_of(url)
    if service is None:
        return False
    scheme = url.partition("://")[0].lower()
    if scheme in ("mailto", "mailtos"):
        mode = str(service.secure_mode)
        return Server(
            str(service.smtp_host),
            int(service.port),
            mode == "ssl",
            mail=True,
            starttls=mode == "starttls",
            user=str(service.user or ""),
            password=str(service.password or ""),
        )
    if scheme in _KNOWN:
        return Server(_KNOWN[scheme], 443, tls=True)
    return _own_server(service) if scheme in _OWN_SERVERS else True


def _own_server(service: Any) -> Server | bool:
    if str(getattr(service, "mode", "")) == "cloud":
        return Server("ntfy.sh", 443, tls=True)
    host = getattr(service, "host", "")
    if not isinstance(host, str) or not host:
        return True
    tls = bool(getattr(service, "secure", False))
    return Server(host, int(getattr(service, "port", None) or (443 if tls else 80)), tls)
