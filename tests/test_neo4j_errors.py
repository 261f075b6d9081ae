"""What the driver reports, in the words and exit codes of spinekg."""

from __future__ import annotations

import pytest
from neo4j.exceptions import Neo4jError, ServiceUnavailable, SessionExpired

from kg.errors import ConfigurationError, SpinekgError, StoreError, TemporaryError, UsageError
from kg.stores.neo4j_errors import explained

SAID = "A long\nstory"


@pytest.mark.parametrize(
    ("code", "kind", "message"),
    [
        ("Neo.ClientError.Security.Unauthorized", ConfigurationError, "bolt://h refuses user and password"),
        ("Neo.ClientError.Security.AuthenticationRateLimit", TemporaryError, "after too many wrong ones"),
        ("Neo.ClientError.Security.CredentialsExpired", ConfigurationError, "wants the password changed"),
        ("Neo.ClientError.Database.DatabaseNotFound", ConfigurationError, "has no database 'evidence'"),
        ("Neo.ClientError.General.WriteOnReadOnlyAccessDatabase", StoreError, "database 'evidence' at bolt://h is read-only"),
        ("Neo.ClientError.General.ForbiddenOnReadOnlyDatabase", StoreError, "is read-only"),
        ("Neo.ClientError.Security.Forbidden", StoreError, "is read-only"),
        ("Neo.ClientError.Statement.AccessMode", UsageError, "nothing may be written here"),
        ("Neo.ClientError.Statement.SyntaxError", UsageError, "not valid Cypher here: A long story"),
        ("Neo.ClientError.Transaction.TransactionTimedOutClientConfiguration", UsageError, "took too long"),
        ("Neo.ClientError.Transaction.TransactionTimedOut", UsageError, "took too long"),
        ("Neo.TransientError.General.DatabaseUnavailable", TemporaryError, "cannot do this for now (A long story): try again"),
        ("Neo.TransientError.General.MemoryPoolOutOfMemoryError", TemporaryError, "try again later"),
        ("Neo.ClientError.Schema.ConstraintValidationFailed", StoreError, "bolt://h refuses: A long story"),
        ("Neo.DatabaseError.General.UnknownError", StoreError, "bolt://h refuses: A long story"),
    ],
)  # fmt: skip
def test_what_the_server_says(code: str, kind: type[SpinekgError], message: str) -> None:
    with pytest.raises(kind) as caught, explained("bolt://h", "evidence"):
        raise Neo4jError._hydrate_neo4j(code=code, message=SAID)
    assert type(caught.value) is kind
    assert message in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("error", "kind", "message"),
    [
        (ServiceUnavailable("x (reason [Errno 111] Connection refused)"), TemporaryError, "at bolt://h (Connection refused)"),
        (SessionExpired("Failed to read from defunct connection"), TemporaryError, "(the connection broke off)"),
        (SessionExpired("gone"), TemporaryError, "no Neo4j server answers at bolt://h (gone)"),
        (OSError(104, "Connection reset by peer"), TemporaryError, "(Connection reset by peer)"),
        (ServiceUnavailable("Handshake failed"), ConfigurationError, "does not speak Bolt"),
        (ValueError("Unknown scheme"), ConfigurationError, "bolt://h cannot be used: Unknown scheme"),
    ],
)  # fmt: skip
def test_why_there_is_no_conversation(error: Exception, kind: type[SpinekgError], message: str) -> None:
    with pytest.raises(kind) as caught, explained("bolt://h", "evidence"):
        raise error
    assert message in str(caught.value)


def test_an_error_of_ours_passes() -> None:
    with pytest.raises(UsageError, match="ours"), explained("bolt://h", "evidence"):
        raise UsageError("ours")
