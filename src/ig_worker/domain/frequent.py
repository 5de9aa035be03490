"""Finds the frequent question that somebody asks, by the words that carry it.

The centre writes a frequent question in a few ways and approves one answer (``[faq]``). :func:`best_match` is for an
answer that goes out by itself, so that a wrong one is worse than none: every word of weight in the text must belong to
the question, and every word of one of its ways must be there. :func:`nearest` is for a person who still reads it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ig_worker.domain.classifier import grave, lexicon, vetoes
from ig_worker.domain.classifier.normalise import Token, normalise


@dataclass(frozen=True)
class Frequent:
    """A frequent question: its name in the configuration, ways in which people ask it, and the approved answer."""

    name: str
    questions: tuple[str, ...]
    answer: str


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_LIGHT = (
    lexicon.FILLERS
    # Whom one speaks to, and how one begins, asks kindly and ends.
    | _set(
        """
        halo hai hallo hello hay hi p assalamualaikum asalamualaikum assalamu alaikum alaikumsalam waalaikumsalam
        permisi punten misi kulonuwun selamat maaf izin ijin mohon tolong bantu informasi infokan tanya pertanyaan
        terimakasih tks sebelumnya kakak admin ibu bapak bunda om tante saya kami anda teman semua masyarakat
        dong deh nih tuh kah nya kan lah pun sekedar cuma mau apa apakah adakah bisakah bolehkah kira kirakira
        tahu kasih beri jawab balas dan atau puskesmas sini kesini situ pelayanan boleh terima menerima melayani
        wr wb warahmatullahi warahmatullah wabarakatuh ass asslm aslm samlekum numpang mengganggu ganggu disini
        layani nerima berlaku tersedia menggunakan gunakan memakai kalau hari saat oh eh wah
        """
    )
) - _set("terlalu sampai sangat banget sekali pernah selalu makin semakin harus sudah")
"""Words that change nothing about what is asked."""

_MODALS = _set("bisa boleh ada dapat mau perlu harus apa terima melayani")
_DAYS = _set("senin selasa rabu kamis jumat sabtu minggu hari besok ini lusa sekarang")
_TIMES_OF_DAY = _set("pagi siang sore malam")
_GREETED = _set("selamat halo hai admin kakak ibu bapak")
"""What stands before "pagi" when it greets."""
_MEASURED = _set("jam biaya nomor lama")
"""With one of these, "berapa" asks for nothing more than they say."""

_SAME = {
    "bayar": "biaya",
    "bagaimana": "cara",
    "caranya": "cara",
    "prosedur": "cara",
    "alur": "cara",
    "syaratnya": "syarat",
    "persyaratan": "syarat",
    "persyaratannya": "syarat",
    "alamatnya": "alamat",
    "lokasinya": "lokasi",
    "jumaat": "jumat",
    "bukane": "buka",
    "kapankah": "kapan",
    "berapakah": "berapa",
    "mana": "dimana",
    "dimanakah": "dimana",
}
_TOGETHER = {
    ("jam", "pelayanan"): ("jam", "buka"),
    ("jam", "layanan"): ("jam", "buka"),
    ("jam", "operasional"): ("jam", "buka"),
    ("jam", "operasi"): ("jam", "buka"),
    ("jam", "kerja"): ("jam", "buka"),
    ("jadwal", "pelayanan"): ("jam", "buka"),
    ("jadwal", "buka"): ("jam", "buka"),
    ("hari", "ini"): ("hariini",),
}
_UNSURE_MARKS = frozenset({"<alamat>", "<angka>", "<nomor>", "<nama>"})
"""A link, a number or a patient's data: more was said than the question. Times and dates are numbers, too."""

_AGAINST = (
    vetoes.COMPLAINT,
    vetoes.CONTRAST,
    vetoes.SAD_EMOJI,
    vetoes.HEALTH_DATA,
    grave.DANGER,
    grave.GRIEF,
)
_OWN_NAME = re.compile(r"@(?:puskesmas|pkm|uptd?)")
_MOST_WORDS = 40
_MOST_UNASKED = 3


@dataclass(frozen=True)
class _Said:
    """A text as it is compared: its words of weight, all of its words, and whether it shows that it asks."""

    weighty: frozenset[str]
    words: tuple[str, ...]
    asks: bool


def best_match(text: str, entries: Iterable[Frequent], centre: str = "") -> Frequent | None:
    """The question that this text clearly asks, and nothing besides; None in any doubt, also between two of them.

    The name of ``centre`` (an account's, in one word) says nothing more, and neither does being addressed by it.
    """
    tokens = [token for token in normalise(text) if not _names(token, centre)]
    said = _read(tokens)
    if not said.words or len(said.words) > _MOST_WORDS or _says_more(text, tokens):
        return None
    found = [(weight, entry) for entry in entries if (weight := _asked(said, entry))]
    most = max((weight for weight, _ in found), default=0)
    best = [entry for weight, entry in found if weight == most]
    return best[0] if len(best) == 1 else None


def nearest(text: str, entries: Iterable[Frequent]) -> Frequent | None:
    """The question whose words are in this text, whatever else is: good enough to be suggested to a person."""
    said = _read(normalise(text))
    best: tuple[int, int, Frequent] | None = None
    for entry in entries:
        for question in entry.questions:
            asked = _question(question).weighty
            extra = len(_unmatched(said.weighty, asked))
            if not asked or _unmatched(asked, said.weighty) or extra > _MOST_UNASKED:
                continue
            if best is None or (len(asked), -extra) > best[:2]:
                best = (len(asked), -extra, entry)
    return best[2] if best is not None else None


def _asked(said: _Said, entry: Frequent) -> int:
    """How many words of weight the way of asking has that the text uses; 0 where it does not ask this."""
    ways = [_question(question) for question in entry.questions]
    ours = frozenset().union(*(way.weighty for way in ways))
    if _unmatched(said.weighty, ours):
        return 0
    weights = [0]
    for way in ways:
        if not way.weighty:
            # "Layanan apa saja" has no word of its own: then only the very same words will do.
            weights.append(1 if way.words == said.words else 0)
        elif not _unmatched(way.weighty, said.weighty) and (len(way.weighty) > 1 or said.asks):
            weights.append(len(way.weighty))
    return max(weights)


def _names(token: Token, centre: str) -> bool:
    """Whether this is a word of the centre's own name: "Polowijen", or "@puskesmaspolowijen"."""
    letters = token.plain if token.is_word else token.written
    own = letters.lower().removeprefix("@")
    return len(own) >= 4 and own != "puskesmas" and own in _letters(centre)


@lru_cache(maxsize=100)
def _letters(name: str) -> str:
    letters = "".join(letter for letter in name.lower() if letter.isalnum())
    return f"puskesmas{letters.removeprefix('puskesmas')}" if letters else ""


def _says_more(text: str, tokens: Sequence[Token]) -> bool:
    """Whether there is something beside a question: a complaint, a number, a link, somebody else addressed."""
    for token in tokens:
        if token.plain in _UNSURE_MARKS or (token.plain == "<akun>" and not _OWN_NAME.match(token.written)):
            return True
        if token.plain in lexicon.REPROACH or token.plain in lexicon.LAUGHING_EMOJI:
            return True
    cues = vetoes.find_cues(text, tokens)
    return any(finding in cues for finding in _AGAINST)


@lru_cache(maxsize=2_000)
def _question(text: str) -> _Said:
    return _read(normalise(text))


def _read(tokens: Sequence[Token]) -> _Said:
    plain = [_plain(token) for token in tokens if token.is_word or token.plain in _UNSURE_MARKS]
    words = [word for word in _one_by_one(plain) if word]
    kept: list[str] = []
    for place, word in enumerate(words):
        before = words[place - 1] if place else ""
        greets = word in _TIMES_OF_DAY and (not before or before in _GREETED)
        measures = (word == "berapa" and not _MEASURED.isdisjoint(words)) or (
            word == "kapan" and "jam" in words
        )
        if word in lexicon.NEGATION:
            kept.extend(() if _is_tag(words, place) else ("tidak",))
        elif not (word in _LIGHT or greets or measures):
            kept.append(word)
    marks = {token.plain for token in tokens}
    asks = bool(marks & {"<tanya>", "<hilang>"}) or any(
        word in lexicon.QUESTION or word in _MODALS for word in words
    )
    return _Said(frozenset(kept), tuple(words), asks)


def _plain(token: Token) -> str:
    word = token.plain
    if len(word) > 6 and word.endswith(("nya", "kah", "lah")) and word not in _SAME:
        word = word[:-3]
    return _SAME.get(word, word)


def _one_by_one(words: Sequence[str]) -> Iterable[str]:
    """The words, with pairs that mean one thing brought into one form."""
    place = 0
    while place < len(words):
        pair = tuple(words[place : place + 2])
        if len(pair) == 2 and pair in _TOGETHER:
            yield from _TOGETHER[pair]
            place += 2
        else:
            yield words[place]
            place += 1


def _is_tag(words: Sequence[str], place: int) -> bool:
    """Whether a "tidak" only asks: at the end, before a day, or after "bisa" and the like. Else it denies."""
    after = [word for word in words[place + 1 :] if word not in _LIGHT or word in _DAYS or word in _MODALS]
    return not after or after[0] in _DAYS or (place > 0 and words[place - 1] in _MODALS)


def _unmatched(these: frozenset[str], among: frozenset[str]) -> set[str]:
    """Those that are not among the others, not even with one letter typed wrong."""
    return {one for one in these - among if not any(_one_slip(one, other) for other in among)}


@lru_cache(maxsize=20_000)
def _one_slip(one: str, other: str) -> bool:
    """Whether two words of five letters or more differ in one letter (left out, added, changed or swapped)."""
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) < 5 or len(longer) - len(shorter) > 1 or one[0] != other[0]:
        return False
    first = next((place for place, (a, b) in enumerate(zip(shorter, longer, strict=False)) if a != b), None)
    if first is None:
        return True
    if len(shorter) < len(longer):
        return shorter[first:] == longer[first + 1 :]
    swapped = longer[:first] + longer[first : first + 2][::-1] + longer[first + 2 :]
    return shorter[first + 1 :] == longer[first + 1 :] or shorter == swapped
