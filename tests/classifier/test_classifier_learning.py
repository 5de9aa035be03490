"""Learning from corrections: taken only when nothing is worse, and never one person's own words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from test_classifier_training import small_set

from ig_worker.domain.classifier import Classifier
from ig_worker.domain.errors import Misconfigured
from ig_worker.own_classifier import classifier_in_use, file_in
from ig_worker.shipped import classifier_model
from ig_worker.training import train, train_with_corrections

Said = tuple[str, str, str, str]

ENDINGS = ("antri", "obat", "pagi", "loket", "dokter", "kamar")
GOOD: list[Said] = [
    (f"{word} {ending}", "keluhan", "petugas", f"{word}{number}")
    for word in ("mblenek", "ndlogok", "njelehi")
    for number, ending in enumerate(ENDINGS)
]
WRONG: list[Said] = [
    (f"{word} {ending}", "pujian", "lainnya", f"orang{number}")
    for word in ("lama", "jutek", "kotor", "kecewa", "kapan", "usul")
    for number, ending in enumerate(ENDINGS)
]


def test_corrections_that_help_are_learned(tmp_path: Path) -> None:
    out = tmp_path / "model.json"
    comparison, report = train_with_corrections(small_set(tmp_path / "kalimat"), GOOD, out)
    assert comparison.worse() == ()
    assert comparison.corrections == len(GOOD)
    assert comparison.after_on_corrections.accuracy > comparison.before_on_corrections.accuracy
    assert report is not None
    assert report.bytes_written == out.stat().st_size
    model = json.loads(out.read_text("utf-8"))
    assert (model["made_from"]["sentences"], model["made_from"]["corrections"]) == (60, len(GOOD))
    assert "mblenek" in model["label"]["words"]
    assert "accuracy on corrections" in comparison.table()


def test_a_worse_model_is_not_taken_and_says_in_which_figures(tmp_path: Path) -> None:
    out = tmp_path / "model.json"
    out.write_text("the model in use", "utf-8")
    comparison, report = train_with_corrections(small_set(tmp_path / "kalimat"), WRONG, out)
    assert report is None
    assert any("over the written sentences" in figure for figure in comparison.worse())
    assert out.read_text("utf-8") == "the model in use"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kalimat", "model.json"]


def test_what_only_one_author_wrote_becomes_no_feature(tmp_path: Path) -> None:
    out = tmp_path / "model.json"
    mine = [(f"mblenek zulkarnaen {ending}", "keluhan", "petugas", "satu-orang") for ending in ENDINGS]
    withheld = [(f"mblenek qomariyah {ending}", "keluhan", "petugas", "") for ending in ENDINGS]
    train_with_corrections(small_set(tmp_path / "kalimat"), [*GOOD, *mine, *withheld], out)
    written = out.read_text("utf-8")
    assert "zulkarnaen" not in written
    assert "qomariyah" not in written
    assert "karna" not in written
    assert '"mblenek"' in written


def test_no_number_and_no_account_is_learned(tmp_path: Path) -> None:
    out = tmp_path / "model.json"
    said = [
        (
            f"mblenek {ending} @bu_sulastri 081234567890 nik 3573012345678901",
            "keluhan",
            "petugas",
            f"o{number}",
        )
        for number, ending in enumerate(ENDINGS)
    ]
    train_with_corrections(small_set(tmp_path / "kalimat"), [*GOOD, *said], out)
    model = json.loads(out.read_text("utf-8"))
    learned = " ".join(
        name for part in ("label", "topic") for block in ("words", "letters") for name in model[part][block]
    )
    assert "mblenek" in learned
    for secret in ("sulas", "0812", "3573", "@"):
        assert secret not in learned


def test_the_last_label_of_a_text_counts_and_each_text_of_an_author_once(tmp_path: Path) -> None:
    repeated = [*GOOD, *GOOD, ("halo", "keluhan", "obat", "a"), ("halo", "lainnya", "lainnya", "a")]
    comparison, _ = train_with_corrections(small_set(tmp_path / "kalimat"), repeated, tmp_path / "m.json")
    assert comparison.corrections == len(GOOD) + 1


def test_without_corrections_it_says_so(tmp_path: Path) -> None:
    folder = small_set(tmp_path / "kalimat")
    with pytest.raises(Misconfigured, match="Nobody has corrected a label yet"):
        train_with_corrections(folder, [("  ", "pujian", "obat", "a")], tmp_path / "model.json")


def test_the_same_sentences_give_the_same_bytes_whether_or_not_there_were_corrections_before(
    tmp_path: Path,
) -> None:
    folder = small_set(tmp_path / "kalimat")
    train(folder, tmp_path / "a.json")
    train_with_corrections(folder, GOOD, tmp_path / "b.json")
    train(folder, tmp_path / "c.json")
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "c.json").read_bytes()
    assert (tmp_path / "a.json").read_bytes() != (tmp_path / "b.json").read_bytes()


def test_the_centres_own_model_judges_where_there_is_one(tmp_path: Path) -> None:
    text = "Petugasnya ramah dan sabar, terima kasih"
    assert classifier_in_use(tmp_path).judge(text) == Classifier(classifier_model()).judge(text)
    train(small_set(tmp_path / "kalimat"), file_in(tmp_path))
    assert classifier_in_use(tmp_path).judge(text) != Classifier(classifier_model()).judge(text)


def spoilt(**changes: object) -> str:
    return json.dumps(classifier_model() | changes)


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        ("", "it is no JSON"),
        ('{"format": 2', "it is no JSON"),
        ("[" * 100_000, "it is no JSON"),
        ("[]", "its format is not 2"),
        (spoilt(format=1), "its format is not 2"),
        (spoilt(thresholds={}), "its thresholds are not the four"),
        (
            spoilt(thresholds=dict.fromkeys(("thank", "case", "review", "suspicion"), 2)),
            "not between 0 and 1",
        ),
        (spoilt(label=None), "label: it is not whole"),
        (spoilt(topic={"labels": []}), "topic: it is not whole"),
    ],
)
def test_a_broken_or_foreign_model_is_refused_with_the_cure(tmp_path: Path, content: str, wrong: str) -> None:
    file_in(tmp_path).write_text(content, "utf-8")
    with pytest.raises(Misconfigured, match=wrong) as refused:
        classifier_in_use(tmp_path)
    assert "classifier train --with-corrections" in refused.value.cure
    assert "remove the file" in refused.value.cure


@pytest.mark.parametrize(
    ("part", "wrong"),
    [
        ({"labels": ["curhat"]}, "its labels are not ours"),
        ({"labels": ["pujian"], "bias": [0.0]}, "its numbers do not fit its labels"),
        ({"bias": [1.0]}, "its numbers do not fit its labels"),
        ({"temperature": 0}, "its temperature is not above 0"),
        ({"words": []}, "its features are not by name"),
        ({"letters": {"ab": [1.0, "x"]}}, "its numbers do not fit its labels"),
        ({"words": {"ab": [1.0, 0.0, 0.0, 0.0, 0.0, float("nan")]}}, "its numbers do not fit its labels"),
    ],
)
def test_a_part_that_does_not_fit_is_refused(tmp_path: Path, part: dict[str, object], wrong: str) -> None:
    model = classifier_model()
    file_in(tmp_path).write_text(json.dumps(model | {"label": model["label"] | part}), "utf-8")
    with pytest.raises(Misconfigured, match=f"label: {wrong}"):
        classifier_in_use(tmp_path)


def test_a_model_of_other_labels_is_refused(tmp_path: Path) -> None:
    model = classifier_model()
    upside_down = model["label"] | {"labels": model["label"]["labels"][::-1]}
    file_in(tmp_path).write_text(json.dumps(model | {"label": upside_down}), "utf-8")
    with pytest.raises(Misconfigured, match="label: it does not know keluhan"):
        classifier_in_use(tmp_path)


def test_a_model_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    file_in(tmp_path).mkdir()
    with pytest.raises(Misconfigured, match="cannot be read"):
        classifier_in_use(tmp_path)
