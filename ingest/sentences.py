"""Split a record into sentences that know what part of the paper they belong to.

Sections are split one by one, so no sentence crosses a section. Labels printed inside the text
("RESULTS:") switch the role and are left out of the sentence. Abstracts without labels get their
roles from wording: aims, methods, results and conclusions follow one another in this order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Literal

from ingest.text import fold
from kg.model import Record, Section, Sentence

__all__ = ["split"]

Role = Literal["title", "background", "objective", "methods", "results", "conclusions", "unknown"]

_NO_STOP = (
    r"(?<!\bvs\.)(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bal\.)(?<!\bcf\.)(?<!\bFig\.)(?<!\bNo\.)(?<!\bDr\.)(?<!\bapprox\.)(?<!\bca\.)"
    r"(?<!\bSt\.)(?<!\bInc\.)(?<!\bresp\.)(?<!\bincl\.)(?<!\bLtd\.)(?<!\bCo\.)(?<!\bvol\.)"
)
_END = re.compile(
    rf"[.!?]{_NO_STOP}(?:[\"')\]]*;?(?=\s+[\"'(\[]*[A-Z0-9<>=+/-])|[\"')\]]*;(?=\s)|(?<=[a-z)%]\.)(?=[A-Z][a-z]|\d+ patients))\s*"
)
_LABELS: dict[str, Role] = {
    "background": "background", "introduction": "background", "context": "background", "rationale": "background",
    "summary of background data": "background", "background context": "background", "purpose of review": "objective",
    "objective": "objective", "objectives": "objective", "aim": "objective", "aims": "objective",
    "purpose": "objective", "purposes": "objective", "hypothesis": "objective", "goal": "objective",
    "study objective": "objective", "question": "objective", "questions/purposes": "objective",
    "method": "methods", "methods": "methods", "materials and methods": "methods", "material and methods": "methods",
    "patients and methods": "methods", "design": "methods", "study design": "methods", "setting": "methods",
    "study design/setting": "methods", "design and setting": "methods", "patients": "methods", "subjects": "methods",
    "participants": "methods", "patient sample": "methods", "intervention": "methods", "interventions": "methods",
    "outcome measures": "methods", "main outcome measures": "methods", "outcomes assessment": "methods",
    "measurements": "methods", "main outcome measure": "methods", "statistics": "methods", "data sources": "methods",
    "study selection": "methods", "data extraction": "methods", "search strategy": "methods",
    "case report": "results", "case presentation": "results", "clinical presentation": "results", "case": "results",
    "results": "results", "result": "results", "findings": "results", "main results": "results",
    "recent findings": "results", "outcomes": "results", "results and conclusions": "results",
    "conclusion": "conclusions", "conclusions": "conclusions", "discussion": "conclusions",
    "interpretation": "conclusions", "summary": "conclusions", "clinical relevance": "conclusions",
    "discussion and conclusions": "conclusions", "discussion and conclusion": "conclusions",
    "limitations": "methods", "limitation": "methods", "level of evidence": "methods", "trial registration": "methods",
    "registration": "methods", "key words": "methods", "keywords": "methods", "funding": "methods",
}  # fmt: skip
_CATEGORIES: dict[str, Role] = {
    "BACKGROUND": "background",
    "OBJECTIVE": "objective",
    "METHODS": "methods",
    "RESULTS": "results",
    "CONCLUSIONS": "conclusions",
}
_ORDER: dict[Role, int] = {"background": 0, "objective": 1, "methods": 2, "results": 3, "conclusions": 4}


@cache
def _inline_label() -> re.Pattern[str]:
    names = "|".join(sorted((re.escape(x) for x in _LABELS), key=len, reverse=True))
    return re.compile(rf"<h\d>(?i:{names})</h\d>\s*|(?:(?i:{names}))\s*[.]?:\s*|(?:{names.upper()})[.:]?\s+(?=[A-Z0-9])")


_AIM = re.compile(
    r"\b(?:aim(?:s|ed)?|purpose|objective|goal|hypothes\w+|sought|we (?:wanted|intended)|designed|intended)\b.{0,60}\b(?:to|was|were|is|of|that)\b"
    r"|^(?:to|in order to) (?:compare|determine|evaluate|assess|investigate|examine|analy[sz]e|study|describe|report|test|explore|identify|review|present|establish|quantify|clarify|define|document|find|provide|verify|observe|measure|estimate|demonstrate|systematically|retrospectively|prospectively|summari[sz]e|discuss)\b"
    r"|\b(?:this|the (?:present|current)|our|here,? we|we) (?:\w+ ){0,4}(?:study|trial|paper|article|review|analysis|report)?(?: \w+){0,3} ?(?:aim|compar|evaluat|assess|investigat|examin|analy[sz]|determin|describ|test)(?:e|es|s|ed|d)? (?!group)(?:the|whether|if|how|and|this|these|\w+ing)"
    r"|\bwas to (?:compare|determine|evaluate|assess|investigate|examine|analy[sz]e|study|describe|report|test|explore)",
    re.I,
)
_METHODS = re.compile(
    r"\b(?:were|was|we) (?:\w+ ){0,2}(?:random\w+|enrol\w+|recruit\w+|includ\w+|divided|allocated|assigned|assessed|evaluated|measured|"
    r"recorded|collected|analy[sz]ed|reviewed|searched|examined|studied|followed|performed|conducted|used|scored|obtained|compared|treated|"
    r"calculated|identified|undertaken|carried out|designed|monitored|registered|administered|injected|blinded|documented|selected)\b"
    r"|\b(?:underwent|received|consisted of|inclusion criteria|exclusion criteria|follow-up (?:was|period|visits)|outcome measures? (?:were|was|included)|"
    r"primary outcomes?|secondary outcomes?|end ?points?|retrospective(?:ly)?|prospective(?:ly)?|randomi[sz]ed|double.blind\w*|outcomes? (?:was|were) (?:assessed|measured|evaluated))\b",
    re.I,
)
_RESULT = re.compile(
    r"\bp\s*(?:[<>=]|value)|\d\s*%|\bsignificant(?:ly)?\b|\b(?:improved|decreased|increased|reduced|fell|dropped|declined|rose|differed|occurred|"
    r"relieved|achieved|reported|experienced|developed|remained|showed|found|observed|revealed|demonstrated|resulted|had|was|were) |\d (?:vs\.?|versus) \d|"
    r"\bno (?:\w+ )?(?:difference|complication)|\bfrom [\d.]+ .{0,30}\bto [\d.]+",
    re.I,
)
_SURE_METHODS = re.compile(
    r"\b(?:primary|secondary|main|key|principal)(?: and secondary)? (?:\w+ )?(?:outcome|end ?point|efficacy)s?(?: \w+){0,3} (?:was|were|is|are|included|include|comprised)\b(?!(?: \w+){0,4} (?:similar|different|significant|better|superior|achieved|met|reached|lower|higher))"
    r"|\b(?:was|were) (?:\w+ ){0,2}(?:tabulated|calculated|used to|obtained (?:before|at|pre)|assessed (?:by|with|using|at|before|pre)|evaluated (?:by|with|using|at|before)|measured (?:by|with|using|at|before|on)|recorded (?:before|at|by|on)|collected|estimated (?:with|by|using|from)|analy[sz]ed (?:by|with|using)|compared (?:using|by means))"
    r"|\b(?:inclusion|exclusion) criteria\b|\bwere (?:randomly|randomi[sz]ed)\b(?!.*\bp\s*[<=])",
    re.I,
)
_STRONG_RESULT = re.compile(
    r"\bp\s*[<>=]|\d\s*%\s*(?:vs|versus|compared|of (?:the )?patients|\)?,|in the)|\bsignificant(?:ly)? (?:\w+ )?(?:differen|improve|better|lower|higher|greater|less|more|reduc|decrease|increase|short|long)|"
    r"\b(?:difference|improvement|reduction|decrease|increase)s? (?:\w+ ){0,3}(?:was|were) (?:\w+ )?(?:found|observed|seen|noted|detected|significant|not)|\bno (?:\w+ ){0,2}(?:difference|complication)s?\b|"
    r"\bfrom (?:a mean of )?[\d.]+.{0,30} to [\d.]+|\b(?:complications?|improvement|relief|recurrence|leakage|failure) (?:\w+ ){0,3}(?:occurred|was|were) |\bthere (?:was|were) ",
    re.I,
)
_CERTAIN_RESULT = re.compile(
    r"\bp\s*[<>=]\s*0?\.\d|(?:improved|reduced|decreased|increased|better|lower|higher|shorter|longer) significantly|significant(?:ly)? (?:\w+ )?(?:improve|reduc|decrease|increase|better|lower|higher|prolonged|shorter)|"
    r"\b(?:showed|there (?:was|were)|demonstrated|revealed|found) (?:that )?(?:no|a) (?:\w+ )?(?:significant|difference)|\d+(?:\.\d+)?\s?% (?:of (?:the )?(?:patients|cases|\w+ patients)|versus|vs|compared with|in the)",
    re.I,
)
_METHODS_ONLY = re.compile(r"\b(?:considered (?:statistically )?significant|were (?:randomly|randomi[sz]ed)|inclusion criteria|defined as|has been (?:reported|shown)|have been (?:reported|shown)|previous)\b", re.I)
_CONCLUSION = re.compile(
    r"\b(?:in conclusion|in summary|we conclude|we suggest|we recommend|(?:these|our|the) (?:\w+ )?(?:findings?|results|data|study|trial|evidence) (?:\w+ ){0,3}(?:suggest|indicate|demonstrate|support|show|provide|confirm)|"
    r"(?:this|the (?:present|current)) (?:\w+ ){0,3}(?:study|trial|review) (?:\w+ )?(?:suggest|indicate|demonstrate|support|show|provide|confirm|found|highlight)\w*|concluded|"
    r"(?:is|are|may be|can be|seems?|appears?) (?:\w+ ){0,3}(?:safe|effective|efficacious|useful|recommended|viable|feasible|alternative|valuable|superior|beneficial|promising|option)|"
    r"should be (?:considered|used|offered|reserved|recommended)|further (?:\w+ )?(?:studies|research|trials)|future (?:studies|research|trials)|warrant)",
    re.I,
)


def _section_role(section: Section) -> Role:
    label = (section.label or "").strip(" .:").lower()
    if label in _LABELS:
        return _LABELS[label]
    for name, role in _LABELS.items():
        if len(name) > 5 and name in label:
            return role
    return _CATEGORIES.get(section.category or "", "unknown")


def _pieces(text: str, base: int, role: Role) -> Iterator[tuple[int, int, Role]]:
    """Yield (start, end, role) of each sentence of one section; inline labels switch the role."""
    position, ends = 0, [m.end() for m in _END.finditer(text)]
    for end in [*ends, len(text)]:
        start = position
        while label := _inline_label().match(text, start, end):
            name = re.sub(r"</?h\d>", "", label.group()).strip(" .:\n").lower()
            if name not in _LABELS:
                break
            role, start = _LABELS[name], label.end()
        body = text[start:end]
        lead = len(body) - len(body.lstrip(" \t\n;"))
        tail = len(body.rstrip(" \t\n;"))
        position = end
        if lead < tail:
            yield base + start + lead, base + start + tail, role


def _guess(texts: list[str], hints: list[Role]) -> list[Role]:
    """Give each sentence of an unlabelled abstract a role; roles only move forward, conclusions only near the end.

    ``hints`` are the roles of labels printed inside the text; they hold for the sentence they stand before.
    """
    roles: list[Role] = []
    state: Role = "background"
    last = len(texts) - 1
    for i, text in enumerate(texts):
        seen: Role = state
        if hints[i] != "unknown":
            seen = hints[i]
        elif _CONCLUSION.search(text) and i >= last - max(2, len(texts) // 4) and _ORDER[state] >= 2:
            seen = "conclusions"
        elif _AIM.search(text) and _ORDER[state] <= 2 and not _STRONG_RESULT.search(text):
            seen = "objective"
        elif _SURE_METHODS.search(text) and not re.search(r"\bp\s*[<>=]", text, re.I):
            seen = "methods"
        elif i and _CERTAIN_RESULT.search(text) and _ORDER[state] <= 2 and not _METHODS_ONLY.search(text):
            seen = "results"
        elif _STRONG_RESULT.search(text) and _ORDER[state] in (1, 2, 3):
            seen = "results"
        elif _METHODS.search(text) and _ORDER[state] <= 2:
            seen = "methods"
        elif _RESULT.search(text) and _ORDER[state] == 2:
            seen = "results"
        elif state == "conclusions" and _STRONG_RESULT.search(text):
            seen = "results"
        roles.append(seen)
        state = seen
    return roles


def split(record: Record) -> tuple[Sentence, ...]:
    """Return the title and every abstract sentence in order, with exact offsets into ``record.text``."""
    folded = fold(record.text)
    found: list[tuple[int, int, Role]] = []
    title_end = len(record.text) - len(record.text.partition("\n")[2]) - 1 if record.sections else len(record.text)
    if record.text[:title_end].strip():
        found.append((0, max(title_end, 0), "title"))
    plain: list[int] = []
    for section in record.sections:
        stop = section.start + len(section.text)
        role = _section_role(section)
        pieces = list(_pieces(folded[section.start : stop], section.start, role))
        if role == "unknown" and not {"methods", "results"} <= {r for _, _, r in pieces}:
            plain.extend(range(len(found), len(found) + len(pieces)))
            pieces = _hints(pieces)
        found.extend(pieces)
    texts, hints = [folded[found[i][0] : found[i][1]] for i in plain], [found[i][2] for i in plain]
    for i, guessed in zip(plain, _guess(texts, hints), strict=True):
        found[i] = (*found[i][:2], guessed)
    return tuple(Sentence(text=record.text[s:e], start=s, end=e, role=role) for s, e, role in found if e > s)


def _hints(pieces: list[tuple[int, int, Role]]) -> list[tuple[int, int, Role]]:
    """Keep an inline label's role only for the sentence it stands before."""
    kept: list[tuple[int, int, Role]] = []
    before: Role = "unknown"
    for start, end, role in pieces:
        kept.append((start, end, role if role != before else "unknown"))
        before = role
    return kept
