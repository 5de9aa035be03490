"""Binds the parts of a long paper into one PDF: parts that go on in the middle of a page, and every page's number.

A register of a thousand cases set at once takes more memory than the whole worker may, so it is set in stretches. What
the typesetter writes is plain: objects one after the other, a table of their places, one flat list of pages, and no
text of anybody's outside of streams. Only that is understood here; anything else is a ValueError.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

_OBJECT = re.compile(rb"(\d+) 0 obj\n")
_REFERENCE = re.compile(rb"\b(\d+) 0 R\b")
_KIDS = re.compile(rb"/Kids\[([^\]]*)\]")
_BOX = re.compile(rb"/MediaBox(\[[^\]]*\])")


@dataclass
class Page:
    """A page: the number of its drawing, of what that uses, its size, and the numbers of what lies over it."""

    drawing: int | None
    uses: int
    box: bytes
    over: list[int] = field(default_factory=list)


class Binder:
    """Takes parts one after the other; ``finished`` is the whole."""

    def __init__(self) -> None:
        self._objects: list[bytes] = []
        self._known: dict[bytes, int] = {}
        self._about: list[bytes] = []
        self.pages: list[Page] = []

    def add(self, part: bytes, *, resumes: bool = False) -> None:
        """Append a part's pages; with `resumes` its first page is laid over the last one there is."""
        pages = self._taken(part)
        if resumes and pages:
            self._lay_over(self.pages[-1], pages[0])
            pages = pages[1:]
        self.pages += pages

    def number(self, folio: bytes) -> None:
        """Lay the pages of `folio` over all pages, the first over the first. ValueError where they are not as many."""
        for page, above in zip(self.pages, self._taken(folio), strict=True):
            self._lay_over(page, above)

    def finished(self) -> bytes:
        """The bound PDF."""
        tree = len(self._objects) + 1
        self._objects.append(b"")
        before = self._add(b"<</Length 2>>\nstream\nq\n\nendstream")
        kids = [self._add(self._page(page, tree, before)) for page in self.pages]
        listed = b" ".join(b"%d 0 R" % kid for kid in kids)
        self._objects[tree - 1] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(kids), listed)
        info = self._add(self._about[0])
        root = self._add(b"<</Type/Catalog/Pages %d 0 R/Lang(id)>>" % tree)
        out = bytearray(b"%PDF-1.7\n%\x80\x80\x80\x80\n\n")
        places = []
        for number, content in enumerate(self._objects, 1):
            places.append(len(out))
            out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
        start = len(out)
        out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
        out += b"".join(b"%010d 00000 n \n" % place for place in places)
        out += b"trailer\n<</Size %d/Root %d 0 R/Info %d 0 R>>\n" % (len(places) + 1, root, info)
        out += b"startxref\n%d\n%%%%EOF\n" % start
        return bytes(out)

    def _taken(self, part: bytes) -> list[Page]:
        """The part's objects under new numbers, and its pages."""
        found = _objects(part)
        trailer = part[part.rindex(b"trailer") :]
        root, info = (_number(trailer, key) for key in (b"Root", b"Info"))
        tree = _number(found[root], b"Pages")
        kids = _KIDS.search(found[tree])
        if kids is None:
            raise ValueError("a part without pages")
        numbers = [int(number) for number in _REFERENCE.findall(kids[1])]
        left_out = {root, info, tree, *numbers}
        if metadata := re.search(rb"/Metadata (\d+) 0 R", found[root]):
            left_out.add(int(metadata[1]))
        self._about.append(found[info])
        new: dict[int, int] = {}
        # What refers to nothing (fonts, colours) is often there already; the rest gets its place before it is written.
        for number, content in found.items():
            if number not in left_out and not _REFERENCE.search(_head(content)):
                new[number] = self._add_once(content)
        waiting = [number for number in found if number not in left_out and number not in new]
        for number in waiting:
            self._objects.append(b"")
            new[number] = len(self._objects)
        for number in waiting:
            self._objects[new[number] - 1] = _renumbered(found[number], new)
        return [self._read_page(found[number], new) for number in numbers]

    @staticmethod
    def _read_page(content: bytes, new: dict[int, int]) -> Page:
        box = _BOX.search(content)
        drawing = re.search(rb"/Contents (\d+) 0 R", content)
        if box is None:
            raise ValueError("a page without a size")
        return Page(new[int(drawing[1])] if drawing else None, new[_number(content, b"Resources")], box[1])

    def _lay_over(self, page: Page, above: Page) -> None:
        """Draw a page of another part over this one."""
        if above.drawing is None:
            return
        drawing = self._objects[above.drawing - 1]
        what = b"<</Type/XObject/Subtype/Form/BBox%s/Resources %d 0 R" % (above.box, above.uses)
        page.over.append(self._add(what + drawing.removeprefix(b"<<")))
        for more in above.over:
            page.over.append(more)

    def _page(self, page: Page, tree: int, before: int) -> bytes:
        names = [b"over%d" % place for place in range(len(page.over))]
        draw = b"\nQ " + b" ".join(b"q /%s Do Q" % name for name in names)
        after = self._add_once(b"<</Length %d>>\nstream\n%s\nendstream" % (len(draw), draw))
        entries = b"".join(
            b"/%s %d 0 R" % (name, number) for name, number in zip(names, page.over, strict=True)
        )
        uses = self._objects[page.uses - 1]
        if b"/XObject<<" in uses:
            uses = uses.replace(b"/XObject<<", b"/XObject<<" + entries, 1)
        else:
            uses = uses.removesuffix(b">>") + b"/XObject<<" + entries + b">>>>"
        drawn = [before, *([page.drawing] if page.drawing else []), after]
        contents = b" ".join(b"%d 0 R" % number for number in drawn)
        return b"<</Type/Page/Parent %d 0 R/MediaBox%s/Resources %s/Contents[%s]>>" % (
            tree,
            page.box,
            uses,
            contents,
        )

    def _add(self, content: bytes) -> int:
        self._objects.append(content)
        return len(self._objects)

    def _add_once(self, content: bytes) -> int:
        if content not in self._known:
            self._known[content] = self._add(content)
        return self._known[content]


def bound(parts: Sequence[tuple[bytes, bool]], folio: bytes) -> bytes:
    """Parts (with whether each resumes on the last page of the one before) as one PDF, numbered by `folio`."""
    binder = Binder()
    for part, resumes in parts:
        binder.add(part, resumes=resumes)
    binder.number(folio)
    return binder.finished()


def _objects(part: bytes) -> dict[int, bytes]:
    """Every object of a PDF by its number, without ``obj`` and ``endobj``."""
    last_words = part.rpartition(b"startxref")[2].split()
    table = int(last_words[0]) if last_words and last_words[0].isdigit() else 0
    if not part.startswith(b"%PDF-") or part[table : table + 4] != b"xref":
        raise ValueError("not a PDF as the typesetter writes it")
    places = [int(line[:10]) for line in part[table:].split(b"\n")[2:] if line[17:18] == b"n"]
    ends = [*places[1:], table]
    found = {}
    for place, end in zip(places, ends, strict=True):
        began = _OBJECT.match(part, place)
        if began is None:
            raise ValueError("an object is not at its place")
        found[int(began[1])] = part[began.end() : part.rindex(b"endobj", place, end)].rstrip(b"\n")
    return found


def _head(content: bytes) -> bytes:
    """An object without its stream: there the bytes mean something else."""
    return content.partition(b"stream\n")[0]


def _renumbered(content: bytes, new: dict[int, int]) -> bytes:
    head = _head(content)
    return _REFERENCE.sub(lambda found: b"%d 0 R" % new[int(found[1])], head) + content[len(head) :]


def _number(content: bytes, key: bytes) -> int:
    found = re.search(rb"/%s (\d+) 0 R" % key, content)
    if found is None:
        raise ValueError(f"a PDF without {key.decode()}")
    return int(found[1])
