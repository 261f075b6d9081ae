"""The plug-in `chat` against a server that answers well, badly, late or not at all."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from chat_server import SILENCE, Answer, ChatServer
from plugin_samples import LOWER, RF, SHAM, SLEEP, read

from ingest.plugins.chat import ChatReader, make, request_for
from ingest.plugins.chat_http import TRIES, load_chat_settings
from ingest.plugins.merge import CEILING, merge
from ingest.plugins.protocol import Proposal
from ingest.pubmed_http import Clock
from kg.errors import ConfigurationError, TemporaryError

KEY = "sk-secret-0123456789"
CLAIM: dict[str, Any] = {
    "procedure": RF,
    "comparator": SHAM,
    "outcome": "sleep",
    "basis": "between",
    "direction": "better",
    "quote": SLEEP,
    "confidence": 0.9,
}


def said(*claims: Any) -> str:
    return json.dumps({"claims": list(claims)})


@contextmanager
def asking(
    *answers: Answer, cache: Path | None = None, key: str | None = None, read: float = 5.0
) -> Iterator[tuple[ChatReader, ChatServer, list[float]]]:
    """Yield the plug-in, its server, and the pauses it makes."""
    pauses: list[float] = []
    with ChatServer(answers) as server:
        environ = {"SPINEKG_CHAT_URL": f"{server.url}/", "SPINEKG_CHAT_MODEL": "some/model:7b"}
        settings = load_chat_settings(environ | ({"SPINEKG_CHAT_KEY": key} if key else {}))
        reader = ChatReader(replace(settings, read=read), cache, Clock(sleep=pauses.append))
        yield reader, server, pauses


def test_a_good_answer_is_a_marked_claim() -> None:
    made, reading = read()
    with asking(said(CLAIM), key=KEY) as (reader, server, _):
        after = merge(reader, made, reading)
    (claim,) = (c for c in after.claims if c.outcome == "sleep")
    assert claim.rule == "chat:proposal"
    assert claim.reasons == (
        f"read by plug-in chat {reader.version}, not by the rules",
        "proposed by some/model:7b",
    )
    assert (claim.quote, claim.confidence) == (SLEEP, CEILING)
    (asked,) = server.asked
    assert asked == request_for("some/model:7b", made, reading)
    assert asked["messages"][1] == {"role": "user", "content": made.text}
    assert f"{RF}: " in asked["messages"][0]["content"]
    assert "kyphoplasty: " not in asked["messages"][0]["content"]
    assert server.headers[0]["path"] == "/v1/chat/completions"
    assert server.headers[0]["authorization"] == f"Bearer {KEY}"


def test_an_answer_in_a_fence_is_read() -> None:
    made, reading = read()
    with asking(f"```json\n{said(CLAIM)}\n```") as (reader, _, _):
        assert [p.outcome for p in reader.read(made, reading)] == ["sleep"]


BAD_CLAIMS = [
    7,
    None,
    [],
    "better",
    {},
    CLAIM | {"quote": "Sleep was splendid after denervation in this trial."},
    CLAIM | {"quote": SLEEP.replace("Sleep", "sleep")},
    CLAIM | {"quote": SLEEP.replace(" ", "  ")},
    CLAIM | {"quote": 12},
    CLAIM | {"outcome": "beauty"},
    CLAIM | {"procedure": "kyphoplasty"},
    CLAIM | {"direction": "superior"},
    CLAIM | {"basis": "rate"},
    CLAIM | {"confidence": "high"},
    CLAIM | {"confidence": float("nan")},
    CLAIM | {"confidence": 7},
    CLAIM | {"followup_days": ["90"]},
    CLAIM | {"followup_days": "90"},
    CLAIM | {"significant": "yes"},
]


@pytest.mark.parametrize("wrong", BAD_CLAIMS, ids=str)
def test_a_wrong_claim_is_refused_and_the_right_one_beside_it_kept(wrong: Any) -> None:
    made, reading = read()
    with asking(said(wrong)) as (reader, _, _):
        assert merge(reader, made, reading) is reading
    with asking(said(wrong, CLAIM)) as (reader, _, _):
        assert [c.outcome for c in merge(reader, made, reading).claims if c.rule.startswith("chat")] == ["sleep"]


@pytest.mark.parametrize(
    "content", ["", "Here are the claims:", "{", '{"claims": {}}', '{"findings": []}', "null", "7", "[" * 5000]
)
def test_an_answer_that_is_no_list_of_claims_proposes_nothing_and_is_not_kept(
    content: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    made, reading = read()
    with asking(content, said(CLAIM), cache=tmp_path) as (reader, server, _):
        assert merge(reader, made, reading) is reading
        assert "the model did not answer with claims as JSON" in caplog.text
        assert list(reader.read(made, reading)) != []
    assert len(server.asked) == 2


def test_a_model_cannot_say_more_than_forty_things() -> None:
    made, reading = read()
    with asking(said(*[CLAIM] * 100)) as (reader, _, _):
        assert len(list(reader.read(made, reading))) == 40


def test_an_answer_is_asked_for_once(tmp_path: Path) -> None:
    made, reading = read()
    with asking(said(CLAIM), cache=tmp_path) as (reader, server, _):
        first = list(reader.read(made, reading))
        assert list(reader.read(made, reading)) == first
        assert len(server.asked) == 1
        (file,) = tmp_path.rglob("*.json")
        assert json.loads(file.read_text()) == {"model": "some/model:7b", "content": said(CLAIM)}
        file.write_text("{ damaged")
        assert list(reader.read(made, reading)) == first
        assert len(server.asked) == 2
        list(reader.read(replace(made, text=made.text + " "), reading))
        assert len(server.asked) == 3
    assert [path.suffix for path in tmp_path.rglob("*") if path.is_file()] == [".json", ".json"]


def test_without_a_folder_nothing_is_kept() -> None:
    made, reading = read()
    with asking(said(CLAIM)) as (reader, server, _):
        list(reader.read(made, reading))
        list(reader.read(made, reading))
    assert len(server.asked) == 2


@pytest.mark.parametrize("fault", [429, 500, 503, b"<html>busy</html>", b"{}", b'{"choices": []}', b"\xff\xfe", b""])
def test_a_fault_that_passes_is_survived(fault: Answer) -> None:
    made, reading = read()
    with asking(fault, fault, said(CLAIM)) as (reader, server, pauses):
        assert [p.outcome for p in reader.read(made, reading)] == ["sleep"]
    assert (len(server.asked), len(pauses)) == (3, 2)
    if fault == 429:
        assert pauses == [7.0, 7.0]


def test_a_server_that_stays_busy_stops_the_run() -> None:
    made, reading = read()
    with (
        asking(429, key=KEY) as (reader, server, _),
        pytest.raises(TemporaryError, match=f"no answer in {TRIES} tries in a row. Last: HTTP status 429") as raised,
    ):
        merge(reader, made, reading)
    assert len(server.asked) == TRIES
    assert KEY not in str(raised.value)


def test_silence_ends_in_time() -> None:
    made, reading = read()
    with asking(SILENCE, read=0.1) as (reader, server, _), pytest.raises(TemporaryError, match="does not answer"):
        merge(reader, made, reading)
    assert len(server.asked) == TRIES


def test_nobody_listening_is_temporary() -> None:
    made, reading = read()
    with ChatServer([]) as server:
        url = server.url
    settings = load_chat_settings({"SPINEKG_CHAT_URL": url, "SPINEKG_CHAT_MODEL": "m"})
    with pytest.raises(TemporaryError, match=r"127\.0\.0\.1 does not answer"):
        merge(ChatReader(settings, clock=Clock(sleep=lambda _: None)), made, reading)


@pytest.mark.parametrize(
    ("status", "words"),
    [(401, "refuses SPINEKG_CHAT_KEY"), (404, "check SPINEKG_CHAT_URL"), (307, "check SPINEKG")],
)
def test_what_no_try_can_mend_is_said_at_once(status: int, words: str) -> None:
    made, reading = read()
    with asking(status, key=KEY) as (reader, server, _), pytest.raises(ConfigurationError, match=words):
        merge(reader, made, reading)
    assert len(server.asked) == 1


def test_the_key_is_never_shown_or_kept(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    made, reading = read()
    caplog.set_level(logging.DEBUG)
    for status in (401, 404, 500):
        with asking(status, key=KEY, cache=tmp_path) as (reader, _, _):
            with pytest.raises((ConfigurationError, TemporaryError)) as raised:
                merge(reader, made, reading)
            seen = f"{raised.value!r} {raised.value.__context__!r} {raised.value.__cause__!r} {reader._settings!r}"
            assert KEY not in seen
            assert "(hidden)" in str(raised.value)
    with asking(said(CLAIM), key=KEY, cache=tmp_path) as (reader, server, _):
        merge(reader, made, reading)
        assert KEY not in json.dumps(server.asked)
    assert KEY not in caplog.text
    assert all(KEY not in file.read_text() for file in tmp_path.rglob("*.json"))


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({}, "SPINEKG_CHAT_URL is not set"),
        ({"URL": "http://localhost:1/v1"}, "SPINEKG_CHAT_MODEL is not set"),
        ({"URL": "ftp://localhost/v1", "MODEL": "m"}, "is not an address"),
        ({"URL": "localhost:8080/v1", "MODEL": "m"}, "is not an address"),
        ({"URL": "http://[::1/v1", "MODEL": "m"}, "is not an address"),
        ({"URL": "https://me:pw@host.org/v1", "MODEL": "m"}, "may hold host, port and path only"),
        ({"URL": "https://host.org/v1?key=1", "MODEL": "m"}, "may hold host, port and path only"),
        ({"URL": "http://host.org/v1", "MODEL": "m", "KEY": KEY}, "sends the key in the clear"),
        ({"URL": "https://host.org/v1", "MODEL": "m", "KEY": "sk\nX: y"}, "holds characters no key has"),
    ],
)
def test_a_wrong_setting_is_named_and_no_secret_shown(environ: dict[str, str], words: str) -> None:
    with pytest.raises(ConfigurationError, match=words) as raised:
        make({f"SPINEKG_CHAT_{name}": value for name, value in environ.items()}, None)
    assert "pw" not in str(raised.value)
    assert KEY not in str(raised.value)


def test_another_model_is_another_version() -> None:
    def version(model: str) -> str:
        return make({"SPINEKG_CHAT_URL": "http://localhost:1/v1", "SPINEKG_CHAT_MODEL": model}, None).version

    assert version("some/model:7b").startswith("some-model-7b-")
    assert len({version("a/b"), version("a-b"), version("é"), version("x")}) == 4


def test_the_model_cannot_overrule_the_rules() -> None:
    made, reading = read("Pain did not differ between radiofrequency denervation and sham at 3 months (P = 0.4).")
    loud = CLAIM | {"outcome": "pain-intensity", "quote": reading.claims[0].quote, "confidence": 1}
    with asking(said(loud)) as (reader, _, _):
        after = merge(reader, made, reading)
    assert [c.direction for c in after.claims] == [c.direction for c in reading.claims] == ["no-difference"]


def test_what_the_model_reads_becomes_a_proposal_of_the_contract() -> None:
    made, reading = read()
    full = CLAIM | {"p": "P = 0.01", "effect": None, "followup_days": [90], "significant": True, "remark": "nice"}
    with asking(said(full)) as (reader, _, _):
        (found,) = reader.read(made, reading)
    assert found == Proposal(
        procedure=RF, comparator=SHAM, outcome="sleep", basis="between", direction="better", quote=SLEEP,
        p="P = 0.01", significant=True, followup_days=(90,), confidence=0.9, why="proposed by some/model:7b",
    )  # fmt: skip
    assert LOWER in made.text
