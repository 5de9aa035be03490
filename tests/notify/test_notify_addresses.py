"""People can tell channels apart, and no name, id or reason gives a secret away."""

from __future__ import annotations

import pytest

from ig_worker.notify import channel_name, target_id
from ig_worker.notify.addresses import without_secrets_of

BOT = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"


@pytest.mark.parametrize(
    ("url", "name"),
    [
        (
            "mailto://ig:rahasia@smtp.example.id/?to=petugas@puskesmas.id",
            "mailto petugas@… via smtp.example.id",
        ),
        ("mailtos://ig:rahasia@gmail.com?to=a%40b.id,c@d.id", "mailtos a@… via gmail.com"),
        ("mailto://ig:rahasia@host:25/tim@puskesmas.id", "mailto tim@… via host:25"),
        ("mailto://petugas:rahasia@host", "mailto petugas@… via host"),
        ("mailto://x.id?smtp=smtp.lain.id&user=u&pass=rahasia", "mailto …@… via smtp.lain.id"),
        (f"tgram://{BOT}/-1001234567", "tgram …4567"),
        (f"tgram://{BOT}/", f"tgram …{target_id(f'tgram://{BOT}/')[:6]}"),
        ("discord://123/rahasia", f"discord …{target_id('discord://123/rahasia')[:6]}"),
        ("x://[rahasia", f"address …{target_id('x://[rahasia')[:6]}"),
        ("rahasia", f"address …{target_id('rahasia')[:6]}"),
    ],
)
def test_a_channel_has_a_name_without_a_secret(url: str, name: str) -> None:
    assert channel_name(url) == name
    assert "rahasia" not in name
    assert BOT not in name


@pytest.mark.parametrize(
    "url",
    [
        "mailtos://user:Ra/h4s1a@mail.go.id",
        "mailtos://user:Sehat#h4s1a@mail.go.id/",
        "mailtos://user:Sehat#h4s1a@mail.go.id/?to=tim@puskesmas.id",
        "mailtos://user:Sehat?h4s1a@mail.go.id?to=tim@puskesmas.id",
        "mailtos://user:2026/h4s1a@mail.go.id",
        "mailtos://user:2026#h4s1a@mail.go.id",
        "mailtos://user:2026?h4s1a@mail.go.id",
        "mailtos://user:Ra@ma/h4s1a@mail.go.id",
        "mailtos://us/er:h4s1a@mail.go.id",
        "mailtos://user:Ra@ma?h4s1a@mail.go.id",
    ],
)
def test_a_password_with_signs_that_are_not_encoded_is_in_no_name_and_no_reason(url: str) -> None:
    assert channel_name(url) == f"mailtos …{target_id(url)[:6]}"
    told = without_secrets_of(url, f"cannot log in at {url} with h4s1a")
    assert "h4s1a" not in told


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("mailto://127.0.0.1:25/?from=a@b.id&to=tim@puskesmas.id", "mailto tim@… via 127.0.0.1:25"),
        ("mailto://mail.example.org/tim@puskesmas.id", "mailto tim@… via mail.example.org"),
        ("mailtos://ig%40p.id:raha%2Fsia@p.id/a@b.id/c@d.id", "mailtos a@… via p.id"),
        ("mailtos://u:ra@hasia@p.id", "mailtos u@… via p.id"),
        ("mailto://u:rahasia@[::1]:25/?to=a@b.id", "mailto a@… via [::1]:25"),
    ],
)
def test_a_plain_address_keeps_its_name(url: str, name: str) -> None:
    assert channel_name(url) == name


def test_a_target_is_the_same_for_the_same_url_only() -> None:
    assert target_id("tgram://a/1") == target_id("tgram://a/1")
    assert target_id("tgram://a/1") != target_id("tgram://a/2")
    assert len(target_id("\ud800")) == 16


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mailto://u:p%40ssword@h/?to=a@b", "login with p@ssword failed for u"),
        ("mailto://h/?user=u&pass=hunter22", "login hunter22"),
        (f"tgram://{BOT}/1", f"POST https://api.telegram.org/bot{BOT}/sendMessage failed"),
        (
            "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js",
            "404 for 4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js",
        ),
        ("x://[broken-secret", "cannot read x://[broken-secret"),
    ],
)
def test_a_reason_loses_the_secrets_of_its_own_address(url: str, said: str) -> None:
    told = without_secrets_of(url, said)
    for secret in ("p@ssword", "hunter22", BOT, "JHMHI8qBe7bk2ZwO5U711o3dV_js", "broken-secret"):
        assert secret not in told
    assert "***" in told
