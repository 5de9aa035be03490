"""A person answers, and hides, from the command line: the real client against the embedded Instagram."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from cli_centre import NOW, TOKEN, Installation, Outcome

from ig_worker.cli.answering import _not_done
from ig_worker.domain.reply import Event, Happened, Reply, Status, apply
from ig_worker.sandbox.door import Door
from ig_worker.sandbox.process import SandboxProcess
from ig_worker.store import answers, messages, replies


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxProcess]:
    """The embedded Instagram, in its own process."""
    with SandboxProcess({"now": NOW.isoformat()}) as running:
        yield running


@dataclass
class Talk:
    """A centre whose Instagram answers, with one post; time is the same on both sides."""

    centre: Installation
    door: Door
    media_id: str

    def comment(self, text: str = "Kapan imunisasi campak?", **rest: Any) -> dict[str, Any]:
        """Somebody comments, and the inbox is read; the message as the list shows it."""
        ig_id = self.door.comment("bunda_rara", text, media_id=self.media_id, **rest)
        return self.polled(ig_id)

    def message(self, text: str = "Kapan imunisasi campak?") -> dict[str, Any]:
        return self.polled(self.door.message("bunda_rara", text)["id"])

    def polled(self, ig_id: str) -> dict[str, Any]:
        assert self.centre("run-once", "inbox").status == 0
        return self.listed(ig_id)

    def listed(self, ig_id: str) -> dict[str, Any]:
        found = [each for each in self.centre("inbox", "list", "--json").document if each["ig_id"] == ig_id]
        assert len(found) == 1
        document: dict[str, Any] = found[0]
        return document

    def reply(self, message: dict[str, Any], text: str, *more: str) -> Outcome:
        return self.centre("inbox", "reply", str(message["id"]), text, "--by", "Bidan Sari", *more)

    def forward(self, step: timedelta) -> datetime:
        now = self.door.advance(step.total_seconds())
        self.centre.set_clock(now)
        return now

    def said(self) -> list[tuple[str, str]]:
        """What the worker has written on Instagram: where, and the words."""
        state = self.door.state()
        under = [
            (comment["parent_id"] or "", comment["text"])
            for comment in state["comments"]
            if comment["by"] == "worker"
        ]
        return under + [
            (talk["person"], message["text"])
            for talk in state["conversations"]
            for message in talk["messages"]
            if message["by"] == "worker"
        ]


@pytest.fixture
def talk(centre: Installation, sandbox: SandboxProcess) -> Talk:
    sandbox.door.reset(NOW)
    sandbox.door.clear_faults()
    centre.configure(base_url=sandbox.base_url)
    media_id = sandbox.door.media("image", "Jadwal imunisasi")
    return Talk(centre, sandbox.door, media_id)


class TestComments:
    def test_an_answer_stands_under_the_comment_and_names_its_author(self, talk: Talk) -> None:
        asked = talk.comment()
        done = talk.reply(asked, "Setiap Rabu, pukul 08.00 ya, Kak 🙏")
        assert (done.status, done.err) == (0, "")
        words = "@bunda_rara Setiap Rabu, pukul 08.00 ya, Kak 🙏"
        assert done.out == f"Message {asked['id']} is answered: {words}\n"
        assert talk.said() == [(asked["ig_id"], words)]
        message = talk.listed(asked["ig_id"])
        reply = message["reply"]
        assert (reply["status"], reply["text"], reply["by"]) == ("sent", words, "Bidan Sari")
        assert reply["ig_id"]
        assert reply["sent_at"] == "2026-11-25T07:30:00+07:00"
        (answer,) = message["answers"]
        assert answer == {"by": "Bidan Sari", "text": words, "status": "sent", "sent_at": reply["sent_at"]}

    def test_our_answer_is_no_message_of_the_public_afterwards(self, talk: Talk) -> None:
        asked = talk.comment()
        talk.reply(asked, "Setiap Rabu")
        assert talk.centre("run-once", "inbox", "replies").status == 0
        assert len(talk.centre("inbox", "list", "--json").document) == 1
        assert talk.centre("inbox", "list", "--waiting", "--json").document == []

    def test_a_reply_is_answered_under_the_comment_above(self, talk: Talk) -> None:
        above = talk.comment("Halo semua")
        below = talk.comment("Kapan posyandu?", parent_id=above["ig_id"])
        assert talk.reply(below, "Besok, Kak").status == 0
        assert talk.said() == [(above["ig_id"], "@bunda_rara Besok, Kak")]

    def test_json_is_the_message_as_it_is_now(self, talk: Talk) -> None:
        done = talk.reply(talk.comment(), "Besok", "--json")
        assert done.document["reply"]["status"] == "sent"

    def test_the_text_can_come_from_the_standard_input(
        self, talk: Talk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked = talk.comment()
        typed = io.TextIOWrapper(io.BytesIO(b"Besok, Kak\r\nSampai jumpa\n"))
        monkeypatch.setattr(sys, "stdin", typed)  # the command runs in this process, whose input is pytest's
        assert talk.reply(asked, "-").status == 0
        assert talk.said() == [(asked["ig_id"], "@bunda_rara Besok, Kak\nSampai jumpa")]

    @pytest.mark.parametrize(
        ("text", "found"), [(b"", "nothing"), (b"a\x00b", "U+0000"), (b"a\xffb", "UTF-8")]
    )
    def test_what_cannot_be_sent_is_a_wrong_command(
        self, talk: Talk, monkeypatch: pytest.MonkeyPatch, text: bytes, found: str
    ) -> None:
        asked = talk.comment()
        typed = io.TextIOWrapper(io.BytesIO(text))
        monkeypatch.setattr(sys, "stdin", typed)  # the command runs in this process, whose input is pytest's
        done = talk.reply(asked, "-")
        assert done.status == 2
        assert found in done.line
        assert talk.said() == []

    def test_the_same_words_go_out_twice_only_when_asked(self, talk: Talk) -> None:
        asked = talk.comment()
        talk.reply(asked, "Besok")
        done = talk.reply(asked, "@bunda_rara  besok".replace("besok", "Besok"))
        assert done.status == 1
        assert done.line == (
            f"just this answer by Bidan Sari was sent to message {asked['id']}: send it once more with --again"
        )
        assert len(talk.said()) == 1
        assert talk.reply(asked, "Besok", "--again").status == 0
        assert talk.reply(asked, "Atau lusa").status == 0
        assert len(talk.said()) == 3

    def test_a_planned_thank_you_is_not_sent_besides(self, talk: Talk) -> None:
        praise = talk.comment("Pelayanannya cepat dan petugasnya ramah sekali, terima kasih 🙏")
        assert talk.centre("run-once", "replies").status == 0
        assert talk.listed(praise["ig_id"])["reply"]["status"] == "planned"
        talk.reply(praise, "Sama-sama, Bunda")
        talk.forward(timedelta(minutes=10))
        assert talk.centre("run-once", "inbox", "replies").status == 0
        assert len(talk.said()) == 1
        assert talk.listed(praise["ig_id"])["reply"]["by"] == "Bidan Sari"
        journal = talk.centre("inbox", "show", str(praise["id"]), "--json").document["journal"]
        assert ("Bidan Sari", "reply skip: Bidan Sari answers") in [
            (each["who"], each["what"]) for each in journal
        ]

    def test_a_hidden_comment_is_refused_with_the_cure(self, talk: Talk) -> None:
        asked = talk.comment()
        assert talk.centre("inbox", "hide", str(asked["id"]), "--by", "Bidan Sari").status == 0
        done = talk.reply(asked, "Besok")
        assert done.status == 1
        assert (
            "is hidden, and Instagram takes no answer to it: show it again first: ig-worker inbox hide"
            in done.line
        )
        assert talk.said() == []

    def test_a_comment_hidden_by_phone_is_not_answered_and_the_worker_makes_sure(self, talk: Talk) -> None:
        asked = talk.comment()
        talk.door.change_comment(asked["ig_id"], hidden=True)
        done = talk.reply(asked, "Besok")
        assert done.status == 1
        assert "is most likely not answered" in done.line
        for _ in range(3):
            talk.forward(timedelta(minutes=5))
            talk.centre("run-once", "replies")
        assert talk.said() == []
        assert talk.listed(asked["ig_id"])["answers"][0]["status"] == "failed"

    @pytest.mark.parametrize("above", [False, True])
    def test_a_deleted_comment_is_refused(self, talk: Talk, above: bool) -> None:
        top = talk.comment("Halo")
        asked = talk.comment(parent_id=top["ig_id"])
        gone = top["id"] if above else asked["id"]
        with talk.centre.writing() as connection:
            messages.change(connection, gone, NOW, "deleted", deleted=True)
        done = talk.reply(asked, "Besok")
        assert done.status == 1
        assert "deleted" in done.line

    def test_too_long_a_text_is_told_by_how_much(self, talk: Talk) -> None:
        done = talk.reply(talk.comment(), "a" * 2200)
        assert done.status == 1
        assert "the text is 12 letters too long (a comment takes 2200" in done.line
        assert talk.said() == []


class TestMessages:
    def test_within_a_day_it_is_a_response(self, talk: Talk) -> None:
        asked = talk.message()
        talk.forward(timedelta(hours=23, minutes=59))
        assert talk.reply(asked, "Setiap Rabu, Kak").status == 0
        assert talk.said() == [("bunda_rara", "Setiap Rabu, Kak")]
        assert not stored(talk, asked)[0].human_agent

    def test_within_a_week_it_is_said_to_be_a_persons(self, talk: Talk) -> None:
        asked = talk.message()
        talk.forward(timedelta(days=3))
        assert talk.reply(asked, "Maaf baru kami balas, Kak").status == 0
        assert stored(talk, asked)[0].human_agent

    def test_after_a_week_it_is_refused_with_the_cure(self, talk: Talk) -> None:
        asked = talk.message()
        talk.forward(timedelta(days=7, minutes=1))
        done = talk.reply(asked, "Setiap Rabu")
        assert done.status == 1
        assert done.line.endswith("and they are over: answer in the Instagram app")
        assert stored(talk, asked) == []

    def test_what_they_wrote_since_the_inbox_was_read_opens_the_window_again(self, talk: Talk) -> None:
        asked = talk.message()
        talk.forward(timedelta(days=8))
        talk.door.message("bunda_rara", "Halo?")
        assert talk.reply(asked, "Setiap Rabu").status == 0
        assert not stored(talk, asked)[0].human_agent

    def test_more_than_a_thousand_bytes_are_refused(self, talk: Talk) -> None:
        done = talk.reply(talk.message(), "🙏" * 260)
        assert done.status == 1
        assert "the text is 40 bytes too long (a message takes 1000" in done.line
        assert talk.said() == []

    def test_a_message_whose_author_is_withheld_is_refused(self, talk: Talk) -> None:
        asked = talk.message()
        with talk.centre.writing() as connection:
            messages.change(connection, asked["id"], NOW, "withheld", author_id="")
        done = talk.reply(asked, "Besok")
        assert done.status == 1
        assert "does not say who wrote it" in done.line


def stored(talk: Talk, message: dict[str, Any]) -> list[Any]:
    with talk.centre.writing() as connection:
        return list(answers.to_message(connection, message["id"]))


class TestTrouble:
    @pytest.mark.parametrize("kind", ["comment", "message"])
    def test_an_answer_whose_way_back_was_lost_is_seen_to_be_there(self, talk: Talk, kind: str) -> None:
        asked = getattr(talk, kind)()
        talk.door.fault("lost_after", method="POST", path="(replies|/messages)$")
        done = talk.reply(asked, "Besok, Kak")
        assert (done.status, done.out.endswith("Besok, Kak\n")) == (0, True)
        assert "is answered" in done.out
        talk.forward(timedelta(minutes=10))
        talk.centre("run-once", "replies")
        assert len(talk.said()) == 1

    @pytest.mark.parametrize("code", [1, 100])
    def test_an_error_after_the_effect_is_no_failure(self, talk: Talk, code: int) -> None:
        asked = talk.comment()
        talk.door.fault("error_after", method="POST", path="replies$", code=code)
        done = talk.reply(asked, "Besok, Kak")
        assert (done.status, done.out) == (0, f"Message {asked['id']} is answered: @bunda_rara Besok, Kak\n")
        assert len(talk.said()) == 1

    @pytest.mark.parametrize(
        ("status", "told"), [(Status.UNCONFIRMED, "stays unsure"), (Status.SKIPPED, "not answered")]
    )
    def test_what_the_worker_has_settled_meanwhile_is_told(
        self, talk: Talk, status: Status, told: str
    ) -> None:
        asked = talk.comment()
        with talk.centre.writing() as connection:
            row = messages.get(connection, asked["id"])
            assert row is not None
            ended = Reply(status, NOW, NOW)
            stored = answers.add(connection, row, ended, "Besok", NOW, by="Sari", human_agent=False)
        error = _not_done(stored)
        assert error is not None
        assert told in str(error)

    def test_one_that_was_lost_on_its_way_is_sent_by_the_worker(self, talk: Talk) -> None:
        asked = talk.comment()
        talk.door.fault("lost_before", method="POST", path="replies$")
        done = talk.reply(asked, "Besok, Kak")
        assert done.status == 0
        assert "It is not sure yet whether the answer" in done.out
        again = talk.reply(asked, "Besok, Kak", "--again")
        assert again.status == 1
        assert "Bidan Sari has given just this answer, and it is still on its way" in again.line
        for _ in range(4):
            talk.forward(timedelta(minutes=5))
            assert talk.centre("run-once", "replies").status == 0
        assert len(talk.said()) == 1
        assert talk.listed(asked["ig_id"])["reply"]["status"] == "sent"

    def test_one_that_staff_have_given_by_phone_meanwhile_is_not_sent_after_all(self, talk: Talk) -> None:
        asked = talk.comment()
        talk.door.fault("lost_before", method="POST", path="replies$")
        talk.reply(asked, "Besok, Kak")
        talk.forward(timedelta(minutes=5))
        talk.door.staff("Besok pagi ya", comment_id=asked["ig_id"])
        for _ in range(4):
            assert talk.centre("run-once", "inbox", "replies").status == 0
            talk.forward(timedelta(minutes=5))
        assert talk.said() == []
        assert talk.listed(asked["ig_id"])["answers"][0]["status"] == "skipped"
        assert notices(talk) == [f"Jawaban untuk pesan {asked['id']} tidak dikirim"]

    def test_a_limit_lets_the_worker_send_it_later(self, talk: Talk) -> None:
        asked = talk.comment()
        talk.door.fault("throttle", method="POST", path="replies$")
        done = talk.reply(asked, "Besok, Kak")
        assert done.status == 0
        assert done.out.startswith("Instagram wants no calls now: the worker answers message")
        talk.forward(timedelta(hours=2))
        assert talk.centre("run-once", "replies").status == 0
        assert len(talk.said()) == 1

    def test_a_limit_that_lasts_a_day_ends_it_and_the_team_is_told(self, talk: Talk) -> None:
        asked = talk.comment()
        talk.door.fault("throttle", method="POST", path="replies$")
        talk.reply(asked, "Besok, Kak")
        talk.forward(timedelta(hours=25))
        assert talk.centre("run-once", "replies").status == 0
        assert talk.said() == []
        (title,) = notices(talk)
        assert title == f"Jawaban untuk pesan {asked['id']} tidak dikirim"

    def test_a_dead_token_sends_nothing_now_or_later(self, talk: Talk) -> None:
        asked = talk.comment()
        talk.door.fault("error", method="POST", path="replies$", code=190)
        done = talk.reply(asked, "Besok, Kak")
        assert done.status == 1
        assert TOKEN not in done.err
        talk.forward(timedelta(hours=1))
        talk.centre("run-once", "replies")
        assert talk.said() == []
        assert talk.listed(asked["ig_id"])["answers"][0]["status"] == "skipped"

    def test_a_no_is_told_with_its_reason(self, talk: Talk) -> None:
        asked = talk.message()
        talk.door.fault("error", method="POST", path="/messages$", code=10, subcode=2534022)
        done = talk.reply(asked, "Besok, Kak")
        assert done.status == 1
        assert "is not answered: " in done.line
        assert "10/2534022" in done.line
        assert done.line.endswith("answer in the Instagram app if it cannot wait")
        assert talk.reply(asked, "Besok, Kak").status == 0

    def test_a_command_that_was_killed_before_its_call_is_brought_to_its_end(self, talk: Talk) -> None:
        asked = talk.comment()
        with talk.centre.writing() as connection:
            row = messages.get(connection, asked["id"])
            assert row is not None
            intent = apply(Reply(Status.PLANNED, NOW, NOW), Happened(Event.INTEND), NOW)
            answers.add(connection, row, intent, "@bunda_rara Besok", NOW, by="Bidan Sari", human_agent=False)
        for _ in range(4):
            talk.forward(timedelta(minutes=5))
            assert talk.centre("run-once", "replies").status == 0
        assert talk.said() == [(asked["ig_id"], "@bunda_rara Besok")]

    def test_a_command_that_was_killed_in_its_call_is_found_to_have_done_it(self, talk: Talk) -> None:
        asked = talk.comment()
        talk.door.settings(answer_seconds=30)
        words = ("inbox", "reply", str(asked["id"]), "Besok, Kak", "--by", "Bidan Sari")
        command = [sys.executable, "-m", "ig_worker", "--config", str(talk.centre.config), *words]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            while not talk.said():
                assert process.poll() is None
            process.kill()
        talk.door.settings(answer_seconds=0)
        assert talk.listed(asked["ig_id"])["answers"][0]["status"] == "sending"
        talk.forward(timedelta(minutes=5))
        assert talk.centre("run-once", "inbox", "replies").status == 0
        assert len(talk.said()) == 1
        assert talk.listed(asked["ig_id"])["answers"][0]["status"] == "sent"

    @pytest.mark.sqlite_only("the lock lies beside the file")
    def test_it_works_while_the_worker_holds_the_database(self, talk: Talk) -> None:
        from ig_worker.store.lock import only_worker

        asked = talk.comment()
        with only_worker(talk.centre.database_file):
            assert talk.reply(asked, "Besok").status == 0

    def test_an_account_that_is_gone_is_refused(self, talk: Talk) -> None:
        asked = talk.comment()
        with talk.centre.writing() as connection:
            messages.change(connection, asked["id"], NOW, "moved", account="lama")
        for words in (("reply", str(asked["id"]), "Besok"), ("hide", str(asked["id"]))):
            done = talk.centre("inbox", *words, "--by", "Sari")
            assert done.status == 1
            assert "account lama is not in the configuration any more" in done.line


def notices(talk: Talk) -> list[str]:
    from sqlalchemy import select

    from ig_worker.store.schema import notices as shelf

    with talk.centre.writing() as connection:
        return list(connection.execute(select(shelf.c.title).where(shelf.c.key.like("answer:%"))).scalars())


class TestHiding:
    def hidden(self, talk: Talk, ig_id: str) -> bool:
        (there,) = [each for each in talk.door.state()["comments"] if each["id"] == ig_id]
        return bool(there["hidden"])

    def test_a_comment_is_hidden_and_shown_again_as_often_as_wanted(self, talk: Talk) -> None:
        comment = talk.comment("Jual obat kuat, klik bio")
        number = str(comment["id"])
        for more, there in (((), True), ((), True), (("--unhide",), False)):
            done = talk.centre("inbox", "hide", number, "--by", "Bidan Sari", *more)
            assert (done.status, done.err) == (0, "")
            assert self.hidden(talk, comment["ig_id"]) is there
            assert talk.listed(comment["ig_id"])["hidden"] is there
        assert done.out == f"Comment {number} is shown again.\n"
        journal = talk.centre("inbox", "show", number, "--json").document["journal"]
        assert (journal[-1]["who"], journal[-1]["what"]) == ("Bidan Sari", "shown to the public again")

    def test_a_planned_thank_you_is_not_sent_to_a_hidden_comment(self, talk: Talk) -> None:
        praise = talk.comment("Pelayanannya cepat dan petugasnya ramah sekali, terima kasih 🙏")
        talk.centre("run-once", "replies")
        done = talk.centre("inbox", "hide", str(praise["id"]), "--by", "Bidan Sari", "--json")
        assert (done.document["hidden"], done.document["reply"]["status"]) == (True, "skipped")

    def test_whether_it_is_hidden_can_be_unclear(self, talk: Talk) -> None:
        comment = talk.comment()
        talk.door.fault("lost_before", method="POST", path=comment["ig_id"])
        done = talk.centre("inbox", "hide", str(comment["id"]), "--by", "Bidan Sari")
        assert done.status == 1
        told = done.err.splitlines()[-1]
        assert told.startswith(f"ig-worker: it is not sure whether comment {comment['id']} is hidden: ")
        assert told.endswith(f"it does no harm twice: ig-worker inbox hide {comment['id']} --by NAME")
        assert not talk.listed(comment["ig_id"])["hidden"]

    def test_what_cannot_be_hidden_says_why(self, talk: Talk) -> None:
        direct, gone = talk.message(), talk.comment()
        with talk.centre.writing() as connection:
            messages.change(connection, gone["id"], NOW, "deleted", deleted=True)
        for message, why in ((direct, "is a direct message"), (gone, "was deleted")):
            done = talk.centre("inbox", "hide", str(message["id"]), "--by", "Bidan Sari")
            assert done.status == 1
            assert why in done.line


def test_our_own_words_are_no_message_to_answer_or_hide(talk: Talk) -> None:
    with talk.centre.writing() as connection:
        from cli_centre import message_values

        ours = messages.add(connection, message_values("kata kami", own=True, ig_id="1"))
    for words in (("reply", str(ours), "Halo"), ("hide", str(ours)), ("relabel", str(ours), "pujian")):
        done = talk.centre("inbox", *words, "--by", "Sari")
        assert (done.status, "there is no message" in done.line) == (1, True)


def test_the_worker_does_not_speak_where_an_answer_is_on_its_way(talk: Talk) -> None:
    praise = talk.comment("Pelayanannya cepat dan petugasnya ramah sekali, terima kasih 🙏")
    talk.door.fault("lost_before", method="POST", path="replies$")
    talk.reply(praise, "Sama-sama, Bunda")
    with talk.centre.writing() as connection:
        assert replies.of(connection, praise["id"]) is None
    for _ in range(6):
        talk.forward(timedelta(minutes=5))
        assert talk.centre("run-once", "inbox", "replies").status == 0
    assert talk.said() == [(praise["ig_id"], "@bunda_rara Sama-sama, Bunda")]
