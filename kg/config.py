"""Settings: read once from the environment at the edge, then passed on as one frozen object."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from kg.errors import ConfigurationError

__all__ = ["NCBI_EUTILS", "Settings", "load_settings"]

NCBI_EUTILS = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/"
"""Where NCBI serves the E-utilities."""

_EMAIL = re.compile(r"[^\s@<>(),;:\"\[\]\\]+@[^\s@<>(),;:\"\[\]\\]+\.[A-Za-z][A-Za-z0-9-]+")
_PLACEHOLDER = re.compile(r"(?:^|[@.])example(?:\.(?:com|org|net|edu))?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a user can set. ``api_key`` never shows in ``repr`` and must not be printed, logged or stored."""

    home: Path = Path("spinekg-data")
    eutils_url: str = NCBI_EUTILS
    email: str | None = None
    api_key: str | None = field(default=None, repr=False)


def load_settings(environ: Mapping[str, str]) -> Settings:
    """Read the settings of spinekg from environment variables; an empty variable counts as not set.

    Raises ConfigurationError naming the variable when a value cannot be used.
    """
    api_key = _api_key(environ.get("SPINEKG_API_KEY", ""))
    return Settings(
        home=_home(environ.get("SPINEKG_HOME", "")),
        eutils_url=_eutils_url(environ.get("SPINEKG_EUTILS_URL", ""), with_key=api_key is not None),
        email=_email(environ.get("SPINEKG_EMAIL", "")),
        api_key=api_key,
    )


def _home(text: str) -> Path:
    if not text.strip():
        return Path("spinekg-data")
    if "\0" in text:
        raise ConfigurationError("SPINEKG_HOME is not a folder name: it holds a NUL character")
    try:
        return Path(text).expanduser()
    except RuntimeError:
        raise ConfigurationError(
            f"SPINEKG_HOME is '{text}', whose home folder is not known: write the full path"
        ) from None


def _email(text: str) -> str | None:
    text = text.strip()
    if not text:
        return None
    if not text.isascii() or not _EMAIL.fullmatch(text):
        raise ConfigurationError(f"SPINEKG_EMAIL is '{text}', which is not an e-mail address such as name@hospital.org")
    if _PLACEHOLDER.search(text):
        raise ConfigurationError(f"SPINEKG_EMAIL is '{text}', a placeholder: NCBI asks for an address it can write to")
    return text


def _api_key(text: str) -> str | None:
    text = text.strip()
    if text and not re.fullmatch(r"[A-Za-z0-9_-]{8,128}", text):
        # The value itself stays out of the message: it may be a real key with a typing error.
        raise ConfigurationError(
            f"SPINEKG_API_KEY is not an NCBI API key: {len(text)} characters; 8 to 128 letters and digits are allowed"
        )
    return text or None


def _eutils_url(text: str, *, with_key: bool) -> str:
    text = text.strip() or NCBI_EUTILS
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    if parts.scheme not in {"http", "https"} or not host or re.search(r"[\s\\]", text):
        raise ConfigurationError("SPINEKG_EUTILS_URL is not an http or https address, such as " + NCBI_EUTILS)
    if parts.query or parts.fragment or parts.username is not None or parts.password is not None:
        raise ConfigurationError(
            "SPINEKG_EUTILS_URL may hold host, port and path only: no user, password, query or fragment"
        )
    if with_key and parts.scheme == "http" and not _is_loopback(host):
        raise ConfigurationError(
            "SPINEKG_EUTILS_URL is plain http, which sends the API key in the clear: use https or unset SPINEKG_API_KEY"
        )
    return text if text.endswith("/") else text + "/"


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
