"""The way into Google's Sheets API: logging in as a service account, and what each refusal means for the centre.

gspread and google-auth take 35 MB, so this is only imported in the short process of :mod:`ig_worker.sheets.__main__`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import requests
from google.auth.exceptions import GoogleAuthError, RefreshError
from google.auth.transport.requests import Request
from google.oauth2.service_account import Credentials
from gspread.http_client import HTTPClient
from gspread.urls import SPREADSHEETS_API_V4_BASE_URL

from ig_worker.domain.errors import IgWorkerError, Misconfigured, Silence, Throttled, Unanswered
from ig_worker.domain.sheet_rows import shown
from ig_worker.sheets.sheet_words import PLAN, SheetWords

CALL_SECONDS = 30.0
SCOPES = ("https://www.googleapis.com/auth/spreadsheets",)
QUOTA_SECONDS = 60.0
"""Google's quotas are for each minute; it seldom says how long to stay away."""


class GoogleDoor(HTTPClient):
    """gspread's door with our own words for what goes wrong; one login for the life of the process."""

    def __init__(self, credentials_file: Path, *, base_url: str = "", words: SheetWords = PLAN) -> None:
        """`base_url` stands for ``https://sheets.googleapis.com``; empty means exactly that."""
        session = requests.Session()
        # Not google-auth's own session: it also asks another service of Google's about regions, at every start.
        credentials = _service_account(credentials_file)
        token = _log_in(credentials, session)

        def bear(request: requests.PreparedRequest) -> requests.PreparedRequest:
            request.headers["Authorization"] = f"Bearer {token}"
            return request

        # Not as a header of the session: a line in somebody's .netrc would go before it.
        session.auth = bear
        super().__init__(auth=None, session=session)  # type: ignore[arg-type]
        self._google = SPREADSHEETS_API_V4_BASE_URL
        self._base = f"{base_url}/v4/spreadsheets" if base_url else self._google
        self._email = str(credentials.service_account_email)
        self._words = words

    def request(self, method: str, endpoint: str, *args: Any, **named: Any) -> requests.Response:
        """As gspread's; raises Misconfigured, Throttled or Unanswered."""
        url = self._base + endpoint.removeprefix(self._google)
        try:
            response = self.session.request(method, url, *args, **{"timeout": CALL_SECONDS, **named})
        except requests.RequestException as error:
            raise Silence(f"Google Sheets tidak menjawab ({type(error).__name__})") from None
        answer = _document(response)
        if response.ok and answer is not None:
            return response
        raise _refusal(response, (answer or {}).get("error"), self._email, self._words)


def _refusal(response: requests.Response, error: Any, email: str, words: SheetWords) -> IgWorkerError:
    """What a refusal means for the centre, and what somebody there can do about it."""
    error = error if isinstance(error, dict) else {}
    said = shown(str(error.get("message", ""))) or f"HTTP {response.status_code}"
    name = words.name.capitalize()
    match response.status_code:
        case 429:
            wait = _seconds(response.headers.get("Retry-After", ""))
            return Throttled(f"Google Sheets minta jeda: {said}", wait_seconds=wait)
        case 400 | 403 if "protected" in said.casefold():
            return Misconfigured(
                f"Kolom atau sel di {words.name} dilindungi: {said}",
                cure=f"Izinkan {email} mengubah {words.ours}.",
            )
        case 403 if "SERVICE_DISABLED" in json.dumps(error):
            return Misconfigured(
                "Google Sheets API belum diaktifkan di proyek akun layanannya",
                cure="Aktifkan “Google Sheets API” di Google Cloud Console, lalu tunggu beberapa menit.",
            )
        case 401 | 403:
            return Misconfigured(
                f"{name} di Google belum dibagikan kepada akun layanan ({said})",
                cure=f"Bagikan lembar itu kepada {email} sebagai Editor.",
            )
        case 404:
            return Misconfigured(
                f"{name} di Google tidak ditemukan",
                cure=f"Salin alamat lembar itu ke [{words.section}] spreadsheet; mungkin lembarnya dihapus atau "
                "dipindah.",
            )
        case 400 if error.get("status") == "FAILED_PRECONDITION":
            return Misconfigured(
                f"Berkas di [{words.section}] spreadsheet bukan Google Spreadsheet ({said})",
                cure="Di Google Drive buka berkas itu, pilih File, Simpan sebagai Google Spreadsheet, dan pakai "
                "alamatnya.",
            )
    return Unanswered(f"Google Sheets menjawab di luar dugaan: {said}")


def _document(response: requests.Response) -> dict[str, Any] | None:
    """The answer's JSON object; None where it is something else (a hotspot's login page, say)."""
    try:
        answer = response.json()
    except ValueError:
        return None
    return answer if isinstance(answer, dict) else None


def _seconds(retry_after: str) -> float:
    return min(float(retry_after), 3600.0) if retry_after.isdecimal() else QUOTA_SECONDS


def _service_account(file: Path) -> Credentials:
    cure = "Buat kunci JSON akun layanan di Google Cloud Console dan tulis letaknya di [planner] credentials_file."
    try:
        info = json.loads(file.read_text("utf-8"))
    except OSError as error:
        reason = error.strerror or "galat"
        raise Misconfigured(f"Kunci akun layanan {file} tidak dapat dibaca ({reason})", cure=cure) from None
    except ValueError:
        raise Misconfigured(f"Kunci akun layanan {file} bukan JSON", cure=cure) from None
    if not isinstance(info, dict) or info.get("type") != "service_account":
        raise Misconfigured(f"{file} bukan kunci akun layanan (“type” bukan “service_account”)", cure=cure)
    try:
        return Credentials.from_service_account_info(info, scopes=SCOPES)  # type: ignore[no-untyped-call,no-any-return]
    except (ValueError, TypeError, AttributeError, GoogleAuthError):
        # Their messages may quote the key.
        raise Misconfigured(f"Kunci akun layanan {file} rusak atau tidak lengkap", cure=cure) from None


def _log_in(credentials: Credentials, session: requests.Session) -> str:
    try:
        credentials.refresh(Request(session))  # type: ignore[no-untyped-call]
    except RefreshError as error:
        raise _not_logged_in(error, str(credentials.service_account_email)) from None
    except GoogleAuthError as error:
        raise Silence(f"Google tidak menjawab saat masuk ({type(error).__name__})") from None
    except (ValueError, TypeError):
        raise Unanswered("jawaban Google saat masuk tidak terbaca") from None
    return str(credentials.token)


def _not_logged_in(error: RefreshError, email: str) -> IgWorkerError:
    answer = error.args[1] if len(error.args) > 1 and isinstance(error.args[1], dict) else {}
    if error.retryable or "error" not in answer:
        return Unanswered("Google belum dapat memeriksa akun layanan sekarang")
    said = shown(f"{answer['error']}: {answer.get('error_description', '')}")
    return Misconfigured(
        f"Google menolak akun layanan {email} ({said})",
        cure="Periksa jam server ini; bila akun layanan atau kuncinya sudah dihapus, buat kunci baru.",
    )
