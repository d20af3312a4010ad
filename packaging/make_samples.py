"""Make the bundled sample files: `python packaging/make_samples.py [FOLDER]`.

Needs XlsxWriter, which is among the development libraries. The files come out the same, byte
for byte, with every run; the default folder is resources/samples.
"""

from __future__ import annotations

import csv
import random
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import xlsxwriter
from review_texts import compose, shuffled
from ticket_texts import AGES, FIRST_OPENED, QUESTIONS, next_opening, survey_answer, ticket

SAMPLES = Path(__file__).resolve().parents[1] / "resources" / "samples"
MADE_ON = datetime(2026, 3, 30, 9, 0)  # noqa: DTZ001 (XlsxWriter takes local times)


def main(folder: Path) -> None:
    """Write all samples into the folder."""
    make_reviews(folder / "product-reviews.csv")
    make_tickets(folder / "support-tickets.xlsx")
    make_survey(folder / "survey-answers.csv")


def make_reviews(path: Path) -> None:
    """500 customer reviews of a shop for the home, in several languages."""
    rng = random.Random(7)  # noqa: S311 (texts, no secrets)
    made = sorted((compose(rng) for _ in range(500)), key=lambda review: review.posted_on)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("review_id", "product", "country", "stars", "review_text", "posted_on"))
        for number, review in enumerate(made, 10412):
            cells = (review.product, review.country, review.stars, review.text, review.posted_on)
            writer.writerow((f"R-{number}", *cells))


def make_tickets(path: Path) -> None:
    """240 support tickets of an internet provider, with real times and numbers as text."""
    with xlsxwriter.Workbook(path) as book:
        book.set_properties({"title": "Support tickets", "created": MADE_ON})
        sheet = book.add_worksheet("Tickets")
        when = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        bold = book.add_format({"bold": True})
        for column, width in enumerate((12, 17, 12, 34, 90)):
            sheet.set_column(column, column, width)
        sheet.write_row(0, 0, ("ticket_id", "opened", "channel", "subject", "body"), bold)
        sheet.freeze_panes(1, 0)
        rng = random.Random(11)  # noqa: S311 (texts, no secrets)
        opened = FIRST_OPENED
        for row in range(1, 241):
            made = ticket(rng, opened)
            sheet.write_string(row, 0, f"{730000 + row:08}")
            sheet.write_datetime(row, 1, opened, when)
            for column, text in enumerate((made.channel, made.subject, made.body), 2):
                sheet.write_string(row, column, text)
            opened = next_opening(rng, opened)


def make_survey(path: Path) -> None:
    """120 answers to three open questions, saved as spreadsheet programs in Europe do."""
    with path.open("w", encoding="cp1252", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(("respondent", "age_group", "question", "answer"))
        writer.writerows(_survey_rows(random.Random(13)))  # noqa: S311 (texts, no secrets)


def _survey_rows(rng: random.Random) -> Iterator[tuple[str, str, str, str]]:
    for number in range(1, 41):
        age = shuffled(rng, AGES)[0]
        for question in QUESTIONS:
            yield f"{number:04}", age, question, survey_answer(rng, question)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else SAMPLES)
