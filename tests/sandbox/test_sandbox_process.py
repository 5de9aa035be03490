"""The sandbox as a process, over a real socket: the ready line, lost connections, a published client, speed."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
from pyfacebook import FacebookError, IGBusinessApi

from ig_worker.sandbox.door import Door, DoorRefused
from ig_worker.sandbox.process import SandboxNotStarted, SandboxProcess
from ig_worker.sandbox.server import main
from ig_worker.sandbox.world import (
    FACEBOOK_ACCOUNT,
    FACEBOOK_PAGE,
    FACEBOOK_USER_TOKEN,
    INSTAGRAM_ACCOUNT,
    INSTAGRAM_TOKEN,
    World,
)

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def sandbox():
    with SandboxProcess({"settings": {"container_seconds": 0}}) as running:
        yield running


@pytest.fixture
def door(sandbox):
    sandbox.door.reset(NOW)
    return sandbox.door


@pytest.fixture
def session():
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {INSTAGRAM_TOKEN}"
        yield session


@pytest.mark.parametrize(("kind", "effect"), [("lost_before", 0), ("lost_after", 1)])
def test_a_lost_answer_is_a_connection_closed_without_a_byte(sandbox, door, session, kind, effect):
    media = door.media()
    door.fault(kind, method="POST", path="comments")
    with pytest.raises(requests.ConnectionError):
        session.post(f"{sandbox.base_url}/v25.0/{media}/comments", data={"message": "Halo"}, timeout=10)
    assert len(door.state()["comments"]) == effect
    host, port = sandbox.base_url.removeprefix("http://").split(":")
    door.fault("lost_before")
    with socket.create_connection((host, int(port)), timeout=10) as plain:
        plain.sendall(b"GET /me HTTP/1.1\r\nHost: x\r\n\r\n")
        with contextlib.suppress(ConnectionResetError):
            assert plain.recv(100) == b""


def test_the_next_call_on_a_new_connection_works_after_a_loss(sandbox, door, session):
    door.fault("lost_before", path="me")
    with pytest.raises(requests.ConnectionError):
        session.get(f"{sandbox.base_url}/me", timeout=10)
    assert session.get(f"{sandbox.base_url}/me", timeout=10).status_code == 200


def test_a_late_effect_happens_although_the_caller_went_away(sandbox, door, session):
    media = door.media()
    door.fault("delay", path="comments", seconds=0.3)
    with pytest.raises(requests.Timeout):
        session.post(f"{sandbox.base_url}/{media}/comments", data={"message": "Halo"}, timeout=0.05)
    for _ in range(200):
        if door.state()["comments"]:
            break
        time.sleep(0.02)  # the effect comes when it comes: looked for, not waited out
    assert [one["text"] for one in door.state()["comments"]] == ["Halo"]


def test_the_door_does_all_that_the_control_door_does(door):
    assert door.now() == NOW
    assert door.advance(60).minute == 1
    assert door.set_clock(NOW) == NOW
    media = door.media("image", "Pagi")
    comment = door.comment("budi", "Bagus", caption_contains="Pagi")
    assert len(door.comments([{"author": "a", "text": "x", "parent_id": comment}])) == 1
    door.change_comment(comment, text="Kurang")
    message = door.message("siti", "Halo")
    assert len(door.messages([{"author": "siti", "text": "Halo?"}])) == 1
    door.change_message(message["id"], unsent=True)
    door.staff("Siap", comment_id=comment)
    door.change_media(media, like_count=3)
    door.settings(publishing_limit=7)
    door.faults([{"kind": "http_500", "match": {"path": "nowhere"}}])
    assert door.login()["code"]
    state = door.state()
    assert [one["text"] for one in state["comments"]] == ["Kurang", "x", "Siap"]
    assert [one["unsent"] for one in state["conversations"][0]["messages"]] == [True, False]
    assert state["settings"]["publishing_limit"] == 7
    assert state["faults"] == ["http_500"]
    door.clear_faults()
    door.reset()
    assert door.state()["media"] == []
    with pytest.raises(DoorRefused, match="no setting is named speed"):
        door.settings(speed=1)


@pytest.mark.parametrize("login", ["instagram", "facebook"])
def test_a_published_client_works_unchanged(sandbox, door, login):
    """python-facebook, with nothing but its own base_url option; its calls are those of the Graph API's pages."""
    account, token = (
        (INSTAGRAM_ACCOUNT, INSTAGRAM_TOKEN)
        if login == "instagram"
        else (FACEBOOK_ACCOUNT, FACEBOOK_USER_TOKEN)
    )
    api = IGBusinessApi(
        app_id="1",
        access_token=token,
        base_url=f"{sandbox.base_url}/",
        instagram_business_id=account,
        version="v25.0",
    )
    assert api.user.get_info().username == (
        "puskesmaspolowijen" if login == "instagram" else "puskesmaskendalkerep"
    )
    album = door.media("carousel", "Tiga langkah", account=account)
    posts = [door.media("image", str(n), account=account, at="2026-11-20") for n in range(30)]
    listed = api.user.get_media(count=None, limit=10).data
    assert [one.id for one in listed] == [album, *posts[::-1]]
    assert len(listed[0].children.data) == 2
    assert api.media.get_info(media_id=posts[0]).caption == "0"
    assert set(api.media.get_batch(ids=posts[:3])) == set(posts[:3])
    assert len(api.media.get_children(media_id=album).data) == 2
    comments = door.comments([{"author": "a", "text": str(n), "media_id": album} for n in range(60)])
    first = comments[0]["id"]
    door.comment("b", "balasan", parent_id=first)
    read = api.media.get_comments(media_id=album, count=None, limit=50).data
    assert [one.text for one in read] == [str(n) for n in range(59, -1, -1)]
    assert api.comment.get_info(comment_id=first, fields="id,text,username").username == "a"
    assert set(api.comment.get_batch(ids=[first, comments[1]["id"]])) == {first, comments[1]["id"]}
    (reply,) = api.comment.get_replies(comment_id=first).data
    assert api.reply.get_info(reply_id=reply.id).text == "balasan"
    insights = api.media.get_insights(media_id=posts[0], metric=["reach", "views"]).data
    assert [one.name for one in insights] == ["reach", "views"]
    account_insights = api.user.get_insights(metric="reach", period="day").data
    assert account_insights[0].name == "reach"
    limit = api.user.get_content_publishing_limit().data
    assert limit[0].config.quota_total == 50
    with pytest.raises(FacebookError) as caught:
        api.media.get_info(media_id="1")
    assert caught.value.code == 100


def test_a_published_client_publishes(sandbox, door, pictures):
    api = IGBusinessApi(
        app_id="1",
        access_token=INSTAGRAM_TOKEN,
        base_url=f"{sandbox.base_url}/",
        instagram_business_id=INSTAGRAM_ACCOUNT,
        version="v25.0",
    )
    container = api.post_object(
        INSTAGRAM_ACCOUNT, "media", data={"image_url": pictures.good(), "caption": "Pagi"}
    )["id"]
    assert api.container.get_info(container_id=container).status_code == "FINISHED"
    assert set(api.container.get_batch(ids=[container])) == {container}
    media = api.post_object(INSTAGRAM_ACCOUNT, "media_publish", data={"creation_id": container})["id"]
    assert [(one["id"], one["caption"]) for one in door.state()["media"]] == [(media, "Pagi")]
    comment = door.comment("budi", "Bagus")
    api.post_object(comment, "replies", data={"message": "Terima kasih"})
    assert door.state()["comments"][1]["parent_id"] == comment


def test_a_published_client_finds_pages_and_exchanges_tokens(sandbox, door):
    api = IGBusinessApi(
        app_id="990000000000002",
        app_secret="sandbox-app-secret-2",
        access_token=FACEBOOK_USER_TOKEN,
        base_url=f"{sandbox.base_url}/",
        access_token_url=f"{sandbox.base_url}/oauth/access_token",
        version="v25.0",
    )
    # With the secret it sends appsecret_proof with every call.
    assert api.get_connection("me", "accounts")["data"][0]["id"] == FACEBOOK_PAGE
    assert api.exchange_page_access_token(FACEBOOK_PAGE)
    assert api.exchange_long_lived_user_access_token()["expires_in"] == 5_184_000
    app_token = api.get_app_token()["access_token"]
    assert api.debug_token(FACEBOOK_USER_TOKEN, app_token)["data"]["is_valid"] is True


def test_ten_thousand_comments_page_quickly(sandbox, door, session):
    media = door.media()
    door.comments([{"author": f"u{n % 50}", "text": f"komentar {n}"} for n in range(10_000)])
    params = {"fields": "id,text,timestamp,username,from,replies.limit(50){id,text}", "limit": "50"}
    started, seen = time.monotonic(), set()
    while True:
        page = session.get(f"{sandbox.base_url}/{media}/comments", params=params, timeout=30).json()
        seen |= {one["id"] for one in page["data"]}
        if "next" not in page["paging"]:
            break
        params["after"] = page["paging"]["cursors"]["after"]
    assert len(seen) == 10_000
    # About 1.5 s on an idle machine; the bound is for a busy one.
    assert time.monotonic() - started < 30


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_says_when_it_is_ready_and_stops_when_told(how):
    words = [sys.executable, "-m", "ig_worker.sandbox", "--port", "0", "--seed", "5"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        line = process.stdout.readline()
        assert line.startswith("sandbox listening on http://127.0.0.1:")
        url = line.split()[-1]
        door = Door(url)
        assert door.state()["accounts"][0]["ig_user_id"] == INSTAGRAM_ACCOUNT
        door.close()
        process.send_signal(how)
        out, err = process.communicate(timeout=20)
    assert process.returncode == 0
    assert out == ""
    assert "Traceback" not in err


def test_it_listens_on_the_other_loopback_too():
    words = [sys.executable, "-m", "ig_worker.sandbox", "--port", "0", "--host", "::1"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        line = process.stdout.readline()
        if not line:
            process.wait(20)
            pytest.skip("this machine has no ::1")
        door = Door(line.split()[-1])
        assert door.now()
        door.close()
        process.terminate()
        process.communicate(timeout=20)


@pytest.mark.parametrize("content", ["{", '{"acounts": []}', '{"accounts": [{"username": "x"}]}', "[]"])
def test_a_configuration_that_makes_no_sense_is_one_line_and_status_2(tmp_path, capsys, content):
    file = tmp_path / "sandbox.json"
    file.write_text(content)
    assert main(["--config", str(file)]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert main(["--config", str(tmp_path / "missing.json")]) == 2


def test_a_port_that_is_taken_is_one_line_and_status_1(capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main(["--port", str(port)]) == 1
    assert f"port {port}" in capsys.readouterr().err
    with pytest.raises(SandboxNotStarted, match="configuration"), SandboxProcess({"settings": {"speed": 1}}):
        pass


def test_a_configuration_names_accounts_settings_seed_and_now():
    account = {"ig_user_id": "178", "username": "puskesmasku", "access_token": "IGx"}
    config = {"accounts": [account], "settings": {"publishing_limit": 3}, "seed": 9, "now": NOW.isoformat()}
    with SandboxProcess(json.loads(json.dumps(config))) as running:
        state = running.door.state()
        answer = requests.get(
            f"{running.base_url}/me", params={"access_token": "IGx", "fields": "user_id"}, timeout=10
        )
    assert answer.json()["user_id"] == "178"
    assert state["settings"]["publishing_limit"] == 3
    assert state["now"] == NOW.isoformat()
    assert World(config).seed == 9


def test_one_that_does_not_start_or_stop_in_time_is_ended():
    with pytest.raises(SandboxNotStarted, match="nothing"), SandboxProcess(start_seconds=0.0):
        pass
    with SandboxProcess(stop_seconds=0.1) as running:
        os.kill(running.pid, signal.SIGSTOP)
        while "T (stopped)" not in Path(f"/proc/{running.pid}/status").read_text():
            time.sleep(0.01)  # until the kernel has stopped it
    with pytest.raises(ProcessLookupError):
        os.kill(running.pid, 0)


def test_answers_to_twenty_clients_overlap(pictures):
    accounts = [
        {
            "ig_user_id": str(17_841_400_000_000_100 + number),
            "username": f"puskesmas{number}",
            "access_token": f"IGAAtoken{number}",
        }
        for number in range(20)
    ]
    settings = {"answer_seconds": 0.3, "container_seconds": 0}
    address = pictures.good()
    with SandboxProcess({"accounts": accounts, "settings": settings}) as process:

        def publish(account):
            with requests.Session() as session:
                session.trust_env = False
                session.headers["Authorization"] = f"Bearer {account['access_token']}"
                me = f"{process.base_url}/v25.0/{account['ig_user_id']}"
                made = session.post(f"{me}/media", data={"image_url": address}).json()["id"]
                return session.post(f"{me}/media_publish", data={"creation_id": made}).status_code

        begun = time.perf_counter()
        with ThreadPoolExecutor(20) as clients:
            assert list(clients.map(publish, accounts)) == [200] * 20
        took = time.perf_counter() - begun
    print(f"20 clients, 2 calls each, 0.3 s an answer: {took:.1f} s; one after the other 12 s")
    assert took < 11
