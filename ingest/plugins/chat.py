"""Plug-in ``chat``: a language model behind any OpenAI-compatible address proposes claims.

The text of the record is sent to that address. An answer is kept in the workspace under the hash of the whole request,
so the same record is asked about once for each model and prompt. The model is not believed: ``merge`` checks
every quote, id and direction of it.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ingest.abbreviations import abbreviations
from ingest.grounding import find_mentions
from ingest.plugins.chat_http import ChatClient, ChatSettings, load_chat_settings
from ingest.plugins.protocol import Proposal
from ingest.pubmed_http import Clock
from ingest.text import fold
from kg.codec import from_json
from kg.errors import InputError
from kg.model import Reading, Record
from kg.vocabulary import load_vocabulary

__all__ = ["ChatReader", "make", "request_for"]

_MOST_CLAIMS = 40
_FIELDS = (
    "procedure", "comparator", "outcome", "basis", "direction", "quote", "measure", "effect", "p", "significant",
    "hedged", "noninferiority", "followup_days", "confidence",
)  # fmt: skip
_FENCE = re.compile(r"\A\s*```\w*\s*\n(.*)\n\s*```\s*\Z", re.DOTALL)
_log = logging.getLogger("spinekg.plugins.chat")

PROMPT = """You read the abstract of a medical publication and list the findings that it reports, as JSON and nothing else:
{"claims": [{"procedure": id, "comparator": id or null, "outcome": id, "basis": b, "direction": d, "quote": text,
"effect": text or null, "p": text or null, "significant": true, false or null, "followup_days": [days], "confidence": 0 to 1}]}

Rules:
- One claim for each procedure, comparator, outcome, basis and direction. Ids come from the lists below, no others.
- basis is "between" (groups compared; needs a comparator), "within" (change from baseline) or "rate" (a plain rate).
- direction is the patient's view of the procedure: "better", "worse", "no-difference" or "reported"; for a rate "reported"
  or "none-observed". A difference called not significant or similar is "no-difference". Two bare numbers are "reported".
- quote is copied from the abstract character by character: the sentence that says so. effect and p are copied too.
- Aims, methods, background and other people's results are no findings. When in doubt leave the claim out.
"""


def make(environ: Mapping[str, str], cache: Path | None) -> ChatReader:
    """Return the plug-in for SPINEKG_CHAT_URL and SPINEKG_CHAT_MODEL."""
    return ChatReader(load_chat_settings(environ), cache)


class ChatReader:
    """Asks one model about each record, once."""

    name = "chat"

    def __init__(self, settings: ChatSettings, cache: Path | None = None, clock: Clock | None = None) -> None:
        self._settings, self._cache = settings, cache
        self._chat = ChatClient(settings, clock)
        digest = hashlib.sha256(f"{settings.model}\n{PROMPT}\n{_outcomes()}".encode()).hexdigest()[:8]
        self.version = f"{re.sub(r'[^A-Za-z0-9._-]+', '-', settings.model).strip('-._')[:60] or 'model'}-{digest}"

    def read(self, record: Record, reading: Reading) -> Iterator[Proposal]:
        """Yield what the model proposes, field by field checked; an answer without usable JSON proposes nothing."""
        request = request_for(self._settings.model, record, reading)
        text = json.dumps(request, ensure_ascii=False, sort_keys=True)
        key = hashlib.sha256(f"{self._settings.url}\n{text}".encode()).hexdigest()
        kept = self._kept(key)
        content = kept if kept is not None else self._chat.ask(request)
        claims = _claims(content)
        if claims is None:
            _log.warning("PMID %s: the model did not answer with claims as JSON; nothing is taken from it", record.pmid)
            return
        if kept is None:
            self._keep(key, content)
        for number, claim in enumerate(claims[:_MOST_CLAIMS], start=1):
            try:
                yield _proposal(claim, self._settings.model)
            except InputError as error:
                _log.info("PMID %s, claim %d of the model is refused: %s", record.pmid, number, error)

    def _file(self, key: str) -> Path | None:
        return self._cache / key[:2] / f"{key}.json" if self._cache else None

    def _kept(self, key: str) -> str | None:
        """Return the answer kept under a key; a file that cannot be read counts as none."""
        file = self._file(key)
        try:
            found = json.loads(file.read_text("utf-8"))["content"] if file else None
        except (OSError, ValueError, LookupError, TypeError):
            return None
        return found if isinstance(found, str) else None

    def _keep(self, key: str, content: str) -> None:
        file = self._file(key)
        if file is None:
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        draft = file.with_suffix(f".{threading.get_ident()}.tmp")
        draft.write_text(json.dumps({"model": self._settings.model, "content": content}, ensure_ascii=False), "utf-8")
        draft.replace(file)


def request_for(model: str, record: Record, reading: Reading) -> dict[str, Any]:
    """Return the request on one record: the same record, reading of its procedures and model give the same request."""
    text = fold(record.text)
    named = {m.id for m in find_mentions(text, abbreviations(text)) if m.kind == "procedure"}
    named |= {*reading.procedures, *reading.comparators, *(arm.procedure for arm in reading.arms)}
    procedures = [f"{c.id}: {c.label}" for c in load_vocabulary().concepts("procedure") if c.id in named]
    lists = "Procedures of this abstract:\n" + "\n".join(procedures) + "\n\nOutcomes:\n" + _outcomes()
    return {
        "model": model,
        "temperature": 0,
        "seed": 0,
        "response_format": {"type": "json_object"},
        "messages": [
            {"role": "system", "content": f"{PROMPT}\n{lists}"},
            {"role": "user", "content": record.text},
        ],
    }


def _outcomes() -> str:
    return "\n".join(f"{concept.id}: {concept.label}" for concept in load_vocabulary().concepts("outcome"))


def _claims(content: str) -> list[Any] | None:
    """Return the list of claims in an answer, fenced or not; ``None`` when there is none."""
    fenced = _FENCE.match(content)
    try:
        found = json.loads(fenced[1] if fenced else content)
    except (ValueError, RecursionError):
        return None
    claims = found.get("claims") if isinstance(found, dict) else found
    return claims if isinstance(claims, list) else None


def _proposal(claim: Any, model: str) -> Proposal:
    """Return one claim of an answer as a proposal; fields the contract does not have are dropped."""
    if not isinstance(claim, dict):
        raise InputError("it is no object")
    known = {name: value for name, value in claim.items() if name in _FIELDS and value is not None}
    try:
        text = json.dumps(known | {"why": f"proposed by {model}"}, allow_nan=False)
    except ValueError:
        raise InputError("it holds a number that is none") from None
    return from_json(Proposal, text, where="claim")
