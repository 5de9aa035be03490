"""How fast the classifier judges, loads and how big it is, beside scikit-learn's own pipeline in the same run.

    .venv/bin/python benchmarks/classifier.py

Time is the processor's (one core), so that a busy machine gives the same figures as an idle one.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from importlib.resources import files

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline, make_union

from ig_worker.domain.classifier import Classifier
from ig_worker.domain.classifier.normalise import normalise
from ig_worker.shipped import classifier_model
from ig_worker.training import read_sentences, shipped_sentences

TEXTS = 6_000


def seconds(work: Callable[[], object]) -> float:
    """Processor time that the work took."""
    start = time.process_time()
    work()
    return time.process_time() - start


def unseen_texts() -> list[str]:
    """Texts of a comment's length with misspelt words, so that nothing is remembered from before."""
    chance = random.Random(17)
    words = [word for sentence in read_sentences(shipped_sentences()) for word in sentence.text.split()]

    def misspelt(word: str) -> str:
        place = chance.randrange(len(word))
        return word[:place] + chance.choice("aeiounrst") + word[place:] if chance.random() < 0.2 else word

    return [
        " ".join(misspelt(chance.choice(words)) for _ in range(chance.randint(3, 25))) for _ in range(TEXTS)
    ]


def plain(text: str) -> str:
    """The normalised text, for scikit-learn's pipeline."""
    return " ".join(token.plain for token in normalise(text))


def main() -> None:
    file = files("ig_worker.shipped").joinpath("classifier_model.json").read_bytes()
    loads = sorted(seconds(lambda: Classifier(json.loads(file))) for _ in range(7))
    classifier = Classifier(classifier_model())
    texts = unseen_texts()
    ours = seconds(lambda: [classifier.judge(text) for text in texts])
    sentences = read_sentences(shipped_sentences())
    pipeline = make_pipeline(
        make_union(
            TfidfVectorizer(preprocessor=plain, ngram_range=(1, 2), min_df=2, token_pattern=r"\S+"),
            TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=3),
        ),
        LogisticRegression(C=5.0, class_weight="balanced", max_iter=2000),
    )
    pipeline.fit([sentence.text for sentence in sentences], [sentence.label for sentence in sentences])
    together = seconds(lambda: pipeline.predict_proba(texts))
    few = texts[:300]
    one_by_one = seconds(lambda: [pipeline.predict_proba([text]) for text in few])
    print(f"model              {len(file) / 1e6:.2f} MB, loaded in {loads[len(loads) // 2] * 1000:.0f} ms")
    print(f"ig-worker          {TEXTS / ours:,.0f} texts/s: label, topic, calibration, vetoes and reasons")
    print(f"scikit-learn       {TEXTS / together:,.0f} texts/s in one batch: label only")
    print(f"scikit-learn       {len(few) / one_by_one:,.0f} texts/s one by one: label only")


if __name__ == "__main__":
    main()
