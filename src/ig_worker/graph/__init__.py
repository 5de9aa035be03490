"""The Graph API: everything this worker says to Instagram and hears from it."""

from ig_worker.graph import lean as lean
from ig_worker.graph.account import InstagramAccount
from ig_worker.graph.session import AccountAccess

__all__ = ["AccountAccess", "InstagramAccount"]
