"""Where the centre has a board, a notice leads there: a command in it becomes the address of the page that does it."""

from __future__ import annotations

import re

_REST = r"""(?: "…"| [a-z]+(?= --by)| --[a-z]+(?: "…"| NAMA| verifikator)?)*"""
_PAGES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(rf"ig-worker (?:{command})"), page)
    for command, page in (
        (rf"cases (?:show|ack|start|resolve) (K-\d+-\d+){_REST}", "/kasus/{}"),
        (r"cases list(?: --[a-z]+)?|cases show NOMOR", "/kasus"),
        (rf"inbox (?:show|reply|relabel|settle|hide) (\d+){_REST}", "/kotak-masuk/{}"),
        (r"inbox list --exposing --account ([\w-]+)", "/kotak-masuk?tampil=semua&data=1&akun={}"),
        (r"inbox list --waiting", "/kotak-masuk"),
        (r"inbox list|inbox show NOMOR", "/kotak-masuk?tampil=semua"),
        (r"posts show (\d+)(?:, lalu approve, reschedule, cancel atau confirm)?", "/posting/{}"),
        (rf"posts (?:check|approve|retry) (\d+){_REST}", "/posting/{}"),
        (r"posts plan", "/kalender"),
    )
)


def led_to_board(body: str, board: str) -> str:
    """The letter with addresses below `board` (no slash at its end) in place of commands; each is said once.

    What somebody wrote stands in quotation marks on a line of its own and stays as it is.
    """
    if not board:
        return body
    kept: list[str] = []
    said: set[str] = set()
    for line in body.split("\n"):
        led, addresses = _led(line, board) if not line.startswith("“") else (line, [])
        if addresses and said.issuperset(addresses) and re.fullmatch(r"[^:]+: \S+\.?", led):
            continue  # "Tanggapi: …" leads where "Lihat: …" has led already
        said.update(addresses)
        kept.append(led)
    return "\n".join(kept)


def _led(line: str, board: str) -> tuple[str, list[str]]:
    addresses: list[str] = []
    for command, page in _PAGES:

        def address(found: re.Match[str], page: str = page) -> str:
            addresses.append(board + page.format(*found.groups()))
            return addresses[-1]

        line = command.sub(address, line)
    return line, addresses
