"""requests is there without what guesses alphabets, and reads what the Graph API says all the same."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """\
import sys, warnings
warnings.simplefilter("error")
import ig_worker.graph
print([name for name in sys.modules if name.startswith(("charset_normalizer", "chardet"))])
import requests
answer = requests.Response()
answer.status_code = 200
answer._content = '{"text": "Terima kasih 🙏"}'.encode()
print(answer.json()["text"] == "Terima kasih 🙏", "🙏" in answer.text)
import charset_normalizer
print(charset_normalizer.from_bytes("kata".encode()).best() is not None)
"""


def test_the_worker_carries_no_guesser_of_alphabets() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["[]", "True True", "True"]
