"""The classifier in use: the centre's own where it has taught one, else the one that came with ig-worker."""

from __future__ import annotations

from pathlib import Path

from ig_worker import shipped
from ig_worker.domain.classifier import Classifier
from ig_worker.domain.classifier.model_check import what_is_wrong
from ig_worker.domain.classifier.rows import read_model
from ig_worker.domain.errors import Misconfigured

FILE = "classifier_model.json"
_CURE = (
    "Teach it again (`ig-worker classifier train --with-corrections`), or remove the file: then ig-worker's own model"
    " judges."
)


def file_in(data_dir: Path) -> Path:
    """Where the centre's own model lies, if it has one."""
    return data_dir / FILE


def shipped_classifier() -> Classifier:
    """The one that came with ig-worker."""
    return Classifier(read_model(shipped.classifier_content()))


def classifier_in_use(data_dir: Path) -> Classifier:
    """Reads the centre's model, or the shipped one where there is none.

    Misconfigured where the file cannot be read, is broken, or was made for another version of ig-worker: to judge by
    another model than the one that the centre chose would be noticed by nobody.
    """
    file = file_in(data_dir)
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        return shipped_classifier()
    except OSError as error:
        raise Misconfigured(f"{file} cannot be read: {error.strerror}.", cure=_CURE) from None
    try:
        model = read_model(content)
    except (ValueError, RecursionError):
        raise Misconfigured(f"{file} is not a classifier's model: it is no JSON.", cure=_CURE) from None
    if wrong := what_is_wrong(model):
        raise Misconfigured(f"{file} is not a model for this version of ig-worker: {wrong}.", cure=_CURE)
    return Classifier(model)
