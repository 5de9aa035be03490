"""A small Google on loopback: its token endpoint and what a planning sheet needs of the Sheets API, strictly."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.auth import jwt

SPREADSHEET = "1aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789-_abcde"
EMAIL = "rencana@puskesmas-polowijen.iam.gserviceaccount.com"
AUDIENCE = "https://oauth2.googleapis.com/token"  # wherever the login goes, this is whom it is for
SCOPE = "https://www.googleapis.com/auth/spreadsheets"


@dataclass(frozen=True)
class Moment:
    """A cell with a date, a time or both: the number behind it, and how the sheet shows it."""

    serial: float
    shown: str


@dataclass(frozen=True)
class Formula:
    """A cell that somebody's text was taken for: what no program should ever leave behind."""

    written: str


@dataclass
class Tab:
    """One worksheet."""

    title: str
    rows: list[list[Any]]
    gid: int = 0
    hidden: bool = False
    sheet_type: str = "GRID"
    columns: int = 26
    row_count: int = 1000

    def column(self, name: str) -> list[Any]:
        """What stands below a header."""
        place = self.rows[0].index(name)
        return [row[place] if place < len(row) else "" for row in self.rows[1:]]


class Trouble(Exception):
    """An error as Google answers it."""

    def __init__(self, code: int, status: str, message: str, **more: Any) -> None:
        super().__init__(message)
        self.code = code
        self.body = {"error": {"code": code, "message": message, "status": status, **more}}


@dataclass
class Google:
    """The server's state; tests put things into it and look what became of them."""

    tabs: list[Tab] = field(default_factory=list)
    address: str = ""
    shared: bool = True
    calls: list[str] = field(default_factory=list)
    faults: list[Callable[[str], Any]] = field(default_factory=list)
    """Taken one for each call: raises Trouble, returns (status, body) to answer instead, or None to do nothing."""
    before: Callable[[str], None] = lambda call: None
    """Somebody else at work on the sheet: runs before each call."""

    def tab(self, title: str) -> Tab:
        for tab in self.tabs:
            if tab.title == title:
                return tab
        raise Trouble(400, "INVALID_ARGUMENT", f"Unable to parse range: {title}")

    def write_credentials(self, folder: Path, **changes: Any) -> Path:
        """A service account's key file whose token endpoint is this server."""
        info = {
            "type": "service_account",
            "project_id": "puskesmas-polowijen",
            "private_key_id": "0123456789abcdef",
            "private_key": _private_key(),
            "client_email": EMAIL,
            "client_id": "1",
            "token_uri": f"{self.address}/token",
            **changes,
        }
        file = folder / "akun-layanan.json"
        file.write_text(json.dumps({name: value for name, value in info.items() if value is not None}))
        return file

    def answer(self, method: str, path: str, query: dict[str, list[str]], body: bytes, headers: Any) -> Any:
        if (method, path) == ("POST", "/token"):
            return self._token(parse_qs(body.decode()))
        if headers.get("Authorization") != "Bearer ya29.stand-in":
            raise Trouble(401, "UNAUTHENTICATED", "Request is missing required authentication credential.")
        found = re.fullmatch(
            r"/v4/spreadsheets/([^/:]+)(/values/[^:]+:?.*|/values:batchUpdate|:batchUpdate)?", path
        )
        if found is None or found[1] != SPREADSHEET:
            raise Trouble(404, "NOT_FOUND", "Requested entity was not found.")
        if not self.shared:
            raise Trouble(403, "PERMISSION_DENIED", "The caller does not have permission")
        given = json.loads(body) if body else {}
        match method, found[2]:
            case "GET", None:
                return self._metadata(query)
            case "GET", str(place) if place.startswith("/values/"):
                return self._values(unquote(place.removeprefix("/values/")), query)
            case "POST", "/values:batchUpdate":
                return self._write(given)
            case "POST", ":batchUpdate":
                return self._change(given)
        raise Trouble(404, "NOT_FOUND", f"no such call: {method} {path}")

    def _token(self, form: dict[str, list[str]]) -> Any:
        assert form["grant_type"] == ["urn:ietf:params:oauth:grant-type:jwt-bearer"]
        try:
            claims = jwt.decode(form["assertion"][0], certs=_public_key(), audience=AUDIENCE)
        except ValueError:
            raise _grant_refused() from None
        if claims["iss"] != EMAIL or claims["scope"] != SCOPE:
            raise _grant_refused()
        return {"access_token": "ya29.stand-in", "expires_in": 3599, "token_type": "Bearer"}

    def _metadata(self, query: dict[str, list[str]]) -> Any:
        assert query.get("includeGridData") == ["false"]
        return {
            "sheets": [
                {
                    "properties": {
                        "sheetId": tab.gid,
                        "title": tab.title,
                        "index": index,
                        "sheetType": tab.sheet_type,
                        **({"hidden": True} if tab.hidden else {}),
                        "gridProperties": {"rowCount": tab.row_count, "columnCount": tab.columns},
                    }
                }
                for index, tab in enumerate(self.tabs)
            ]
        }

    def _range(self, written: str) -> tuple[Tab, int, int, int, int]:
        found = re.fullmatch(r"'((?:[^']|'')+)'!([A-Z]+)([1-9]\d*):([A-Z]+)([1-9]\d*)", written)
        if found is None:
            raise Trouble(400, "INVALID_ARGUMENT", f"Unable to parse range: {written}")
        tab = self.tab(found[1].replace("''", "'"))
        left, right = (_column_number(letters) for letters in (found[2], found[4]))
        top, bottom = int(found[3]), int(found[5])
        if right > tab.columns or bottom > tab.row_count:
            message = f"Range ({written}) exceeds grid limits. Max rows: {tab.row_count}, max columns: {tab.columns}"
            raise Trouble(400, "INVALID_ARGUMENT", message)
        return tab, top - 1, bottom, left - 1, right

    def _values(self, written: str, query: dict[str, list[str]]) -> Any:
        assert query["valueRenderOption"] == ["UNFORMATTED_VALUE"]
        (dates,) = query["dateTimeRenderOption"]
        assert dates in {"SERIAL_NUMBER", "FORMATTED_STRING"}
        tab, top, bottom, left, right = self._range(written)

        def rendered(cell: Any) -> Any:
            if isinstance(cell, Moment):
                return cell.serial if dates == "SERIAL_NUMBER" else cell.shown
            return "#ERROR!" if isinstance(cell, Formula) else cell

        rows = [[rendered(cell) for cell in row[left:right]] for row in tab.rows[top:bottom]]
        for row in rows:  # Google leaves out what is empty at the end
            while row and row[-1] == "":
                row.pop()
        while rows and not rows[-1]:
            rows.pop()
        return {"range": written, "majorDimension": "ROWS", **({"values": rows} if rows else {})}

    def _write(self, given: Any) -> Any:
        if given.get("valueInputOption") not in {"RAW", "USER_ENTERED"}:
            raise Trouble(400, "INVALID_ARGUMENT", "'valueInputOption' is required but not specified")
        raw = given["valueInputOption"] == "RAW"
        places = [(self._range(each["range"]), each["values"]) for each in given["data"]]
        written = 0
        for (tab, top, bottom, left, right), values in places:
            assert len(values) == bottom - top
            for number, row in enumerate(values, top):
                assert len(row) == right - left
                while len(tab.rows) <= number:
                    tab.rows.append([])
                tab.rows[number] += [""] * (right - len(tab.rows[number]))
                for place, value in enumerate(row, left):
                    assert type(value) in {str, int, float}
                    formula = not raw and str(value).startswith("=")
                    tab.rows[number][place] = Formula(str(value)) if formula else value
                    written += 1
        return {"spreadsheetId": SPREADSHEET, "totalUpdatedCells": written}

    def _change(self, given: Any) -> Any:
        for request in given["requests"]:
            ((what, more),) = request.items()
            if what == "addSheet":
                self._add_tab(**more["properties"])
                continue
            assert what == "appendDimension"
            (tab,) = [tab for tab in self.tabs if tab.gid == more["sheetId"]]
            if more["dimension"] == "ROWS":
                tab.row_count += more["length"]
            else:
                assert more["dimension"] == "COLUMNS"
                tab.columns += more["length"]
        return {"spreadsheetId": SPREADSHEET, "replies": [{}]}

    def _add_tab(self, title: str, gridProperties: dict[str, int]) -> None:  # noqa: N803 -- Google's name
        if any(tab.title.casefold() == title.casefold() for tab in self.tabs):
            message = f'Invalid requests[0].addSheet: A sheet with the name "{title}" already exists.'
            raise Trouble(400, "INVALID_ARGUMENT", message)
        grid = {"columns": gridProperties["columnCount"], "row_count": gridProperties["rowCount"]}
        self.tabs.append(Tab(title, [], gid=max((tab.gid for tab in self.tabs), default=0) + 1, **grid))


def _grant_refused() -> Trouble:
    trouble = Trouble(400, "", "")
    trouble.body = {"error": "invalid_grant", "error_description": "Invalid JWT Signature."}
    return trouble


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


@cache
def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _private_key() -> str:
    return (
        _key()
        .private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        .decode()
    )


def _public_key() -> bytes:
    public = _key().public_key()
    return public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


@contextmanager
def google_running(*tabs: Tab) -> Iterator[Google]:
    """The server, for the length of the block."""
    google = Google(list(tabs))
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            call = f"{self.command} {parts.path.replace(SPREADSHEET, 'ID')}"
            with lock:
                google.calls.append(call)
                google.before(call)
                try:
                    status, answer = 200, google.faults.pop(0)(call) if google.faults else None
                    if isinstance(answer, tuple):
                        status, answer = answer
                    elif answer is None:
                        answer = google.answer(
                            self.command, parts.path, parse_qs(parts.query), body, self.headers
                        )
                except Trouble as trouble:
                    status, answer = trouble.code, trouble.body
            content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = _serve  # noqa: N815 -- the library's names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the library's name
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    google.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield google
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
