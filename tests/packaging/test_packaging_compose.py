"""compose.yaml and the Caddyfile: what they say is in the format's words, and fits what `ig-worker init` writes."""

from __future__ import annotations

import http.client
import ipaddress
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml
from dockerfile import REPOSITORY, read

from ig_worker import config
from ig_worker.clock import pause, stopwatch
from ig_worker.config import Settings

CADDYFILE = REPOSITORY / "docs" / "deploying" / "Caddyfile"
DOMAIN = "papan.puskesmas.example"
# Of the Compose Specification, what a service, and the file as a whole, may have here.
SERVICE_KEYS = (
    {"build", "cap_add", "cap_drop", "command", "depends_on", "environment", "healthcheck", "image", "init"}
    | {"logging", "mem_limit", "networks", "pids_limit", "ports", "read_only", "restart", "secrets"}
    | {"security_opt", "stop_grace_period", "tmpfs", "volumes"}
)
TOP_KEYS = {"name", "services", "networks", "volumes", "secrets"}
HEALTHCHECK_KEYS = {"test", "interval", "timeout", "start_period", "retries"}


def interpolated(text: str) -> str:
    """With DOMAIN set; any other variable is a slip."""
    text = re.sub(r"\$\{DOMAIN(:\?[^}]*)?\}", DOMAIN, text)
    assert not re.findall(r"(?<!\$)\$\{?\w+", text)
    return text


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    document = yaml.safe_load(interpolated((REPOSITORY / "compose.yaml").read_text("utf-8")))
    return {key: value for key, value in document.items() if not key.startswith("x-")}


def megabytes(limit: str) -> int:
    found = re.fullmatch(r"(\d+)m", limit)
    assert found
    return int(found[1])


def test_it_says_nothing_that_the_format_does_not_know(compose: dict[str, Any]) -> None:
    assert compose.keys() <= TOP_KEYS
    for name, service in compose["services"].items():
        assert service.keys() <= SERVICE_KEYS, name
        assert service.get("healthcheck", {}).keys() <= HEALTHCHECK_KEYS
        assert set(service.get("secrets", ())) <= compose["secrets"].keys()
        assert set(service["networks"]) <= compose["networks"].keys()
        assert set(service.get("depends_on", ())) <= compose["services"].keys()
        for mount in service["volumes"]:
            source = mount.partition(":")[0]
            assert source in compose["volumes"] or source == "./data" or (REPOSITORY / source).is_file(), (
                mount
            )
        assert all(isinstance(value, str) for value in service["environment"].values()), name


def test_the_secrets_become_the_users_own_for_who_may_not_list_them(compose: dict[str, Any]) -> None:
    """The folder is that user's: a ``*`` is for the caller's shell, which finds nothing where it may not look."""
    head = (REPOSITORY / "compose.yaml").read_text("utf-8").partition("\nname:")[0]
    steps = [shlex.split(line, comments=True) for line in re.findall(r"^#   (.*)$", head, re.MULTILINE)]
    files = {secret["file"].removeprefix("./") for secret in compose["secrets"].values()}
    for command in (["chown", "10001"], ["chmod", "400"]):
        (given,) = [step[3:] for step in steps if step[:3] == ["sudo", *command]]
        assert set(given) == files
    user = read(REPOSITORY / "Dockerfile")[-1].one("USER").partition(":")[0]
    assert ["sudo", "install", "-d", "-o", user, "-g", user, "-m", "750", "data", "secrets"] in steps


def test_every_service_is_shut_in(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["restart"] == "unless-stopped", name
        assert service["logging"]["options"].keys() == {"max-size", "max-file"}, name
    assert [name for name, one in compose["services"].items() if "ports" in one] == ["caddy"]
    assert [name for name, one in compose["services"].items() if "cap_add" in one] == ["caddy"]
    assert compose["services"]["caddy"]["cap_add"] == ["NET_BIND_SERVICE"]


def test_it_fits_a_small_server(compose: dict[str, Any]) -> None:
    limits = {name: megabytes(service["mem_limit"]) for name, service in compose["services"].items()}
    # They are ends, not shares: the worker idles at 75 MB, the board at 100. One picture at a time is what is large.
    assert sum(limits.values()) <= 800
    assert limits["worker"] >= 75 + 256


def test_ours_write_only_where_the_image_may(compose: dict[str, Any]) -> None:
    final = read(REPOSITORY / "Dockerfile")[-1]
    for name in ("worker", "board"):
        service = compose["services"][name]
        assert service["tmpfs"][0].startswith(final.env["HOME"] + ":")
        assert service["volumes"] == ["./data:/data"]
        assert json.loads(final.one("VOLUME")) == ["/data"]
    # The image's own; the worker's end waits ten seconds at most.
    assert "command" not in compose["services"]["worker"]
    assert "healthcheck" not in compose["services"]["worker"]
    assert compose["services"]["worker"]["stop_grace_period"] == "20s"


def test_the_boards_command_is_one(compose: dict[str, Any]) -> None:
    command = compose["services"]["board"]["command"]
    assert command[0] == "ig-worker"
    done = subprocess.run(
        [sys.executable, "-m", "ig_worker", *command[1:], "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "Serve the board" in done.stdout


@pytest.mark.parametrize("name", ["worker", "board"])
def test_its_variables_fit_the_configuration_that_init_writes(
    compose: dict[str, Any], tmp_path: Path, name: str
) -> None:
    secrets = {}
    for secret, where in compose["secrets"].items():
        assert where["file"] == f"./secrets/{secret}"
        secrets[f"/run/secrets/{secret}"] = tmp_path / secret
        (tmp_path / secret).write_text(f"rahasia-{secret}\n", "ascii")
    environment = {
        key: str(secrets.get(value, value)) for key, value in compose["services"][name]["environment"].items()
    }
    settings = config.load(config.init(tmp_path / "data"), env=environment)
    assert settings.account("polowijen").access_token.get_secret_value() == "rahasia-access_token"
    assert settings.security.key.get_secret_value() == "rahasia-security_key"
    assert settings.media.public_base_url == f"https://{DOMAIN}/media"
    assert settings.board.public_url == f"https://{DOMAIN}"
    assert settings.data_dir == tmp_path / "data" / "var"
    if name == "board":
        caddy = compose["services"]["caddy"]
        assert settings.board.trusted_proxies == (caddy["networks"]["inside"]["ipv4_address"],)
        assert (settings.board.host, settings.board.port) == ("0.0.0.0", 8080)
        assert caddy["environment"]["BOARD"].endswith(f":{settings.board.port}")


def test_caddy_asks_the_board_from_the_address_that_it_trusts(compose: dict[str, Any]) -> None:
    """Docker tells of a name what it is called in any network that both are in, and takes one of the addresses."""
    fixed = compose["services"]["caddy"]["networks"]["inside"]["ipv4_address"]
    (pool,) = compose["networks"]["inside"]["ipam"]["config"]
    assert ipaddress.ip_address(fixed) in ipaddress.ip_network(pool["subnet"])
    # Nor is that address anybody else's: who starts earlier gets what is free in the range.
    assert ipaddress.ip_address(fixed) not in ipaddress.ip_network(pool["ip_range"])
    assert ipaddress.IPv4Network(pool["ip_range"]).subnet_of(ipaddress.IPv4Network(pool["subnet"]))
    assert compose["networks"]["inside"]["internal"] is True
    asked = compose["services"]["caddy"]["environment"]["BOARD"].partition(":")[0]
    assert [
        (name, network)
        for name, service in compose["services"].items()
        for network, names in names_in_networks(name, service).items()
        if asked in names
    ] == [("board", "inside")]


def names_in_networks(service: str, said: dict[str, Any]) -> dict[str, set[str]]:
    """What a service is called in each of its networks: by its own name in all of them, and by its aliases."""
    networks = said["networks"]
    each = networks if isinstance(networks, dict) else dict.fromkeys(networks)
    return {network: {service, *(details or {}).get("aliases", ())} for network, details in each.items()}


def test_the_boards_health_check_hears_whether_it_answers(compose: dict[str, Any]) -> None:
    test = compose["services"]["board"]["healthcheck"]["test"]
    assert test[:3] == ["CMD", "python", "-c"]
    for status, healthy in ((200, True), (503, True), (500, False)):
        with answering(status) as port:
            script = test[3].replace("8080", str(port))
            done = subprocess.run([sys.executable, "-c", script], check=False, capture_output=True)
            assert (done.returncode == 0) is healthy
    done = subprocess.run([sys.executable, "-c", script], check=False, capture_output=True)
    assert done.returncode != 0


class answering:  # noqa: N801  (used as a word)
    """A server that gives every request the same status, and notes what it was asked."""

    def __init__(self, status: int) -> None:
        asked = self.asked = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append((self.path, dict(self.headers)))
                self.send_response(status)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"ok")

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                self.do_GET()

            def log_message(self, *_words: object) -> None:
                """Nothing on stderr."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    def __enter__(self) -> int:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return int(self._server.server_address[1])

    def __exit__(self, *_trouble: object) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def caddy() -> str:
    found = os.environ.get("CADDY") or shutil.which("caddy")
    if not found:
        pytest.skip("no caddy here (apt install caddy)")
    return found


def caddys_environment(folder: Path, **more: str) -> dict[str, str]:
    return {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder), **more}


def test_caddy_takes_the_file(caddy: str, tmp_path: Path) -> None:
    words = ["validate", "--adapter", "caddyfile", "--config", CADDYFILE]
    environment = caddys_environment(tmp_path, DOMAIN=DOMAIN, BOARD="board:8080")
    done = subprocess.run([caddy, *words], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    formatted = subprocess.run([caddy, "fmt", CADDYFILE], env=environment, capture_output=True, check=True)
    assert formatted.stdout == CADDYFILE.read_bytes()


@pytest.fixture
def proxied(caddy: str, tmp_path: Path) -> Iterator[tuple[int, answering, Path]]:
    """Caddy on a port of loopback without https, before a board that says ok."""
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as free:
        port = free.server_address[1]
    board, log = answering(200), tmp_path / "log"
    with board as inner, log.open("wb") as stderr:
        process = subprocess.Popen(
            [caddy, "run", "--adapter", "caddyfile", "--config", CADDYFILE],
            env=caddys_environment(tmp_path, DOMAIN=f"http://127.0.0.1:{port}", BOARD=f"127.0.0.1:{inner}"),
            stdout=subprocess.DEVNULL,
            stderr=stderr,
        )
        try:
            begun = stopwatch()
            while b"serving initial configuration" not in log.read_bytes():
                assert process.poll() is None, log.read_text("utf-8")
                assert stopwatch() - begun < 30
                pause(0.05)
            yield port, board, log
        finally:
            process.terminate()
            process.wait(20)


def test_caddy_lets_the_board_be_seen_and_keeps_its_figures_inside(
    proxied: tuple[int, answering, Path],
) -> None:
    port, board, log = proxied

    def ask(method: str, path: str, body: bytes | None = None) -> http.client.HTTPResponse:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        headers = {"Cookie": "sesi=rahasia-benar", "X-Forwarded-For": "203.0.113.9"}
        line.request(method, path, body, headers)
        answer = line.getresponse()
        answer.read()
        line.close()
        return answer

    for path in ("/healthz", "/media/a.jpg", "/masuk", "/kasus?cari=Siti+Aminah"):
        answer = ask("GET", path)
        assert answer.status == 200, path
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
        assert answer.headers["Server"] is None
    assert ask("GET", "/metrics").status == 404
    assert [path for path, _ in board.asked] == [
        "/healthz",
        "/media/a.jpg",
        "/masuk",
        "/kasus?cari=Siti+Aminah",
    ]
    # Whom it asks for is what Caddy saw itself, and nothing that somebody claims.
    assert board.asked[0][1]["X-Forwarded-For"] == "127.0.0.1"
    assert ask("POST", "/impor", b"x" * 100_000).status == 200
    assert "Siti" not in (said := log.read_text("utf-8"))
    assert "rahasia-benar" not in said
    assert "/kasus" in said


def test_caddy_lets_larger_files_through_than_the_board_takes() -> None:
    found = re.search(r"max_size (\d+)MB", CADDYFILE.read_text("utf-8"))
    assert found
    assert int(found[1]) > Settings().board.max_upload_mb
