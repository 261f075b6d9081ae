"""What the Neo4j driver reports, in the words and exit codes of spinekg."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from kg.errors import ConfigurationError, SpinekgError, StoreError, TemporaryError, UsageError

__all__ = ["explained"]

_CREDENTIALS = "NEO4J_USERNAME and NEO4J_PASSWORD, or the file of --auth-file or NEO4J_AUTH_FILE"
_LOGIN = ("Security.Unauthorized", "Security.AuthenticationRateLimit", "Security.CredentialsExpired")
_READ_ONLY = ("ForbiddenOnReadOnlyDatabase", "WriteOnReadOnlyAccessDatabase", "Security.Forbidden")


@contextmanager
def explained(uri: str, database: str) -> Iterator[None]:
    """Turn every error of the driver into one of spinekg's, in one line."""
    from neo4j.exceptions import DriverError, Neo4jError

    try:
        yield
    except (DriverError, Neo4jError, OSError, ValueError) as error:
        raise _translated(error, uri, database) from None


def _translated(error: Exception, uri: str, database: str) -> SpinekgError:
    from neo4j.exceptions import AuthError, Neo4jError

    code = str(getattr(error, "code", None))
    if isinstance(error, AuthError) or code.endswith(_LOGIN):
        return _refused(code, uri)
    if isinstance(error, Neo4jError):
        return _answered(error, uri, database)
    return _unreachable(error, uri)


def _refused(code: str, uri: str) -> SpinekgError:
    if code.endswith("AuthenticationRateLimit"):
        return TemporaryError(
            f"{uri} takes no password for now, after too many wrong ones: wait, then check {_CREDENTIALS}"
        )
    if code.endswith("CredentialsExpired"):
        return ConfigurationError(
            f"{uri} wants the password changed before anything else: do so in Neo4j, then set it here"
        )
    return ConfigurationError(f"{uri} refuses user and password: check {_CREDENTIALS}")


def _answered(error: Exception, uri: str, database: str) -> SpinekgError:
    """Explain what the server itself says."""
    code, said = str(getattr(error, "code", "")), _line(getattr(error, "message", None) or error)
    if code.endswith("DatabaseNotFound"):
        return ConfigurationError(f"{uri} has no database '{database}': name one with --database or NEO4J_DATABASE")
    if code.endswith("AccessMode"):
        return UsageError("nothing may be written here: a query reads this graph and does nothing else")
    if code.endswith(_READ_ONLY):
        return StoreError(f"database '{database}' at {uri} is read-only: nothing was written ({said})")
    if code.endswith(("TransactionTimedOut", "TransactionTimedOutClientConfiguration")):
        return UsageError("the query took too long and was ended: narrow it")
    if code.startswith("Neo.ClientError.Statement"):
        return UsageError(f"the query is not valid Cypher here: {said}")
    if code.startswith("Neo.TransientError"):
        return TemporaryError(f"{uri} cannot do this for now ({said}): try again later")
    return StoreError(f"{uri} refuses: {said}")


def _unreachable(error: Exception, uri: str) -> SpinekgError:
    """Explain why there is no conversation."""
    from neo4j.exceptions import ConfigurationError as DriverConfigurationError
    from neo4j.exceptions import UnsupportedServerProduct

    causes = list(_causes(error))
    said = " ".join(_line(cause) for cause in causes)
    if any(isinstance(cause, ssl.SSLError) for cause in causes) or "SSL" in said:
        return ConfigurationError(f"{uri} does not speak TLS, or not with a certificate to trust: bolt:// goes without")
    if isinstance(error, UnsupportedServerProduct) or "andshake" in said or "HTTP" in said:
        return ConfigurationError(f"no Neo4j server at {uri}: what answers there does not speak Bolt")
    if isinstance(error, DriverConfigurationError | ValueError):
        return ConfigurationError(f"{uri} cannot be used: {_line(error)}")
    reason = re.search(r"\[Errno -?\d+\] ([^()\[\]]+)", said)
    why = reason[1].strip() if reason else "the connection broke off" if "defunct" in said else _line(error)
    return TemporaryError(f"no Neo4j server answers at {uri} ({why}): try again later")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and what it came from, the error first."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _line(error: object) -> str:
    """Return a message as one line that is not too long."""
    text = " ".join(str(error).split())
    return text if len(text) <= 300 else text[:299] + "…"
