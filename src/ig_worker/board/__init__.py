"""The web board: so far the address where Instagram fetches pictures, and a health page."""

from ig_worker.board.application import create_app
from ig_worker.board.serving import serve

__all__ = ["create_app", "serve"]
