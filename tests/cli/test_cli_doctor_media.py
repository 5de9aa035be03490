"""``doctor`` fetches a probe by the media address as Meta would, and says what stands in the way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from cli_centre import Installation
from doctor_patients import Answer, closed_port, looked_at, self_signed, serving

from fakes.bench import plan_post
from ig_worker.clock import stopwatch
from ig_worker.domain.checkup.media import Trouble
from ig_worker.flows.checking_up.asking import ask, reach
from ig_worker.flows.checking_up.media_address import PROBE
from ig_worker.media.sources import MediaType, type_of

JPEG = {"Content-Type": "image/jpeg"}


def give(status: int, headers: dict[str, str], body: bytes) -> Callable[[str, str], Answer]:
    return lambda method, path: (status, headers, body)


def with_address(centre: Installation, address: str, *, private: bool = True) -> Installation:
    centre.configure()
    text = centre.config.read_text().replace("http://127.0.0.1:9/media", address)
    if not private:
        text = text.replace("allow_private_addresses = true", "allow_private_addresses = false")
    centre.config.write_text(text)
    return centre


def test_the_probe_is_a_jpeg() -> None:
    assert type_of(PROBE, "probe") is MediaType.PICTURE


@pytest.mark.parametrize(
    ("answer", "finding"),
    [
        (give(200, JPEG, PROBE), "private"),
        (give(200, {"Content-Type": "text/html"}, b"<html>Selamat datang</html>"), "wrong"),
        (give(200, {"Content-Type": "application/octet-stream"}, PROBE), "wrong"),
        (give(302, {"Location": "https://papan.example/masuk?key=geheim"}, b""), "redirects"),
        (give(401, {"WWW-Authenticate": "Basic"}, b""), "login"),
        (give(404, {}, b"no such file"), "not_found"),
        (give(502, {}, b"bad gateway"), "trouble"),
        (lambda method, path: (405, {}, b"") if method == "HEAD" else (200, JPEG, PROBE), "halting"),
    ],
)
def test_what_the_address_answers_is_judged_and_the_probe_removed(
    centre: Installation, answer: Callable[[str, str], Answer], finding: str
) -> None:
    with serving(answer) as web:
        line = looked_at(with_address(centre, f"{web.url}/media"), "media_address")
    assert line["finding"] == finding
    assert "geheim" not in str(line)
    assert list((centre.folder / "var" / "media").iterdir()) == []
    (asked, *_) = web.asked
    assert asked.startswith("GET /media/")
    assert asked.endswith(".jpg")


def test_a_certificate_of_its_own_making_is_refused(centre: Installation, tmp_path: Path) -> None:
    with serving(give(200, JPEG, PROBE), self_signed(tmp_path)) as web:
        line = looked_at(with_address(centre, f"{web.url}/media"), "media_address")
    assert (line["level"], line["finding"]) == ("problem", "certificate")
    assert "self-signed" in line["found"]


def test_an_address_in_a_private_network_is_refused_unless_allowed(centre: Installation) -> None:
    with serving(give(200, JPEG, PROBE)) as web:
        line = looked_at(with_address(centre, f"{web.url}/media", private=False), "media_address")
    assert (line["level"], line["finding"]) == ("problem", "inside")
    assert web.asked == []


def test_where_nobody_serves_it_says_that_the_board_does_not_run(centre: Installation) -> None:
    line = looked_at(with_address(centre, f"http://127.0.0.1:{closed_port()}/media"), "media_address")
    assert (line["level"], line["finding"]) == ("problem", "nobody")
    assert "ig-worker board serve" in line["found"]


def test_without_an_address_it_is_a_problem_as_soon_as_posts_show_own_files(centre: Installation) -> None:
    with_address(centre, "")
    assert looked_at(centre, "media_address")["finding"] == "empty"
    with centre.writing() as connection:
        plan_post(connection)
    line = looked_at(centre, "media_address")
    assert (line["level"], line["finding"]) == ("problem", "needed")


def test_posts_of_an_account_that_is_not_configured_are_told(centre: Installation) -> None:
    with centre.writing() as connection:
        plan_post(connection, account="akun_lama")
    line = looked_at(centre, "waiting_posts")
    assert (line["level"], line["finding"]) == ("problem", "orphaned")
    assert "1 × akun_lama" in line["found"]


def test_a_name_that_is_not_known_and_a_plain_server_behind_https() -> None:
    unknown = ask("https://tidak-ada.invalid/media/x.jpg", stopwatch)
    assert isinstance(unknown, Trouble)
    assert unknown.kind == "name"
    with serving(give(200, JPEG, PROBE)) as web:
        plain = ask(web.url.replace("http:", "https:"), stopwatch)
        host, _, port = web.url.removeprefix("http://").partition(":")
        assert "certificate" not in reach(host, int(port), tls=True)
        assert reach(host, int(port), tls=True)
        assert reach(host, int(port), tls=False) == ""
    assert isinstance(plain, Trouble)
    assert plain.kind == "nobody"


def test_a_folder_that_takes_no_file_is_told(centre: Installation) -> None:
    folder = centre.folder / "var" / "media"
    folder.symlink_to("/proc/self")
    line = looked_at(with_address(centre, "http://127.0.0.1:9/media"), "media_address")
    assert (line["level"], line["finding"]) == ("problem", "not_written")
