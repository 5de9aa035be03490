"""Pictures by address: downloaded whole or not at all, and never from our own network."""

from __future__ import annotations

import hashlib
import resource
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from fakes.tiny_mp4 import tiny_mp4
from ig_worker.domain.errors import MediaRejected, Misconfigured, Unanswered
from ig_worker.media import Fetched, fetch

Answer = Callable[[BaseHTTPRequestHandler], None]

JPEG = b"\xff\xd8\xff" + bytes(200_000)
FILM = tiny_mp4(pictures=bytes(41_000_000))


def body(content: bytes, *, status: int = 200, length: int | None = None) -> Answer:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        request.send_header("Content-Length", str(len(content) if length is None else length))
        request.end_headers()
        request.wfile.write(content)

    return answer


def redirect(location: str) -> Answer:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(302)
        if location:
            request.send_header("Location", location)
        request.send_header("Content-Length", "0")
        request.end_headers()

    return answer


def streamed(request: BaseHTTPRequestHandler) -> None:
    """No length, more bytes than are taken."""
    request.send_response(200)
    request.end_headers()
    request.wfile.write(JPEG)
    block = bytes(1 << 20)
    try:
        for _ in range(60):
            request.wfile.write(block)
    except OSError:
        request.close_connection = True


def dripped(request: BaseHTTPRequestHandler) -> None:
    """A byte at a time, without end."""
    request.send_response(200)
    request.end_headers()
    request.wfile.write(JPEG[:100])
    try:
        while True:
            request.wfile.write(b"x")
    except OSError:
        request.close_connection = True


def mute(request: BaseHTTPRequestHandler) -> None:
    """A beginning, and then nothing until the caller goes."""
    request.send_response(200)
    request.end_headers()
    request.wfile.write(b"x")
    request.connection.recv(1)
    request.close_connection = True


def hang_up(request: BaseHTTPRequestHandler) -> None:
    request.connection.shutdown(socket.SHUT_RDWR)
    request.close_connection = True


ANSWERS: dict[str, Answer] = {
    "/a.jpg": body(JPEG),
    "/a.jpg?kunci=1": body(JPEG[:10]),
    "/": body(JPEG[:5]),
    "/pindah": redirect("/a.jpg"),
    "/dalam": redirect("http://127.0.0.1:1/a.jpg"),
    "/berkas": redirect("file:///etc/passwd"),
    "/putar": redirect("/putar"),
    "/hilang-arah": redirect(""),
    "/tidak-ada": body(b"", status=404),
    "/login": body(b"", status=403),
    "/sibuk": body(b"", status=503),
    "/nanti": body(b"", status=429),
    "/terpotong": body(JPEG[:1000], length=5000),
    "/terlalu-besar": body(JPEG, length=40_000_001),
    "/film.mp4": body(FILM),
    "/film-panjang.mp4": body(FILM, length=300_000_001),
    "/halaman": body(b"<!doctype html><title>Masuk</title>" + bytes(100), length=1_000_000),
    "/kosong": body(b""),
    "/mengalir": streamed,
    "/putus": hang_up,
    "/menetes": dripped,
    "/diam": mute,
}


class Handler(BaseHTTPRequestHandler):
    hosts: list[str] = []  # noqa: RUF012 -- one list for the whole test run

    def do_GET(self) -> None:
        self.hosts.append(self.headers["Host"])
        ANSWERS[self.path](self)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the name is http.server's
        return


@contextmanager
def serving(server: ThreadingHTTPServer) -> Iterator[int]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with serving(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as port:
        yield f"http://localhost:{port}"


def fetched(url: str, folder: Path) -> Path:
    found: Fetched = fetch(url, folder, allow_private_addresses=True)
    assert found.sha256 == hashlib.sha256(found.path.read_bytes()).hexdigest()
    return found.path


def test_a_picture_is_downloaded_whole(site: str, tmp_path: Path) -> None:
    path = fetched(f"{site}/a.jpg", tmp_path / "unduhan")
    assert path.read_bytes() == JPEG
    assert path.parent == tmp_path / "unduhan"
    assert path.name == "a.jpg"
    assert Handler.hosts[-1] == site.removeprefix("http://")


def test_the_query_belongs_to_the_address(site: str, tmp_path: Path) -> None:
    assert fetched(f"{site}/a.jpg?kunci=1", tmp_path).read_bytes() == JPEG[:10]
    nameless = fetched(site, tmp_path)
    assert nameless.name == "unduhan"
    assert nameless.read_bytes() == JPEG[:5]


def test_a_second_download_never_replaces_the_first(site: str, tmp_path: Path) -> None:
    first = fetched(f"{site}/a.jpg", tmp_path)
    with pytest.raises(Misconfigured):
        fetched(f"{site}/a.jpg", tmp_path)
    assert first.read_bytes() == JPEG


def test_a_video_may_be_larger_than_any_picture(site: str, tmp_path: Path) -> None:
    assert fetched(f"{site}/film.mp4", tmp_path).read_bytes() == FILM


def test_a_slow_line_has_its_time(site: str, tmp_path: Path) -> None:
    """Not done within the first seconds, but at a bearable pace."""
    path = fetch(f"{site}/film.mp4", tmp_path, allow_private_addresses=True, seconds=0, pace=1_000).path
    assert path.read_bytes() == FILM


def test_where_meta_follows_no_redirect_neither_do_we(site: str, tmp_path: Path) -> None:
    with pytest.raises(MediaRejected, match="tidak diikuti Instagram"):
        fetch(f"{site}/pindah", tmp_path, allow_private_addresses=True, redirects=0)


def test_a_redirect_is_followed(site: str, tmp_path: Path) -> None:
    assert fetched(f"{site}/pindah", tmp_path).read_bytes() == JPEG


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/putar", "terus mengalihkan"),
        ("/hilang-arah", "terus mengalihkan"),
        ("/berkas", "tidak dapat dipakai"),
        ("/tidak-ada", "menjawab 404"),
        ("/login", "menjawab 403"),
        ("/terlalu-besar", "lebih besar dari 40 MB"),
        ("/mengalir", "lebih besar dari 40 MB"),
        ("/film-panjang.mp4", "lebih besar dari 300 MB"),
        ("/halaman", "“halaman” sebenarnya halaman web"),
        ("/kosong", "“kosong” kosong"),
    ],
)
def test_an_address_that_gives_no_picture_is_refused(site: str, tmp_path: Path, path: str, said: str) -> None:
    with pytest.raises(MediaRejected, match=said) as caught:
        fetched(site + path, tmp_path)
    assert caught.value.cure
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("path", ["/sibuk", "/nanti", "/terpotong", "/putus"])
def test_a_host_that_fails_may_answer_later(site: str, tmp_path: Path, path: str) -> None:
    with pytest.raises(Unanswered) as caught:
        fetched(site + path, tmp_path)
    assert caught.value.cure
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("path", "said"), [("/menetes", "terlalu lambat"), ("/diam", "tidak menjawab")])
def test_a_slow_host_does_not_hold_the_worker(site: str, tmp_path: Path, path: str, said: str) -> None:
    with pytest.raises(Unanswered, match=said):
        fetch(site + path, tmp_path, allow_private_addresses=True, seconds=0.2, pace=1e9, silence=0.2)
    assert not list(tmp_path.iterdir())


def test_a_hosts_next_address_is_tried(site: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a name server would say: the first address is dead, the second alive."""
    real = socket.getaddrinfo

    def answers(host: str, *args: object, **options: object) -> list[object]:
        names = ("127.0.0.99", "127.0.0.1") if host == "localhost" else (host,)
        return [entry for name in names for entry in real(name, *args, **options)]  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", answers)  # no test may ask a real name server
    assert fetched(f"{site}/a.jpg", tmp_path).read_bytes() == JPEG


def test_nobody_at_home_may_be_there_later(tmp_path: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    with pytest.raises(Unanswered, match="tidak menjawab"):
        fetched(f"http://127.0.0.1:{port}/a.jpg", tmp_path)
    with pytest.raises(Unanswered, match="tidak menjawab"):
        fetched("https://tidak-ada.invalid/a.jpg", tmp_path)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "10.0.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "0.0.0.0",
        "[::1]",
        "[fe80::1]",
        "[::ffff:127.0.0.1]",
        "224.0.0.1",
        "2130706433",
    ],
)
def test_our_own_network_is_not_reached(tmp_path: Path, host: str) -> None:
    with pytest.raises(MediaRejected, match="jaringan dalam"):
        fetch(f"http://{host}:9/a.jpg", tmp_path)


def test_a_redirect_into_our_own_network_is_looked_at_again(site: str, tmp_path: Path) -> None:
    with pytest.raises(Unanswered):  # allowed here, and nobody listens there
        fetched(f"{site}/dalam", tmp_path)


@pytest.mark.parametrize(
    "url",
    [
        "https://orang:rahasia@contoh.go.id/a.jpg",
        "https://contoh.go.id/gambar ku.jpg",
        "https://contoh.go.id/kafé.jpg",
        "https://contoh.go.id/a.jpg\r\nX: y",
        "ftp://contoh.go.id/a.jpg",
        "https:///a.jpg",
        "https://contoh.go.id:99999/a.jpg",
        "https://[rusak/a.jpg",
        "poster.jpg",
    ],
)
def test_an_address_that_cannot_be_used_is_refused_without_repeating_it(tmp_path: Path, url: str) -> None:
    with pytest.raises(MediaRejected, match="tidak dapat dipakai") as caught:
        fetch(url, tmp_path)
    assert "rahasia" not in str(caught.value)


def test_a_query_is_never_shown(site: str, tmp_path: Path) -> None:
    ANSWERS["/privat?token=rahasia"] = body(b"", status=404)
    with pytest.raises(MediaRejected) as caught:
        fetched(f"{site}/privat?token=rahasia", tmp_path)
    assert "/privat" in str(caught.value)
    assert "rahasia" not in str(caught.value)


def test_a_certificate_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(own_certificate(tmp_path))
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    with (
        serving(server) as port,
        pytest.raises(MediaRejected, match=r"Sertifikat localhost/a\.jpg tidak sah"),
    ):
        fetched(f"https://localhost:{port}/a.jpg", tmp_path)


def test_a_trusted_certificate_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate = own_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    with serving(server) as port:
        assert fetched(f"https://localhost:{port}/a.jpg", tmp_path).read_bytes() == JPEG


def own_certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    today = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "sertifikat.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM) + secret)
    return path


def test_a_folder_that_cannot_be_written_is_the_machines_fault(site: str, tmp_path: Path) -> None:
    (tmp_path / "unduhan").write_text("bukan folder")
    with pytest.raises(Misconfigured, match="tidak dapat disimpan"):
        fetched(f"{site}/a.jpg", tmp_path / "unduhan")


def test_a_disk_that_takes_no_more_leaves_nothing_behind(site: str, tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    try:
        with pytest.raises(Misconfigured, match="tidak dapat disimpan"):
            fetched(f"{site}/a.jpg", tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert not list(tmp_path.iterdir())
