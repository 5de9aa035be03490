"""Posts: one with its pictures and what is to be decided about it, and the list in which it is found."""

from ig_worker.board.rooms.posts import decisions, page, pictures, search

WAYS = (*search.WAYS, *page.WAYS, *pictures.WAYS, *decisions.WAYS)
