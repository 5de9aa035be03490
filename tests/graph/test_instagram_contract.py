"""The fake and the real client promise the flows the same things."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from graph_stages import FakeStage, SandboxStage, Stage, picture_address

from ig_worker.domain.errors import NotReady, Refused, Throttled, Unanswered, Unavailable, WindowClosed
from ig_worker.domain.instagram import ContainerSpec, ContainerStatus, Kind, MetricsRead, Why
from ig_worker.domain.paging import pages
from ig_worker.sandbox.process import SandboxProcess


@pytest.fixture(scope="module")
def process() -> Iterator[SandboxProcess]:
    with SandboxProcess() as running:
        yield running


@pytest.fixture(scope="module")
def picture() -> Iterator[str]:
    with picture_address() as address:
        yield address


@pytest.fixture(params=["fake", "instagram", "facebook"])
def stage(request: pytest.FixtureRequest) -> Stage:
    if request.param == "fake":
        return FakeStage(uploads_videos=True)
    process = request.getfixturevalue("process")
    return SandboxStage(process, request.getfixturevalue("picture"), request.param)


def image(stage: Stage, caption: str = "Posyandu Melati 🌼 #sehat & ceria") -> str:
    return stage.instagram.create_container(
        ContainerSpec(Kind.IMAGE, image_url=stage.picture, caption=caption)
    )


def listed(stage: Stage, kind: Kind = Kind.IMAGE) -> list[str]:
    since = stage.now() - timedelta(hours=1)
    return [media.ig_id for media in stage.instagram.media_since(since, kind=kind)]


class TestPublishing:
    def test_a_container_is_published_and_found_with_its_caption(self, stage: Stage) -> None:
        container = image(stage)
        assert stage.instagram.container_states([container])[container].status is ContainerStatus.FINISHED
        media_id = stage.instagram.publish_container(container)
        (media,) = stage.instagram.media_since(stage.now(), kind=Kind.IMAGE)
        assert media.ig_id == media_id
        assert media.caption == "Posyandu Melati 🌼 #sehat & ceria"
        assert (media.media_type, media.product_type) == ("IMAGE", "FEED")
        assert media.timestamp == stage.now()
        assert stage.instagram.permalink(media_id) == media.permalink != ""
        states = stage.instagram.container_states([container])
        assert states[container].status is ContainerStatus.PUBLISHED

    def test_a_carousel_is_one_post(self, stage: Stage) -> None:
        child = ContainerSpec(Kind.CAROUSEL, carousel_child=True, image_url=stage.picture, alt_text="Satu")
        children = tuple(stage.instagram.create_container(child) for _ in range(3))
        states = stage.instagram.container_states(children)
        assert {state.status for state in states.values()} == {ContainerStatus.FINISHED}
        parent = stage.instagram.create_container(
            ContainerSpec(Kind.CAROUSEL, children=children, caption="Tiga langkah")
        )
        media_id = stage.instagram.publish_container(parent)
        assert stage.instagram.picture_address(media_id, carousel=True) in {"", stage.picture}
        (media,) = stage.instagram.media_since(stage.now(), kind=Kind.CAROUSEL)
        assert (media.ig_id, media.media_type) == (media_id, "CAROUSEL_ALBUM")

    @pytest.mark.parametrize("kind", [Kind.REEL, Kind.STORY])
    def test_a_video_of_our_own_goes_as_bytes_with_facebook_login_only(
        self, stage: Stage, kind: Kind, tmp_path: Path
    ) -> None:
        video = tmp_path / "senam.mp4"
        video.write_bytes(b"\0\0\0\x0cftypmp42" + bytes(200_000))
        spec = ContainerSpec(kind, video_file=str(video), caption="Senam" if kind is Kind.REEL else "")
        if not stage.instagram.uploads_videos:
            with pytest.raises((Refused, Unanswered)):
                stage.instagram.create_container(spec)
            return
        container = stage.instagram.create_container(spec)
        assert stage.instagram.container_states([container])[container].status is ContainerStatus.FINISHED
        media_id = stage.instagram.publish_container(container)
        (media,) = stage.instagram.media_since(stage.now(), kind=kind)
        assert (media.ig_id, media.media_type) == (media_id, "VIDEO")

    @pytest.mark.parametrize("stage", ["fake", "facebook"], indirect=True)
    @pytest.mark.parametrize("fate", ["lost_before", "lost_after"])
    def test_after_an_upload_without_an_answer_another_container_does(
        self, stage: Stage, fate: str, tmp_path: Path
    ) -> None:
        video = tmp_path / "senam.mp4"
        video.write_bytes(b"\0\0\0\x0cftypmp42" + bytes(200_000))
        spec = ContainerSpec(Kind.REEL, video_file=str(video))
        stage.next_call("POST", "ig-api-upload", fate)
        with pytest.raises(Unanswered):
            stage.instagram.create_container(spec)
        media_id = stage.instagram.publish_container(stage.instagram.create_container(spec))
        assert listed(stage, Kind.REEL) == [media_id]

    def test_a_story_is_listed_with_the_stories_only(self, stage: Stage) -> None:
        container = stage.instagram.create_container(ContainerSpec(Kind.STORY, image_url=stage.picture))
        media_id = stage.instagram.publish_container(container)
        assert listed(stage, Kind.STORY) == [media_id]
        assert listed(stage, Kind.IMAGE) == []

    def test_a_child_of_a_carousel_is_not_published_alone(self, stage: Stage) -> None:
        child = ContainerSpec(Kind.CAROUSEL, carousel_child=True, image_url=stage.picture)
        container = stage.instagram.create_container(child)
        with pytest.raises((Refused, Unanswered)):
            stage.instagram.publish_container(container)
        assert listed(stage) == []

    def test_asked_too_early_it_says_so_and_nothing_is_out(self, stage: Stage) -> None:
        stage.containers_take_long()
        container = image(stage)
        assert stage.instagram.container_states([container])[container].status is ContainerStatus.IN_PROGRESS
        with pytest.raises(NotReady):
            stage.instagram.publish_container(container)
        assert listed(stage) == []
        stage.containers_are_ready()
        stage.instagram.publish_container(container)
        assert len(listed(stage)) == 1

    def test_a_container_lives_a_day(self, stage: Stage) -> None:
        container = image(stage)
        stage.advance(timedelta(hours=24, seconds=1))
        assert stage.instagram.container_states([container])[container].status is ContainerStatus.EXPIRED
        with pytest.raises((Refused, Unanswered)):
            stage.instagram.publish_container(container)
        assert listed(stage) == []

    def test_a_container_that_fails_names_the_error_in_its_words(self, stage: Stage) -> None:
        if isinstance(stage, SandboxStage):
            stage.containers_fail()
        container = image(stage)
        if isinstance(stage, FakeStage):
            stage.containers_fail()
        state = stage.instagram.container_states([container])[container]
        assert state.status is ContainerStatus.ERROR
        assert "2207052" in state.detail

    def test_every_id_asked_is_answered(self, stage: Stage) -> None:
        container = image(stage)
        states = stage.instagram.container_states([container, "17900000000099999"])
        assert states[container].status is ContainerStatus.FINISHED
        assert states["17900000000099999"].status is ContainerStatus.UNREADABLE

    def test_published_twice_it_may_be_out_twice(self, stage: Stage) -> None:
        container = image(stage)
        first = stage.instagram.publish_container(container)
        second = stage.instagram.publish_container(container)
        assert sorted(listed(stage)) == sorted([first, second])

    def test_a_lost_answer_may_hide_a_post(self, stage: Stage) -> None:
        container = image(stage)
        stage.next_call("POST", "media_publish", "lost_after")
        with pytest.raises(Unanswered):
            stage.instagram.publish_container(container)
        assert len(listed(stage)) == 1
        states = stage.instagram.container_states([container])
        assert states[container].status is ContainerStatus.PUBLISHED

    def test_a_lost_request_leaves_nothing(self, stage: Stage) -> None:
        container = image(stage)
        stage.next_call("POST", "media_publish", "lost_before")
        with pytest.raises(Unanswered):
            stage.instagram.publish_container(container)
        assert listed(stage) == []

    @pytest.mark.parametrize(("fate", "family"), [("refused", Refused), ("throttled", Throttled)])
    def test_a_proven_no_leaves_nothing(self, stage: Stage, fate: str, family: type[Exception]) -> None:
        container = image(stage)
        stage.next_call("POST", "media_publish", fate)
        with pytest.raises(family):
            stage.instagram.publish_container(container)
        # Meta wants no calls for 19 minutes after a limit.
        stage.advance(timedelta(minutes=20))
        assert listed(stage) == []

    def test_the_list_may_lag(self, stage: Stage) -> None:
        stage.list_lags(timedelta(minutes=2))
        stage.instagram.publish_container(image(stage))
        assert listed(stage) == []
        stage.advance(timedelta(minutes=2))
        assert len(listed(stage)) == 1

    def test_only_what_is_newer_is_listed(self, stage: Stage) -> None:
        stage.post_by_hand(Kind.IMAGE, "lama")
        stage.advance(timedelta(hours=2))
        new = stage.post_by_hand(Kind.IMAGE, "baru")
        assert listed(stage) == [new]

    def test_the_quota_is_told_and_kept(self, stage: Stage) -> None:
        stage.quota_of_posts(1)
        stage.instagram.publish_container(image(stage, "satu"))
        limit = stage.instagram.publishing_limit()
        assert (limit.used, limit.total, limit.window_seconds) == (1, 1, 86400)
        with pytest.raises(Throttled):
            stage.instagram.publish_container(image(stage, "dua"))
        assert len(listed(stage)) == 1


class TestComments:
    def test_comments_come_newest_first_with_their_replies(self, stage: Stage) -> None:
        media_id = stage.post_by_hand(Kind.IMAGE, "Halo")
        first = stage.comment(media_id, "ani", "Antreannya lama 😡")
        stage.advance(timedelta(minutes=1))
        second = stage.comment(media_id, "budi", "Mantap")
        answer = stage.comment(media_id, "citra", "setuju", parent_id=first)
        page = stage.instagram.comments(media_id)
        assert [comment.ig_id for comment in page.items] == [second, first]
        assert page.after is None
        ani = page.items[1]
        assert (ani.author, ani.text, ani.own, ani.parent_id, ani.media_id) == (
            "ani",
            "Antreannya lama 😡",
            False,
            "",
            media_id,
        )
        assert ani.author_id
        (reply,) = ani.replies
        assert (reply.ig_id, reply.parent_id, reply.author) == (answer, first, "citra")

    def test_our_reply_is_ours_and_stands_under_the_comment(self, stage: Stage) -> None:
        media_id = stage.post_by_hand(Kind.IMAGE, "Halo")
        comment = stage.comment(media_id, "ani", "Terima kasih bu bidan")
        ours = stage.instagram.reply_to_comment(comment, "Sama-sama, Kak 🙏")
        (reply,) = stage.instagram.comment_replies(comment, media_id).items
        assert (reply.ig_id, reply.text, reply.own) == (ours, "Sama-sama, Kak 🙏", True)
        (top,) = stage.instagram.comments(media_id).items
        assert [one.own for one in (top, *top.replies)] == [False, True]

    def test_a_reply_to_a_reply_hangs_on_the_comment_above(self, stage: Stage) -> None:
        media_id = stage.post_by_hand(Kind.IMAGE, "Halo")
        top = stage.comment(media_id, "ani", "Halo")
        below = stage.comment(media_id, "budi", "Hai", parent_id=top)
        stage.instagram.reply_to_comment(below, "Halo semua")
        assert len(stage.instagram.comment_replies(top, media_id).items) == 2

    def test_many_comments_come_in_pages(self, stage: Stage) -> None:
        media_id = stage.post_by_hand(Kind.IMAGE, "Halo")
        ids = [stage.comment(media_id, f"orang{n}", f"komentar {n}") for n in range(120)]
        seen: list[str] = []
        after = None
        sizes = []
        while True:
            page = stage.instagram.comments(media_id, after)
            sizes.append(len(page.items))
            seen += [comment.ig_id for comment in page.items]
            after = page.after
            if after is None:
                break
        assert seen == ids[::-1]
        assert sizes == [50, 50, 20]

    def test_replies_that_do_not_fit_are_read_on(self, stage: Stage) -> None:
        media_id = stage.post_by_hand(Kind.IMAGE, "Halo")
        comment = stage.comment(media_id, "ani", "Halo")
        ids = {stage.comment(media_id, f"orang{n}", "ya", parent_id=comment) for n in range(60)}
        (top,) = stage.instagram.comments(media_id).items
        assert top.more_replies is not None
        rest = stage.instagram.comment_replies(comment, media_id, top.more_replies)
        assert {reply.ig_id for reply in (*top.replies, *rest.items)} == ids
        assert len(top.replies) == 50
        assert rest.after is None

    def test_the_count_of_comments_includes_replies(self, stage: Stage) -> None:
        media_id = stage.post_by_hand(Kind.IMAGE, "Halo")
        comment = stage.comment(media_id, "ani", "Halo")
        stage.comment(media_id, "budi", "Hai", parent_id=comment)
        page = stage.instagram.media_with_counts(stage.now() - timedelta(days=90))
        assert [(media.ig_id, media.comments_count) for media in page.items] == [(media_id, 2)]
        assert page.after is None

    def test_edits_and_deletions_show(self, stage: Stage) -> None:
        media_id = stage.post_by_hand(Kind.IMAGE, "Halo")
        kept, gone = (stage.comment(media_id, "ani", text) for text in ("lama", "hapus"))
        stage.edit_comment(kept, "baru")
        stage.delete_comment(gone)
        assert [c.text for c in stage.instagram.comments(media_id).items] == ["baru"]
        with pytest.raises(Unavailable):
            stage.instagram.comment_replies(gone, media_id)
        with pytest.raises(Unanswered):
            stage.instagram.reply_to_comment(gone, "Halo")

    def test_whether_a_comment_still_stands_can_be_asked(self, stage: Stage) -> None:
        media_id = stage.post_by_hand(Kind.IMAGE, "Halo")
        gone = stage.comment(media_id, "ani", "Halo")
        below = stage.comment(media_id, "budi", "Hai", parent_id=gone)
        kept = stage.comment(media_id, "ani", "Halo lagi")
        assert [stage.instagram.comment_exists(one) for one in (gone, below, kept)] == [True] * 3
        stage.delete_comment(below)
        stage.delete_comment(gone)
        assert [stage.instagram.comment_exists(one) for one in (gone, below, kept)] == [False, False, True]

    def test_a_lost_answer_may_hide_a_reply(self, stage: Stage) -> None:
        media_id = stage.post_by_hand(Kind.IMAGE, "Halo")
        comment = stage.comment(media_id, "ani", "Halo")
        for fate, replies in (("lost_before", 0), ("lost_after", 1)):
            stage.next_call("POST", "replies", fate)
            with pytest.raises(Unanswered):
                stage.instagram.reply_to_comment(comment, "Hai")
            assert len(stage.instagram.comment_replies(comment, media_id).items) == replies

    def test_a_comment_is_hidden_and_shown_again(self, stage: Stage) -> None:
        media_id = stage.post_by_hand(Kind.IMAGE, "Halo")
        comment = stage.comment(media_id, "ani", "Halo")
        for hide in (True, True, False):
            stage.instagram.hide_comment(comment, hide)
            (found,) = stage.instagram.comments(media_id).items
            assert found.hidden is hide
        stage.instagram.hide_comment(comment, True)
        with pytest.raises(Unanswered):
            stage.instagram.reply_to_comment(comment, "Halo")
        assert stage.instagram.comments(media_id).items[0].replies == ()

    def test_our_own_comment_always_shows(self, stage: Stage) -> None:
        media_id = stage.post_by_hand(Kind.IMAGE, "Halo")
        ours = stage.instagram.comment_on_media(media_id, "Halo semua")
        stage.instagram.hide_comment(ours, True)
        assert [found.hidden for found in stage.instagram.comments(media_id).items] == [False]

    def test_a_lost_answer_may_hide_that_a_comment_is_hidden(self, stage: Stage) -> None:
        media_id = stage.post_by_hand(Kind.IMAGE, "Halo")
        comment = stage.comment(media_id, "ani", "Halo")
        stage.next_call("POST", comment, "lost_after")
        with pytest.raises(Unanswered):
            stage.instagram.hide_comment(comment, True)
        assert stage.instagram.comments(media_id).items[0].hidden
        stage.delete_comment(comment)
        with pytest.raises(Unanswered):
            stage.instagram.hide_comment(comment, True)

    def test_our_comment_stands_under_our_post_and_is_ours(self, stage: Stage) -> None:
        media_id = stage.post_by_hand(Kind.IMAGE, "Halo")
        words = "Daftar lewat tautan di bio ya, Bunda 🌸\nSampai besok! #sehat & ceria"
        ours = stage.instagram.comment_on_media(media_id, words)
        (comment,) = stage.instagram.comments(media_id).items
        assert (comment.ig_id, comment.text, comment.own, comment.parent_id) == (ours, words, True, "")

    def test_a_lost_answer_may_hide_a_comment(self, stage: Stage) -> None:
        media_id = stage.post_by_hand(Kind.IMAGE, "Halo")
        for fate, comments in (("lost_before", 0), ("lost_after", 1)):
            stage.next_call("POST", "comments", fate)
            with pytest.raises(Unanswered):
                stage.instagram.comment_on_media(media_id, "Hai")
            assert len(stage.instagram.comments(media_id).items) == comments

    @pytest.mark.parametrize(("fate", "family"), [("refused", Refused), ("throttled", Throttled)])
    def test_a_proven_no_leaves_no_comment(self, stage: Stage, fate: str, family: type[Exception]) -> None:
        media_id = stage.post_by_hand(Kind.IMAGE, "Halo")
        stage.next_call("POST", "comments", fate)
        with pytest.raises((family, Unanswered)):
            stage.instagram.comment_on_media(media_id, "Hai")
        stage.advance(timedelta(hours=2))
        assert stage.instagram.comments(media_id).items == ()

    def test_a_story_takes_no_comment(self, stage: Stage) -> None:
        story = stage.post_by_hand(Kind.STORY, "")
        with pytest.raises((Refused, Unanswered)):
            stage.instagram.comment_on_media(story, "Hai")

    def test_a_post_that_is_not_there_is_unavailable(self, stage: Stage) -> None:
        with pytest.raises(Unavailable):
            stage.instagram.comments("18000000000099999")


class TestMessages:
    def test_a_conversation_shows_who_wrote_what(self, stage: Stage) -> None:
        theirs = stage.message("ani", "Jam buka? 🕗")
        stage.advance(timedelta(minutes=1))
        (head,) = stage.instagram.conversations().items
        talk = stage.instagram.conversation(head.ig_id)
        ours = stage.instagram.send_message(talk.person_id, "Pukul 07.30, Kak")
        stage.advance(timedelta(minutes=1))
        stage.staff_message("ani", "Ada lagi?")
        talk = stage.instagram.conversation(head.ig_id)
        assert talk.person == "ani"
        assert [(m.text, m.own, m.readable) for m in talk.messages] == [
            ("Ada lagi?", True, True),
            ("Pukul 07.30, Kak", True, True),
            ("Jam buka? 🕗", False, True),
        ]
        assert (talk.messages[1].ig_id, talk.messages[2].ig_id) == (ours, theirs)
        assert talk.updated == talk.messages[0].timestamp == stage.now()

    def test_conversations_come_last_changed_first(self, stage: Stage) -> None:
        for author in ("ani", "budi"):
            stage.message(author, "Halo")
            stage.advance(timedelta(minutes=1))
        stage.message("ani", "Masih di sana?")
        heads = stage.instagram.conversations().items
        people = [stage.instagram.conversation(head.ig_id).person for head in heads]
        assert people == ["ani", "budi"]
        assert heads[0].updated == stage.now()

    def test_the_twenty_newest_messages_are_read(self, stage: Stage) -> None:
        for number in range(25):
            stage.message("ani", f"pesan {number}")
        (head,) = stage.instagram.conversations().items
        messages = stage.instagram.conversation(head.ig_id).messages
        assert [m.text for m in messages if m.readable] == [f"pesan {n}" for n in range(24, 4, -1)]

    def test_messages_that_can_no_longer_be_read_are_named(self, stage: Stage) -> None:
        for number in range(25):
            stage.message("ani", f"pesan {number}")
        (head,) = stage.instagram.conversations().items
        found = stage.instagram.conversation(head.ig_id)
        names = [
            one
            for page in pages(lambda after: stage.instagram.message_ids(head.ig_id, after))
            for one in page.items
        ]
        assert found.older
        readable = [message.ig_id for message in found.messages if message.readable]
        assert [one.ig_id for one in names][:20] == readable
        assert len({one.ig_id for one in names}) == 25
        assert all(one.timestamp is not None for one in names)

    def test_after_a_day_nothing_can_be_sent(self, stage: Stage) -> None:
        stage.message("ani", "Halo")
        (head,) = stage.instagram.conversations().items
        person = stage.instagram.conversation(head.ig_id).person_id
        stage.advance(timedelta(hours=24, minutes=1))
        with pytest.raises(WindowClosed):
            stage.instagram.send_message(person, "Halo")

    def test_what_a_person_writes_can_be_sent_for_seven_days(self, stage: Stage) -> None:
        stage.message("ani", "Halo")
        (head,) = stage.instagram.conversations().items
        person = stage.instagram.conversation(head.ig_id).person_id
        stage.advance(timedelta(days=6, hours=23))
        ours = stage.instagram.send_message(person, "Maaf baru kami balas, Kak", human_agent=True)
        assert stage.instagram.conversation(head.ig_id).messages[0].ig_id == ours
        stage.advance(timedelta(hours=2))
        with pytest.raises(WindowClosed):
            stage.instagram.send_message(person, "Halo", human_agent=True)

    def test_a_text_of_more_than_a_thousand_bytes_is_refused(self, stage: Stage) -> None:
        stage.message("ani", "Halo")
        (head,) = stage.instagram.conversations().items
        person = stage.instagram.conversation(head.ig_id).person_id
        with pytest.raises(Refused):
            stage.instagram.send_message(person, "🙏" * 251)
        stage.instagram.send_message(person, "🙏" * 250)
        assert len(stage.instagram.conversation(head.ig_id).messages) == 2

    def test_a_lost_answer_may_hide_a_message(self, stage: Stage) -> None:
        stage.message("ani", "Halo")
        (head,) = stage.instagram.conversations().items
        person = stage.instagram.conversation(head.ig_id).person_id
        stage.next_call("POST", "/messages", "lost_after")
        with pytest.raises(Unanswered):
            stage.instagram.send_message(person, "Hai")
        assert stage.instagram.conversation(head.ig_id).messages[0].text == "Hai"

    def test_a_stranger_cannot_be_written_to(self, stage: Stage) -> None:
        with pytest.raises((Refused, Unanswered)):
            stage.instagram.send_message("900000000000001", "Halo")

    def test_a_conversation_that_is_not_there_is_unavailable(self, stage: Stage) -> None:
        with pytest.raises(Unavailable):
            stage.instagram.conversation("aWdfZAG06none")


def names_of(read: MetricsRead) -> set[str]:
    return {metric.name for metric in read.metrics}


class TestFigures:
    def test_a_day_of_the_account_has_figures(self, stage: Stage) -> None:
        day = (stage.now() - timedelta(days=3)).date()
        read = stage.instagram.account_insights(day)
        assert {metric.day for metric in read.metrics} == {day}
        assert {"views", "accounts_engaged"} <= names_of(read)
        assert "reach" not in names_of(read)
        assert (read.refused, read.missing) == ({}, {})

    def test_a_series_has_each_of_metas_days_once(self, stage: Stage) -> None:
        end = (stage.now() - timedelta(days=3)).date()
        begin = end - timedelta(days=6)
        read = stage.instagram.daily_series(begin, end)
        days = [metric.day for metric in read.metrics if metric.name == "reach"]
        assert days == [begin + timedelta(days=offset) for offset in range(7)]
        assert names_of(read) <= {"reach", "follower_count"}
        alone = stage.instagram.daily_series(end, end).metrics
        assert {metric for metric in read.metrics if metric.day == end} == set(alone)

    def test_posts_of_all_kinds_have_figures_in_the_order_of_the_list(self, stage: Stage) -> None:
        old = stage.post_by_hand(Kind.IMAGE, "Lama")
        stage.advance(timedelta(hours=2))
        since = stage.now()
        made = []
        for kind in (Kind.IMAGE, Kind.CAROUSEL, Kind.REEL):
            made.append(stage.post_by_hand(kind, "Halo"))
            stage.advance(timedelta(minutes=1))
        stage.advance(timedelta(hours=3))
        reads = stage.instagram.media_insights(since)
        assert [one.media.ig_id for one in reads] == made[::-1]
        assert old not in {one.media.ig_id for one in reads}
        for one in reads:
            assert {"reach", "views"} <= names_of(one.read)
            assert {metric.day for metric in one.read.metrics} == {None}
            assert (one.read.refused, one.read.missing) == ({}, {})

    def test_stories_have_figures_while_they_are_up(self, stage: Stage) -> None:
        story = stage.post_by_hand(Kind.STORY, "")
        stage.post_by_hand(Kind.IMAGE, "Halo")
        stage.advance(timedelta(hours=12))
        (read,) = stage.instagram.stories_insights()
        assert (read.media.ig_id, read.media.product_type) == (story, "STORY")
        assert {"reach", "views"} <= names_of(read.read)
        stage.advance(timedelta(hours=13))
        assert stage.instagram.stories_insights() == ()

    def test_a_story_that_too_few_have_seen_is_told_apart(self, stage: Stage) -> None:
        quiet = stage.post_by_hand(Kind.STORY, "")
        loud = stage.post_by_hand(Kind.STORY, "")
        stage.too_few_see(quiet)
        stage.advance(timedelta(hours=12))
        reads = {one.media.ig_id: one.read for one in stage.instagram.stories_insights()}
        assert (reads[quiet].metrics, reads[quiet].missing) == ((), {"": Why.TOO_FEW})
        assert "reach" in names_of(reads[loud])
        assert reads[loud].missing == {}

    def test_days_of_which_there_is_nothing_are_not_zero(self, stage: Stage) -> None:
        day = (stage.now() - timedelta(days=1)).date()
        stage.figures_are_late(day)
        series, totals = stage.instagram.daily_series(day, day), stage.instagram.account_insights(day)
        assert series.metrics == totals.metrics == ()
        assert series.missing["reach"] is totals.missing["views"] is Why.NO_DATA

    def test_the_hours_and_the_audience_have_their_parts(self, stage: Stage) -> None:
        stage.has_an_audience()
        hours = stage.instagram.online_followers()
        assert {one.breakdown for one in hours.metrics} == {f"hour={hour}" for hour in range(24)}
        (day,) = {one.day for one in hours.metrics}
        assert day is not None
        audience = stage.instagram.audience()
        assert names_of(audience) == {"follower_demographics"}
        assert {one.breakdown.partition("=")[0] for one in audience.metrics} == {"age", "gender", "city"}
        assert {one.day for one in audience.metrics} == {None}

    def test_a_refused_metric_leaves_the_others(self, stage: Stage) -> None:
        post = stage.post_by_hand(Kind.IMAGE, "Halo")
        stage.advance(timedelta(hours=3))
        stage.retire("views")
        day = (stage.now() - timedelta(days=3)).date()
        (read,) = stage.instagram.media_insights(stage.now() - timedelta(days=1))
        for one in (read.read, stage.instagram.account_insights(day)):
            assert "views" in one.refused
            assert one.missing == {"views": Why.REFUSED}
            assert "views" not in names_of(one)
            assert one.metrics
        assert read.media.ig_id == post


class TestAccount:
    def test_the_profile_says_who_we_are(self, stage: Stage) -> None:
        profile = stage.instagram.profile()
        assert profile.ig_user_id.startswith("178414000000000")
        assert profile.username.startswith("puskesmas")
        assert profile.followers_count is not None

    def test_a_token_is_refreshed(self, stage: Stage) -> None:
        if isinstance(stage, SandboxStage) and stage.instagram.profile().username.endswith("kendalkerep"):
            with pytest.raises(Unavailable):
                stage.instagram.refresh_token()
            return
        stage.advance(timedelta(days=2))
        fresh = stage.instagram.refresh_token()
        assert fresh.access_token
        assert fresh.expires_in is not None
        assert fresh.expires_in > 50 * 86400
