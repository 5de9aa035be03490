"""What is said of what was observed: every limit of every check, and a book in which each finding has its sentences."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ig_worker import shipped
from ig_worker.domain.checkup import Book, Finding, found
from ig_worker.domain.checkup import accounts as of_accounts
from ig_worker.domain.checkup import keeping as of_keeping
from ig_worker.domain.checkup import machine as of_machine
from ig_worker.domain.checkup.book import GROUPS, LEVELS, Check, worst
from ig_worker.domain.checkup.media import Reply, Trouble, of_fetched, of_manners
from ig_worker.domain.token_life import NEEDED

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "ig_worker"
NOW = datetime(2026, 11, 25, 0, 30, tzinfo=UTC)
BOOK = Book.of(shipped.checks())
MB = 1_000_000


def said_in_the_code() -> Iterator[tuple[str, str, frozenset[str], bool]]:
    """Check, finding, the names of its values, and whether more may come along, of every ``found(…)`` in the code."""
    for file in PACKAGE.rglob("*.py"):
        tree = ast.parse(file.read_text("utf-8"))
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.Lambda)]
        # The innermost function that holds a call comes last.
        homes = {id(inner): each for each in functions for inner in ast.walk(each)}
        for node in ast.walk(tree):
            if not (
                isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "found"
            ):
                continue
            check, what = (*node.args, ast.Constant("ok"))[:2]
            if not isinstance(check, ast.Constant):
                continue
            names = frozenset(word.arg for word in node.keywords if word.arg not in (None, "of"))
            more = any(word.arg is None for word in node.keywords)
            for choice in chosen(what, homes.get(id(node), tree)):
                yield str(check.value), choice, names | {"account"}, more


def chosen(what: ast.expr, home: ast.AST) -> Iterator[str]:
    """The texts that an expression may be, or a name that is given in the same function."""
    match what:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=body, orelse=other):
            yield from chosen(body, home)
            yield from chosen(other, home)
        case ast.Name(id=name):
            for node in ast.walk(home):
                if isinstance(node, ast.Assign) and [ast.unparse(each) for each in node.targets] == [name]:
                    yield from chosen(node.value, home)


def in_braces(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


def test_every_finding_of_the_code_stands_in_the_book_with_what_its_sentences_need() -> None:
    seen = 0
    for check, what, names, more in said_in_the_code():
        known = BOOK.checks[check].findings.get(what) or BOOK.common[what]
        sentences = (known.indonesian, known.english)
        wanted = {name for each in sentences for text in (each.found, *each.cure) for name in in_braces(text)}
        assert more or wanted <= names, (check, what, wanted - names)
        seen += 1
    assert seen > 140


def test_every_finding_of_the_book_is_named_in_the_code() -> None:
    text = "\n".join(file.read_text("utf-8") for file in PACKAGE.rglob("*.py"))
    named = set(re.findall(r'"([a-z_]+)"', text))
    unused = [
        (check.name, what)
        for check in BOOK.checks.values()
        for what in (check.name, *check.findings)
        if what not in named
    ]
    assert unused == []


def test_numbers_and_groups_are_what_they_should_be() -> None:
    numbers = [check.number for check in BOOK.checks.values()]
    assert len(set(numbers)) == len(numbers) > 40
    assert all(re.fullmatch(r"IGW-E\d{3}", number) for number in numbers)
    assert {check.group for check in BOOK.checks.values()} == set(GROUPS)


@pytest.mark.parametrize("check", BOOK.checks.values(), ids=lambda check: check.number)
def test_a_check_says_everything_in_both_languages(check: Check) -> None:
    for known in check.findings.values():
        assert known.level in LEVELS
        assert known.in_practice in LEVELS
        assert bool(known.indonesian.cure) == bool(known.english.cure)
        assert len(known.indonesian.cure) == len(known.english.cure)
        assert known.level == "ok" or known.english.cure


def test_a_line_is_filled_in_and_its_level_may_be_milder_in_practice() -> None:
    finding = found("disk_space", "low", free_mb=12, least_mb=200, folder="/srv/ig")
    line = BOOK.line(finding)
    assert (line.check.number, line.level) == ("IGW-E012", "problem")
    assert line.indonesian.found == "Tinggal 12 MB; paling sedikit 200 MB"
    assert line.english.found == "12 MB left; the least is 200 MB"
    assert "/srv/ig" in line.english.cure[0]
    hostile = found("config_file", "wrong", said="{account} {0} {said!r}\nnext")
    assert BOOK.line(hostile).english.found.endswith("{account} {0} {said!r} next")
    nobody = found("recipients", "nobody")
    assert [BOOK.line(nobody, practising=each).level for each in (False, True)] == ["problem", "warning"]
    crashed = BOOK.line(found("memory", "crashed", error="KeyError"))
    assert (crashed.check.name, crashed.level) == ("memory", "problem")


def test_a_check_is_found_by_its_number_however_it_is_written() -> None:
    for written in ("IGW-E012", "igw-e012", " E12 ", "12"):
        check = BOOK.numbered(written)
        assert check is not None
        assert check.name == "disk_space"
    assert BOOK.numbered("IGW-E999") is None
    assert BOOK.numbered("") is None


def test_the_worst_level_counts() -> None:
    assert worst(["ok", "warning", "ok"]) == "warning"
    assert worst(["problem", "warning"]) == "problem"
    assert worst([]) == "ok"


@pytest.mark.parametrize(
    ("disk", "what"),
    [
        (of_machine.Disk(199 * MB, 1000 * MB, None), "low"),
        (of_machine.Disk(200 * MB, 1000 * MB, None), "soon_low"),
        (of_machine.Disk(399 * MB, 1000 * MB, 10**6), "soon_low"),
        (of_machine.Disk(400 * MB, 1000 * MB, None), "ok"),
        (of_machine.Disk(9000 * MB, 9000 * MB, 1_999), "inodes"),
        (of_machine.Disk(9000 * MB, 9000 * MB, 2_000), "ok"),
    ],
)
def test_a_disk_is_judged_by_what_is_left(disk: of_machine.Disk, what: str) -> None:
    assert of_machine.of_disk(disk, 200, "/srv").what == what


@pytest.mark.parametrize(
    ("seconds", "what"),
    [(0, "ok"), (60, "ok"), (-60, "ok"), (61, "ahead"), (-61, "behind"), (86400 * 400, "ahead")],
)
def test_a_clock_may_be_off_by_a_minute(seconds: int, what: str) -> None:
    assert of_machine.of_clock(timedelta(seconds=seconds)).what == what


def test_a_clock_that_nobody_told_the_time_is_unknown_and_a_played_one_not_compared() -> None:
    assert of_machine.of_clock(None).what == "unknown"
    assert of_machine.of_clock(timedelta(days=9), played=True).what == "played"


@pytest.mark.parametrize(
    ("version", "today", "what"),
    [
        ((3, 11, 7), date(2026, 11, 25), "ok"),
        ((3, 11, 7), date(2027, 11, 1), "ended"),
        ((3, 20, 0), date(2040, 1, 1), "ok"),
    ],
)
def test_a_python_without_security_fixes_is_told(
    version: tuple[int, int, int], today: date, what: str
) -> None:
    assert of_machine.of_python(version, "0.7.0", today).what == what


def test_zones_memory_fonts_and_ffprobe() -> None:
    assert of_machine.of_zone("Asia/Makassar", "").what == "ok"
    assert of_machine.of_zone("UTC", "").what == "elsewhere"
    assert of_machine.of_memory(149 * MB, 512 * MB).what == "low"
    assert of_machine.of_memory(150 * MB, 512 * MB).what == "ok"
    assert of_machine.of_fonts({"a.ttf"}, ["a.ttf", "b.ttf"]).values == {"names": "b.ttf"}
    assert of_machine.of_fonts({"a.ttf", "b.ttf", "c.ttf"}, ["a.ttf"]).what == "ok"
    assert [of_machine.of_ffprobe(installed=False, videos=count).what for count in (0, 2)] == [
        "not_needed",
        "missing",
    ]
    assert of_machine.of_ffprobe(installed=True, videos=2).what == "ok"


@pytest.mark.parametrize(
    ("version", "today", "what"),
    [
        ("v25.0", date(2026, 11, 25), "ok"),
        ("v21.0", date(2026, 11, 25), "ends_soon"),
        ("v20.0", date(2026, 11, 25), "ended"),
        ("v9.0", date(2026, 11, 25), "ended"),
        ("v99.0", date(2026, 11, 25), "ok"),
    ],
)
def test_a_version_of_the_graph_api_has_a_last_day(version: str, today: date, what: str) -> None:
    assert of_accounts.of_version(version, today).what == what


@pytest.mark.parametrize(
    ("left", "what"),
    [
        (timedelta(days=60), "ok"),
        (timedelta(days=10), "ok"),
        (timedelta(days=9, hours=23), "soon"),
        (timedelta(days=2), "soon"),
        (timedelta(days=1, hours=23), "very_soon"),
        (timedelta(hours=-1), "very_soon"),
    ],
)
def test_a_token_is_judged_by_the_days_it_has(left: timedelta, what: str) -> None:
    assert of_accounts.of_token("a", NOW + left, NOW, UTC).what == what


def test_a_token_of_which_the_worker_has_written_something_bad_is_not_called_well() -> None:
    def judged(left: timedelta | None, **written: Any) -> str:
        return of_accounts.of_token("a", None if left is None else NOW + left, NOW, UTC, **written).what

    failing = (NOW - timedelta(days=3), "Instagram does not answer")
    assert judged(timedelta(days=40), stopped_since=NOW) == "stopped"
    assert [judged(left, unrefreshed=failing) for left in (None, timedelta(days=19))] == ["unrefreshed"] * 2
    assert judged(timedelta(days=1), unrefreshed=failing) == "very_soon"


def test_every_permission_that_a_login_is_asked_for_is_looked_at() -> None:
    for login, names in NEEDED.items():
        lacking = of_accounts.of_scopes("a", login, ["other"], [], [])
        assert set(str(lacking.values["needed"]).split(", ")) == set(names)


def test_a_token_without_a_last_day_is_fine_and_data_access_ends() -> None:
    assert of_accounts.of_token("a", None, NOW, UTC).what == "ok_endless"
    whats = [
        of_accounts.of_data_access("a", NOW + timedelta(days=days), NOW, UTC).what for days in (0, 13, 14)
    ]
    assert whats == ["ended", "soon", "ok"]


def test_configured_accounts_are_told_from_the_example() -> None:
    def judged(*accounts: tuple[str, str, bool]) -> list[str]:
        return [finding.what for finding in of_accounts.of_configured(accounts)]

    assert judged() == ["none"]
    assert judged(("polowijen", of_accounts.EXAMPLE_ID, False)) == ["example"]
    assert judged(("polowijen", of_accounts.EXAMPLE_ID, True)) == ["ok"]
    assert judged(("polowijen", "17841400000000999", False)) == ["ok"]


def test_missing_permissions_are_named_with_what_does_not_work() -> None:
    told = [name for name in of_accounts.needed("instagram") if "messages" not in name]
    finding = of_accounts.of_scopes("a", "instagram", told, (), ())
    assert finding.values["names"] == "instagram_business_manage_messages"
    assert finding.values["lost_en"] == "direct messages"
    tried = of_accounts.of_scopes("a", "instagram", (), {"insights", "comments"}, {"publish"})
    assert tried.values["names"] == "instagram_business_manage_comments, instagram_business_manage_insights"
    assert of_accounts.of_scopes("a", "instagram", of_accounts.needed("instagram"), (), ()).what == "ok"
    worked = of_accounts.of_scopes("a", "facebook", (), (), {"publish", "messages"})
    assert (worked.what, worked.values["tried_en"]) == ("tried", "publishing posts, direct messages")
    page = of_accounts.of_scopes("a", "facebook", ("instagram_basic",), (), ())
    assert "pages_show_list" in str(page.values["names"])


def test_the_two_ids_are_told_apart() -> None:
    def judged(configured: str) -> Finding:
        return of_accounts.of_identity("a", configured, "17841400000000001", "25000000000000001", "puskesmas")

    assert judged("17841400000000001").what == "ok"
    assert judged("25000000000000001").what == "scoped"
    assert judged("25000000000000001").values["ig_user_id"] == "17841400000000001"
    assert judged("17841400000000777").what == "other"


def test_kind_page_and_limit() -> None:
    kinds = [of_accounts.of_kind("a", kind).what for kind in ("BUSINESS", "Media_Creator", "PERSONAL")]
    assert kinds == ["ok", "ok", "personal"]
    linked = (("", "1", "1"), ("9", "1", None), ("9", "1", "2"), ("9", "1", "1"))
    pages = [of_accounts.of_page("a", *rest).what for rest in linked]
    assert pages == ["missing", "unlinked", "other", "ok"]
    limits = [of_accounts.of_limit("a", used, 50).what for used in (0, 39, 40, 50)]
    assert limits == ["ok", "ok", "nearly", "nearly"]


PROBE = b"\xff\xd8\xff picture"
JPEG = {"content-type": "image/jpeg"}
URL = "https://papan.example/media/probe.jpg"


@pytest.mark.parametrize(
    ("reply", "what"),
    [
        (Reply(200, JPEG, PROBE), "ok"),
        (Reply(200, JPEG, PROBE, private=True), "private"),
        (Reply(200, {"content-type": "image/jpeg; charset=binary"}, PROBE), "ok"),
        (Reply(200, {"content-type": "text/html"}, b"<html>"), "wrong"),
        (Reply(200, {"content-type": "application/octet-stream"}, PROBE), "wrong"),
        (Reply(200, {}, PROBE), "wrong"),
        (Reply(200, JPEG, PROBE + b"more"), "wrong"),
        (Reply(301, {"location": "https://papan.example/login?next=%2F&key=geheim"}), "redirects"),
        (Reply(302, {}), "redirects"),
        (Reply(401), "login"),
        (Reply(403), "login"),
        (Reply(404), "not_found"),
        (Reply(502), "trouble"),
        (Reply(204), "trouble"),
        (Trouble("name", "name not known"), "no_name"),
        (Trouble("inside", "10.0.0.7"), "inside"),
        (Trouble("certificate", "self-signed certificate"), "certificate"),
        (Trouble("nobody", "Connection refused"), "nobody"),
    ],
)
def test_what_came_back_for_the_probe_is_judged(reply: Reply | Trouble, what: str) -> None:
    finding = of_fetched(URL, reply, PROBE)
    assert finding.what == what
    assert "geheim" not in str(finding)
    assert BOOK.line(finding).english.found


def test_plain_http_is_told_and_head_and_range_are_looked_at() -> None:
    assert of_fetched("http://papan.example/media/p.jpg", Reply(200, JPEG, PROBE), PROBE).what == "plain"
    fine = Reply(200, JPEG), Reply(206, JPEG, PROBE[:4])
    assert of_manners(*fine, PROBE) is None
    assert of_manners(fine[0], Reply(200, JPEG, PROBE), PROBE) is None
    both = of_manners(Reply(405), Trouble("nobody", "reset"), PROBE)
    assert both is not None
    assert both.values == {"thing": "HEAD, Range"}


def jobs(
    process: str = "",
    began: timedelta | None = None,
    last: timedelta | None = None,
    late: tuple[str, ...] = (),
) -> of_keeping.Jobs:
    return of_keeping.Jobs(
        process,
        None if began is None else NOW - began,
        None if last is None else NOW - last,
        late,
    )


@pytest.mark.parametrize(
    ("seen", "locks", "what"),
    [
        (jobs(), True, "never"),
        (jobs(last=timedelta(days=1)), True, "stopped"),
        (jobs(last=timedelta(days=1), late=("inbox",)), True, "stopped"),
        (jobs("4711", timedelta(days=1), timedelta(seconds=3)), True, "ok"),
        (jobs("4711", timedelta(minutes=4), timedelta(days=3), ("inbox",)), True, "beginning"),
        (jobs("4711", timedelta(minutes=6), timedelta(days=3), ("inbox",)), True, "late"),
        (replace(jobs("4711", timedelta(days=1), timedelta(0)), stuck=("inbox",)), True, "stuck"),
        (jobs(last=timedelta(seconds=3)), False, "at_work"),
        (jobs(last=timedelta(days=1), late=("inbox",)), False, "late"),
    ],
)
def test_the_worker_is_judged_by_its_lock_and_its_jobs(seen: of_keeping.Jobs, locks: bool, what: str) -> None:
    assert of_keeping.of_jobs(seen, NOW, UTC, locks=locks).what == what


@pytest.mark.parametrize(
    ("last", "at", "since", "what"),
    [
        (timedelta(hours=20), "02.30", timedelta(days=90), "ok"),
        (timedelta(days=2, hours=1), "02.30", timedelta(days=90), "old"),
        (None, "02.30", None, "to_come"),
        (None, "02.30", timedelta(hours=29), "to_come"),
        (None, "02.30", timedelta(hours=31), "none"),
        (None, "", timedelta(hours=1), "off"),
        (timedelta(days=6), "", timedelta(days=90), "ok"),
        (timedelta(days=8), "", timedelta(days=90), "off"),
    ],
)
def test_a_backup_is_judged_by_its_age(
    last: timedelta | None, at: str, since: timedelta | None, what: str
) -> None:
    def ago(span: timedelta | None) -> datetime | None:
        return None if span is None else NOW - span

    assert of_keeping.of_backup(ago(last), at, NOW, UTC, runs_since=ago(since)).what == what


def test_the_place_of_backups_recipients_the_board_and_days_off() -> None:
    place = of_keeping.of_backup_place
    assert place("/b", same_disk=True, command="", reason="").what == "same_disk"
    assert place("/b", same_disk=True, command="rclone", reason="").what == "carried"
    assert place("/b", same_disk=False, command="", reason="").what == "ok"
    assert place("/b", same_disk=False, command="", reason="Permission denied").what == "not_writable"
    assert of_keeping.of_recipients({}).what == "nobody"
    assert of_keeping.of_recipients({"operators": 1}).what == "some_missing"
    teams = {"complaint_team": 1, "operators": 2, "content_team": 1, "report": 0}
    assert of_keeping.of_recipients(teams).values == {"teams": "complaint_team, operators, content_team"}
    seen = ((0, 0, ""), (2, 0, ""), (2, 1, ""), (2, 1, "http://b"), (2, 1, "https://b"))
    boards = [of_keeping.of_board(*rest).what for rest in seen]
    assert boards == ["not_used", "no_admin", "without_address", "plain", "ok"]
    days = of_keeping.of_holidays
    assert days({2026}, (), date(2026, 11, 30)).what == "ok"
    assert days({2026}, (), date(2026, 12, 1)).values == {"year": 2027}
    assert days({2026}, {2027}, date(2026, 12, 1)).what == "own"
    assert days({2026, 2027}, (), date(2026, 12, 1)).what == "ok"
    assert days({2026}, (), date(2027, 1, 2)).what == "unknown"
