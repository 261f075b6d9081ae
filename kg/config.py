"""Settings: read once from the environment at the edge, then passed on as one frozen object."""

from __future__ import annotations

import logging
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from kg.errors import ConfigurationError

__all__ = ["NCBI_EUTILS", "Neo4jSettings", "Settings", "load_neo4j_settings", "load_settings"]

NCBI_EUTILS = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/"
"""Where NCBI serves the E-utilities."""

_log = logging.getLogger("spinekg.config")

_BOLT = frozenset({"bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc"})
_EMAIL = re.compile(r"[^\s@<>(),;:\"\[\]\\]+@[^\s@<>(),;:\"\[\]\\]+\.[A-Za-z][A-Za-z0-9-]+")
_PLACEHOLDER = re.compile(r"(?:^|[@.])example(?:\.(?:com|org|net|edu))?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a user can set. ``api_key`` never shows in ``repr`` and must not be printed, logged or stored."""

    home: Path = Path("spinekg-data")
    eutils_url: str = NCBI_EUTILS
    email: str | None = None
    api_key: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Neo4jSettings:
    """How a Neo4j server is reached; without a password nobody in particular asks it.

    ``password`` never shows in ``repr`` and must not be printed, logged or stored.
    """

    uri: str
    username: str = "neo4j"
    password: str | None = field(default=None, repr=False)
    db: str = "neo4j"


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


def load_neo4j_settings(
    environ: Mapping[str, str], *, uri: str | None = None, database: str | None = None, auth_file: Path | None = None
) -> Neo4jSettings:
    """Read how to reach Neo4j from what a user named and from environment variables; an empty one counts as not set.

    What is named goes before NEO4J_URI, NEO4J_DATABASE and the rest. User and password come from
    ``auth_file``, else from NEO4J_USERNAME and NEO4J_PASSWORD, else from the file NEO4J_AUTH_FILE.
    Raises ConfigurationError naming what is missing or cannot be used.
    """
    file = auth_file or (environ.get("NEO4J_AUTH_FILE", "").strip() if not environ.get("NEO4J_PASSWORD") else None)
    username: str
    password: str | None
    if file:
        username, password = _credentials(Path(file))
    else:
        username, password = environ.get("NEO4J_USERNAME", "").strip(), environ.get("NEO4J_PASSWORD", "") or None
    if username and password is None:
        raise ConfigurationError("NEO4J_USERNAME is set and NEO4J_PASSWORD is not: set both, or NEO4J_AUTH_FILE")
    return Neo4jSettings(
        uri=_bolt_uri(uri or environ.get("NEO4J_URI", "")),
        username=username or "neo4j",
        password=password,
        db=_db(database or environ.get("NEO4J_DATABASE", "")),
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


def _bolt_uri(text: str) -> str:
    text = text.strip()
    if not text:
        raise ConfigurationError(
            "no Neo4j server is named: give its address, such as bolt://localhost:7687, or NEO4J_URI"
        )
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    # The address itself stays out of the messages: it may hold a password.
    if parts.username is not None or parts.password is not None:
        raise ConfigurationError(
            "the address of the Neo4j server holds a user or password: those come from NEO4J_USERNAME and"
            " NEO4J_PASSWORD, or from NEO4J_AUTH_FILE"
        )
    if parts.scheme not in _BOLT or not host or re.search(r"[\s\\]", text):
        raise ConfigurationError(
            f"the address of the Neo4j server must begin with one of {', '.join(sorted(_BOLT))}, then ://host"
        )
    if parts.query or parts.fragment or parts.path not in {"", "/"}:
        raise ConfigurationError(
            "the address of the Neo4j server may hold scheme, host and port only; --database names a database"
        )
    return text


def _db(text: str) -> str:
    text = text.strip() or "neo4j"
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.-]{0,62}", text):
        raise ConfigurationError(
            "the name of a Neo4j database is up to 63 letters, digits, dots and dashes, such as neo4j"
        )
    return text


def _credentials(file: Path) -> tuple[str, str]:
    """Read ``user/password`` from a file, the form that the container image of Neo4j reads."""
    try:
        if file.stat().st_mode & stat.S_IROTH:
            _log.warning("%s holds a password and everyone may read it: chmod 600 it", file)
        text = file.read_text("utf-8")
    except OSError as error:
        raise ConfigurationError(f"the file of credentials {file} cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"the file of credentials {file} is not UTF-8 text") from None
    username, slash, password = text.strip("\r\n").partition("/")
    if not username.strip() or not slash or not password or "\n" in password:
        raise ConfigurationError(f"the file of credentials {file} must hold one line, user/password")
    return username.strip(), password
