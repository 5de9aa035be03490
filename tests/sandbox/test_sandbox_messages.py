"""Conversations, messages and private replies (instagram_api.md, sections C and D)."""

from __future__ import annotations

import pytest

DAY = 86_400
FIELDS = (
    "participants,updated_time,"
    "messages.limit(20){id,created_time,from,to,message,attachments,shares,story,is_unsupported}"
)


def writes(ig, text="Halo min", author="siti_n", **rest):
    return ig.control("messages", author=author, text=text, account=ig.me, **rest)


def error(answer):
    said = answer.json()["error"]
    return said["code"], said.get("error_subcode")


def test_a_conversation_is_read_with_its_messages(ig):
    sent = writes(ig)
    (seen,) = ig.ok("me/conversations", platform="instagram", fields=FIELDS)["data"]
    assert seen["id"] == sent["conversation_id"]
    assert seen["participants"]["data"] == [
        {"id": ig.me, "username": "puskesmaspolowijen"},
        {"id": sent["person_id"], "username": "siti_n"},
    ]
    (message,) = seen["messages"]["data"]
    assert message == {
        "id": sent["id"],
        "created_time": "2026-11-22T02:00:00+0000",
        "from": {"id": sent["person_id"], "username": "siti_n"},
        "to": {"data": [{"id": ig.me, "username": "puskesmaspolowijen"}]},
        "message": "Halo min",
    }
    assert ig.ok("me/conversations", fields="participants{username}")["data"][0]["participants"]["data"] == [
        {"username": "puskesmaspolowijen"},
        {"username": "siti_n"},
    ]


def test_default_fields(ig):
    sent = writes(ig)
    assert ig.ok("me/conversations")["data"] == [
        {"id": sent["conversation_id"], "updated_time": "2026-11-22T02:00:00+0000"}
    ]
    assert ig.ok(f"{sent['conversation_id']}/messages")["data"] == [
        {"id": sent["id"], "created_time": "2026-11-22T02:00:00+0000"}
    ]
    assert ig.ok(sent["id"])["id"] == sent["id"]


def test_conversations_come_newest_first_and_can_be_asked_by_person(ig):
    first = writes(ig)
    ig.advance(60)
    second = writes(ig, author="budi")
    ids = [one["id"] for one in ig.ok("me/conversations")["data"]]
    assert ids == [second["conversation_id"], first["conversation_id"]]
    ig.advance(60)
    writes(ig)
    assert ig.ok("me/conversations")["data"][0]["id"] == first["conversation_id"]
    assert len(ig.ok("me/conversations", user_id=second["person_id"])["data"]) == 1
    assert ig.ok("me/conversations", user_id="1") == {"data": []}


def test_a_pages_platform_is_messenger_unless_it_says_instagram(ig):
    page = ig.facebook(page=True)
    writes(page)
    assert page.ok("me/conversations") == {"data": []}
    assert page.ok("me/conversations", platform="MESSENGER") == {"data": []}
    assert len(page.ok("me/conversations", platform="instagram")["data"]) == 1
    assert page.no("me/conversations", platform="whatsapp")[0] == 100
    account = page.world.accounts[page.me]
    assert ig.facebook().no(f"{account.page_id}/conversations", platform="instagram")[0] == 190


def test_details_only_for_the_20_newest(ig):
    sent = [writes(ig, str(n)) for n in range(23)]
    conversation = sent[0]["conversation_id"]
    path = f"{conversation}/messages"
    listed = ig.ok(path, fields="id,message,from", limit=50)["data"]
    assert [one.get("message") for one in listed] == [str(n) for n in range(22, 2, -1)]
    named = ig.ok(path, fields="id,created_time", limit=50)["data"]
    assert [one["id"] for one in named] == [one["id"] for one in reversed(sent)]
    inside = ig.ok(conversation, fields="messages.limit(50){id,created_time}")["messages"]["data"]
    assert inside == named
    ig.control("settings", older_messages="bare")
    listed = ig.ok(path, fields="id,message,from", limit=50)["data"]
    assert [one.get("message") for one in listed] == [str(n) for n in range(22, 2, -1)] + [None] * 3
    assert set(listed[-1]) == {"id", "created_time"}
    assert ig.ok(sent[3]["id"], fields="message")["message"] == "3"
    assert ig.no(sent[2]["id"], fields="message")[0] == 9000001


def test_the_horizon_holds_on_later_pages(ig):
    sent = [writes(ig, str(n)) for n in range(25)]
    path = f"{sent[0]['conversation_id']}/messages"
    first = ig.ok(path, fields="message", limit=18)
    after = first["paging"]["cursors"]["after"]
    rest = ig.ok(path, fields="message", limit=18, after=after)
    assert [one["message"] for one in rest["data"]] == ["6", "5"]
    assert "next" not in rest["paging"]
    last = ig.ok(path, fields="message", limit=3, after=rest["paging"]["cursors"]["before"])
    assert [one["message"] for one in last["data"]] == ["5"]
    beyond = ig.ok(path, fields="message", limit=3, after=last["paging"]["cursors"]["after"])
    assert (beyond["data"], "next" in beyond["paging"]) == ([], False)
    ig.control("settings", older_messages="bare")
    rest = ig.ok(path, fields="message", limit=18, after=after)["data"]
    assert ["message" in one for one in rest] == [True, True] + [False] * 5


def test_a_message_taken_back_is_gone_and_an_older_one_can_be_read_again(ig):
    sent = [writes(ig, str(n)) for n in range(21)]
    assert ig.no(sent[0]["id"])[0] == 9000001
    ig.control(f"messages/{sent[7]['id']}", unsent=True)
    assert ig.no(sent[7]["id"])[0] == 9000001
    assert ig.ok(sent[0]["id"], fields="message")["message"] == "0"
    assert len(ig.ok(f"{sent[0]['conversation_id']}/messages")["data"]) == 20
    ig.control(f"messages/{sent[7]['id']}", unsent=False)
    assert ig.ok(sent[7]["id"], fields="message")["message"] == "7"


def test_a_message_can_be_edited(ig):
    sent = writes(ig, "Ramah")
    ig.control(f"messages/{sent['id']}", text="Kurang ramah")
    assert ig.ok(sent["id"], fields="message")["message"] == "Kurang ramah"


def test_requests_that_slept_30_days_are_not_returned(ig):
    writes(ig, author="jualan", request=True)
    writes(ig)
    assert len(ig.ok("me/conversations")["data"]) == 2
    ig.advance(30 * DAY + 1)
    assert len(ig.ok("me/conversations")["data"]) == 1


def test_a_request_that_we_answer_is_none_any_more(ig):
    sent = writes(ig, author="jualan", request=True)
    ig.control("staff", conversation_id=sent["conversation_id"], text="Halo")
    ig.advance(30 * DAY + 1)
    assert len(ig.ok("me/conversations")["data"]) == 1


def test_conversations_beyond_the_first_page(ig):
    for n in range(30):
        writes(ig, author=f"warga{n}")
    first = ig.ok("me/conversations", platform="instagram")
    assert len(first["data"]) == 25
    rest = ig.ok("me/conversations", platform="instagram", after=first["paging"]["cursors"]["after"])
    assert len(rest["data"]) == 5
    assert "next" not in rest["paging"]


ALONG = "message,attachments,shares{link},story,is_unsupported,reactions,reply_to"


@pytest.mark.parametrize(
    ("kind", "shape"),
    [
        ("image", {"image_data", "mime_type", "name"}),
        ("gif", {"image_data", "mime_type"}),
        ("sticker", {"image_data"}),
        ("video", {"video_data", "mime_type", "name"}),
        ("audio", {"file_url", "mime_type", "name"}),
        ("file", {"file_url", "mime_type", "name", "size"}),
        ("template", {"generic_template"}),
        ("ephemeral", set()),
    ],
)
def test_an_attachment_is_told_by_its_shape(ig, kind, shape):
    sent = writes(ig, "", attachments=[{"type": kind}])
    seen = ig.ok(sent["id"], fields=ALONG)
    (attachment,) = seen.pop("attachments")["data"]
    assert set(attachment) - {"id"} == shape
    assert seen == {"id": sent["id"], "message": ""}
    assert ig.ok(f"{sent['id']}/attachments")["data"] == [attachment]
    assert ig.ok(f"{sent['id']}/shares")["data"] == []


def test_sounds_and_pictures_in_motion_say_what_they_are(ig):
    kinds = [{"type": "audio"}, {"type": "gif"}, {"type": "sticker"}]
    along = ig.ok(writes(ig, "", attachments=kinds)["id"], fields="attachments")["attachments"]["data"]
    assert along[0]["mime_type"].startswith("audio/")
    assert along[1]["image_data"]["animated_gif_url"]
    assert along[2]["image_data"]["render_as_sticker"] is True


def test_a_share_shows_its_link_to_who_asks_for_it(ig):
    sent = writes(ig, "", attachments=[{"type": "ig_reel", "url": "https://www.instagram.com/reel/x/"}])
    (bare,) = ig.ok(sent["id"], fields="shares")["shares"]["data"]
    assert set(bare) == {"id"}
    assert ig.ok(f"{sent['id']}/shares")["data"] == [bare]
    assert ig.ok(f"{sent['id']}/attachments")["data"] == []
    assert ig.ok(sent["id"], fields=ALONG)["shares"] == {
        "data": [{"link": "https://www.instagram.com/reel/x/"}]
    }
    assert "attachments" not in ig.ok(sent["id"], fields=ALONG)


def test_what_the_api_cannot_show_and_a_heart(ig):
    kinds = {"unsupported": {"is_unsupported": True}, "like": {}}
    for kind, told in kinds.items():
        sent = writes(ig, "", attachments=[{"type": kind}])
        assert ig.ok(sent["id"], fields=ALONG) == {"id": sent["id"], "message": "", **told}


@pytest.mark.parametrize(("given", "told"), [("story_reply", "reply_to"), ("story_mention", "mention")])
def test_a_story_that_was_answered_or_mentions_us(ig, given, told):
    sent = writes(ig, "", **{given: "180"})
    seen = ig.ok(sent["id"], fields="story")["story"]
    assert (set(seen), seen[told]["id"]) == ({told}, "180")
    assert "asset_id=180" in seen[told]["link"]
    ig.advance(DAY)
    assert ig.ok(sent["id"], fields="story")["story"] == {told: {"id": "180"}}


def test_reactions_of_both_sides(ig):
    sent = writes(ig)
    answer = ig.send({"id": sent["person_id"]}, "Terima kasih").json()["message_id"]
    ig.control(f"messages/{answer}", reaction="love")
    ig.control(f"messages/{sent['id']}", reaction="🙏")
    theirs = ig.ok(answer, fields="reactions")["reactions"]["data"]
    assert theirs == [{"reaction": "love", "users": [{"id": sent["person_id"], "username": "siti_n"}]}]
    (ours,) = ig.ok(sent["id"], fields="reactions")["reactions"]["data"]
    assert (ours["reaction"], ours["users"][0]["id"]) == ("🙏", ig.me)
    ig.control(f"messages/{answer}", reaction="")
    assert "reactions" not in ig.ok(answer, fields="reactions")


def test_a_message_that_answers_another(ig):
    first = writes(ig)
    second = writes(ig, "itu tadi", reply_to=first["id"])
    seen = ig.ok(second["id"], fields="reply_to")["reply_to"]
    assert seen == {"mid": first["id"], "is_self_reply": True}
    assert "reply_to" not in ig.ok(first["id"], fields="reply_to")


def test_staff_send_a_picture_from_the_phone(ig):
    sent = writes(ig)
    conversation = sent["conversation_id"]
    made = ig.control("staff", conversation_id=conversation, attachments=[{"type": "image"}])["id"]
    seen = ig.ok(made, fields="from,message,attachments")
    assert (seen["from"]["id"], seen["message"]) == (ig.me, "")
    assert len(seen["attachments"]["data"]) == 1


def test_a_plain_message_has_nothing_along(ig):
    assert set(ig.ok(writes(ig)["id"], fields="attachments,shares,story,is_unsupported")) == {"id"}


def test_what_a_conversation_tells_of_itself(ig):
    sent = writes(ig, "satu")
    writes(ig, "dua")
    fields = "snippet,unread_count,message_count,can_reply,name"
    seen = ig.ok(sent["conversation_id"], fields=fields)
    assert (seen["snippet"], seen["unread_count"], seen["message_count"], seen["can_reply"]) == (
        "dua",
        2,
        2,
        True,
    )
    ig.send({"id": sent["person_id"]}, "Baik")
    ig.advance(DAY + 1)
    late = ig.ok(sent["conversation_id"], fields=fields)
    assert (late["unread_count"], late["can_reply"]) == (0, False)


def test_a_message_of_ours_is_sent_and_shows_as_ours(ig):
    sent = writes(ig)
    answer = ig.send({"id": sent["person_id"]}, "Terima kasih 🙏", messaging_type="RESPONSE").json()
    assert answer["recipient_id"] == sent["person_id"]
    ours = ig.ok(answer["message_id"], fields="from,to,message")
    assert ours["from"] == {"id": ig.me, "username": "puskesmaspolowijen"}
    assert ours["to"]["data"][0]["username"] == "siti_n"
    state = ig.control("state", "GET")["conversations"][0]["messages"]
    assert [(one["by"], one["own"]) for one in state] == [("public", False), ("worker", True)]


def test_a_page_sends_with_me_or_its_id(ig):
    page = ig.facebook(page=True)
    sent = writes(page)
    body = {"recipient": {"id": sent["person_id"]}, "message": {"text": "Halo"}}
    assert page.call("POST", "me/messages", json=body).status_code == 200
    page_id = page.world.accounts[page.me].page_id
    assert page.call("POST", f"{page_id}/messages", json=body).status_code == 200
    assert ig.facebook().call("POST", f"{page_id}/messages", json=body).json()["error"]["code"] == 190


def test_a_form_with_json_in_it_is_taken_too(ig):
    sent = writes(ig)
    recipient, message = f'{{"id": "{sent["person_id"]}"}}', '{"text": "Halo"}'
    ig.done(f"{ig.me}/messages", recipient=recipient, message=message)
    assert ig.no(f"{ig.me}/messages", "POST", recipient="{", message=message)[0] == 100


def test_the_window_is_24_hours_and_7_days_for_a_person(ig):
    sent = writes(ig)
    to = {"id": sent["person_id"]}
    ig.advance(DAY)
    assert ig.send(to, "masih").status_code == 200
    ig.advance(1)
    assert error(ig.send(to, "terlambat")) == (10, 2534022)
    tagged = {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
    assert ig.send(to, "dari petugas", **tagged).status_code == 200
    assert error(ig.send(to, "x", messaging_type="MESSAGE_TAG", tag="EVENT")) == (100, None)
    ig.advance(6 * DAY)
    assert error(ig.send(to, "x", **tagged)) == (10, 2534022)
    writes(ig)
    assert ig.send(to, "lagi", messaging_type="RESPONSE").status_code == 200
    state = ig.control("state", "GET")["conversations"][0]["messages"]
    assert [one["sent_as"] for one in state if one["own"]] == ["", "HUMAN_AGENT", "RESPONSE"]


def test_a_text_has_at_most_1000_bytes(ig):
    to = {"id": writes(ig)["person_id"]}
    assert ig.send(to, "a" * 1000).status_code == 200
    assert ig.send(to, "🙏" * 250).status_code == 200
    assert error(ig.send(to, "a" * 1001)) == (100, 2534015)
    assert error(ig.send(to, "🙏" * 251)) == (100, 2534015)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ({}, (100, None)),
        ({"text": ""}, (100, 2534015)),
        ({"text": "   "}, (100, 2534015)),
        ({"text": 5}, (100, 2534015)),
        (
            {"text": "x", "attachment": {"type": "image", "payload": {"url": "https://x.id/a.png"}}},
            (100, 2534015),
        ),
        ({"attachment": {"type": "sticker"}}, (100, 2534015)),
        ({"attachments": ["image"]}, (100, 2534015)),
    ],
)
def test_a_message_that_is_none(ig, message, expected):
    body = {"recipient": {"id": writes(ig)["person_id"]}, "message": message}
    assert error(ig.call("POST", f"{ig.me}/messages", json=body)) == expected


def test_an_attachment_is_a_message(ig):
    sent = writes(ig)
    attachment = {"type": "image", "payload": {"url": "https://contoh.id/a.png"}}
    body = {"recipient": {"id": sent["person_id"]}, "message": {"attachment": attachment}}
    answer = ig.call("POST", f"{ig.me}/messages", json=body).json()
    seen = ig.ok(answer["message_id"], fields="attachments")["attachments"]["data"]
    assert seen[0]["image_data"]["url"] == "https://contoh.id/a.png"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"recipient": {}}, (100, None)),
        ({"recipient": "siti"}, (100, None)),
        ({"recipient": {"id": "12345"}}, (100, 2534014)),
        ({"messaging_type": "PROMOTION"}, (100, None)),
        ({"sender_action": "DANCE"}, (100, None)),
        ({"quick_replies": []}, (100, None)),
    ],
)
def test_a_send_that_cannot_be(ig, changes, expected):
    body = {"recipient": {"id": writes(ig)["person_id"]}, "message": {"text": "x"}, **changes}
    assert error(ig.call("POST", f"{ig.me}/messages", json=body)) == expected


def test_nobody_is_written_to_who_never_wrote(ig):
    # "A conversation can only be started by the customer."
    ig.post_by_hand()
    comment = ig.control("comments", author="budi", text="x")["id"]
    person = ig.ok(comment, fields="from")["from"]["id"]
    assert error(ig.send({"id": person}, "Halo")) == (100, 2534014)


def test_a_sender_action_sends_nothing(ig):
    sent = writes(ig)
    body = {"recipient": {"id": sent["person_id"]}, "sender_action": "mark_seen"}
    assert ig.call("POST", f"{ig.me}/messages", json=body).json() == {"recipient_id": sent["person_id"]}
    assert len(ig.ok(f"{sent['conversation_id']}/messages")["data"]) == 1


def private(ig, comment, text="Boleh kirim nomor antrean?"):
    return ig.send({"comment_id": comment}, text)


def test_one_private_reply_per_comment_within_7_days(ig):
    ig.post_by_hand()
    first = ig.control("comments", author="budi", text="Lama!")["id"]
    answer = private(ig, first).json()
    assert answer["recipient_id"] == ig.ok(first, fields="from")["from"]["id"]
    assert error(private(ig, first)) == (100, 2534025)
    # Further messages only after the person answers.
    assert error(ig.send({"id": answer["recipient_id"]}, "x")) == (10, 2534022)
    writes(ig, author="budi")
    assert ig.send({"id": answer["recipient_id"]}, "x").status_code == 200
    late = ig.control("comments", author="siti", text="Lama!")["id"]
    ig.advance(7 * DAY + 1)
    assert error(private(ig, late)) == (100, 2534025)


def test_no_private_reply_to_our_own_a_deleted_or_an_unknown_comment(ig):
    media = ig.post_by_hand()
    own = ig.done(f"{media}/comments", message="Halo")["id"]
    gone = ig.control("comments", author="budi", text="x")["id"]
    ig.control(f"comments/{gone}", deleted=True)
    for comment in (own, gone, "1785", media):
        assert error(private(ig, comment)) == (100, 2534025)


def test_a_profile_needs_a_message_of_theirs(ig):
    ig.post_by_hand()
    comment = ig.control("comments", author="budi", text="x")["id"]
    person = ig.ok(comment, fields="from")["from"]["id"]
    assert ig.no(person, fields="name,username")[0] == 230
    private(ig, comment)
    assert ig.no(person, fields="username")[0] == 230
    writes(ig, author="budi")
    seen = ig.ok(
        person, fields="name,username,profile_pic,follower_count,is_user_follow_business,is_verified_user"
    )
    assert seen["username"] == "budi"
    assert seen["is_verified_user"] is False
    assert ig.ok(person)["name"] == "Budi"


def test_staff_answers_from_the_phone_look_like_ours_but_are_not_the_workers(ig):
    media = ig.post_by_hand()
    comment = ig.control("comments", author="budi", text="Jam berapa?")["id"]
    reply = ig.control("staff", comment_id=comment, text="Jam 8")["id"]
    assert ig.ok(reply, fields="username,parent_id")["parent_id"] == comment
    ig.control("staff", media_id=media, text="Info")
    ig.control("staff", caption_contains="", text="Info lagi")
    sent = writes(ig)
    ig.control("staff", conversation_id=sent["conversation_id"], text="Baik")
    ig.control("staff", person="siti_n", text="Silakan")
    state = ig.control("state", "GET")
    assert [one["by"] for one in state["comments"]] == ["public", "staff", "staff", "staff"]
    assert [one["by"] for one in state["conversations"][0]["messages"]] == ["public", "staff", "staff"]
    assert ig.ok("me/conversations", fields=FIELDS)["data"][0]["messages"]["data"][0]["from"]["id"] == ig.me
