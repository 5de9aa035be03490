"""Holds the floors: imports go down only, each package has one home, the rules touch nothing, no module is too long."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
OUTSIDE = """graph store media sheets render notify config clock heap logs log_files ping signals systemd
    shipped national_days training true_time migrations uploads slate waits lasting aside"""
FLOORS = {
    "__init__": -1,
    "domain": 0,
    **dict.fromkeys(OUTSIDE.split(), 1),
    "flows": 2,
    **dict.fromkeys(
        [
            "bootstrap",
            "planning_desk",
            "case_desk",
            "figures_desk",
            "intervals",
            "upkeep_desk",
            "backup_desk",
            "privacy_desk",
            "known_time",
            "doctor_desk",
            "centre_calendar",
            "register_desk",
            "evaluation_desk",
            "own_words",
            "own_classifier",
            "lanes",
            "live_accounts",
            "storage_start",
            "storage_watch",
            "pulse",
            "listening",
            "attendance",
        ],
        3,
    ),
    **dict.fromkeys(["cli", "worker", "board", "demo", "__main__"], 4),
}
SIDEWAYS = {
    ("config", "shipped"),
    ("logs", "log_files"),
    ("national_days", "shipped"),
    ("training", "shipped"),
    ("migrations", "store"),
}
TOOLS = {
    "clock",
    "lasting",
    "aside",
}  # every room may hold them: the time, a file's place, a place for a while
BEHIND_PORTS = {"graph", "notify", "render"}  # the flows know these by flows/ports.py only
MET_BY_ALL_FLOWS = {"ports", "outbox", "each", "standing"}  # words and a tool; no jobs of their own
OWN_HANDS = {
    ("notifier", "digests"),
    ("notifier", "undelivered"),
}  # a flow in two modules; those of more have a folder
STARTS_THE_SANDBOX = {"demo", "cli"}
HOMES = {
    "aiosmtpd": "demo",
    "alembic": "store migrations",
    "anyio": "board",
    "apprise": "notify",
    "argon2": "board",
    "click": "cli demo",
    "cryptography": "store",
    "emoji": "training",
    "google": "sheets",
    "gspread": "sheets",
    "holidays": "national_days",
    "itsdangerous": "board",
    "jinja2": "board",
    "multipart": "board sandbox",
    "numpy": "training",
    "openpyxl": "sheets",
    "PIL": "media render sandbox",
    "pillow_heif": "media",
    "psycopg": "store",
    "prometheus_client": "board",
    "pydantic": "config",
    "pydantic_core": "config",
    "pydantic_settings": "config",
    "requests": "graph sandbox sheets demo",
    "rich": "cli demo",
    "schedule": "worker",
    "scipy": "training",
    "sklearn": "training",
    "sqlalchemy": "store migrations",
    "starlette": "board sandbox",
    "tenacity": "graph",
    "typst": "render",
    "urllib3": "graph",
    "uvicorn": "board sandbox",
    "xlsxwriter": "sheets",
}
INSTALLED_AS = {
    "argon2-cffi": "argon2",
    "pillow": "PIL",
    "pillow-heif": "pillow_heif",
    "prometheus-client": "prometheus_client",
    "python-multipart": "multipart",
    "pydantic-settings": "pydantic_settings",
}
NO_IMPORT = {"tzdata"}  # data only
TOUCHES_THE_WORLD = """asyncio fcntl glob http io logging multiprocessing os pathlib secrets shutil signal socket
    sqlite3 subprocess tempfile threading time urllib.request uuid"""
TOUCHING_CALL = re.compile(r"^(open|print|input)$|\bdate(time)?\.(now|utcnow|today)$")
LONGEST = 400


def our_sources() -> dict[str, str]:
    """Every module's text by its path inside the package; the migrations, which travel in it, included."""
    package = REPOSITORY / "src" / "ig_worker"
    sources = {path.relative_to(package).as_posix(): path for path in package.rglob("*.py")}
    sources |= {
        path.relative_to(REPOSITORY).as_posix(): path for path in REPOSITORY.glob("migrations/**/*.py")
    }
    return {name: path.read_text("utf-8") for name, path in sorted(sources.items())}


def imported(module: str, tree: ast.AST, known: set[str]) -> Iterator[str]:
    """Every dotted name the module imports, wherever in it; `from x import y` is x.y where that is a module."""
    inside = ["ig_worker", *Path(module).with_suffix("").parts][:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = inside[: len(inside) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            for alias in node.names:
                full = f"{base}.{alias.name}"
                yield full if full in known or (base == "ig_worker" and alias.name != "__version__") else base


def why_not(module: str, name: str) -> str | None:
    """Why `module` may not import `name`; None if it may."""
    room = Path(module).parts[0].removesuffix(".py")
    top, _, below = name.partition(".")
    if top != "ig_worker":
        if top in sys.stdlib_module_names:
            world = room == "domain" and {top, name}.intersection(TOUCHES_THE_WORLD.split())
            return "the rules touch nothing: no I/O, no clock" if world else None
        if top not in HOMES:
            return "this package has no home yet; give it one in HOMES"
        return None if room in HOMES[top].split() else f"its home is {HOMES[top].replace(' ', ' or ')}"
    target, _, inner = below.partition(".")
    if not target or target == room != "flows":
        return None
    if room == "sandbox":
        return "the sandbox knows nothing of the product"
    if target == "sandbox":
        return None if room in STARTS_THE_SANDBOX else "only the demo and the command line start the sandbox"
    if target not in FLOORS:
        return "this room stands on no floor; give it one in FLOORS"
    if room == target == "flows":
        ours, theirs = Path(module).parts[1].removesuffix(".py"), inner.partition(".")[0]
        known = theirs in {"", ours} | MET_BY_ALL_FLOWS or (ours, theirs) in OWN_HANDS
        return None if known else "flows are strangers to each other"
    if room == "flows" and target in BEHIND_PORTS:
        return "the flows see this through flows/ports.py"
    if FLOORS[room] < FLOORS[target]:
        return "imports go down only"
    sideways = FLOORS[room] == FLOORS[target] == 1 and target not in TOOLS and (room, target) not in SIDEWAYS
    if sideways:
        return "the rooms of one floor do not know each other"
    return "nothing stands above the command line" if target == "cli" and room != "__main__" else None


def complaints(sources: Mapping[str, str]) -> list[str]:
    """What is wrong with these modules, a line each."""
    known = {"ig_worker." + re.sub(r"(/__init__)?\.py$", "", name).replace("/", ".") for name in sources}
    found = []
    for module, text in sources.items():
        room = Path(module).parts[0].removesuffix(".py")
        if room not in {*FLOORS, "sandbox"}:
            found.append(f"{module}: this room stands on no floor; give it one in FLOORS")
            continue
        if (lines := text.count("\n")) > LONGEST:
            found.append(f"{module}: {lines} lines; {LONGEST} are the limit")
        tree = ast.parse(text)
        for name in imported(module, tree, known):
            if reason := why_not(module, name):
                found.append(f"{module} imports {name}: {reason}")
        for node in ast.walk(tree) if room == "domain" else ():
            if isinstance(node, ast.Call) and TOUCHING_CALL.search(called := ast.unparse(node.func)):
                found.append(f"{module} calls {called}(): the rules touch nothing: no I/O, no clock")
    return found


def test_the_house_stands_on_its_floors() -> None:
    assert complaints(our_sources()) == []


NAMED_IN_TMP = re.compile(r"\b(TemporaryDirectory|NamedTemporaryFile|mkdtemp|mkstemp)$")
PLAYS = {"demo", "sandbox"}  # with people who do not exist


def test_nothing_of_people_lies_outside_of_the_data_folder() -> None:
    """After a kill a register in /tmp would stay there, and be nobody's to remove."""
    wrong = [
        f"{module}: {ast.unparse(node)}"
        for module, text in our_sources().items()
        if Path(module).parts[0] not in PLAYS
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call)
        and NAMED_IN_TMP.search(ast.unparse(node.func))
        and not any(given.arg == "dir" for given in node.keywords)
    ]
    assert wrong == [], "use aside.folder(data_dir), or name a dir"


def test_every_dependency_has_a_home() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]
    names = {re.split(r"[<>=\[]", line)[0] for line in project["dependencies"]} - NO_IMPORT
    assert {name for name in names if INSTALLED_AS.get(name, name) not in HOMES} == set()


@pytest.mark.parametrize(
    ("module", "text", "complaint"),
    [
        ("domain/post.py", "from ig_worker.store import posts", "imports go down only"),
        ("domain/post.py", "import requests", "its home is graph"),
        ("domain/post.py", "def f():\n    import os", "the rules touch nothing"),
        ("domain/post.py", "from pathlib import Path", "the rules touch nothing"),
        ("domain/post.py", "import urllib.request", "the rules touch nothing"),
        ("domain/post.py", "from datetime import datetime\nx = datetime.now(None)", "calls datetime.now()"),
        ("domain/post.py", "text = open('x')", "calls open()"),
        ("domain/post.py", "from ig_worker import clock", "imports go down only"),
        ("store/posts.py", "from ig_worker.flows import notifier", "imports go down only"),
        ("store/posts.py", "from ..graph import http", "do not know each other"),
        ("graph/http.py", "from ig_worker.config import load", "do not know each other"),
        ("graph/http.py", "import sqlalchemy.orm", "its home is store"),
        ("graph/http.py", "import httpx", "no home yet"),
        ("clock.py", "from ig_worker.store import posts", "do not know each other"),
        ("flows/inbox.py", "from ig_worker.flows import notifier", "strangers"),
        ("flows/inbox.py", "from ig_worker.flows.publishing.publisher import publish", "strangers"),
        ("flows/inbox.py", "from . import notifier", "strangers"),
        ("flows/inbox.py", "from ig_worker.flows.casework.evidence import EvidenceRoom", "strangers"),
        ("flows/inbox.py", "from ig_worker.graph import InstagramAccount", "through flows/ports.py"),
        ("flows/inbox.py", "from ig_worker.bootstrap import worker", "imports go down only"),
        ("bootstrap.py", "from ig_worker.worker import run", "imports go down only"),
        ("worker.py", "from ig_worker.cli import main", "nothing stands above"),
        ("worker.py", "from ig_worker.sandbox import door", "start the sandbox"),
        ("sandbox/server.py", "from ig_worker.domain import errors", "nothing of the product"),
        ("sandbox/server.py", "from ig_worker import clock", "nothing of the product"),
        ("helpers/text.py", "", "no floor"),
        ("__init__.py", "from ig_worker.domain.errors import Refused", "imports go down only"),
        ("cli.py", "from ig_worker.helpers import text", "no floor"),
        ("cli.py", "\n" * 401, "400 are the limit"),
    ],
)
def test_what_breaks_the_house_is_named(module: str, text: str, complaint: str) -> None:
    others = {
        "flows/publishing/publisher.py": "",
        "flows/notifier.py": "",
        "flows/__init__.py": "",
        "clock.py": "",
    }
    (found,) = complaints(others | {module: text})
    assert found.startswith(module)
    assert complaint in found


@pytest.mark.parametrize(
    ("module", "text"),
    [
        ("domain/post.py", "from ig_worker.domain.errors import Refused\nfrom datetime import datetime"),
        (
            "store/posts.py",
            "from ig_worker.domain import post\nfrom ig_worker import clock\nimport sqlalchemy as sa",
        ),
        ("config/__init__.py", "from ig_worker.shipped import profiles\nfrom .reading import load"),
        ("flows/inbox.py", "from ig_worker.flows.ports import Inbox\nfrom ig_worker.store import messages"),
        ("flows/notifier.py", "from ig_worker.flows.digests import parted"),
        ("flows/inbox/polling.py", "from ig_worker.flows.inbox import judging"),
        ("bootstrap.py", "from ig_worker.flows import inbox\nfrom ig_worker.graph import account"),
        (
            "cli.py",
            "def run():\n    from ig_worker.worker import run\n    from ig_worker.sandbox import serve",
        ),
        ("__main__.py", "from ig_worker.cli import main"),
        ("worker.py", "import ig_worker\nfrom ig_worker import __version__"),
        (
            "sandbox/server.py",
            "from ig_worker.sandbox.world import World\nimport time\nfrom starlette.routing import Route",
        ),
    ],
)
def test_what_is_allowed_is_left_alone(module: str, text: str) -> None:
    assert complaints({module: text}) == []
