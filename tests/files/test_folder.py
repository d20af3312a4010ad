"""Folders of files: every file found once, in one order, whatever else lies in them."""

from __future__ import annotations

import os
import socket
import sys
import unicodedata
from pathlib import Path

import pytest

from app.core.errors import SheafError
from app.core.parts import Family, FileKind
from app.files.file_names import Passed, kept_name, real_name, shown_name
from app.files.file_patterns import Patterns
from app.files.folder import Choice, Folder
from app.files.kinds import find_kind
from tests.files.corpus import CORPUS, make_corpus

EVERYTHING = frozenset(Family)
POSIX_ONLY = pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX file system")
NO_ROOT = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything"
)


def put(folder: Path, *paths: str) -> None:
    """Write small text files."""
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text("words", encoding="utf-8")


def found(folder: Path, **choice: object) -> list[str]:
    """Return the paths that are found."""
    return [f.path for f in Folder(folder, Choice(**choice)).find()]  # type: ignore[arg-type]


def test_the_kind_of_every_file_is_found_from_its_bytes(tmp_path: Path) -> None:
    """All 69 files of the corpus are found, each as what it is, whatever it is called."""
    make_corpus(tmp_path)
    kinds = {f.path: f.kind for f in Folder(tmp_path, Choice(families=EVERYTHING)).find()}
    assert kinds == {made.path: made.kind for made in CORPUS}


def test_files_come_as_people_count_and_sub_folders_after_them(tmp_path: Path) -> None:
    """The order is that of the names with their numbers, the same on each computer."""
    put(tmp_path, "page 10.txt", "Page 2.txt", "page 1.txt", "b/x.txt", "a 10/x.txt", "a 9/x.txt")
    expected = ["page 1.txt", "Page 2.txt", "page 10.txt", "a 9/x.txt", "a 10/x.txt", "b/x.txt"]
    folder = Folder(tmp_path)
    assert [f.path for f in folder.find()] == expected
    assert [f.path for f in folder.find()] == expected
    assert (folder.files, folder.folders) == (6, 3)


def test_the_same_name_in_two_folders_is_two_rows(tmp_path: Path) -> None:
    """Files are told apart by their paths."""
    put(tmp_path, "2024/invoice.txt", "2025/invoice.txt")
    files = list(Folder(tmp_path).find())
    assert [(f.name, f.folder) for f in files] == [("invoice.txt", "2024"), ("invoice.txt", "2025")]
    assert len({f.path for f in files}) == 2


def test_hidden_lock_and_system_files_are_passed_over_and_counted(tmp_path: Path) -> None:
    """Nobody wants them as rows, and everybody is told how many there were."""
    put(tmp_path, "a.txt", ".hidden.txt", ".git/config", "~$a.docx", ".~lock.a.odt#", "Thumbs.db")
    put(tmp_path, "desktop.ini", ".DS_Store", "__MACOSX/._a.txt", "sub/~$b.xlsx", "sub/b.txt")
    folder = Folder(tmp_path)
    assert [f.path for f in folder.find()] == ["a.txt", "sub/b.txt"]
    assert folder.passed == {Passed.HIDDEN: 2, Passed.LOCK: 3, Passed.SYSTEM: 4}
    notices = {notice.code: notice.text for notice in folder.notices()}
    assert notices["passed_lock"] == (
        "3 lock files were left out: their documents are open elsewhere."
    )


def test_sub_folders_are_looked_through_only_when_asked(tmp_path: Path) -> None:
    """Without them, they are counted."""
    put(tmp_path, "a.txt", "one/b.txt", "two/c.txt")
    folder = Folder(tmp_path, Choice(recursive=False))
    assert [f.path for f in folder.find()] == ["a.txt"]
    assert [n.text for n in folder.notices()] == ["2 sub-folders are not included."]


def test_kinds_can_be_chosen(tmp_path: Path) -> None:
    """What is of another kind is left out, counted and named."""
    make_corpus(tmp_path)
    folder = Folder(tmp_path, Choice(families=frozenset({Family.PDF, Family.TEXT})))
    families = {made.path: made.kind for made in CORPUS}
    paths = [f.path for f in folder.find()]
    assert "2025/invoice.pdf" in paths
    assert "notes.txt" in paths
    assert folder.passed[Passed.NOT_CHOSEN] == len(CORPUS) - len(paths) == len(folder.left_out)
    assert ("contract.docx", FileKind.WORD) in folder.left_out
    assert set(paths).isdisjoint(path for path, _ in folder.left_out)
    assert set(paths) <= set(families)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*.txt", ["a1.txt", "B2.TXT", "x/c3.txt", "x/y/c4.txt"]),
        ("x/*.txt", ["x/c3.txt"]),
        ("x/**", ["x/c3.txt", "x/y/c4.txt"]),
        ("**/c?.txt", ["x/c3.txt", "x/y/c4.txt"]),
        ("[ab][0-9].txt", ["a1.txt", "B2.TXT"]),
        ("[!a]*", ["B2.TXT", "x/c3.txt", "x/y/c4.txt"]),
        ("[z-a].txt", []),
        ("*.pdf", []),
    ],
)
def test_names_can_be_chosen_by_patterns(tmp_path: Path, pattern: str, expected: list[str]) -> None:
    """A pattern without "/" is about the name, one with it about the path; capitals are alike."""
    put(tmp_path, "a1.txt", "B2.TXT", "x/c3.txt", "x/y/c4.txt")
    assert found(tmp_path, patterns=(pattern,)) == expected


def test_a_pattern_of_many_stars_takes_no_time() -> None:
    """A pattern in a stranger's spreadsheet cannot keep the program busy for years."""
    assert not Patterns(["*a" * 60 + "b"]).fit("a" * 250)


@POSIX_ONLY
def test_links_that_lead_round_in_circles_end(tmp_path: Path) -> None:
    """A link to its own folder, to itself or to nothing is counted, and everything else found."""
    put(tmp_path, "a.txt", "sub/b.txt")
    (tmp_path / "sub/again").symlink_to(tmp_path)
    (tmp_path / "itself").symlink_to(tmp_path / "itself")
    (tmp_path / "nothing").symlink_to(tmp_path / "gone.txt")
    for follow in (False, True):
        folder = Folder(tmp_path, Choice(follow_links=follow))
        assert [f.path for f in folder.find()] == ["a.txt", "sub/b.txt"]
        assert folder.passed == {Passed.LINK: 3}


@POSIX_ONLY
def test_links_out_of_the_folder_are_followed_only_when_asked(tmp_path: Path) -> None:
    """A folder from somebody else cannot make Sheaf read files that lie elsewhere."""
    inside, outside = tmp_path / "in", tmp_path / "out"
    put(inside, "a.txt")
    put(outside, "secret.txt", "more/b.txt")
    (inside / "file.txt").symlink_to(outside / "secret.txt")
    (inside / "folder").symlink_to(outside)
    (outside / "more/back").symlink_to(inside)
    (outside / "more/round").symlink_to(outside)
    assert found(inside) == ["a.txt"]
    assert found(inside, follow_links=True) == [
        "a.txt",
        "file.txt",
        "folder/secret.txt",
        "folder/more/b.txt",
    ]


@POSIX_ONLY
def test_files_are_found_in_their_own_folder_not_by_a_link_to_it(tmp_path: Path) -> None:
    """A link that comes first does not take the place of the folder that it leads to."""
    put(tmp_path, "real/a.txt")
    (tmp_path / "a link").symlink_to(tmp_path / "real")
    assert found(tmp_path) == ["real/a.txt"]


@POSIX_ONLY
def test_a_link_to_a_file_of_the_folder_is_a_file(tmp_path: Path) -> None:
    """Links inside the folder lead nowhere that the person did not choose."""
    put(tmp_path, "2025/a.txt")
    (tmp_path / "newest.txt").symlink_to(tmp_path / "2025/a.txt")
    assert found(tmp_path) == ["newest.txt", "2025/a.txt"]


@POSIX_ONLY
def test_pipes_and_sockets_are_never_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Opening one could wait for ever."""
    put(tmp_path, "a.txt")
    os.mkfifo(tmp_path / "pipe.txt")
    with socket.socket(socket.AF_UNIX) as listener:
        monkeypatch.chdir(tmp_path)  # the path of a socket must be short
        listener.bind("socket.txt")
    folder = Folder(tmp_path)
    assert [f.path for f in folder.find()] == ["a.txt"]
    assert folder.passed == {Passed.SPECIAL: 2}


def test_names_in_any_script_are_kept(tmp_path: Path) -> None:
    """Each name is found again as it is, and shown composed."""
    names = [
        "日本語.txt",
        "Ελληνικά.txt",
        "русский.txt",
        "עברית.txt",
        "emoji 🎉.txt",
        "a\u200db.txt",
    ]
    apart = unicodedata.normalize("NFD", "Größe.txt")
    put(tmp_path, *names, apart)
    files = list(Folder(tmp_path).find())
    assert {f.name for f in files} == {*names, "Größe.txt"}
    assert all(f.real.read_text(encoding="utf-8") == "words" for f in files)
    assert all((tmp_path / real_name(f.path)).is_file() for f in files)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps such names")
def test_names_that_are_not_text_are_found_again(tmp_path: Path) -> None:
    """Bytes that do not decode are shown as a mark, can be stored, and lead back to the file."""
    raw = os.path.join(os.fsencode(tmp_path), b"caf\xe9.txt")  # noqa: PTH118 bytes
    with open(raw, "wb") as file:  # noqa: PTH123 bytes
        file.write(b"words")
    (one,) = Folder(tmp_path).find()
    assert one.name == "caf\ufffd.txt"
    stored = one.path.encode("utf-8").decode("utf-8")
    assert (tmp_path / real_name(stored)).read_bytes() == b"words"


@pytest.mark.parametrize("name", ["plain", "日本", "half \ud800 and \udce9", "\udfff"])
def test_a_kept_name_reads_back(name: str) -> None:
    """Whatever a name is made of, storing it loses nothing."""
    kept = kept_name(name)
    kept.encode("utf-8")
    assert real_name(kept) == name


def test_a_name_cannot_disguise_its_ending() -> None:
    """Marks that turn the reading direction, and control characters, are shown as marks."""
    assert shown_name("invoice\u202efdp.exe") == "invoice\ufffdfdp.exe"
    assert shown_name("two\nlines.txt") == "two\ufffdlines.txt"


@POSIX_ONLY
@NO_ROOT
def test_a_sub_folder_that_may_not_be_read_is_named(tmp_path: Path) -> None:
    """It does not end the reading of the others."""
    put(tmp_path, "a.txt", "closed/b.txt")
    (tmp_path / "closed").chmod(0)
    folder = Folder(tmp_path)
    try:
        assert [f.path for f in folder.find()] == ["a.txt"]
    finally:
        (tmp_path / "closed").chmod(0o700)
    assert folder.unreadable == ["closed"]
    assert '"closed"' in folder.notices()[0].text


def test_a_sub_folder_that_vanishes_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the computer says of a sub-folder, the others are read."""
    put(tmp_path, "a.txt", "bad/b.txt", "good/c.txt")
    real = os.scandir

    def failing(place: str) -> object:
        if str(place).endswith("bad"):
            raise PermissionError(13, "Permission denied")
        return real(place)

    monkeypatch.setattr(os, "scandir", failing)
    folder = Folder(tmp_path)
    assert [f.path for f in folder.find()] == ["a.txt", "good/c.txt"]
    assert folder.unreadable == ["bad"]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    """The chosen folder itself must be readable."""
    with pytest.raises(SheafError, match="There is no folder"):
        Folder(tmp_path / "gone")


def test_reading_a_folder_can_be_stopped(tmp_path: Path) -> None:
    """Cancelling takes effect at the next file."""
    put(tmp_path, *(f"{n}.txt" for n in range(20)))
    folder = Folder(tmp_path)
    seen: list[str] = []
    with pytest.raises(SheafError, match="was stopped"):
        seen.extend(f.path for f in folder.find(lambda: folder.files == 3))
    assert folder.files == 3


def test_ten_thousand_files_are_found(tmp_path: Path) -> None:
    """Many files are many rows, in order, each once."""
    for at in range(10_000):
        (tmp_path / f"{at}.txt").touch()
    paths = found(tmp_path)
    assert paths == [f"{at}.txt" for at in range(10_000)]


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (b"<!DOCTYPE html><p>x", "page.pdf", FileKind.HTML),
        (b"junk before\n%PDF-1.4\n", "x", FileKind.PDF),
        (b"words", "report.docx", FileKind.TEXT),
        (b"From: a\nTo: b\nSubject: c\n\nx", "message", FileKind.EMAIL),
        (b"From my point of view: nothing", "essay", FileKind.TEXT),
        (b'[{"a": 1}]', "data", FileKind.JSON),
        (b"[1] a reference", "refs.txt", FileKind.TEXT),
        ("\ufeffwide".encode("utf-16-le"), "x.csv", FileKind.CSV),
        ("wide without a mark".encode("utf-16-be"), "x", FileKind.TEXT),
        ("\x1b$B%F%9%H\x1b(B".encode("ascii"), "old mail.txt", FileKind.TEXT),
        (bytes(range(256)), "sound.txt", FileKind.UNKNOWN),
        (b"MZ\x90\x00\x03", "setup.exe", FileKind.UNKNOWN),
        (b"II*\x00rest", "photo.jpg", FileKind.TIFF),
        (b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf", "x.jpg", FileKind.AVIF),
        (b"", "empty.pptx", FileKind.SLIDES),
        (b"", "empty", FileKind.UNKNOWN),
    ],
)
def test_bytes_decide_and_endings_help(
    tmp_path: Path, content: bytes, name: str, kind: FileKind
) -> None:
    """A file is what its bytes are; only among texts, and for empty files, the ending decides."""
    path = tmp_path / name
    path.write_bytes(content)
    assert find_kind(path, len(content)) is kind
