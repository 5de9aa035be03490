"""Answers that are unusual but possible: ids without quotes, items without what they should have, odd pages."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import responses
from graph_wire import IG, INSTAGRAM, PAGE, TOKEN, error

from ig_worker.domain.errors import Unanswered
from ig_worker.domain.instagram import ContainerSpec, ContainerStatus, Kind, Metric
from ig_worker.graph import InstagramAccount
from ig_worker.graph.answers import given_at, id_text

Client = Callable[..., InstagramAccount]
ROOT = f"{INSTAGRAM}/v25.0/"
MEDIA = f"{ROOT}{IG}/media"
COMMENTS = f"{ROOT}18001/comments"
CONVERSATIONS = f"{ROOT}me/conversations"
ME = {"id": 999, "user_id": int(IG), "username": "puskesmaspolowijen"}
AT = "2026-11-22T02:00:00+0000"
WHEN = datetime(2026, 11, 22, 2, tzinfo=UTC)
DATE = {"Date": "Sun, 22 Nov 2026 03:00:00 GMT"}
READ_AT = datetime(2026, 11, 22, 3, tzinfo=UTC)
SINCE = datetime(2026, 11, 22, tzinfo=UTC)
THREAD = "aWdfZAG06MTpJR="


class TestIdsAsNumbers:
    @pytest.mark.parametrize(
        ("value", "ig_id"),
        [
            (17900000000000001, "17900000000000001"),
            ("17900", "17900"),
            ("aWdf=", "aWdf="),
            ("1\x00", "1\ufffd"),
            (True, ""),
            (1.5, ""),
            (None, ""),
            ({}, ""),
        ],
    )
    def test_an_id_is_a_text_whether_meta_quotes_it_or_not(self, value: object, ig_id: str) -> None:
        assert id_text(value) == ig_id

    def test_what_a_write_made_has_an_id_even_without_quotes(
        self, wire: responses.RequestsMock, client: Client
    ) -> None:
        wire.post(MEDIA, json={"id": 17900})
        wire.post(f"{MEDIA}_publish", json={"id": 18001})
        wire.post(f"{ROOT}1/replies", json={"id": 2})
        wire.post(f"{ROOT}{IG}/messages", json={"recipient_id": 555, "message_id": 3})
        account = client()
        assert account.create_container(ContainerSpec(Kind.IMAGE, image_url="https://a/b.jpg")) == "17900"
        assert account.publish_container("17900") == "18001"
        assert account.reply_to_comment("1", "ya") == "2"
        assert account.send_message("555", "ya") == "3"

    @pytest.mark.parametrize(("author", "own"), [(int(IG), True), (999, True), (555, False)])
    def test_our_own_number_is_recognised_in_a_comment(
        self, wire: responses.RequestsMock, client: Client, author: int, own: bool
    ) -> None:
        wire.get(f"{ROOT}me", json=ME)
        comment = {"id": 1, "parent_id": 7, "timestamp": AT, "from": {"id": author}}
        wire.get(COMMENTS, json={"data": [comment]})
        (read,) = client().comments("18001").items
        assert (read.ig_id, read.parent_id, read.author_id, read.own) == ("1", "7", str(author), own)

    def test_our_own_number_is_recognised_in_a_conversation(
        self, wire: responses.RequestsMock, client: Client
    ) -> None:
        wire.get(f"{ROOT}me", json=ME)
        us, ani = {"id": 999}, {"id": 555, "username": "ani"}
        messages = [{"id": 2, "created_time": AT, "from": us}, {"id": 1, "created_time": AT, "from": ani}]
        found = {
            "id": 77,
            "updated_time": AT,
            "participants": {"data": [us, ani]},
            "messages": {"data": messages},
        }
        wire.get(f"{ROOT}77", json=found)
        wire.get(CONVERSATIONS, json={"data": [{"id": 77, "updated_time": AT}]})
        account = client()
        (head,) = account.conversations().items
        talk = account.conversation(head.ig_id)
        assert (talk.person_id, talk.person) == ("555", "ani")
        assert [(message.ig_id, message.own) for message in talk.messages] == [("2", True), ("1", False)]

    def test_a_page_id_is_recognised_as_ours(self, wire: responses.RequestsMock, client: Client) -> None:
        root = "https://graph.facebook.com/v25.0/"
        wire.get(f"{root}{IG}", json={"id": int(IG), "username": "x"})
        comment = {"id": 1, "timestamp": AT, "from": {"id": int(PAGE)}}
        wire.get(f"{root}18001/comments", json={"data": [comment]})
        assert client("facebook").comments("18001").items[0].own

    def test_a_cursor_may_be_a_number(self, wire: responses.RequestsMock, client: Client) -> None:
        wire.get(CONVERSATIONS, json={"data": [], "paging": {"cursors": {"after": 25}, "next": "https://x"}})
        assert client().conversations().after == "25"

    @pytest.mark.parametrize("me", [{"user_id": int(IG)}, {"id": int(IG), "user_id": None}])
    def test_one_of_our_two_ids_is_enough(
        self, wire: responses.RequestsMock, client: Client, me: dict[str, Any]
    ) -> None:
        wire.get(f"{ROOT}me", json={"username": "x", **me})
        assert client().profile().ig_user_id == IG

    def test_a_profile_without_any_id_is_no_answer(
        self, wire: responses.RequestsMock, client: Client
    ) -> None:
        wire.get(f"{ROOT}me", json={"username": "x"})
        with pytest.raises(Unanswered):
            client().profile()


class TestPages:
    def test_an_item_without_an_id_is_left_out_and_the_others_stay(
        self, wire: responses.RequestsMock, client: Client, caplog: pytest.LogCaptureFixture
    ) -> None:
        wire.get(f"{ROOT}me", json=ME)
        good = {"id": "1", "text": "ya", "timestamp": AT, "username": "ani"}
        wire.get(COMMENTS, json={"data": [{"text": "rahasia", "timestamp": AT}, good, "?", {"id": None}]})
        assert [comment.ig_id for comment in client().comments("18001").items] == ["1"]
        warnings = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
        assert warnings == ["18001/comments: 3 of 4 cannot be read"]
        assert "rahasia" not in caplog.text

    def test_a_comment_without_a_time_has_that_of_the_answer(
        self, wire: responses.RequestsMock, client: Client
    ) -> None:
        wire.get(f"{ROOT}me", json=ME)
        reply = {"id": "2", "text": "ya"}
        items = [
            {"id": "1", "text": "ya", "timestamp": "soon", "replies": {"data": [reply]}},
            {"id": "3", "timestamp": AT},
        ]
        wire.get(COMMENTS, json={"data": items}, headers=DATE)
        first, second = client().comments("18001").items
        assert (first.timestamp, first.replies[0].timestamp, second.timestamp) == (READ_AT, READ_AT, WHEN)

    @pytest.mark.parametrize("replies", [None, [], {}, {"data": None}, "none"])
    def test_replies_that_are_no_list_do_not_take_the_comment_with_them(
        self, wire: responses.RequestsMock, client: Client, replies: object
    ) -> None:
        wire.get(f"{ROOT}me", json=ME)
        wire.get(COMMENTS, json={"data": [{"id": "1", "timestamp": AT, "replies": replies}]})
        assert [comment.replies for comment in client().comments("18001").items] == [()]

    @pytest.mark.parametrize("time", [{}, {"timestamp": None}, {"timestamp": "2026-11-22T02:00:00"}])
    def test_a_post_without_a_time_is_watched_but_proves_nothing(
        self,
        wire: responses.RequestsMock,
        client: Client,
        caplog: pytest.LogCaptureFixture,
        time: dict[str, Any],
    ) -> None:
        dated = {"id": "18001", "timestamp": AT}
        wire.get(MEDIA, json={"data": [{"id": "18002", **time}, dated]}, headers=DATE)
        account = client()
        watched = account.media_with_counts(SINCE).items
        assert [(media.ig_id, media.timestamp) for media in watched] == [("18002", READ_AT), ("18001", WHEN)]
        assert not caplog.records
        assert [media.ig_id for media in account.media_since(SINCE, kind=Kind.IMAGE)] == ["18001"]
        assert "media: 1 of 2 cannot be read" in caplog.text

    @pytest.mark.parametrize(
        ("date", "when"),
        [
            ("Sun, 22 Nov 2026 03:00:00 GMT", READ_AT),
            ("Sun, 22 Nov 2026 03:00:00 -0000", READ_AT),
            ("Sun, 22 Nov 2026 10:00:00 +0700", READ_AT),
        ],
    )
    def test_the_time_of_an_answer_is_its_date(self, date: str, when: datetime) -> None:
        assert given_at(date) == when

    @pytest.mark.parametrize(
        "date", ["", "yesterday", "Sun, 99 Nov 2026 03:00:00 GMT", "Fri, 31 Dec 9999 23:00:00 -1400"]
    )
    def test_an_answer_without_a_date_is_given_now(self, date: str) -> None:
        before = given_at("")
        assert before <= given_at(date) <= given_at("")

    def test_times_at_the_end_of_all_time_are_no_times(
        self, wire: responses.RequestsMock, client: Client
    ) -> None:
        wire.get(MEDIA, json={"data": [{"id": "1", "timestamp": "0001-01-01T00:00:00+1400"}]})
        assert client().media_since(SINCE, kind=Kind.IMAGE) == ()


class TestConversations:
    def test_one_without_a_time_of_change_seems_changed_each_time(
        self, wire: responses.RequestsMock, client: Client
    ) -> None:
        wire.get(f"{ROOT}me", json=ME)
        for minute in (0, 1):
            date = {"Date": f"Sun, 22 Nov 2026 03:0{minute}:00 GMT"}
            wire.get(CONVERSATIONS, json={"data": [{"id": THREAD}]}, headers=date)
        messages = {
            "data": [{"id": "m2", "created_time": AT}, {"id": "m1"}, {"id": "m0", "created_time": "soon"}]
        }
        wire.get(f"{ROOT}{THREAD}", json={"id": THREAD, "messages": messages}, headers=DATE)
        account = client()
        heads = [account.conversations().items[0].updated for _ in range(2)]
        read = account.conversation(THREAD).updated
        assert read == WHEN
        assert len({*heads, read}) == 3

    @pytest.mark.parametrize("messages", [{}, {"messages": None}, {"messages": {"data": []}}])
    def test_an_empty_one_without_a_time_has_that_of_the_answer(
        self, wire: responses.RequestsMock, client: Client, messages: dict[str, Any]
    ) -> None:
        wire.get(f"{ROOT}me", json=ME)
        wire.get(f"{ROOT}{THREAD}", json={"id": THREAD, **messages}, headers=DATE)
        talk = client().conversation(THREAD)
        assert (talk.updated, talk.messages) == (READ_AT, ())

    def test_messages_that_are_no_list_are_no_answer(
        self, wire: responses.RequestsMock, client: Client
    ) -> None:
        wire.get(f"{ROOT}me", json=ME)
        wire.get(f"{ROOT}{THREAD}", json={"id": THREAD, "updated_time": AT, "messages": {"data": None}})
        with pytest.raises(Unanswered):
            client().conversation(THREAD)


class TestCursors:
    @pytest.mark.parametrize(
        ("paging", "after"),
        [
            ({"next": f"https://g/x?access_token={TOKEN}&after=QVFI%3D&limit=25"}, "QVFI="),
            ({"cursors": {}, "next": "https://g/x?limit=25&after=QVFI#_"}, "QVFI"),
            ({"cursors": {"after": ""}, "next": "https://g/x?after=QVFI"}, "QVFI"),
            ({"cursors": {"after": "A"}, "next": "https://g/x?after=B"}, "A"),
            ({"cursors": {"after": "A"}}, None),
            ({"cursors": {"after": "A"}, "next": None}, None),
            ({"next": f"https://g/x?access_token={TOKEN}"}, None),
            ({"next": True}, None),
            ({"next": "https://[bad?after="}, None),
            ([], None),
        ],
    )
    def test_the_cursor_is_all_that_is_taken_of_the_next_address(
        self,
        wire: responses.RequestsMock,
        client: Client,
        caplog: pytest.LogCaptureFixture,
        paging: object,
        after: str | None,
    ) -> None:
        caplog.set_level(logging.DEBUG)
        wire.get(CONVERSATIONS, json={"data": [], "paging": paging})
        page = client().conversations()
        assert page.after == after
        assert TOKEN not in caplog.text + repr(page)

    def test_a_next_page_to_which_no_cursor_leads_is_logged(
        self, wire: responses.RequestsMock, client: Client, caplog: pytest.LogCaptureFixture
    ) -> None:
        wire.get(CONVERSATIONS, json={"data": [], "paging": {"next": "https://g/x?offset=25"}})
        assert client().conversations().after is None
        assert "no cursor" in caplog.text


class TestTexts:
    @pytest.mark.parametrize(
        ("item", "text"),
        [({}, None), ({"text": None}, None), ({"text": ""}, ""), ({"text": "ya\x00"}, "ya\ufffd")],
    )
    def test_a_comment_whose_text_is_withheld_is_not_one_without_words(
        self, wire: responses.RequestsMock, client: Client, item: dict[str, Any], text: str | None
    ) -> None:
        wire.get(f"{ROOT}me", json=ME)
        wire.get(COMMENTS, json={"data": [{"id": "1", "timestamp": AT, **item}]})
        (comment,) = client().comments("18001").items
        assert comment.text == text
        assert (comment.author, comment.own) == ("", False)

    @pytest.mark.parametrize(
        ("item", "text", "readable"),
        [
            ({}, None, False),
            ({"from": {"id": "555"}}, None, True),
            ({"created_time": AT}, None, False),
            ({"from": {"id": "555"}, "created_time": AT}, None, True),
            ({"message": "ya"}, "ya", True),
            ({"message": "", "created_time": AT}, "", True),
        ],
    )
    def test_a_message_of_which_there_is_its_name_and_time_alone_cannot_be_read(
        self,
        wire: responses.RequestsMock,
        client: Client,
        item: dict[str, Any],
        text: str | None,
        readable: bool,
    ) -> None:
        wire.get(f"{ROOT}me", json=ME)
        found = {"id": THREAD, "updated_time": AT, "messages": {"data": [{"id": "m1", **item}]}}
        wire.get(f"{ROOT}{THREAD}", json=found)
        (message,) = client().conversation(THREAD).messages
        assert (message.text, message.readable, message.own) == (text, readable, False)


class TestContainersOneByOne:
    @pytest.mark.parametrize(
        "no",
        [
            {"body": "<html>Not here</html>"},
            {"status": 404, "body": ""},
            {"status": 500, "json": error(1)},
            {"status": 400, "json": error(4, 2207051)},
            {"json": [{"id": "1", "status_code": "FINISHED"}]},
            {"json": {"2": {"error": {"code": 100}}}},
        ],
        ids=str,
    )
    def test_they_are_read_singly_where_many_at_once_fail(
        self, wire: responses.RequestsMock, client: Client, no: dict[str, Any]
    ) -> None:
        wire.get(ROOT, **no)
        wire.get(f"{ROOT}1", json={"id": 1, "status_code": "FINISHED"})
        wire.get(f"{ROOT}2", json={"id": 2, "status_code": "PUBLISHED"})
        states = client().container_states(["1", "2"])
        assert [state.status for state in states.values()] == ["FINISHED", "PUBLISHED"]

    def test_only_those_left_out_are_read_singly(self, wire: responses.RequestsMock, client: Client) -> None:
        wire.get(ROOT, json={"1": {"id": 1, "status_code": "FINISHED"}})
        wire.get(f"{ROOT}2", json={"id": 2, "status_code": "PUBLISHED"})
        states = client().container_states(["1", "2"])
        assert [state.status for state in states.values()] == ["FINISHED", "PUBLISHED"]
        assert len(wire.calls) == 2

    @pytest.mark.parametrize(
        "no",
        [{"body": "<html>"}, {"status": 500, "json": error(1)}, {"status": 400, "json": error(4, 2207051)}],
        ids=str,
    )
    def test_one_that_cannot_be_read_singly_does_not_hide_the_next(
        self, wire: responses.RequestsMock, client: Client, no: dict[str, Any]
    ) -> None:
        wire.get(ROOT, json={})
        wire.get(f"{ROOT}1", **no)
        wire.get(f"{ROOT}2", json={"id": 2, "status_code": "PUBLISHED"})
        states = client().container_states(["1", "2"])
        assert [state.status for state in states.values()] == [
            ContainerStatus.UNREADABLE,
            ContainerStatus.PUBLISHED,
        ]


class TestFigures:
    def read(self, wire: responses.RequestsMock, client: Client, data: str) -> tuple[Metric, ...]:
        wire.get(f"{ROOT}{IG}/insights", body=f'{{"data": {data}}}')
        wire.get(f"{ROOT}{IG}/insights", json={"data": []})
        return client().account_insights(WHEN.date()).metrics

    def test_what_is_no_figure_is_left_out(self, wire: responses.RequestsMock, client: Client) -> None:
        values = {"views": "7", "likes": "NaN", "saves": "Infinity", "shares": "1" + "0" * 400}
        values |= {"replies": "true", "reposts": '"8"', "comments": "1.5", "profile_links_taps": "[3]"}
        entry = '{"name": "%s", "total_value": {"value": %s}}'
        data = f"[{','.join(entry % one for one in values.items())}]"
        found = [(metric.name, metric.value) for metric in self.read(wire, client, data)]
        assert found == [("views", 7.0), ("reposts", 8.0), ("comments", 1.5)]

    @pytest.mark.parametrize("odd", ["", '"dimension_keys": null,', '"dimension_keys": "x",'])
    def test_a_part_without_its_name_does_not_pass_for_the_whole(
        self, wire: responses.RequestsMock, client: Client, odd: str
    ) -> None:
        results = '[{"dimension_values": ["FOLLOWER"], "value": 3}, {"dimension_values": null, "value": 4}]'
        total = f'{{"value": 9, "breakdowns": [{{{odd} "results": {results}}}]}}'
        found = self.read(wire, client, f'[{{"name": "views", "total_value": {total}}}]')
        assert found == (Metric("views", 9.0, WHEN.date()),)

    @pytest.mark.parametrize("end", ["soon", "0001-01-01T00:00:00+0000", 5, None, "9999-12-31T23:59:59-0800"])
    def test_a_series_whose_day_cannot_be_read_gives_nothing(
        self, wire: responses.RequestsMock, client: Client, end: object
    ) -> None:
        entry = {"name": "reach", "values": [{"value": 3, "end_time": end}]}
        wire.get(f"{ROOT}{IG}/insights", json={"data": [entry]})
        assert client().daily_series(WHEN.date(), WHEN.date()).metrics == ()

    @pytest.mark.parametrize("end", [10**13, -(10**20), 10**30])
    def test_an_end_beyond_all_time_is_unknown(
        self, wire: responses.RequestsMock, client: Client, end: int
    ) -> None:
        wire.get(
            "https://graph.facebook.com/v25.0/debug_token",
            json={"data": {"is_valid": True, "expires_at": end}},
        )
        facts = client("facebook", app_secret="s").token_facts("77")
        assert (facts.valid, facts.expires_at) == (True, None)
