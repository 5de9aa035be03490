"""Takes notices to people: Telegram, e-mail and whatever else Apprise can reach."""

from ig_worker.notify.addresses import channel_name, target_id
from ig_worker.notify.courier import Courier

__all__ = ["Courier", "channel_name", "target_id"]
