"""How much of Meta's budgets is used, as its answers say by and by (section F)."""

from __future__ import annotations

from ig_worker.graph.usage import Budgets, Usage, read_usage


class Stopwatch:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def said(app: int | None = None, **business: int) -> Usage:
    """What an answer with these headers says."""
    headers = {}
    if app is not None:
        headers["X-App-Usage"] = f'{{"call_count": {app}, "total_time": 1}}'
    if business:
        lists = ", ".join(
            f'"{number}": [{{"type": "{name}", "call_count": {share}}}]'
            for number, (name, share) in enumerate(business.items())
        )
        headers["X-Business-Use-Case-Usage"] = f"{{{lists}}}"
    return read_usage(headers)


def test_the_fullest_budget_counts() -> None:
    budgets = Budgets(Stopwatch())
    budgets.note(said(app=12, instagram=71, pages=30))
    assert budgets.percent() == 71


def test_an_answer_that_says_nothing_of_a_budget_leaves_it_as_it_was() -> None:
    budgets = Budgets(Stopwatch())
    budgets.note(said(app=12, instagram=71))
    budgets.note(said())
    budgets.note(said(app=14))
    assert budgets.percent() == 71
    budgets.note(said(instagram=8))
    assert budgets.percent() == 14


def test_messengers_budget_says_nothing_of_ours() -> None:
    budgets = Budgets(Stopwatch())
    budgets.note(said(messenger=99))
    assert budgets.percent() == 0


def test_after_an_hour_a_reading_is_forgotten() -> None:
    stopwatch = Stopwatch()
    budgets = Budgets(stopwatch)
    budgets.note(said(app=95))
    stopwatch.seconds = 1800
    budgets.note(said(instagram=60))
    assert budgets.percent() == 95
    stopwatch.seconds = 3600
    assert budgets.percent() == 60
    stopwatch.seconds = 5400
    assert budgets.percent() == 0


def test_two_accounts_in_one_header_do_not_hide_each_other() -> None:
    header = '{"1": [{"type": "instagram", "call_count": 80}], "2": [{"type": "instagram", "total_time": 3}]}'
    assert read_usage({"X-Business-Use-Case-Usage": header}).budgets == {"instagram": 80}
