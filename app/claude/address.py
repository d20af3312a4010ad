"""Which addresses Sheaf may talk to: Anthropic's own, another one over https, or this computer."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from app.core.errors import SheafError

ANTHROPIC = "https://api.anthropic.com"


def check_address(address: str) -> str:
    """Return the address without a trailing slash; empty means Anthropic's own.

    Raises:
        SheafError: it is neither https nor on this computer.
    """
    text = address.strip().rstrip("/")
    if not text:
        return ANTHROPIC
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port, parts = None, None, urlsplit("")
    if not host or port == 0 or parts.username or parts.query or parts.fragment:
        raise SheafError(f'"{text}" is not a service address.', fix=f"Write it like {ANTHROPIC}.")
    if parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host)):
        return text
    raise SheafError(
        f'The address "{text}" is not safe to send a key to.',
        "It is neither https nor on this computer.",
        "Use an address that begins with https://.",
    )


def is_loopback(host: str) -> bool:
    """Say whether a host is this computer."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
