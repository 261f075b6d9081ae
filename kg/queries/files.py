"""Reading the question files, strictly: a mistake is an error that names file and line."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache
from importlib.resources.abc import Traversable
from typing import Any, NoReturn

import pyoxigraph
from pyoxigraph import Literal, NamedNode

from kg.errors import InputError, SpinekgError, UnknownNameError
from kg.queries import parts
from kg.queries.twins import check_twin
from kg.queries.types import ANY, SCHEMES, TYPES, Terms, plain
from kg.resources import data
from kg.stores.guard import check_query

__all__ = ["SLOT", "Parameter", "Question", "load_questions", "question", "read_question"]

#: A parameter's place in a query: one variable, alone on its line. The variable is the parameter's name, with a
#: trailing underscore where the query returns a column of that name.
SLOT = re.compile(r"^(?P<head>[ \t]*VALUES \?(?P<name>\w+?)_? )\{(?P<values>[^{}\n]*)\}[ \t]*$", re.MULTILINE)

_KEYS: dict[str, type] = {"name": str, "question": str, "note": str, "params": dict, "returns": list}
_PARAM_KEYS: dict[str, type] = {"type": str, "example": str, "help": str, "required": bool}
_OPTIONAL = frozenset({"note", "params", "required"})
_PREFIX_LINE = re.compile(r"^PREFIX .*$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """Something a question can be asked with.

    ``default`` is what the file asks when nothing is given, as a person writes it, and ``terms`` the
    same as RDF terms; a ``required`` parameter has none. ``example`` is a value worth trying.
    """

    name: str
    type: str
    help: str
    example: str
    default: str | None
    terms: Terms = ()
    required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question the graph can answer: its name, its plain words, parameters and columns, its SPARQL and its Cypher."""

    name: str
    title: str
    note: str
    params: tuple[Parameter, ...]
    returns: tuple[str, ...]
    sparql: str
    cypher: str = ""

    def parameter(self, name: str) -> Parameter:
        """Return the parameter of this name; raises UnknownNameError with those there are."""
        for parameter in self.params:
            if parameter.name == name:
                return parameter
        names = tuple(parameter.name for parameter in self.params)
        hint = f"'{self.name}' takes {', '.join(names) or 'no parameters'}."
        raise UnknownNameError("parameter", name, tuple(get_close_matches(name, names)), hint)


def load_questions(folder: Traversable | None = None) -> tuple[Question, ...]:
    """Read every question of a folder, by default the shipped one, in the order of their names.

    The folder holds ``sparql/NAME.rq`` and ``cypher/NAME.cypher``. Raises InputError with file and
    line for the first file that breaks a rule of ``docs/graph.md``.
    """
    return _shipped() if folder is None else _read_all(folder)


def question(name: str) -> Question:
    """Return the shipped question of this name; raises UnknownNameError with the nearest ones."""
    found = {each.name: each for each in load_questions()}
    if name not in found:
        near = tuple(get_close_matches(name, found, n=5, cutoff=0.4))
        raise UnknownNameError("question", name, near, "'spinekg query --list' shows all.")
    return found[name]


@cache
def _shipped() -> tuple[Question, ...]:
    return _read_all(data("queries"))


def _read_all(folder: Traversable) -> tuple[Question, ...]:
    texts, twins = _texts(folder / "sparql", ".rq"), _texts(folder / "cypher", ".cypher")
    for name in sorted(texts.keys() ^ twins.keys()):
        alone, missing = (f"{name}.rq", f"cypher/{name}.cypher") if name in texts else (f"{name}.cypher", f"{name}.rq")
        _refuse(alone, 1, f"the question has no twin: {missing} is missing")
    return tuple(_twinned(read_question(f"{name}.rq", text), twins[name]) for name, text in texts.items())


def _texts(folder: Traversable, ending: str) -> dict[str, str]:
    files = sorted((file for file in folder.iterdir() if file.name.endswith(ending)), key=lambda file: file.name)
    return {file.name.removesuffix(ending): file.read_text("utf-8") for file in files}


def _twinned(question: Question, cypher: str) -> Question:
    check_twin(f"{question.name}.cypher", cypher, [each.name for each in question.params], question.returns)
    return replace(question, cypher=cypher)


def read_question(file: str, text: str) -> Question:
    """Read one question from the text of its SPARQL file; ``file`` is the file's name. It has no Cypher yet."""
    header = _header(file, text)
    _check_keys(file, text, header, _KEYS, "")
    if f"{header['name']}.rq" != file:
        _refuse(file, _line(text, "name"), f"the name '{header['name']}' is not the file's name")
    columns = _columns(file, text)
    if header["returns"] != columns:
        _refuse(file, _line(text, "returns"), f"returns {header['returns']}, but the query selects {columns}")
    declared = header.get("params", {})
    slots = _slots(file, text, declared)
    _check_parts(file, text, declared, columns)
    return Question(
        name=header["name"],
        title=header["question"],
        note=header.get("note", ""),
        params=tuple(_parameter(file, text, name, facts, slots) for name, facts in declared.items()),
        returns=tuple(columns),
        sparql=text,
    )


def _header(file: str, text: str) -> dict[str, Any]:
    lines = text.splitlines()
    end = next((number for number, line in enumerate(lines) if not line.startswith("#+")), len(lines))
    if end == 0:
        _refuse(file, 1, "the header is missing: the file begins with lines '#+ name = …'")
    for number, line in enumerate(lines[end:], start=end + 1):
        if line.startswith("#+"):
            _refuse(file, number, "a header line after the header has ended")
    try:
        return tomllib.loads("\n".join(line[2:].removeprefix(" ") for line in lines[:end]))
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"at line (\d+)", str(error))
        _refuse(file, int(place[1]) if place else end, f"the header is not valid TOML: {error}")


def _check_keys(file: str, text: str, facts: dict[str, Any], allowed: dict[str, type], within: str) -> None:
    for key, value in facts.items():
        if key not in allowed:
            _refuse(file, _line(text, key, within), f"unknown key '{key}'; allowed are {', '.join(allowed)}")
        if type(value) is not allowed[key]:
            _refuse(file, _line(text, key, within), f"'{key}' must be of type {allowed[key].__name__}")
    for key in allowed.keys() - _OPTIONAL - facts.keys():
        _refuse(file, _line(text, within), f"the key '{key}' is missing{f' for ?{within}' if within else ''}")


def _columns(file: str, text: str) -> list[str]:
    try:
        check_query(text)
        answer = pyoxigraph.Store().query(text)
    except SyntaxError as error:
        place = re.search(r"at (\d+):", str(error))
        _refuse(file, int(place[1]) if place else 1, f"not valid SPARQL: {error}")
    except SpinekgError as error:
        _refuse(file, 1, str(error))
    if not isinstance(answer, pyoxigraph.QuerySolutions):
        _refuse(file, 1, "a question is a SELECT query")
    return [variable.value for variable in answer.variables]


def _slots(file: str, text: str, declared: dict[str, Any]) -> dict[str, Terms]:
    """Return the defaults of each parameter, after checking that declared equals used."""
    found: dict[str, Terms] = {}
    for match in SLOT.finditer(text):
        name, line = match["name"], text.count("\n", 0, match.start()) + 1
        if name not in declared:
            _refuse(file, line, f"the parameter '{name}' is used but not declared in the header")
        default = _default(file, text, line, match["values"])
        if found.setdefault(name, default) != default:
            _refuse(file, line, f"the parameter '{name}' has another default than above")
    for name in declared:
        if name not in found:
            _refuse(file, _line(text, name), f"'{name}' is declared, but there is no line 'VALUES ?{name} {{ … }}'")
    return found


def _check_parts(file: str, text: str, declared: dict[str, Any], columns: list[str]) -> None:
    """Refuse a part of a parameter that cannot be left out: see ``kg.queries.parts``."""
    line = parts.stray(text)
    if line:
        _refuse(file, line, "a part begins with a line '#? NAME' and ends with a line '#.', and holds no other")
    for line, name, body in parts.found(text):
        if declared.get(name, {}).get("type") not in SCHEMES:
            _refuse(file, line, f"a part is of a parameter that can be {ANY}, which '{name}' cannot")
        if name not in {slot["name"] for slot in SLOT.finditer(body)}:
            _refuse(file, line, f"the part of '{name}' has no line 'VALUES ?{name} {{ … }}'")
    if _columns(file, parts.without(text, lambda name: True)) != columns:
        _refuse(file, 1, "without its parts the query selects other columns")


def _default(file: str, text: str, line: int, values: str) -> Terms:
    prefixes = "\n".join(_PREFIX_LINE.findall(text))
    answer = pyoxigraph.Store().query(f"{prefixes}\nSELECT ?x {{ VALUES ?x {{{values}}} }}")
    found = [row["x"] for row in answer] if isinstance(answer, pyoxigraph.QuerySolutions) else []
    terms = tuple(term for term in found if isinstance(term, NamedNode | Literal))
    if not terms or len(terms) != len(found):
        _refuse(file, line, "a parameter has default values; UNDEF would drop rows in filters and is not allowed")
    return terms


def _parameter(file: str, text: str, name: str, facts: Any, slots: dict[str, Terms]) -> Parameter:
    if not isinstance(facts, dict):
        _refuse(file, _line(text, name), f"the parameter '{name}' must be a table: [params.{name}]")
    _check_keys(file, text, facts, _PARAM_KEYS, name)
    if facts["type"] not in TYPES:
        _refuse(file, _line(text, "type", name), f"unknown type '{facts['type']}'; allowed are {', '.join(TYPES)}")
    if facts["type"] not in SCHEMES:
        try:
            TYPES[facts["type"]](facts["example"])
        except SpinekgError as error:
            _refuse(file, _line(text, "example", name), f"the example does not fit the type: {error}")
    required = facts.get("required", False)
    return Parameter(
        name=name,
        type=facts["type"],
        help=facts["help"],
        example=facts["example"],
        default=None if required else plain(slots[name]),
        terms=() if required else slots[name],
        required=required,
    )


def _line(text: str, key: str, within: str = "") -> int:
    """Return the header line of a key, or of the table ``[params.within]`` it stands in; line 1 when not found."""
    lines = text.splitlines()
    start = 0
    if within:
        table = re.compile(rf"#\+\s*(\[params\.{re.escape(within)}\]|params\.{re.escape(within)}\b)")
        start = next((number for number, line in enumerate(lines) if table.match(line)), 0)
    wanted = re.compile(rf"#\+\s*(\[params\.)?{re.escape(key)}\b|#\+.*[{{,.]\s*{re.escape(key)}\b")
    for number, line in enumerate(lines[start:], start=start + 1):
        if key and wanted.match(line):
            return number
    return start + 1


def _refuse(file: str, line: int, why: str) -> NoReturn:
    raise InputError(f"{file}:{line}: {why}")
