"""What can be written on the command line."""

from __future__ import annotations

import argparse
from pathlib import Path

from app import __version__
from app.cli import prices
from app.cli.row_options import add_rule
from app.core.quality import Quality
from app.core.ready_made import FORMAT as REQUESTS
from app.files.writers import Form

_EXIT_CODES = """exit codes: 0 every row answered · 1 some rows are not, and the export says which,
or the export could not be written · 2 bad input, nothing sent · 3 stopped by key, credit or spend
limit, resumable · 70 a mistake of Sheaf's own, resumable · 130 interrupted, resumable"""

_OUT = "the file to write: .xlsx, .csv, .tsv or .jsonl (JSON Lines)"


def parser() -> argparse.ArgumentParser:
    """Return the parser of all verbs."""
    top = argparse.ArgumentParser(
        prog="sheaf",
        description="Run Claude over every row of a spreadsheet, at half price. "
        "Without arguments the window opens.",
        epilog=_EXIT_CODES,
        allow_abbrev=False,
    )
    top.add_argument("--version", action="version", version=f"Sheaf {__version__}")
    verbs = top.add_subparsers(dest="verb", required=True, metavar="VERB")
    _run(verbs.add_parser("run", help="load, estimate, submit, wait, export", epilog=_EXIT_CODES))
    _estimate(verbs.add_parser("estimate", help="what it would cost; nothing billed"))
    _try(verbs.add_parser("try", help="answer a few rows now, before the job is bought"))
    _resume(verbs.add_parser("resume", help="go on where a job stopped", epilog=_EXIT_CODES))
    _status(
        verbs.add_parser("status", help="batches and row states of a job; --audit: every attempt")
    )
    _bill(verbs.add_parser("bill", help="what a job has cost, beside what was forecast"))
    prices.add_arguments(
        verbs.add_parser("prices", help="what the models cost in batches, and your own prices")
    )
    _cancel(verbs.add_parser("cancel", help="stop a job; answers so far are kept and charged"))
    _export(verbs.add_parser("export", help="write what a job has so far"))
    _demo(verbs.add_parser("demo", help="run the bundled sample in practice mode"))
    return top


def _run(verb: argparse.ArgumentParser) -> None:
    _add_data(verb)
    _add_settings(verb)
    _add_patience(verb)
    verb.add_argument("--export", required=True, type=Path, metavar="OUT", help=_OUT)
    verb.add_argument("--job", type=Path, metavar="PATH", help="where to keep the job file")
    verb.add_argument("--new", action="store_true", help="start another job with the same data")
    _add_keep(verb)
    _add_writing(verb)


def _estimate(verb: argparse.ArgumentParser) -> None:
    _add_data(verb)
    _add_settings(verb)
    _add_json(verb)


def _try(verb: argparse.ArgumentParser) -> None:
    _add_data(verb, "a spreadsheet, a folder, or a draft: JOB.sheaf", "DATA|JOB")
    _add_settings(verb)
    verb.add_argument("--rows", type=int, default=5, metavar="N", help="how many, 1 to 30")
    verb.add_argument("--numbers", metavar="1,5,9", help="just these rows, by their numbers")
    verb.add_argument(
        "--again", action="store_true", help="with --numbers: also lost ones, perhaps paid twice"
    )
    verb.add_argument("--turn", type=int, default=0, metavar="N", help="others with each number")
    verb.add_argument("--batch", action="store_true", help="wait for a batch, at half the price")
    verb.add_argument("--compare", default="", metavar="MODEL", help="ask another model as well")
    _add_keep(verb)
    verb.add_argument("--job", type=Path, metavar="PATH", help="where to keep the job file")
    verb.add_argument("--new", action="store_true", help="start another job with the same data")
    _add_patience(verb)


def _add_keep(verb: argparse.ArgumentParser) -> None:
    verb.add_argument(
        "--keep",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="whether answers of a trial with the same settings are kept, not bought again",
    )


def _resume(verb: argparse.ArgumentParser) -> None:
    _add_job(verb)
    verb.add_argument("--export", type=Path, metavar="OUT", help=_OUT)
    _add_limits(verb, "the spend limit from now on")
    verb.add_argument(
        "--take-over",
        action="store_true",
        help="go on with a job file that was copied, moved or made elsewhere: it is the only copy",
    )
    verb.add_argument("--retry", action="store_true", help="ask failed rows again, in new batches")
    _add_patience(verb)
    _add_writing(verb)


def _status(verb: argparse.ArgumentParser) -> None:
    _add_job(verb)
    verb.add_argument(
        "--audit",
        action="store_true",
        help="every attempt of every row: batch, times, outcome, tokens, cost; then the totals by "
        "batch. With --json one object a line, of kind job, row, batch, history or total",
    )
    _add_json(verb)


def _bill(verb: argparse.ArgumentParser) -> None:
    _add_job(verb)
    verb.add_argument(
        "--csv", type=Path, metavar="OUT", help="write every attempt of every row with its cost"
    )
    _add_overwrite(verb)
    _add_json(verb)


def _cancel(verb: argparse.ArgumentParser) -> None:
    _add_job(verb)
    _add_patience(verb)


def _export(verb: argparse.ArgumentParser) -> None:
    _add_job(verb)
    verb.add_argument("out", type=Path, metavar="OUT", help=_OUT)
    _add_writing(verb, REQUESTS)


def _demo(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--export", type=Path, metavar="OUT", help=_OUT)
    _add_overwrite(verb)
    _add_json(verb)


def _add_overwrite(verb: argparse.ArgumentParser) -> None:
    verb.add_argument(
        "--overwrite",
        action="store_true",
        help="replace OUT, whatever it is; an earlier export of the same job is replaced anyway",
    )


def _add_job(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("job", type=Path, metavar="JOB.sheaf")


def _add_json(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--json", action="store_true", help="one JSON object on stdout")


def _add_data(
    verb: argparse.ArgumentParser,
    what: str = "a spreadsheet, a folder (each file a row), or ready-made requests (.jsonl)",
    name: str = "DATA",
) -> None:
    verb.add_argument("data", type=Path, metavar=name, help=what)
    verb.add_argument(
        "--include",
        action="append",
        default=[],
        metavar="KIND|PATTERN",
        help="of a folder only: text, document, pdf or picture, or names such as '*.pdf'",
    )
    verb.add_argument("--no-subfolders", action="store_true", help="of a folder only its own files")
    verb.add_argument(
        "--attach",
        action="append",
        default=[],
        metavar="COLUMN",
        help="a column that names files to send, relative to the spreadsheet",
    )
    verb.add_argument(
        "--text-only", action="store_true", help="of a PDF with text send only its text"
    )
    verb.add_argument(
        "--remember",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="whether Claude may remember the instructions that all rows share, where that is "
        "measured to pay",
    )
    verb.add_argument("--sheet", metavar="NAME", help="the sheet of a workbook")
    verb.add_argument(
        "--no-header", action="store_true", help="its first row is data, not column names"
    )
    verb.add_argument("--encoding", metavar="E", help="how the text file is encoded")
    verb.add_argument("--delimiter", metavar="D", help="what separates its columns")
    verb.add_argument("--limit", type=int, metavar="N", help="only the first N rows")
    add_rule(verb)
    verb.add_argument("--id-column", metavar="C", help="the column that names each row")


def _add_settings(verb: argparse.ArgumentParser) -> None:
    verb.add_argument(
        "--instructions",
        default="",
        metavar="TEXT|@FILE",
        help="with {{column}} placeholders; ready-made requests (.jsonl) bring their own",
    )
    verb.add_argument(
        "--leave-out-refused",
        action="store_true",
        help="send ready-made requests without parameters that the service refuses",
    )
    verb.add_argument("--system", default="", metavar="TEXT|@FILE", help="background for all rows")
    verb.add_argument(
        "--answer",
        action="append",
        default=[],
        metavar="DEFINITION",
        help="an answer column, like 'topic: category = Delivery | Quality | Other'; its kind is "
        "category, labels (several), yes/no, number, short text or long text, with a ? behind "
        "it Claude may say that it cannot tell",
    )
    verb.add_argument("--model", default="", metavar="ID", help="default: the cheapest able one")
    verb.add_argument(
        "--quality",
        choices=tuple(Quality),
        help="how much Claude thinks before it answers, which is paid like writing; default: quick",
    )
    verb.add_argument("--max-tokens", type=int, metavar="N", help="the longest answer, in tokens")
    verb.add_argument(
        "--each-row",
        action="store_true",
        help="ask every row; else rows that ask the same are asked once, and the answer is copied",
    )
    verb.add_argument("--batch-rows", type=int, metavar="N", help="rows per batch")
    verb.add_argument(
        "--rows-per-request", type=int, metavar="N", help="ask N short rows at once, up to 20"
    )
    _add_limits(verb, "the spend limit")
    verb.add_argument("--practice", action="store_true", help="made-up answers, free, no key")


def _add_limits(verb: argparse.ArgumentParser, what: str) -> None:
    verb.add_argument("--max-cost", metavar="USD", help=what)
    verb.add_argument(
        "--max-tokens-total",
        metavar="N",
        help=f"{what} in tokens, read and written, where no price is known",
    )


def _add_patience(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--yes", action="store_true", help="do not ask; the price is agreed")
    verb.add_argument("--poll-seconds", type=float, metavar="S", help="how often to ask")
    verb.add_argument(
        "--reconcile-seconds",
        type=float,
        metavar="S",
        help="patience before a batch in doubt counts as not created",
    )
    _add_json(verb)


def _add_writing(verb: argparse.ArgumentParser, *more: str) -> None:
    other = f"; {', '.join(more)}: what was sent, as .jsonl" if more else ""
    verb.add_argument(
        "--format",
        choices=[*Form, *more],
        help=f"what to write; default: what OUT ends in, .xlsx, .csv or .jsonl{other}",
    )
    _add_overwrite(verb)
    verb.add_argument("--only", choices=("answered", "failed"), help="leave the other rows out")
    verb.add_argument(
        "--column", action="append", default=[], metavar="NAME", help="only this one; repeatable"
    )
    verb.add_argument("--codes", action="store_true", help="labels as the numbers of their list")
    verb.add_argument(
        "--one-column-per-label", action="store_true", help="several labels as columns of 0 and 1"
    )
    verb.add_argument(
        "--usage",
        action="store_true",
        help="add the tokens of each answer, and the cost of each row",
    )
    verb.add_argument(
        "--separator",
        metavar="D",
        help="between cells: , ; | or tab; default tab in .tsv, else what is usual here",
    )
    verb.add_argument("--no-bom", action="store_true", help="leave out the byte-order mark")
    verb.add_argument("--newline", choices=("crlf", "lf"), default="crlf", help="line ends")
    verb.add_argument(
        "--raw-cells",
        action="store_true",
        help="no apostrophe before cells of a CSV that a spreadsheet program would run",
    )
