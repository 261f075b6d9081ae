"""Cut a stream of PubMed XML into its records, as bytes.

Each record is parsed alone afterwards, so a damaged one costs itself and not the rest of the file.
Only the tags of records and of the root are looked at; bytes that belong to no record are handed on
too, never skipped. No DOCTYPE is read: its entities do not exist for us.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from kg.errors import InputError

__all__ = ["MAX_RECORD_BYTES", "Piece", "split"]

MAX_RECORD_BYTES: Final = 32 * 1024 * 1024
_MAX_PROLOG_BYTES: Final = 64 * 1024
_LOOK_AHEAD: Final = 64  # longer than any tag name looked for

_SETS: Final = {
    "PubmedArticleSet": "PubmedArticle|PubmedBookArticle|DeleteCitation",
    "PubmedBookArticleSet": "PubmedBookArticle",
    "MedlineCitationSet": "MedlineCitation|DeleteCitation",
}
_SINGLES: Final = ("PubmedArticle", "PubmedBookArticle", "MedlineCitation")
# Encodings in which the byte of "<" is never part of another character.
_ENCODINGS: Final = frozenset({"utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "latin1", "windows-1252"})

_MISC: Final = re.compile(rb"\s+|<!--.*?-->|<\?.*?\?>", re.DOTALL)
_DECLARATION_BYTES: Final = 256
_ENCODING: Final = re.compile(rb"<\?xml\s[^>]*?encoding\s*=\s*[\"']([\w.-]+)[\"']")
_DOCTYPE: Final = re.compile(rb"<!DOCTYPE\s(?:[^\[<>\"']|\"[^\"]*\"|'[^']*')*>", re.IGNORECASE)
_ROOT: Final = re.compile(rb"<([A-Za-z_][\w.:-]*)((?:\s(?:[^<>\"']|\"[^<\"]*\"|'[^<']*')*?)?)(/?)>")
_NAMESPACE: Final = re.compile(rb"\sxmlns:[\w.-]+\s*=\s*(?:\"[^<\"]*\"|'[^<']*')")
_NCBI_ERROR: Final = re.compile(rb"<ERROR>\s*([^<]{1,200})", re.IGNORECASE)
_EMPTY: Final = re.compile(rb"\s{0,32}/>")
_CLOSE: Final = re.compile(rb"\s{0,32}>")
_INERT_END: Final = {b"!--": b"-->", b"![CDATA[": b"]]>"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of the file: one record, or bytes that are none (``tag`` is empty).

    ``position`` counts pieces from 1, ``fault`` says what is wrong already, ``namespaces`` are the
    prefixes the root declares and the record may rely on.
    """

    raw: bytes
    tag: str
    position: int
    fault: str | None = None
    encoding: str = "utf-8"
    namespaces: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Prolog:
    """What the start of the file says: its root, whether that is a record itself or closed at once, its encoding."""

    root: str
    empty: bool
    encoding: str
    namespaces: bytes

    @property
    def single(self) -> bool:
        return self.root in _SINGLES


class _Window:
    """The part of the stream being looked at: ``data[pos:]`` is not consumed yet."""

    def __init__(self, chunks: Iterable[bytes], source: str) -> None:
        self._chunks = iter(chunks)
        self.data = b""
        self.pos = 0
        self.source = source
        self.count = 0

    def more(self) -> bool:
        """Drop what is consumed and add a chunk (``pos`` becomes 0); at the end return False and move nothing."""
        if len(self.data) - self.pos > MAX_RECORD_BYTES:
            raise self.error(f"record {self.count + 1} is longer than {MAX_RECORD_BYTES >> 20} MiB, which no record is")
        chunk = next((chunk for chunk in self._chunks if chunk), b"")
        if not chunk:
            return False
        self.data, self.pos = self.data[self.pos :] + chunk, 0
        return True

    def fill(self, size: int) -> None:
        """Have at least ``size`` bytes in view unless the stream ends before."""
        while len(self.data) - self.pos < size and self.more():
            pass

    def skip_misc(self) -> None:
        """Step over white space, comments and processing instructions. Raises InputError on one without end."""
        while True:
            self.fill(_LOOK_AHEAD)
            if match := _MISC.match(self.data, self.pos):
                self.pos = match.end()
            elif self.data.startswith((b"<!--", b"<?"), self.pos):
                if not self.more():
                    raise self.error("a comment or processing instruction does not end")
            else:
                return

    def error(self, problem: str) -> InputError:
        return InputError(f"{self.source}: {problem}")


def split(chunks: Iterable[bytes], source: str) -> Iterator[Piece]:
    """Yield the records of a PubMed XML stream, in order, whatever the size of ``chunks``.

    Roots: PubmedArticleSet, PubmedBookArticleSet, MedlineCitationSet, or a single PubmedArticle,
    PubmedBookArticle or MedlineCitation. Raises InputError, naming ``source``, when the stream is
    something else, or at its end when the root is not closed or something follows it.
    """
    window = _Window(chunks, source)
    prolog = _read_prolog(window)
    if not prolog.empty:
        yield from _pieces(window, prolog)
    window.skip_misc()
    if window.pos < len(window.data):
        raise window.error(f"it goes on after its root element <{prolog.root}>: one file holds one set")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tags:
    """The patterns of one file: where records start, every tag that matters, and the end of the root."""

    start: re.Pattern[bytes]
    marks: re.Pattern[bytes]
    end_of_root: re.Pattern[bytes]


def _tags(prolog: _Prolog) -> _Tags:
    records = prolog.root if prolog.single else _SETS[prolog.root]
    end = "(?!)" if prolog.single else rf"</{prolog.root}\s{{0,32}}>"
    return _Tags(
        start=re.compile(rf"<({records})(?=[\s/>])".encode()),
        marks=re.compile(rf"<(?:/?({records}|{prolog.root})(?=[\s/>])|(!--|!\[CDATA\[))".encode()),
        end_of_root=re.compile(end.encode()),
    )


def _pieces(window: _Window, prolog: _Prolog) -> Iterator[Piece]:
    tags = _tags(prolog)
    while True:
        window.skip_misc()
        if closed := tags.end_of_root.match(window.data, window.pos):
            window.pos = closed.end()
            return
        if window.pos == len(window.data):
            raise window.error(f"it ends without </{prolog.root}>: the file is cut")
        tag, fault = "", None
        if begun := tags.start.match(window.data, window.pos):
            tag = begun[1].decode()
            length, fault = _record_length(window, begun[1], tags)
        else:
            length, fault = _stray_length(window, tags), "bytes that are no record"
        window.count += 1
        raw = window.data[window.pos : window.pos + length]
        window.pos += length
        yield Piece(
            raw=raw,
            tag=tag,
            position=window.count,
            fault=fault,
            encoding=prolog.encoding,
            namespaces=prolog.namespaces,
        )
        if prolog.single:
            return


def _record_length(window: _Window, tag: bytes, tags: _Tags) -> tuple[int, str | None]:
    """Measure the record at the window's start: up to its end tag, or to what shows that it has none.

    Lengths count from ``window.pos``, so they stay true when the window moves on.
    """
    at = len(tag) + 1
    if empty := _EMPTY.match(window.data, window.pos + at):
        return empty.end() - window.pos, None
    while True:
        window.fill(at + _LOOK_AHEAD)
        mark = tags.marks.search(window.data, window.pos + at)
        if mark is None or (mark.end() > len(window.data) - _LOOK_AHEAD and window.more()):
            at = max(at, len(window.data) - window.pos - _LOOK_AHEAD) if mark is None else at
            if mark is None and not window.more():
                raise window.error(f"it ends inside record {window.count + 1}: the file is cut")
        elif mark[2]:
            at = _after_inert(window, mark.start() - window.pos, mark[2], tags.start)
        elif mark[0] == b"</" + tag:
            if closed := _CLOSE.match(window.data, mark.end()):
                return closed.end() - window.pos, None
            at = mark.end() - window.pos
        elif tags.end_of_root.match(window.data, mark.start()):
            return mark.start() - window.pos, f"no </{tag.decode()}> before the end of the set"
        elif tags.start.match(window.data, mark.start()):
            return mark.start() - window.pos, f"no </{tag.decode()}> before the next record"
        else:
            at = mark.end() - window.pos


def _after_inert(window: _Window, at: int, kind: bytes, start: re.Pattern[bytes]) -> int:
    """Return where to look on after the comment or CDATA section at ``at``.

    One that does not end before the next record begins is damage, not a comment: then its opening is
    passed over and the record left to the parser. Raises InputError when the file ends in it.
    """
    inside = at + 1 + len(kind)
    while True:
        end = window.data.find(_INERT_END[kind], window.pos + inside)
        limit = len(window.data) if end < 0 else end
        if start.search(window.data, window.pos + inside, limit):
            return inside
        if end >= 0:
            return end + 3 - window.pos
        if not window.more():
            raise window.error(f"it ends inside a comment of record {window.count + 1}: the file is cut")


def _stray_length(window: _Window, tags: _Tags) -> int:
    """Measure the bytes at the window's start that begin no record, up to the next record or the end of the set."""
    at = 1
    while True:
        window.fill(at + _LOOK_AHEAD)
        found = [m.start() for p in (tags.start, tags.end_of_root) if (m := p.search(window.data, window.pos + at))]
        if found:
            return min(found) - window.pos
        at = max(at, len(window.data) - window.pos - _LOOK_AHEAD)
        if not window.more():
            return len(window.data) - window.pos


def _read_prolog(window: _Window) -> _Prolog:
    """Read up to and including the root's start tag (for a single record: up to it)."""
    window.fill(_LOOK_AHEAD)
    if window.data.startswith(b"\xef\xbb\xbf"):
        window.pos = 3
    blank = not window.data[window.pos :].strip()
    if window.data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in window.data[:4]:
        raise window.error("its encoding is UTF-16 or UTF-32; PubMed XML is UTF-8")
    encoding = _declared_encoding(window)
    window.skip_misc()
    _skip_doctype(window)
    root = _match(window, _ROOT, b"<")
    if root is None:
        raise window.error("it is empty" if blank else "no PubMed XML: no root element is found")
    name = root[1].decode("utf-8", "replace")
    if name not in _SETS and name not in _SINGLES:
        raise window.error(_refusal(name, window.data))
    if name in _SETS:
        window.pos = root.end()
    return _Prolog(
        root=name,
        empty=bool(root[3]) and name in _SETS,
        encoding=encoding,
        namespaces=b"".join(_NAMESPACE.findall(root[2])) if name in _SETS else b"",
    )


def _declared_encoding(window: _Window) -> str:
    window.fill(_DECLARATION_BYTES)
    declared = _ENCODING.match(window.data[window.pos : window.pos + _DECLARATION_BYTES])
    encoding = declared[1].decode("ascii", "replace").lower() if declared else "utf-8"
    if encoding not in _ENCODINGS:
        raise window.error(f"its encoding is {encoding}; PubMed XML is UTF-8")
    return encoding


def _skip_doctype(window: _Window) -> None:
    if window.data[window.pos : window.pos + 9].upper() != b"<!DOCTYPE":
        return
    doctype = _match(window, _DOCTYPE, b"<")
    if doctype is None:
        raise window.error("its DOCTYPE is cut or declares entities of its own, which PubMed files do not")
    if doctype[0][9:].split()[:1] in ([b"html"], [b"html>"]):
        raise window.error(_refusal("html", window.data))
    window.pos = doctype.end()
    window.skip_misc()


def _match(window: _Window, pattern: re.Pattern[bytes], first: bytes) -> re.Match[bytes] | None:
    """Match ``pattern`` at the window's start, reading on while it may still come, within the bounds of a prolog."""
    while window.data.startswith(first, window.pos):
        if match := pattern.match(window.data, window.pos):
            return match
        if len(window.data) - window.pos > _MAX_PROLOG_BYTES or not window.more():
            return None
    return None


def _refusal(root: str, data: bytes) -> str:
    allowed = "allowed is a PubmedArticleSet (or PubmedBookArticleSet, MedlineCitationSet, or one record alone)"
    if root.lower() == "html":
        return f"it is an HTML page, not PubMed records; {allowed}"
    message = _NCBI_ERROR.search(data)
    said = f" saying '{' '.join(message[1].decode('utf-8', 'replace').split())}'" if message else ""
    return f"its root element is <{root}>{said}, not PubMed records; {allowed}"
