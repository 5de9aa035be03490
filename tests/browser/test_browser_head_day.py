"""The head looks at the figures, of a month and of what people say, and takes the month's report along."""

from __future__ import annotations

import pytest
from chromium import DESK, TELEPHONE, Sit

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("width", "script"), [(DESK, True), (TELEPHONE, False)], ids=["desk", "telephone without script"]
)
def test_the_day_of_the_head(sit: Sit, width: int, script: bool) -> None:
    one = sit("kepala", width=width, script=script)
    page = one.go("/")
    page.locator('nav a[href="/laporan"]').click()
    assert page.locator("main svg").count() >= 2
    one.keep_as("laporan")
    with page.expect_download() as taken:
        page.locator('main a[href$=".pdf"], main a[href*="pdf"]').first.click()
    assert taken.value.path().read_bytes().startswith(b"%PDF-")
    assert taken.value.suggested_filename.endswith(".pdf")
