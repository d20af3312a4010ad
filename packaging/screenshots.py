"""Take pictures of every screen of the running program: `python packaging/screenshots.py [FOLDER]`.

Runs on the private screen of tests/gui_session.sh, where somebody sits who reads and uses the
window as a person does. All pictures, light and dark, go to FOLDER; without one only the README's
own picture, which is always made, is kept.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from app.paths import places  # noqa: E402 - Sheaf is found once its folder is on the path
from app.store.settings import save_settings  # noqa: E402
from tests.gui.paced_practice import PacedPractice  # noqa: E402
from tests.gui.person import Node, Person, xdotool  # noqa: E402

README_PICTURE = ROOT / "resources" / "images" / "running.png"
ROWS = 23_412
INSTRUCTIONS = (
    "You are sorting customer reviews for a home-goods shop. Read this review of {{product}}, "
    "rated {{stars}} out of 5. Judge only what the customer wrote.\n\nReview: {{review_text}}"
)
TOPIC = "What most of the review is about"
TOPICS = {
    "Delivery": "The parcel, the carrier, or the time it took",
    "Quality": "Material, fit, finish, or a defect",
    "Price": "What it cost, or whether it was worth that",
    "Size and fit": "Too big, too small, or not as measured",
    "Customer service": "How the shop answered or helped",
    "Other": "",
}
ASIDE = (2, 998)
"""Where the mouse hovers over nothing."""
STILL = 0.12
"""Seconds in which nothing may change before a picture counts."""


class Album:
    """Takes pictures of Sheaf's window, without its title bar."""

    def __init__(self, folder: Path, theme: str, person: Person) -> None:
        self._folder = folder
        self._theme = theme
        self._person = person

    def path(self, name: str) -> Path:
        """Return where a picture is put."""
        return self._folder / f"{name}-{self._theme}.png"

    def take(self, name: str, *, mouse: tuple[int, int] | None = ASIDE) -> None:
        """Take a picture of the window and what lies over it, once nothing moves any more."""
        if mouse is not None:
            xdotool("mousemove", *mouse)
        path = self.path(name)
        deadline = time.monotonic() + 3
        before, now = b"", self._shot(path)
        while now != before and time.monotonic() < deadline:
            time.sleep(STILL)
            before, now = now, self._shot(path)

    def _shot(self, path: Path) -> bytes:
        x, y, width, height = self._person.see("window", role="frame").place
        area = f"{width}x{height}+{x}+{y}"
        command = ["import", "-window", "root", "-crop", area, "+repage", "-strip", str(path)]
        subprocess.run(command, check=True)
        return path.read_bytes()


def reviews(path: Path) -> Path:
    """Write the spreadsheet of the pictures."""
    path.parent.mkdir()
    maker = [sys.executable, "benchmarks/make_rows.py", str(ROWS), str(path)]
    subprocess.run(maker, cwd=ROOT, check=True)
    return path


def ended(person: Person) -> bool:
    """Say whether the job on the screen has ended."""
    export = person.sees("export-job")
    return export is not None and export.name == "Export"


def rows_shown(person: Person, table: str) -> None:
    """Wait until the first page of a table has been read."""
    person.wait(lambda: person.cells(table, 0, 1)[0][0], f"{table} shows its rows")


def run_sample(person: Person, practice: PacedPractice) -> None:
    """Have one finished job in the list."""
    person.click("sample-2")
    person.see("preview-table")
    for step in ("instructions", "cost-panel", "checks"):
        person.click("forward")
        person.see(step)
    submit(person)
    practice.let_finish(1)
    person.wait(lambda: ended(person), "the sample has finished")
    person.click("new-job")


def submit(person: Person) -> None:
    """Press the button on Review once it names the rows."""
    person.wait(lambda: "rows" in person.see("forward").name, "the rows are counted")
    person.click("forward")
    person.see("batches-table")


def describe(person: Person, album: Album) -> None:
    """Write the instructions and the answer columns."""
    person.click("recipe-classify")
    person.write("instructions", INSTRUCTIONS)
    while there := len(person.find("answer-delete")):
        person.click("answer-delete")
        person.wait(
            lambda there=there: len(person.find("answer-delete")) < there, "a column is gone"
        )
    begin_column(person, "topic", TOPIC)
    for number, (label, use) in enumerate(TOPICS.items(), 1):
        if not person.sees("label-name", name=f"Label {number}"):
            person.click("add-label", role="push button")
        person.write("label-name", label, name=f"Label {number}")
        if use:
            person.key("Tab")
            person.type(use)
    person.click(role="text", name="Label 2")
    person.wait(lambda: person.words("$"), "the price of the definitions")
    album.take("17-answer-column")
    finish_column(person)
    begin_column(person, "sentiment", "How the customer feels about the purchase")
    for number, label in enumerate(("Positive", "Mixed", "Negative"), 1):
        if not person.sees("label-name", name=f"Label {number}"):
            person.click("add-label", role="push button")
        person.write("label-name", label, name=f"Label {number}")
    finish_column(person)
    for name, kind, about in (
        ("needs_reply", "Yes", "The customer asks for help"),
        ("reason", "Short", "Why, in ten words or fewer"),
    ):
        begin_column(person, name, about, kind)
        finish_column(person)


def begin_column(person: Person, name: str, about: str, kind: str = "") -> None:
    """Open the editor of a new answer column and fill its upper part."""
    person.click("add-column")
    person.see("column-name")
    person.type(name)
    if kind:
        person.click("column-kind")
        person.type(kind)
        person.key("Return")
    person.write("column-description", about)


def finish_column(person: Person) -> None:
    """Close the editor of an answer column."""
    person.click("done")
    person.wait(lambda: not person.sees("column-name"), "the editor has closed")


def dialogs(person: Person, album: Album) -> None:
    """Take what opens over the first screen."""
    person.click("new-job")
    person.see("choose-file")
    person.click("main-menu")
    album.take("18d-menu")
    person.key("Escape")
    for widget, dialog, name in (
        ("settings", "settings-dialog", "08-settings"),
        ("connect-key", "first-key-dialog", "18c-first-key"),
    ):
        person.click(widget)
        person.see(dialog)
        album.take(name)
        person.key("Escape")
        person.wait(lambda dialog=dialog: not person.sees(dialog), "the dialog has closed")
    person.key("F1")
    person.see("shortcuts-dialog")
    album.take("18e-shortcuts")
    person.key("Escape")
    person.wait(lambda: not person.sees("shortcuts-dialog"), "the dialog has closed")
    person.click("main-menu")
    person.key("Up", "Up", "Return")
    person.see("about-dialog")
    album.take("18g-about")
    person.key("Escape")
    person.wait(lambda: not person.sees("about-dialog"), "the dialog has closed")


def steps(person: Person, album: Album, source: Path) -> None:
    """Take a new job's four steps."""
    with person.held_over(source, "first-run"):
        album.take("01b-first-run-drop", mouse=None)
    person.wait(lambda: not person.sees("preview-table"), "nothing was dropped")
    person.drag_in(source, "first-run")
    person.see("preview-table")
    rows_shown(person, "preview-table")
    person.click("forward")
    person.click("back")
    person.see("preview-table")
    album.take("02-data")
    person.click("forward")
    person.see("instructions")
    describe(person, album)
    album.take("03-instructions")
    resize(person, 1024, 680)
    album.take("10-small-window-instructions")
    resize(person, 1280, 800)
    person.click("forward")
    person.wait(lambda: person.words("Most likely between $"), "the price is there")
    album.take("04-model-cost")
    person.click("forward")
    person.see("checks")
    rows_shown(person, "coming-back")
    person.wait(lambda: "rows" in person.see("forward").name, "the rows are counted")
    album.take("05-review")


def finished_batches(person: Person) -> int:
    """Count the finished batches on the screen."""
    table = person.sees("batches-table")
    cells = person.cells_of(table) if table is not None else []
    return sum("Finished" in line for line in cells)


def running(person: Person, album: Album, practice: PacedPractice) -> None:
    """Take the running job, part of it finished."""
    practice.begin()
    submit(person)
    person.wait(lambda: len(person.cells("batches-table")) == 12, "every batch is planned")
    person.wait(
        lambda: all(line[2] == "Working" for line in person.cells("batches-table")), "all are sent"
    )
    practice.let_finish(6)
    person.wait(lambda: finished_batches(person) == 6, "six batches have finished")
    album.take("06-running")
    person.click("cancel-job")
    person.see("cancel-dialog")
    album.take("18-confirm-cancel")
    person.key("Escape")
    person.wait(lambda: not person.sees("cancel-dialog"), "the dialog has closed")
    resize(person, 1024, 680)
    album.take("10b-small-window-running")
    resize(person, 1280, 800)


def results(person: Person, album: Album, practice: PacedPractice) -> None:
    """Take the finished job."""
    practice.let_finish(12)
    person.wait(lambda: ended(person), "the job has finished", 60)
    rows_shown(person, "results-table")
    person.wait(lambda: person.sees(name="Quality", role="label") or True, "the figures")
    album.take("07-results")
    x, y = person.see("results-table").place[:2]
    xdotool("mousemove", x + 200, y + 130, "click", 1)
    person.see("row-drawer")
    album.take("07b-results-row")
    person.key("Escape")
    person.wait(lambda: not person.sees("row-drawer"), "the row has closed")
    person.click("export-job")
    album.take("07c-results-export")
    person.key("Escape")
    person.click(name="Batches", role="check box")
    album.take("07d-finished-batches")
    person.click(name="Answers", role="check box")
    resize(person, 1024, 680)
    album.take("11b-small-window-results")
    resize(person, 1280, 800)


def key(person: Person, album: Album, service: PacedPractice) -> None:
    """Take the settings while a key is refused and accepted, and the window that is connected."""
    person.click("settings")
    person.write("service-address", service.address)
    person.key("Tab")
    person.wait(lambda: person.words("your key and your rows go to"), "the address is taken")
    person.write("api-key", "sk-ant-api03-incomplete")
    person.click("check-key")
    person.wait(lambda: person.words("This key was not accepted"), "the refusal")
    album.take("08b-settings-rejected")
    person.write("api-key", service.token)
    person.click("check-key")
    person.wait(lambda: person.words("Connected. Key ending in"), "the key is accepted")
    album.take("08a-settings-accepted")
    person.click("settings-done")
    person.see("choose-file")
    album.take("01c-first-run-connected")
    person.click("settings")
    person.click("remove-key")
    question: Node = person.see(name="Remove the key", role="push button")
    album.take("18h-remove-key")
    xdotool("mousemove", *question.centre, "click", 1)
    person.wait(lambda: "Practice mode" in person.words(), "practice is back")
    person.key("Escape")


def resize(person: Person, width: int, height: int) -> None:
    """Give the window another size and wait until it has it."""
    xdotool("windowsize", person.sheaf_window(), width, height)

    def done() -> bool:
        return person.see("window", role="frame").place[2:] == [width, height]

    person.wait(done, f"the window is {width} wide")


def take_all(folder: Path, theme: str, source: Path, home: Path) -> Album:
    """Take every picture in one theme."""
    save_settings(places({"SHEAF_HOME": str(home)}).settings, {"theme": theme})
    person = Person(home)
    album = Album(folder, theme, person)
    try:
        with PacedPractice(home) as practice:
            person.start()
            person.see("choose-file")
            album.take("01-first-run")
            run_sample(person, practice)
            steps(person, album, source)
            running(person, album, practice)
            results(person, album, practice)
            dialogs(person, album)
            key(person, album, practice)
    finally:
        person.go()
    return album


def main(arguments: list[str]) -> int:
    """Take the pictures into the folder that the arguments name."""
    if len(arguments) > 1:
        print(__doc__)
        return 2
    with tempfile.TemporaryDirectory() as spare:
        folder = Path(arguments[0]) if arguments else Path(spare)
        folder.mkdir(parents=True, exist_ok=True)
        source = reviews(Path(spare, "Documents", "Store reviews, March.csv"))
        for theme in ("light", "dark") if arguments else ("light",):
            album = take_all(folder, theme, source, Path(spare, theme))
            if theme == "light":
                README_PICTURE.parent.mkdir(parents=True, exist_ok=True)
                README_PICTURE.write_bytes(album.path("06-running").read_bytes())
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
