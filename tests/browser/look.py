"""Takes pictures of the board's pages, as somebody of the lively centre sees them.

    .venv/bin/python tests/browser/look.py [--role verifikator] [--width 360] [--dark] [--out DIR-OR-PNG] PATH...

The centre is made once (half a minute) and kept in --centre (/tmp/lively-WORKTREE); --fresh makes it anew, which it
needs after a change of the database's tables. Pictures go to /tmp/look-WORKTREE unless --out says otherwise. Roles are
names to log in with: pembuat, redaksi, verifikator, penanggung_jawab, keluhan, kepala, admin, iseng (a hostile name),
inggris (in English), or "" for nobody. Each line it prints is a picture that it took, and what went wrong on the page.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "browser")]

from chromium import board_at, launched, sitting  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

from fakes.lively_centre import PASSWORD, made_once  # noqa: E402

TEMPORARY = Path(tempfile.gettempdir())


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--role", default="verifikator")
    asked.add_argument("--width", type=int, default=360)
    asked.add_argument("--dark", action="store_true")
    asked.add_argument("--no-script", action="store_true")
    asked.add_argument("--fresh", action="store_true", help="make the centre anew")
    asked.add_argument("--open", action="store_true", help="open every <details> first")
    asked.add_argument("--centre", type=Path, default=TEMPORARY / f"lively-{ROOT.name}")
    asked.add_argument("--out", type=Path, default=TEMPORARY / f"look-{ROOT.name}")
    asked.add_argument("paths", nargs="*", default=["/"])
    given = asked.parse_args()
    config = made_once(given.centre.absolute(), fresh=given.fresh)
    with board_at(config) as board, sync_playwright() as playwright:
        browser = launched(playwright)
        with sitting(browser, board, width=given.width, dark=given.dark, script=not given.no_script) as one:
            if given.role:
                one.come_in(given.role, PASSWORD)
            for path in given.paths:
                page = one.go(path)
                if given.open and not given.no_script:
                    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
                file = given.out
                if file.suffix != ".png" or len(given.paths) > 1:
                    shade = "gelap" if given.dark else "terang"
                    name = path.strip("/").replace("/", "_").replace("?", "_") or "beranda"
                    file = file.with_suffix("") / f"{given.role or 'tamu'}-{name}-{given.width}-{shade}.png"
                one.keep(file)
                wide = page.evaluate("document.documentElement.scrollWidth") if not given.no_script else 0
                if wide > given.width:
                    one.watched.wrong.append(f"scrolls sideways: {wide} px wide")
                print(file, *one.watched.wrong, sep="\n    ")
                one.watched.wrong.clear()
        browser.close()


if __name__ == "__main__":
    main()
