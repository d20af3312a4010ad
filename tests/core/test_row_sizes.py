"""Promises of the row sizes: counted is who will be sent, and never more than is there."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.core.row_sizes import Holds, RowSize, RowSizes, Selection, of_text, select

EVERY = Selection(lambda _row: True)
CELLS = st.sampled_from(("", " ", "wool", "late", "a longer text of several words", "雨"))


def _sizes(*cells: str) -> RowSizes:
    sizes = RowSizes()
    for cell in cells:
        holds = Holds.SOMETHING if cell.strip() else Holds.NOTHING
        sizes.add(of_text(cell), (cell,), holds)
    sizes.close()
    return sizes


def test_twins_and_blanks_are_set_aside_and_counted() -> None:
    """Only the first of several rows that are alike is sent, and no blank one."""
    found = select(_sizes("wool", "", "late", "wool", " ", "wool"), EVERY)
    assert (list(found.rows), found.twins, found.blank) == ([1, 3], 2, 2)
    assert found.total == of_text("wool").usual + of_text("late").usual
    assert found.twin_tokens == 2 * of_text("wool").usual


def test_of_the_chosen_rows_the_first_is_asked() -> None:
    """A twin of a row that is not chosen is no twin of any row."""
    some = Selection(lambda row: row > 1)
    found = select(_sizes("wool", "late", "wool", "wool"), some)
    assert (list(found.rows), found.twins) == ([2, 3], 1)


def test_blank_rows_that_are_wanted_are_sent_for_the_words_around() -> None:
    """Without words around their cells there is nothing at all to send."""
    sizes = _sizes("wool", "", " ")
    wanted = Selection(lambda _row: True, skip_blank=False, twins=False)
    alone = Selection(lambda _row: True, skip_blank=False, twins=False, words_around=False)
    assert (len(select(sizes, wanted)), len(select(sizes, alone))) == (3, 1)


def test_rows_with_files_that_cannot_be_sent_are_neither_sent_nor_blank() -> None:
    """They fail with a reason of their own."""
    sizes = RowSizes()
    sizes.add(RowSize(9, 3, 4), ("a.pdf",), Holds.TROUBLE)
    found = select(sizes, EVERY)
    assert (len(found), found.blank) == (0, 0)


def test_what_a_file_may_read_beyond_its_bytes_is_in_the_bound() -> None:
    """A page of a small PDF can make more tokens than the file has bytes."""
    sizes = RowSizes()
    sizes.add(RowSize(1_000, 300, 400, unseen=7_000), ("a.pdf",), Holds.SOMETHING)
    sizes.add(RowSize(60_000, 300, 400), ("b.pdf",), Holds.SOMETHING)
    found = select(sizes, EVERY)
    assert (found.bytes, found.longest) == (68_000, 60_000)
    assert [one.bytes for one in found.large] == [60_000]


@given(st.lists(CELLS, max_size=40), st.lists(st.floats(0, 12), max_size=4).map(sorted))
def test_parts_are_the_whole(cells: list[str], bounds: list[float]) -> None:
    """Cut at any sizes, rows and tokens add up to all of them."""
    found = select(_sizes(*cells), Selection(lambda _row: True, twins=False))
    parts = found.parts(bounds)
    assert len(parts) == len(bounds) + 1
    assert sum(rows for rows, _ in parts) == len(found)
    assert abs(sum(tokens for _, tokens in parts) - found.total) < 1e-6
