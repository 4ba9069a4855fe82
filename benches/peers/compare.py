"""Candor beside what people use today, on the same articles and one core: prints a Markdown table.

    python3 benches/peers/compare.py FILE.jsonl[.gz] [--seconds 30] [--environments target/peers]

Each package gets an environment of its own, with the versions named below, from PyPI. What cannot be installed or run
is said so, with the reason. NLTK_DATA is passed on: textstat asks for `corpora/cmudict`, nela-features for
`tokenizers/punkt_tab` and `taggers/averaged_perceptron_tagger_eng`, and both try to download them if they are missing.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent

# What is timed, what to install for it, and what it gives for its time. The first list that installs is taken.
PEERS = [
    ("nela-features", "its 87 features", [["nela-features==3.0.1"]]),
    ("textstat", "eight readability formulas", [["textstat==0.7.13"]]),
    ("datatrove", "Gopher repetition and quality filters", [["datatrove==0.10.1", "spacy", "nltk", "orjson"]]),
    ("dolma", "`gopher_v2` tagger", [["dolma==1.2.1"]]),
    (
        "fasttext",
        "one label by a classifier of word pairs, no evidence",
        [["fasttext", "numpy<2"], ["fasttext-wheel", "numpy<2"], ["fasttext-numpy2-wheel"]],
    ),
]

# One thread each, whatever a package would like.
ONE_CORE = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS")}


def last_line(text):
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "no message"


def environment(folder, packages):
    """The Python of an environment that has the packages, and why there is none if so."""
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    reason = ""
    for choice in packages:
        asked = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *choice]
        installed = subprocess.run(asked, capture_output=True, text=True)
        if installed.returncode == 0:
            return python, choice[0]
        reason = last_line(installed.stderr)
    return None, reason


def peer(name, packages, corpus, seconds, folder):
    """The rate of one package, what it was, and how many articles it saw; or the reason why not."""
    python, what = environment(folder / name, packages)
    if python is None:
        return None, name, f"not installed: {what}"
    asked = [str(python), str(HERE / "peer.py"), name, corpus, str(seconds)]
    ran = subprocess.run(asked, capture_output=True, text=True, env={**os.environ, **ONE_CORE})
    if ran.returncode != 0:
        missing = [line.strip() for line in ran.stderr.splitlines() if "not found" in line or "No module" in line]
        return None, what, f"not run: {missing[0] if missing else last_line(ran.stderr)}"
    figures = json.loads(ran.stdout.strip().splitlines()[-1])
    return figures["rate"], what, f"{figures['articles']:,} articles"


def candor(corpus):
    """Articles a second in both views."""
    asked = ["cargo", "bench", "--quiet", "--bench", "pipeline", "--", "--rate", corpus]
    ran = subprocess.run(asked, capture_output=True, text=True, cwd=ROOT, check=True)
    return json.loads(ran.stdout.strip().splitlines()[-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", help="JSON Lines with a `text` in each line, gzipped or not")
    parser.add_argument("--seconds", type=float, default=30, help="processor time for each package")
    parser.add_argument("--environments", type=Path, default=ROOT / "target" / "peers")
    given = parser.parse_args()
    corpus = str(Path(given.corpus).resolve())

    rows = []
    ours = candor(corpus)
    for view, what in [
        ("full", "features, evidence, scores, text statistics"),
        ("basic", "features, evidence, scores"),
    ]:
        rows.append((ours[view], f"**Candor, {view} view**", what, f"{ours['articles']:,} articles"))
    for name, what, packages in PEERS:
        rate, installed, note = peer(name, packages, corpus, given.seconds, given.environments)
        rows.append((rate, installed, what, note))

    print(f"`python3 benches/peers/compare.py {Path(corpus).name} --seconds {given.seconds:g}`\n")
    print(f"{platform.machine()}, Python {platform.python_version()}; one core, processor time.\n")
    print("| what | gives | articles/s | Candor basic is so many times as fast | over |\n|---|---|---:|---:|---|")
    for rate, name, what, note in sorted(rows, key=lambda row: row[0] or 0):
        figure = "-" if rate is None else f"{rate:,.0f}" if rate >= 10 else f"{rate:.1f}"
        times = "-" if rate is None else f"{ours['basic'] / rate:,.2f}"
        print(f"| {name} | {what} | {figure} | {times} | {note} |")


if __name__ == "__main__":
    main()
