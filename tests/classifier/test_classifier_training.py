"""Learning from sentences: the same bytes every time, and plain words when something is wrong."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ig_worker.domain.classifier import LABELS, TOPICS, Classifier
from ig_worker.domain.errors import Misconfigured
from ig_worker.shipped import classifier_model
from ig_worker.training import read_sentences, shipped_sentences, train
from ig_worker.training.sentences import fingerprint

WORDS = {
    "pujian": ("bagus", "ramah", "mantap", "terima kasih"),
    "keluhan": ("lama", "jutek", "kotor", "kecewa"),
    "saran": ("usul", "sebaiknya", "tolong ditambah", "mending"),
    "pertanyaan": ("kapan", "dimana", "berapa", "apakah"),
    "lainnya": ("hadir", "wkwk", "halo", "nyimak"),
}


def small_set(folder: Path) -> Path:
    folder.mkdir()
    lines = ["text,label,topic"]
    for label, words in WORDS.items():
        for first in words:
            for second, topic in (("antri", "antrean"), ("obat", "obat"), ("pagi", "lainnya")):
                lines.append(f"{first} {second},{label},{topic}")
    (folder / "satu.csv").write_text("\n".join(lines) + "\n", "utf-8")
    return folder


def test_the_same_sentences_give_the_same_bytes(tmp_path: Path) -> None:
    folder = small_set(tmp_path / "kalimat")
    report = train(folder, tmp_path / "a.json")
    train(folder, tmp_path / "b.json")
    first = (tmp_path / "a.json").read_bytes()
    assert first == (tmp_path / "b.json").read_bytes()
    assert report.bytes_written == len(first)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.json", "b.json", "kalimat"]


def test_a_trained_model_knows_what_it_was_taught_and_what_it_is_made_from(tmp_path: Path) -> None:
    folder = small_set(tmp_path / "kalimat")
    train(folder, tmp_path / "model.json")
    model = json.loads((tmp_path / "model.json").read_text("utf-8"))
    classifier = Classifier(model)
    for label, words in WORDS.items():
        assert classifier.judge(f"{words[0]} obat").label == label
    assert classifier.judge("jutek obat").topic == "obat"
    assert model["made_from"]["sentences"] == 60
    assert model["made_from"]["sentences_sha256"] == fingerprint(read_sentences(folder))
    assert {"numpy", "scikit-learn", "scipy"} < set(model["made_from"])


def test_the_report_tells_how_reliable_the_probabilities_are(tmp_path: Path) -> None:
    report = train(small_set(tmp_path / "kalimat"), tmp_path / "model.json")
    assert report.sentences == 60
    assert sum(one.n for one in report.reliability) == 60
    assert 0 <= report.expected_calibration_error <= 1
    assert 0.5 < report.accuracy <= 1
    table = report.table().splitlines()
    assert table[0].split() == ["sure", "of", "it", "n", "mean", "right"]
    assert len(table) == 1 + len(report.reliability)


def test_weights_have_four_digits_at_most(tmp_path: Path) -> None:
    train(small_set(tmp_path / "kalimat"), tmp_path / "model.json")
    model = json.loads((tmp_path / "model.json").read_text("utf-8"))
    numbers = [weight for row in model["label"]["words"].values() for weight in row]
    assert all(round(number, 4) == number for number in numbers)


def test_without_sentences_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="No sentences to learn from"):
        train(tmp_path, tmp_path / "model.json")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("text,label\nhalo,lainnya\n", "satu.csv has no column topic"),
        ("", "satu.csv has no column label, text, topic"),
        ("text,label,topic\nhalo,curhat,lainnya\n", "satu.csv, line 2: 'curhat' is not one of"),
        ("text,label,topic\nhalo,lainnya,cuaca\n", "satu.csv, line 2: 'cuaca' is not one of"),
        ("text,label,topic\nhalo,lainnya\n", "satu.csv, line 2: None is not one of"),
        ("text,label,topic\n" + "halo,lainnya,lainnya\n" * 9, "Only 9 sentences have the label lainnya"),
        (
            "text,label,topic\n" + "halo,lainnya,lainnya\n" * 9 + "lama,keluhan,lainnya\n",
            "Only 1 sentences have",
        ),
    ],
)
def test_wrong_sentences_are_named_by_file_and_line(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "satu.csv").write_text(content, "utf-8")
    with pytest.raises(Misconfigured, match=said):
        train(tmp_path, tmp_path / "model.json")
    assert not (tmp_path / "model.json").exists()


def test_without_scikit_learn_it_says_what_to_install(tmp_path: Path) -> None:
    script = (
        "from pathlib import Path\n"
        "from ig_worker.domain.errors import Misconfigured\n"
        "from ig_worker.training import train\n"
        "try:\n"
        f"    train(Path({str(tmp_path)!r}), Path({str(tmp_path / 'm.json')!r}))\n"
        "except Misconfigured as error:\n"
        "    print(error, error.cure)\n"
    )
    src = Path(__file__).parents[2] / "src"
    # -S leaves site-packages out, as on a machine where only the worker is installed.
    done = subprocess.run(
        [sys.executable, "-S", "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(src)},
    )
    assert "scikit-learn, which is not installed" in done.stdout
    assert "ig-worker[train]" in done.stdout


def test_the_shipped_sentences_are_many_and_of_every_kind() -> None:
    sentences = read_sentences(shipped_sentences())
    assert len(sentences) >= 1_500
    labels = [sentence.label for sentence in sentences]
    assert set(labels) == set(LABELS)
    assert labels.count("lainnya") >= len(labels) / 3
    assert {sentence.topic for sentence in sentences} == set(TOPICS)
    assert len({sentence.text.lower() for sentence in sentences}) == len(sentences)


def test_the_shipped_model_is_made_from_the_shipped_sentences() -> None:
    model = classifier_model()
    assert model["made_from"]["sentences_sha256"] == fingerprint(read_sentences(shipped_sentences()))
    assert model["label"]["labels"] == list(LABELS)
    assert model["topic"]["labels"] == list(TOPICS)


def test_the_shipped_model_is_small() -> None:
    file = shipped_sentences().parents[1] / "shipped" / "classifier_model.json"
    assert file.stat().st_size < 1_500_000


def test_judging_imports_nothing_beyond_the_standard_library() -> None:
    script = (
        "import sys\n"
        "from ig_worker.domain.classifier import Classifier\n"
        "from ig_worker.shipped import classifier_model\n"
        "Classifier(classifier_model()).judge('halo')\n"
        "print(sorted(name for name in sys.modules if name in ('numpy', 'scipy', 'sklearn')))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
