"""Takes notices to people: Telegram, e-mail and whatever else Apprise can reach."""

from ig_worker.notify.addresses import channel_name, target_id
from ig_worker.notify.courier import KEPT_SECONDS, Courier

__all__ = ["KEPT_SECONDS", "Courier", "channel_name", "target_id"]
