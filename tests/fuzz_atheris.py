"""The fuzz tests under atheris, which looks for input that takes ways not taken yet.

It runs until something is found, where atheris is installed: `python -m tests.fuzz_atheris result`.
Any part of a test's name chooses it; what follows is for libFuzzer, such as -max_total_time=600.
"""

from __future__ import annotations

import sys
from importlib import import_module
from inspect import signature
from typing import Any

import atheris

_MODULES = (
    "tests.claude.test_fuzz_results",
    "tests.cli.test_fuzz_options",
    "tests.core.test_fuzz_answers",
    "tests.core.test_fuzz_instructions",
    "tests.engine.test_fuzz_jobs",
    "tests.files.test_fuzz_tables",
    "tests.store.test_fuzz_files",
)


def _tests() -> dict[str, Any]:
    """Return the tests that need nothing but their input, by module and name."""
    found: dict[str, Any] = {}
    for name in _MODULES:
        for test in vars(import_module(name)).values():
            if hasattr(test, "hypothesis") and not signature(test).parameters:
                found[f"{name}.{test.__name__}"] = test
    return found


def main() -> None:
    """Fuzz the one test that the first argument names."""
    with atheris.instrument_imports(include=["app"]):
        tests = _tests()
    wanted = sys.argv.pop(1) if len(sys.argv) > 1 else ""
    chosen = [name for name in tests if wanted and wanted in name]
    if len(chosen) != 1:
        raise SystemExit("Which one?\n" + "\n".join(chosen or tests))
    atheris.Setup(sys.argv, tests[chosen[0]].hypothesis.fuzz_one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
