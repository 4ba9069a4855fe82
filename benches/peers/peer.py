"""Times one package on the articles of a file, on one core: `python peer.py NAME FILE.jsonl[.gz] SECONDS`.

Runs inside the package's own environment, made by compare.py. Prints one line of JSON.
"""

import gzip
import json
import sys
import tempfile
import time


def articles(path):
    """The texts of a JSON Lines file, the same order for every package; empty ones left out."""
    opened = gzip.open(path, "rt", encoding="utf-8") if path.endswith(".gz") else open(path, encoding="utf-8")
    with opened as lines:
        texts = [json.loads(line).get("text") or "" for line in lines]
    return [text for text in texts if text]


def nela(texts):
    from nela_features.nela_features import NELAFeatureExtractor

    extractor = NELAFeatureExtractor()
    return extractor.extract_all


def textstat(texts):
    import textstat as package

    # What Candor's full view has, too.
    measures = [
        package.flesch_reading_ease,
        package.flesch_kincaid_grade,
        package.gunning_fog,
        package.smog_index,
        package.coleman_liau_index,
        package.automated_readability_index,
        package.lix,
        package.rix,
    ]
    return lambda text: [measure(text) for measure in measures]


def datatrove(texts):
    from datatrove.data import Document
    from datatrove.pipeline.filters import GopherQualityFilter, GopherRepetitionFilter

    filters = [GopherRepetitionFilter(), GopherQualityFilter()]
    return lambda text: [each.filter(Document(text=text, id="")) for each in filters]


def dolma(texts):
    from dolma.core.data_types import Document
    from dolma.taggers.gopher import GopherTaggerV2

    tagger = GopherTaggerV2()
    return lambda text: tagger.predict(Document(source="", version="", id="", text=text))


def fasttext(texts):
    import fasttext as package

    # What a classifier costs does not depend on what it tells apart.
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as rows:
        for at, text in enumerate(texts[:500]):
            rows.write(f"__label__{at % 2} {' '.join(text.split())}\n")
        rows.flush()
        model = package.train_supervised(rows.name, wordNgrams=2, bucket=200_000, epoch=1, thread=1, verbose=0)
    return lambda text: model.predict(text.replace("\n", " "))


PEERS = {"nela-features": nela, "textstat": textstat, "datatrove": datatrove, "dolma": dolma, "fasttext": fasttext}


def main():
    name, path, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3])
    texts = articles(path)
    work = PEERS[name](texts)
    # Spread over the file, so that a slow package sees the same kinds of article as a fast one.
    step = max(1, len(texts) // 1000)
    order = [texts[at] for first in range(step) for at in range(first, len(texts), step)]
    for text in order[:3]:
        work(text)
    done, begun = 0, time.process_time()
    for text in order:
        work(text)
        done += 1
        if time.process_time() - begun > seconds:
            break
    taken = time.process_time() - begun
    print(json.dumps({"articles": done, "rate": done / taken}))


if __name__ == "__main__":
    main()
