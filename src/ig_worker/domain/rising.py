"""What people speak of far more than usual: topics and words of the last days, against the four weeks before.

A person counts once a day, and the one who writes most counts once. What is usual is the upper quartile of as many
days in a row, and what the same weekdays had. It rises if there are enough messages of enough people, enough times
what is usual, and if that is no chance: the tail of a Poisson distribution, shared among all that was looked at, and
measured against how much more everything else was written.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from math import inf, lgamma, log

from ig_worker.domain.rising_said import DAYS_BACK, Found, Kind, Reading, Rules, Said, Term, begin_of
from ig_worker.domain.rising_words import (
    is_ordinary,
    is_telling,
    names_in,
    names_of,
    pairs,
    parts_of,
    words_of,
)

LEAST_HISTORY = 14
"""Days: before that nobody knows what is usual."""

PEOPLE = 3
"""What one writes, or two who quarrel, is nobody's topic."""

MOST = 5
"""So many at one time; more would be read by nobody."""

SAME = 0.7
"""Two that share so much of the messages of the rarer one are one matter."""

_CHANCE = 0.05
"""How often in all, of a hundred looks, something may be told that is chance …"""
_AT_MOST = 0.001
"""… and for a single one, however few there are."""
_LEAST_USUAL = 0.5
"""What never came up in four weeks may still have come up."""
_IN_SO_MANY = 0.1
"""A word of every tenth message is how people talk."""
_ADVERT = re.compile(
    r"http|wa\.me|www\.|\b(?:slot|gacor|maxwin|jackpot|togel|judi|scatter|pinjol|paylater|trading|forex|crypto|kripto"
    r"|reseller|endorse)\b"
)
_ONE_POST = 0.8
_PREVIOUS = 100
_A_DAY, _A_WEEK = timedelta(days=1), 7

NO_TOPIC = "lainnya"
OTHER = "lainnya"
"""The label of adverts, tags and chatter."""
SAYS_SOMETHING = frozenset({"keluhan", "pertanyaan", "saran"})


def is_enough(since: datetime, now: datetime, rules: Rules) -> bool:
    """Whether history that begins then tells what is usual."""
    return begin_of(now, rules) - since >= LEAST_HISTORY * _A_DAY


def find(
    recent: Reading,
    before: Reading,
    now: datetime,
    since: datetime,
    rules: Rules,
    own: Collection[str] = frozenset(),
) -> tuple[Found, ...]:
    """What rises, the strongest first, at most :data:`MOST`; nothing with less than two weeks of history.

    `recent` and `before` read the messages of the last days and of the weeks before them, oldest first, as often as
    they are called; `since` is when the account's history begins, `own` are words of the centre's name.
    """
    if not is_enough(since, now, rules):
        return ()
    crowds = _Crowds(recent, now, rules, own)
    past = _Past(before, now, rules, since, crowds.terms)
    found = [one for term in crowds.terms if (one := _judged(term, crowds, past, rules)) is not None]
    names = _names_before(before, found)
    return _folded([one for one in found if names.isdisjoint(one.term.split())])


def _names_before(before: Reading, found: Sequence[Found]) -> set[str]:
    """Which words of them were somebody's name in the weeks before."""
    words = {word for one in found if one.kind is Kind.WORD for word in one.term.split()}
    words = {word for word in words if not is_ordinary(word)}
    names: set[str] = set()
    if words:
        for said in before():
            text = said.text.lower()
            if any(word in text for word in words - names):
                names |= words.intersection(names_in(said.text))
    return names


def same_matter(
    one: Found, kind: str, term: str, also: Collection[str], message_ids: Collection[int]
) -> bool:
    """Whether what rises is what was known to rise before under that name, of those messages."""
    if (one.kind, one.term) == (kind, term) or one.term in also or term in one.also:
        return True
    return _shared(one.message_ids, set(message_ids))


def is_in(one: Found, message_ids: Collection[int]) -> bool:
    """Whether at least half of what rises is among these messages: people were told of it already."""
    known = set(message_ids)
    return 2 * sum(each in known for each in one.message_ids) >= len(one.message_ids)


def chance_of(count: int, expected: float) -> float:
    """The natural logarithm of the chance that so many or more come where that many are expected (Poisson)."""
    if count <= 0 or expected >= count:
        return 0.0
    first = count * log(expected) - expected - lgamma(count + 1)
    term = total = 1.0
    more = count
    while term > 1e-12 * total:
        more += 1
        term *= expected / more
        total += term
    return first + log(total)


def _ages(reading: Iterable[Said], now: datetime) -> Iterator[tuple[Said, int, list[str]]]:
    """The messages, their age in days and their words; without adverts, and of the copies of a day but the first."""
    copies: set[int] = set()
    day = -1
    for said in reading:
        age = max(0, (now - said.at) // _A_DAY)
        if age != day:
            day = age
            copies.clear()
        if said.label == OTHER and _ADVERT.search(said.text.lower()):
            continue
        words = words_of(said.text)
        if said.label == OTHER and len(words) >= 4:
            mark = hash(tuple(words))
            if mark in copies:
                continue
            copies.add(mark)
        yield said, age, words


class _Crowds:
    """The messages of the last days by what they are about: only what enough of them have in common is kept."""

    def __init__(self, recent: Reading, now: datetime, rules: Rules, own: Collection[str]) -> None:
        self._messages: list[tuple[int, int, int, str, str, int, bool]] = []
        self._people: dict[str, int] = {}
        frequent = self._frequent(recent, now, rules, own)
        crowds: dict[Term, list[int]] = {}
        for said, age, words in _ages(recent(), now):
            place = len(self._messages)
            person = self._people.setdefault(said.person or f"#{said.message_id}", len(self._people))
            size = sum(map(bool, words))
            self._messages.append((said.message_id, age, person, said.post, said.label, size, said.danger))
            for term in _terms(said, words, frequent):
                crowds.setdefault(term, []).append(place)
        self.total = len({(age, person) for _, age, person, *_ in self._messages})
        self._crowds = {term: places for term, places in crowds.items() if len(places) >= rules.at_least}
        self.terms: list[Term] = list(self._crowds)

    def _frequent(self, recent: Reading, now: datetime, rules: Rules, own: Collection[str]) -> frozenset[str]:
        """The words that enough messages have and that are nobody's name in any of them."""
        counts: Counter[str] = Counter()
        for _said, _age, words in _ages(recent(), now):
            counts.update({word for word in words if is_telling(word)})
        frequent = {word for word, count in counts.items() if count >= rules.at_least} - set(own)
        unknown = {word for word in frequent if not is_ordinary(word)}
        names: set[str] = set()
        # To look for names is the dearest thing here; nobody is called by a word that everybody knows.
        for said in recent() if unknown else ():
            names |= names_of(said.author)
            if not unknown.isdisjoint(parts_of(said.text)):
                names |= names_in(said.text)
        return frozenset(frequent - names)

    def crowd(self, kind: Kind, term: str) -> Found:
        """Who wrote of it; what is usual is not known here."""
        places = self._crowds[kind, term]
        days: dict[int, set[int]] = {}
        chosen = []
        for place in places:
            message_id, age, person, *_ = self._messages[place]
            if age not in (seen := days.setdefault(person, set())):
                seen.add(age)
                chosen.append(message_id)
        most = max(map(len, days.values()))
        posts = Counter(self._messages[place][3] for place in places)
        post, under = posts.most_common(1)[0]
        labels = Counter(self._messages[place][4] for place in places)
        return Found(
            kind,
            term,
            len(chosen) - (most - 1),
            len(days),
            0.0,
            tuple(self._messages[place][0] for place in places),
            complaints=labels["keluhan"],
            danger=any(self._messages[place][6] for place in places),
            post=post if under >= _ONE_POST * len(places) else "",
        )

    def is_an_echo(self, kind: Kind, term: str) -> bool:
        """Whether most of them only say it after each other, as people do under a quiz: short, and asking nothing."""
        places = self._crowds[kind, term]
        meant = sum(
            self._messages[place][4] in SAYS_SOMETHING and self._messages[place][5] >= 3 for place in places
        )
        return 2 * meant < len(places)


class _Past:
    """How often these terms came up on each day of the weeks before."""

    def __init__(
        self, before: Reading, now: datetime, rules: Rules, since: datetime, terms: Sequence[Term]
    ) -> None:
        self._days = rules.days
        self._known = min(DAYS_BACK, (begin_of(now, rules) - since) // _A_DAY)
        size = DAYS_BACK + rules.days
        self._totals = [0] * size
        self._messages = 0
        self._having: Counter[str] = Counter()
        wanted = frozenset(term for kind, term in terms if kind is Kind.WORD)
        frequent = frozenset(word for term in wanted for word in term.split())
        self._counts = {_key(*term): [0] * size for term in terms}
        day = -1
        heard: dict[str, set[str]] = {}
        for said, age, words in _ages(before(), now):
            if not rules.days <= age < size:
                continue
            if age != day:
                day = age
                heard.clear()
            self._messages += 1
            person = said.person or f"#{said.message_id}"
            if person not in heard:
                heard[person] = set()
                self._totals[age] += 1
            found = set(wanted.intersection(words))
            if found:
                found |= wanted.intersection(pairs(words, frequent))
            if said.label != OTHER and (topic := _key(Kind.TOPIC, said.topic)) in self._counts:
                found.add(topic)
            self._having.update(found)
            for key in found - heard[person]:
                self._counts[key][age] += 1
            heard[person] |= found

    def usual(self, term: Term) -> float:
        """How many messages there usually are in as many days."""
        return self._usual(self._counts[_key(*term)])

    def usual_total(self) -> float:
        """How many there usually are of all."""
        return self._usual(self._totals)

    def is_how_people_talk(self, term: Term) -> bool:
        """Whether so many messages have the word that it says nothing."""
        if term[0] is Kind.TOPIC or self._messages < _PREVIOUS:
            return False
        return self._having[term[1]] >= _IN_SO_MANY * self._messages

    def _usual(self, counts: Sequence[int]) -> float:
        """The upper quartile of all spans of days, or what the same weekdays had if that is more."""
        last = self._known
        spans = {age: sum(counts[age : age + self._days]) for age in range(self._days, last + 1)}
        if not spans:
            return 0.0
        quartile = sorted(spans.values())[3 * len(spans) // 4]
        weekly = sorted(spans[age] for age in spans if age % _A_WEEK == 0)
        return float(max(quartile, weekly[len(weekly) // 2] if weekly else 0))


def _key(kind: Kind, term: str) -> str:
    """One text for both: no word has a colon."""
    return term if kind is Kind.WORD else f":{term}"


def _terms(said: Said, words: Sequence[str], frequent: frozenset[str]) -> set[Term]:
    heard = frequent.intersection(words)
    found: set[Term] = {(Kind.WORD, word) for word in heard}
    if heard:
        found.update((Kind.WORD, pair) for pair in pairs(words, frequent))
    if said.label != OTHER and said.topic not in ("", NO_TOPIC):
        found.add((Kind.TOPIC, said.topic))
    return found


def _judged(term: Term, crowds: _Crowds, past: _Past, rules: Rules) -> Found | None:
    """It, if it rises."""
    crowd = crowds.crowd(*term)
    if crowd.count < rules.at_least or crowd.people < PEOPLE or past.is_how_people_talk(term):
        return None
    usual = past.usual(term)
    if crowd.count < rules.times_usual * usual:
        return None
    if term[0] is Kind.WORD and crowd.post and crowds.is_an_echo(*term):
        return None
    # When everything is written more (a post that goes around), each single thing has to be more than that.
    others = (crowds.total - crowd.count + rules.at_least) / (
        max(0.0, past.usual_total() - usual) + rules.at_least
    )
    others = max(1.0, others)
    expected = max(usual * others, _LEAST_USUAL * min(others, 2.0))
    chance = chance_of(crowd.count, expected)
    if chance > log(min(_AT_MOST, _CHANCE / max(1, len(crowds.terms)))):
        return None
    return replace(crowd, usual=usual, strength=-chance)


def _folded(found: Sequence[Found]) -> tuple[Found, ...]:
    """One of each matter: topics before words, and two words before one of them where they are nearly always both."""
    by_strength = sorted(found, key=lambda one: (-one.strength, -one.count, -len(one.term), one.term))
    counts = {one.term: one.count for one in by_strength}
    said_better = {
        word
        for one in by_strength
        for word in one.term.split()
        if " " in one.term and one.count >= SAME * counts.get(word, inf)
    }
    ordered = [one for one in by_strength if one.kind is Kind.TOPIC]
    ordered += [one for one in by_strength if one.kind is Kind.WORD and one.term not in said_better]
    kept: list[Found] = []
    for one in ordered:
        place = next(
            (at for at, other in enumerate(kept) if _shared(one.message_ids, set(other.message_ids))), None
        )
        if place is None:
            kept.append(one)
        elif one.kind is Kind.WORD:
            other = kept[place]
            kept[place] = replace(other, also=(*other.also, one.term)[:MOST])
    kept.sort(key=lambda one: (-one.strength, -one.count, one.term))
    return tuple(kept[:MOST])


def _shared(some: Collection[int], others: Collection[int]) -> bool:
    smaller = min(len(some), len(others))
    return smaller > 0 and sum(each in others for each in some) >= SAME * smaller
