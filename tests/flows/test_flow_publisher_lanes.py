"""The two lanes of one account at the same time, on a real database file: nobody does the other's work twice."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta

from publishing_bench import PublishingBench

from fakes.bench import ACCOUNT, START
from ig_worker.clock import stopwatch
from ig_worker.domain.instagram import Kind
from ig_worker.store import accounts
from ig_worker.store.database import Database

POSTS = 24


def test_both_lanes_at_once_make_each_container_once_and_publish_each_post_once(
    own_database: Database,
) -> None:
    with own_database.writing() as connection:
        accounts.known(connection, ACCOUNT, "17841400000000001", "puskesmaspolowijen")
    bench = PublishingBench(own_database)
    bench.clock.move_to(START)
    ids = [
        bench.plan([Kind.IMAGE, Kind.CAROUSEL, Kind.STORY][number % 3], key=f"P-{number:02}")
        for number in range(POSTS)
    ]
    done = threading.Event()
    failed: list[BaseException] = []

    def lane(*steps: object) -> None:
        try:
            while not done.is_set():
                for step in steps:
                    step()  # type: ignore[operator]
        except BaseException as error:  # noqa: BLE001  # told by the test
            failed.append(error)

    # Two lanes as in the worker, and a second pair, as if somebody ran a pass by hand beside it.
    other = bench.another_publisher()
    threads = [
        threading.Thread(target=lane, args=(bench.publisher.prepare, bench.publisher.follow_up)),
        threading.Thread(target=lane, args=(bench.publisher.publish,)),
        threading.Thread(target=lane, args=(other.publish, other.follow_up)),
    ]
    for thread in threads:
        thread.start()
    begun = stopwatch()
    while stopwatch() - begun < 60 and not failed and len(bench.instagram.published) < POSTS:
        threads[0].join(0.05)
    done.set()
    for thread in threads:
        thread.join(30)
    bench.publisher.run()
    assert failed == []
    assert Counter(bench.status(post_id) for post_id in ids) == {"published": POSTS}
    seen = sorted(post.ig_id for post in bench.instagram.published)
    assert seen == sorted(bench.post(post_id).publication.media_id for post_id in ids)
    carousels = POSTS // 3
    assert bench.instagram.calls.count("create_container") == POSTS + 3 * carousels
    assert bench.instagram.calls.count("publish_container") == POSTS
    assert bench.staging.staged == set()
    assert bench.clock.now() - START < timedelta(seconds=1)
