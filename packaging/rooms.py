"""Write the README's table of rooms anew from the first sentence of every module.

Without an option it rewrites the table; with `--check` it says whether the table is true.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
BEGIN = "| I want to change … | open |\n| --- | --- |\n"
END = "\n<!-- end of the rooms -->"


def rows() -> list[str]:
    """Return one table row for each module of the program."""
    files = sorted(path for path in (ROOT / "app").rglob("*.py") if path.name != "__init__.py")
    return [f"| {subject(path)} | `{path.relative_to(ROOT).as_posix()}` |" for path in files]


def subject(path: Path) -> str:
    """Return the first sentence of a module's docstring, on one line."""
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return " ".join(text.split("\n\n")[0].split()).rstrip(".").replace("|", "\\|")


def with_table(text: str) -> str:
    """Return the README with its table as the modules have it now."""
    before, rest = text.split(BEGIN)
    _, after = rest.split(END, 1)
    return before + BEGIN + "\n".join(rows()) + "\n" + END + after


def main() -> int:
    """Write the table, or check it."""
    old = README.read_text(encoding="utf-8")
    new = with_table(old)
    if "--check" in sys.argv[1:]:
        return int(new != old)
    README.write_text(new, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
