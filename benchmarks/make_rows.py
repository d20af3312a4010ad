"""Make a CSV of N realistic customer reviews: `python benchmarks/make_rows.py N OUT.csv`.

Several languages, quotes, line breaks, semicolons, emoji, blanks and repeats; the same N gives
the same bytes everywhere. Standard library only.
"""

from __future__ import annotations

import csv
import random
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "packaging"))

from review_texts import compose

HEADER = ("review_id", "product", "country", "stars", "review_text", "posted_on")


def rows(count: int, seed: int = 20260302) -> Iterator[tuple[str, ...]]:
    """Yield the rows; each has a number of its own."""
    rng = random.Random(seed)
    for number in range(1, count + 1):
        made = compose(rng)
        stars = str(made.stars)
        yield f"R-{number:07}", made.product, made.country, stars, made.text, made.posted_on


def main(arguments: list[str]) -> int:
    """Write the file that the arguments name."""
    if len(arguments) != 2 or not arguments[0].isdecimal():
        print(__doc__)
        return 2
    with Path(arguments[1]).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(rows(int(arguments[0])))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
