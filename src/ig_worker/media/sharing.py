"""A share link of Google Drive or Dropbox opens a web page; this gives the address of the file behind it."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, parse_qs, urlencode, urlsplit

_DRIVE_FILE = re.compile(r"/file/d/([A-Za-z0-9_-]{10,100})(?:/|$)")
_DRIVE_ID = re.compile(r"[A-Za-z0-9_-]{10,100}")


def direct_address(url: str) -> str:
    """The download address of a shared file; every other address as it is."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    if parts.scheme != "https":
        return url
    if parts.hostname in {"drive.google.com", "docs.google.com"}:
        return _of_drive(parts) or url
    if parts.hostname in {"www.dropbox.com", "dropbox.com"}:
        wanted = {name: values[0] for name, values in parse_qs(parts.query).items()} | {"dl": "1"}
        return parts._replace(query=urlencode(wanted)).geturl()
    return url


def sharing_cure(host: str) -> str:
    """What to do where one of them answers with a page instead of the file; empty for every other host."""
    if host.endswith((".google.com", ".dropbox.com", ".dropboxusercontent.com")):
        return "Buka menu Bagikan, ubah aksesnya menjadi “Siapa saja yang memiliki link”, lalu impor lagi."
    return ""


def _of_drive(parts: SplitResult) -> str:
    named = _DRIVE_FILE.search(parts.path)
    asked = parse_qs(parts.query).get("id", [""])[0] if parts.path in {"/open", "/uc"} else ""
    file_id = named[1] if named else asked
    if not _DRIVE_ID.fullmatch(file_id):
        return ""
    # "confirm" passes over the page that asks before a file too large for the virus scan.
    query = urlencode({"id": file_id, "export": "download", "confirm": "t"})
    return f"https://drive.usercontent.google.com/download?{query}"
