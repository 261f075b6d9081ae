"""Read PubMed's MEDLINE text format (``.nbib``, "Format: PubMed"), record by record.

``Bio.Medline`` reads the fields. Lines are unwrapped before: it takes a wrapped line of most list
fields for another value. Author lines are also read in order, because only their order says whose
affiliation is whose. The format has no end mark; see ``read_text`` for what shows a cut file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, Final

from Bio import Medline

from ingest.medline_parts import Part, clean, is_study_register, lay_out, orcid, pmid, pub_date, tables, unique
from ingest.medline_split import MAX_RECORD_BYTES
from kg.errors import InputError
from kg.model import Author, Correction, Grant, MeshHeading, PubDate, Quarantined, Record, Term

__all__ = ["looks_like_medline", "read_text"]

_FIELD: Final = re.compile(r"([A-Z][A-Z0-9 ]{3})-(?: (.*)|\s*$)")
_FIRST: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*[A-Z][A-Z0-9 ]{3}- ")
_BOM: Final = b"\xef\xbb\xbf"
_PMID_LINE: Final = re.compile(rb"(?:\xef\xbb\xbf)?PMID-")
_LABEL: Final = re.compile(r"(?:(?<=\s)|^)([A-Z][A-Z,/&()' -]*[A-Z)]): +")
_JOINED: Final = re.compile(r",? and |\s*[/,&]\s*")
_LINKED_PMID: Final = re.compile(r"\s*\bPMID: ?([0-9]{1,8})\b")
_OTHER_ABSTRACT: Final = re.compile(r"[A-Za-z-]+: +(?!Abstract available from the publisher)(.+)", re.DOTALL)
_Fields = list[tuple[str, str]]


def looks_like_medline(head: bytes) -> bool:
    """Return whether a file that begins with ``head`` has the lines of MEDLINE text."""
    return _FIRST.match(head) is not None


def read_text(chunks: Iterable[bytes], source: str) -> Iterator[Record | Quarantined]:
    """Yield the records of MEDLINE text.

    Raises InputError when no record begins in it, or at the end when the last record lacks the
    closing SO field that the others have: then the file is cut. With a single record that cannot be told.
    """
    complete = 0
    last: Record | Quarantined | None = None
    cut = False
    for position, raw in enumerate(_raw_records(chunks, source), start=1):
        last = _read_record(raw, source, position)
        cut = re.search(rb"^SO  - ", raw, re.MULTILINE) is None
        complete += not cut
        yield last
    if last is None:
        raise InputError(f"{source}: no record in it: records of MEDLINE text begin with a line 'PMID- number'")
    if cut and complete and isinstance(last, Record):
        raise InputError(f"{source}: it ends inside PMID {last.pmid} (no SO field): the file is cut")


def _raw_records(chunks: Iterable[bytes], source: str) -> Iterator[bytes]:
    """Yield the bytes of one record after another: from a PMID line to the next, or to the end of SO, its last field.

    Lines that belong to no record come as one of their own. Nothing is yielded when there is no PMID line at all.
    """
    lines: list[bytes] = []
    size, ended, begun = 0, False, False
    for number, line in enumerate(_lines(chunks, source)):
        first = _PMID_LINE.match(line) is not None
        if first or (ended and line[:1].strip()):
            if any(map(bytes.strip, lines)):
                yield b"".join(lines)
            lines, size, ended = [], 0, False
        begun = begun or first
        ended = ended or line.startswith(b"SO  - ")
        lines.append(line if number else line.removeprefix(_BOM))
        size += len(line)
        if size > MAX_RECORD_BYTES:
            raise InputError(f"{source}: a record is longer than {MAX_RECORD_BYTES >> 20} MiB, which no record is")
    if begun and any(map(bytes.strip, lines)):
        yield b"".join(lines)


def _lines(chunks: Iterable[bytes], source: str) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        yield from (line + b"\n" for line in whole)
        if len(rest) > MAX_RECORD_BYTES:
            raise InputError(f"{source}: a line is longer than {MAX_RECORD_BYTES >> 20} MiB, which no line is")
    if rest:
        yield rest


def _read_record(raw: bytes, source: str, position: int) -> Record | Quarantined:
    try:
        fields = _unwrap(raw.decode("utf-8"))
        lines = (f"{tag:<4}- {value}\n" for tag, value in fields)
        return _record(Medline.read(lines), fields)  # type: ignore[no-untyped-call]
    except UnicodeDecodeError as problem:
        reason = f"not UTF-8: byte {raw[problem.start]:#04x} at {problem.start}"
    except InputError as problem:
        reason = str(problem)
    seen = re.match(rb"PMID- *([0-9]{1,8})\s", raw)
    return Quarantined(
        source=source, position=position, reason=reason, raw=raw, pmid=seen[1].decode() if seen else None
    )


def _unwrap(text: str) -> _Fields:
    """Return tag and value of every field, wrapped lines joined by a blank."""
    fields: _Fields = []
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), start=1):
        if field := _FIELD.match(line):
            fields.append((field[1].rstrip(), (field[2] or "").strip()))
        elif line[:1] in (" ", "\t") and fields:
            tag, value = fields[-1]
            fields[-1] = (tag, f"{value} {line.strip()}".strip())
        elif line.strip():
            raise InputError(f"line {number} of the record is neither a field nor the continuation of one")
    if [tag for tag, _ in fields][:1] != ["PMID"]:
        raise InputError("its first field is not PMID")
    return fields


# -- parts of a record ------------------------------------------------------------------------------


def _record(values: Mapping[str, Any], fields: _Fields) -> Record:
    vernacular, book = values.get("TT"), _first(values, "BTI")
    title = values.get("TI") or book or vernacular or ""
    parts, other = _abstract(values.get("AB", "")), False
    if not parts:
        parts = _other_abstract(fields)
        other = bool(parts)
    text, sections = lay_out(title, parts)
    return Record(
        pmid=pmid(values.get("PMID")),
        kind="book" if book else "article",
        title=title,
        vernacular_title=vernacular or None,
        text=text,
        sections=sections,
        abstract_source="other-abstract" if other else "abstract" if parts else "none",
        copyright=_joined(values, "CI"),
        status=values.get("STAT"),
        journal=values.get("JT") or (book if values.get("TI") else _first(values, "PB")),
        journal_abbreviation=values.get("TA"),
        issn=_found(r"\b\d{4}-\d{3}[\dXx]\b", values.get("IS")),
        volume=values.get("VI"),
        issue=values.get("IP"),
        pages=values.get("PG"),
        date=pub_date(values.get("DP")),
        electronic_date=_compact_date(values.get("DEP")),
        date_revised="-".join(_date_parts(values.get("LR"))) or None,
        authors=_authors(fields),
        doi=_doi(values),
        pmc_id=values.get("PMC"),
        languages=tuple(values.get("LA", ())),
        publication_types=tuple(Term(name=name) for name in values.get("PT", ())),
        mesh=tuple(map(_heading, values.get("MH", ()))),
        keywords=tuple(word.lstrip("*") for word in values.get("OT", ())),
        chemicals=tuple(map(_chemical, values.get("RN", ()))),
        registry_ids=_registry_ids(values.get("SI", ())),
        grants=tuple(map(_grant, values.get("GR", ()))),
        conflict_of_interest=_joined(values, "COIS"),
        corrections=tuple(_link(tag, value) for tag, value in fields if tag in tables()["medline_links"]),
    )


def _first(values: Mapping[str, Any], tag: str) -> str | None:
    return next(iter(values.get(tag, ())), None)


def _joined(values: Mapping[str, Any], tag: str) -> str | None:
    return clean(" ".join(values.get(tag, ())))


def _found(pattern: str, text: str | None) -> str | None:
    found = re.search(pattern, text or "", re.ASCII)
    return found[0] if found else None


def _doi(values: Mapping[str, Any]) -> str | None:
    places = " ".join([*values.get("AID", ()), values.get("LID", "")])
    return _found(r"\S+(?= \[doi\])", places)


def _date_parts(text: str | None) -> list[str]:
    """Split "20190923" into year, month and day; an empty list for anything else."""
    parts = re.fullmatch(r"(\d{4})(\d\d)?(\d\d)?", text or "", re.ASCII)
    return [part for part in parts.groups() if part] if parts else []


def _compact_date(text: str | None) -> PubDate | None:
    return pub_date(" ".join(_date_parts(text)) or text)


@cache
def _categories() -> Mapping[str, str]:
    return {label: category for category, labels in tables()["labels"].items() for label in labels}


def _category(label: str) -> str | None:
    """Return NLM's category of a printed label, or None when it is not known to be one."""
    known, words = _categories(), label.lower()
    if words in known:
        return known[words]
    parts = [known.get(part) for part in _JOINED.split(words)]
    return parts[0] if all(parts) else None


def _abstract(text: str) -> list[Part]:
    """Split an abstract at its printed labels when it begins with one that is known; otherwise keep it whole."""
    found = [(m, category) for m in _LABEL.finditer(text) if (category := _category(m[1]))]
    if not found or found[0][0].start() > 0:
        return [Part(text=text)] if text else []
    ends = [match.start() for match, _ in found[1:]] + [len(text)]
    return [
        Part(text=body, label=match[1], category=category)
        for (match, category), end in zip(found, ends, strict=True)
        if (body := text[match.end() : end].rstrip())
    ]


def _other_abstract(fields: _Fields) -> list[Part]:
    """Return the English other abstract, else the first; PubMed prints only a remark for a publisher's own."""
    others: list[tuple[str, str]] = []
    for tag, value in fields:
        if tag == "OAB" and (text := _OTHER_ABSTRACT.fullmatch(value)):
            others.append(("eng", text[1]))
        elif tag == "OABL" and others:
            others[-1] = (value, others[-1][1])
    chosen = sorted(others, key=lambda other: other[0] != "eng")
    return _abstract(chosen[0][1]) if chosen else []


def _authors(fields: _Fields) -> tuple[Author, ...]:
    """Read the author lines in order: FAU (or CN) begins an author, AU, AUID and AD add to the one before."""
    groups: list[_Fields] = []
    early: _Fields = []
    for tag, value in fields:
        begins = tag in ("FAU", "CN") or (tag == "AU" and not (groups and _takes_initials(groups[-1])))
        if begins:
            groups.append([*early, (tag, value)])
            early = []
        elif tag in ("AU", "AUID", "AD"):
            # Old records print the only affiliation before the first author.
            (groups[-1] if groups else early).append((tag, value))
    return tuple(map(_author, groups))


def _takes_initials(group: _Fields) -> bool:
    tags = [tag for tag, _ in group]
    return "FAU" in tags and "AU" not in tags


def _author(group: _Fields) -> Author:
    first = dict(reversed(group))
    short, _, initials = first.get("AU", "").rpartition(" ")
    last, _, fore = first.get("FAU", "").partition(", ")
    return Author(
        last_name=last or short or first.get("AU"),
        fore_name=fore or None,
        initials=(initials if short else "") or None,
        collective=first.get("CN"),
        orcid=orcid(first.get("AUID")),
        affiliations=tuple(value for tag, value in group if tag == "AD"),
    )


def _heading(text: str) -> MeshHeading:
    name, *qualifiers = text.split("/")
    return MeshHeading(
        name=name.lstrip("*"),
        major="*" in (name[:1], *(qualifier[:1] for qualifier in qualifiers)),
        qualifiers=tuple(Term(name=qualifier.lstrip("*")) for qualifier in qualifiers),
    )


def _chemical(text: str) -> Term:
    named = re.fullmatch(r"[^(]*\((.*)\)", text)
    return Term(name=named[1] if named else text)


def _registry_ids(values: Iterable[str]) -> tuple[str, ...]:
    pairs = (value.partition("/") for value in values)
    return unique(number for bank, _, number in pairs if is_study_register(bank))


def _grant(text: str) -> Grant:
    """Read "id/acronym/agency/country"; the id may hold slashes, the acronym may be missing, a part may be empty."""
    *rest, agency, country = text.split("/") if "/" in text else (text, "")
    identity = rest[:-1] if len(rest) > 1 else rest
    return Grant(grant_id=clean("/".join(identity)), agency=clean(agency), country=clean(country))


def _link(tag: str, text: str) -> Correction:
    linked = _LINKED_PMID.search(text)
    return Correction(
        ref_type=tables()["medline_links"][tag],
        source=_LINKED_PMID.sub("", text).strip(),
        pmid=linked[1] if linked else None,
    )
