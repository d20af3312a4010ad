"""What separates the columns of a CSV where this computer is: a comma, or a semicolon."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

_LANGUAGES = """af az be bg bs ca cs da de el es et eu fi fo fr gl hr hu hy id is it ka kk ky lt lv
    mk mn nb nl nn no pl pt ro ru sk sl sq sr sv tr uk uz vi"""
_SEMICOLON = frozenset(_LANGUAGES.split())
"""Languages that write decimals with a comma, so that lists need another sign."""
_COMMA = frozenset(
    {"es_MX", "es_US", "es_PR", "es_GT", "es_HN", "es_NI", "es_SV", "es_PA", "es_DO"}
)
"""Where such a language is written with decimal points."""


def usual_separator(environment: Mapping[str, str] = os.environ) -> str:
    """Return what spreadsheet programs on this computer expect between the cells of a CSV."""
    if sys.platform == "win32":
        return _windows_separator()
    named = (environment.get(name) for name in ("LC_ALL", "LC_NUMERIC", "LANG"))
    return separator_of(next(filter(None, named), ""))


def separator_of(locale: str) -> str:
    """Return what is usual in a locale, as in "de_DE.UTF-8"."""
    plain = locale.partition(".")[0].partition("@")[0].replace("-", "_")
    language = plain.partition("_")[0].lower()
    return ";" if language in _SEMICOLON and plain not in _COMMA else ","


if sys.platform == "win32":

    def _windows_separator() -> str:
        import winreg

        try:
            with winreg.OpenKey(winreg.HKEY_CURRENT_USER, r"Control Panel\International") as key:
                sign = str(winreg.QueryValueEx(key, "sList")[0]).strip()
        except OSError:
            return ","
        return sign if sign in {",", ";", "|"} else ","
