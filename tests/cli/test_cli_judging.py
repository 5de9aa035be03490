"""The classifier from the command line: it needs no configuration."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli_centre import Installation, message_values

from ig_worker.domain.classifier import LABELS, Classifier
from ig_worker.store import messages


@pytest.fixture
def nowhere(bare: Installation) -> Installation:
    """A folder without a configuration."""
    bare.config.unlink()
    return bare


def test_classify_says_what_the_worker_would_do(nowhere: Installation) -> None:
    done = nowhere("classify", "Terima kasih, petugasnya ramah sekali 😍", "--json")
    document = done.document
    assert (done.status, done.err) == (0, "")
    assert set(document) >= {
        "label", "confidence", "probabilities", "topic", "auto_thank", "needs_review", "opens_case", "reasons",
    }  # fmt: skip
    assert (document["label"], document["auto_thank"], document["opens_case"]) == ("pujian", True, False)
    assert set(document["probabilities"]) == set(LABELS)
    assert sum(document["probabilities"].values()) == pytest.approx(1)


def test_classify_shows_the_reasons_to_people(nowhere: Installation) -> None:
    text = "antre dari jam 6 sampai jam 11, pelayanannya lama sekali"
    lines = nowhere("classify", text).out.splitlines()
    assert lines[0].startswith("label          keluhan (")
    assert "opens_case     yes" in lines
    assert lines[-1].startswith("- ")


@pytest.mark.parametrize("text", ["", "\udcff\udcfe", "a\u202eb", "😀" * 3000, "--", "' OR 1=1"])
def test_classify_takes_any_text(nowhere: Installation, text: str) -> None:
    done = nowhere("classify", "--json", "--", text)
    assert (done.status, done.document["label"] in LABELS) == (0, True)


def labelled(folder: Path, text: str | bytes) -> Path:
    file = folder / "uji.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def test_evaluate_measures_a_labelled_file(nowhere: Installation) -> None:
    file = labelled(
        nowhere.folder,
        '\ufefftext,label,catatan\n"Terima kasih, ramah sekali",pujian,\nAntre lama sekali kecewa, keluhan ,x\n',
    )
    document = nowhere("classifier", "evaluate", file, "--json").document
    assert set(document) >= {
        "n", "accuracy", "macro_f1", "per_label", "confusion", "false_thanks", "false_thank_rate",
        "praise_thanked_rate", "case_recall", "complaint_recall", "person_share",
    }  # fmt: skip
    assert (document["n"], document["accuracy"], document["false_thanks"]) == (2, 1.0, 0)
    text = nowhere("classifier", "evaluate", file).out
    assert "accuracy             1.000\n" in text
    assert "keluhan     precision 1.000  recall 1.000  f1 1.000  n 1\n" in text


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("text\nhalo\n", "the column label is missing"),
        ("", "the column label and text is missing"),
        ("text,label\nhalo,marah\n", "The label 'marah' is none of"),
        ("text,label\nhalo\n", "The label '' is none of"),
        (b"text,label\nhal\xff,pujian\n", "this is not UTF-8 text"),
        ('text,label\n"halo,pujian\n', "is not CSV"),
    ],
)
def test_a_file_that_cannot_be_evaluated_is_told_in_a_line(
    nowhere: Installation, content: str | bytes, complaint: str
) -> None:
    done = nowhere("classifier", "evaluate", labelled(nowhere.folder, content))
    assert done.status == 1
    assert complaint in done.line


def test_a_file_that_is_not_there_is_told_in_a_line(nowhere: Installation) -> None:
    done = nowhere("classifier", "evaluate", "tidak-ada.csv")
    assert (done.status, done.line) == (1, "tidak-ada.csv: No such file or directory")


def sentences(installation: Installation) -> Path:
    """A folder of sixty sentences to learn from."""
    folder = installation.folder / "kalimat"
    folder.mkdir()
    beginnings = {
        "pujian,petugas": "terima kasih petugas ramah",
        "keluhan,antrean": "antre lama sekali kecewa",
        "pertanyaan,obat": "apakah obatnya ada di apotek",
        "saran,fasilitas": "mohon kursinya ditambah lagi",
        "lainnya,lainnya": "hadir kak semangat pagi",
    }
    rows = [f"{said} nomor {number},{is_}" for is_, said in beginnings.items() for number in range(12)]
    (folder / "kalimat.csv").write_text("text,label,topic\n" + "\n".join(rows) + "\n", "utf-8")
    return folder


def test_train_writes_a_model_that_judges(nowhere: Installation) -> None:
    folder = sentences(nowhere)
    out = nowhere.folder / "model.json"
    done = nowhere("classifier", "train", "--sentences", folder, "--out", out)
    assert (done.status, done.err) == (0, "")
    assert "learned from 60 sentences" in done.out
    assert Classifier(json.loads(out.read_text("utf-8"))).judge("terima kasih, ramah").label == "pujian"


def test_train_without_a_place_for_the_model_is_refused(nowhere: Installation) -> None:
    done = nowhere("classifier", "train")
    assert done.status == 2
    assert "--out" in done.line


def correct(installation: Installation, texts: dict[str, str]) -> None:
    """Somebody has set the labels of these comments, each by another author."""
    with installation.writing() as connection:
        for number, (text, label) in enumerate(texts.items()):
            said = message_values(
                text, ig_id=f"1799{number}", author=f"warga{number}", label=label, label_by="Sari"
            )
            messages.add(connection, said)


def test_corrections_are_learned_and_the_worker_and_the_commands_judge_by_them(centre: Installation) -> None:
    folder = sentences(centre)
    text = "mblenek tenan pokoke"
    assert centre("classify", text, "--json").document["label"] == "lainnya"
    correct(
        centre,
        {
            f"mblenek tenan pokoke {ending}": "keluhan"
            for ending in ("loket", "obat", "kamar", "parkir", "wc")
        },
    )
    done = centre("classifier", "train", "--sentences", folder, "--with-corrections")
    assert (done.status, done.err) == (0, "")
    assert "5 corrections" in done.out
    assert "before   after" in done.out
    assert "the new model is taken" in done.out
    assert (centre.folder / "var" / "classifier_model.json").is_file()
    assert centre("classify", text, "--json").document["label"] == "keluhan"


def test_a_worse_model_is_not_taken(centre: Installation) -> None:
    folder = sentences(centre)
    wrong = {f"antre lama sekali kecewa nomor {number}": "lainnya" for number in range(40)}
    wrong |= {f"hadir kak semangat pagi nomor {number}": "keluhan" for number in range(40)}
    correct(centre, wrong)
    done = centre("classifier", "train", "--sentences", folder, "--with-corrections")
    assert done.status == 1
    assert "80 corrections" in done.out
    assert "before   after" in done.out
    assert "the new model was not taken, because it is worse: " in done.line
    assert not (centre.folder / "var" / "classifier_model.json").exists()


def test_without_corrections_there_is_nothing_to_learn(centre: Installation) -> None:
    with centre.writing() as connection:
        messages.add(connection, message_values("belum dinilai orang"))
        for number, state in enumerate(("deleted", "edited", "own")):
            text = f"{state} mblenek"
            messages.add(
                connection, message_values(text, ig_id=str(number), label_by="Sari", **{state: True})
            )
    done = centre("classifier", "train", "--with-corrections")
    assert done.status == 1
    assert "Nobody has corrected a label yet" in done.line


def test_a_broken_model_of_the_centre_is_told_with_its_cure(centre: Installation) -> None:
    (centre.folder / "var" / "classifier_model.json").write_text("{}", "utf-8")
    done = centre("classify", "halo")
    assert done.status == 1
    assert "is not a model for this version of ig-worker" in done.line
    assert "classifier train --with-corrections" in done.line
    assert centre("run-once", "inbox").status != 0
