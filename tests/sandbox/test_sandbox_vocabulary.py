"""What exists: the sandbox against Meta's own spec and the table of errors, where they are at hand."""

from __future__ import annotations

import json

import pytest

from ig_worker.sandbox.errors import catalogue, code_of_subcode
from ig_worker.sandbox.insights import metrics

NODES = {
    "IGUser (Facebook Login, graph.facebook.com)": ("facebook", "account"),
    "IGUserForIGOnlyAPI (Instagram Login, graph.instagram.com)": ("instagram", "account"),
    "IGMedia (Facebook Login)": ("facebook", "media"),
    "IGMediaForIGOnlyAPI (Instagram Login)": ("instagram", "media"),
    "IGComment": ("instagram", "comment"),
    "ShadowIGMediaBuilder (= IG Container)": ("instagram", "container"),
    "UnifiedThread (= conversation)": ("instagram", "conversation"),
    "Page (only messaging/instagram edges)": ("facebook", "page"),
}
LIVE_PATHS = {"mediapublish": "media_publish", "messageattachments": "message_attachments"}


@pytest.fixture
def spec(shared_folder):
    return json.loads((shared_folder / "reference" / "graph_spec.json").read_text("utf-8"))


@pytest.fixture
def rows(shared_folder):
    return json.loads((shared_folder / "reference" / "graph_errors.json").read_text("utf-8"))["errors"]


def stand(ig, login, kind, pictures):
    """The client of that login and the id of a node of that kind."""
    client = ig if login == "instagram" else ig.facebook(page=kind == "page")
    if kind in ("account", "page"):
        return client, client.me if kind == "account" else client.world.accounts[client.me].page_id
    media = client.post_by_hand("carousel", caption="Halo")
    comment = client.control("comments", author="budi", text="Hai", media_id=media)["id"]
    message = client.control("messages", author="budi", text="Hai", account=client.me)
    made = {
        "media": lambda: media,
        "comment": lambda: comment,
        "container": lambda: client.done(f"{client.me}/media", image_url=pictures.good())["id"],
        "conversation": lambda: message["conversation_id"],
        "message": lambda: message["id"],
    }
    return client, made[kind]()


@pytest.mark.parametrize("name", NODES)
def test_every_field_of_the_spec_is_readable(ig, pictures, spec, name):
    client, node = stand(ig, *NODES[name], pictures)
    fields = spec[name]["fields"]
    if isinstance(fields, str):
        assert NODES[name][1] == "page", "of a Page alone the spec leaves the fields out"
        fields = ["id:string", "name:string"]
    names = [field.partition(":")[0] for field in fields]
    for field in names:
        assert client.ok(node, fields=field)["id"]
    assert client.ok(node, fields=",".join(names))["id"]


def test_every_field_of_a_message_is_readable(ig, pictures, spec):
    client, node = stand(ig, "instagram", "message", pictures)
    names = [field.partition(":")[0] for field in spec["message_node"]["fields"]["fields"]]
    assert client.ok(node, fields=",".join(names))["id"] == node
    for edge in ("attachments", "shares"):
        assert client.ok(f"{node}/{edge}") == {"data": []}


SAMPLES = {
    "metric": "reach",
    "period": "day",
    "business": "1",
    "catalog_id": "1",
    "user_ids": "1",
    "product_id": "1",
}


@pytest.mark.parametrize("name", NODES)
def test_every_edge_of_the_spec_answers(ig, pictures, spec, name):
    client, node = stand(ig, *NODES[name], pictures)
    for edge in spec[name]["edges"]:
        path = f"{node}/{LIVE_PATHS.get(edge['edge'], edge['edge'])}"
        needed = {p["p"].partition(":")[0]: "x" for p in edge["params"] if p["required"]}
        answer = client.call(
            edge["method"],
            path,
            **{
                "data" if edge["method"] == "POST" else "params": {
                    n: SAMPLES.get(n, v) for n, v in needed.items()
                }
            },
        )
        said = answer.json()
        if edge["method"] == "GET":
            assert "data" in said, (path, said)
        elif answer.status_code != 200:
            # A write may well be refused, but never as something that does not exist.
            assert said["error"]["message"].find("nonexisting") < 0, (path, said)
            assert said["error"]["code"] in (3, 24, 100), (path, said)
            assert said["error"].get("error_subcode") != 33 or "children" in path, (path, said)


@pytest.mark.parametrize("name", NODES)
def test_every_parameter_of_the_spec_is_known_and_required_where_it_says_so(ig, pictures, spec, name):
    client, node = stand(ig, *NODES[name], pictures)
    for edge in spec[name]["edges"]:
        if edge["method"] != "GET":
            continue
        for parameter in edge["params"]:
            word = parameter["p"].partition(":")[0]
            path = f"{node}/{edge['edge']}"
            needed = {p["p"].partition(":")[0]: "x" for p in edge["params"] if p["required"]}
            given = {n: SAMPLES.get(n, v) for n, v in needed.items()}
            if parameter["required"]:
                del given[word]
                assert client.no(path, **given)[2] == f"(#100) The parameter {word} is required."
            else:
                answer = client.call("GET", path, params={**given, word: "x"})
                assert "not allowed here" not in answer.text, (path, word)


@pytest.mark.parametrize("name", NODES)
def test_what_the_spec_does_not_have_is_refused(ig, pictures, spec, name):
    client, node = stand(ig, *NODES[name], pictures)
    assert client.no(node, fields="id,shoe_size")[0] == 100
    assert client.no(f"{node}/shoes")[0] == 100
    assert client.no(f"{node}/shoes", "POST")[:2] == (100, 33)
    assert client.no(node, shoe="1")[0] == 100


def test_every_metric_of_the_spec_answers_or_is_refused_with_the_valid_names(ig, spec):
    media = {kind: ig.post_by_hand(kind, viewers=50) for kind in ("image", "reel", "story")}
    name = "IGMediaForIGOnlyAPI (Instagram Login)"
    edge = next(edge for edge in spec[name]["edges"] if edge["edge"] == "insights")
    for metric in next(p["enum"] for p in edge["params"] if p["p"].startswith("metric")):
        answers = [ig.call("GET", f"{one}/insights", params={"metric": metric}) for one in media.values()]
        worked = [answer for answer in answers if answer.status_code == 200]
        assert worked or all(metric in answer.text or "must be one of" in answer.text for answer in answers)


def test_the_metrics_of_the_account_are_in_the_spec(spec):
    name = "IGUserForIGOnlyAPI (Instagram Login, graph.instagram.com)"
    edge = next(edge for edge in spec[name]["edges"] if edge["edge"] == "insights")
    assert set(metrics()["account"]) <= set(
        next(p["enum"] for p in edge["params"] if p["p"].startswith("metric"))
    )


def test_the_sandbox_knows_the_words_of_every_error_of_the_table(rows):
    for row in rows:
        code = row["code"] if row["code"] is not None else code_of_subcode(row["subcode"])
        key = f"{code}" if row["subcode"] is None else f"{code}/{row['subcode']}"
        assert key in catalogue(), key


def test_every_error_of_the_table_can_be_ordered(ig, rows):
    for row in rows:
        ig.control("faults", kind="error", match={"path": "me"}, code=row["code"], subcode=row["subcode"])
        code, subcode, message = ig.no("me")
        assert subcode == row["subcode"]
        assert row["code"] in (code, None)
        assert message
    ig.ok("me")
