"""The graph as a package that stands on its own: an RO-Crate with a description, checksums and rights.

    graph.nq                 the graph, or another form
    void.ttl                 what it holds, in VoID and DCAT
    ro-crate-metadata.json   what the files are and what made them
    SHA256SUMS               for ``sha256sum -c``

Equal workspaces give equal packages: the date is that of the newest run, not of the export.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

from kg import __version__
from kg.errors import UsageError
from kg.export.description import DESCRIPTION_PREFIXES, File, describe, statistics
from kg.export.graphs import dumped, union
from kg.export.rdf import FORMS, MEDIA_TYPES, Form, write_quads
from kg.export.rights import LICENCE, LICENCE_NAME, RIGHTS, illustrative_note
from kg.identity import BASE, PREFIXES, Run, software_iri
from kg.workspace import Progress, Workspace, silent

__all__ = ["write_package"]

_CRATE = "ro-crate-metadata.json"
_PROFILE = "https://w3id.org/ro/crate/1.1"


def write_package(workspace: Workspace, folder: Path, form: Form = "nquads", progress: Progress = silent) -> int:
    """Write the package into a new folder, or in place of an earlier one; return the number of statements.

    The folder appears complete or not at all. Raises UsageError when it holds something else, cannot
    be written, or the workspace has seen no run yet.
    """
    _check(folder)
    runs = [entry.run for entry in workspace.ledger.log()]
    if not runs:
        raise UsageError(f"nothing to export: no command has brought anything into {workspace.path} yet")
    try:
        draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    except OSError as error:
        raise UsageError(f"cannot write {folder}: {error.strerror}") from None
    try:
        count = _fill(workspace, draft, form, max(runs, key=lambda run: run.started), progress)
        draft.chmod(0o755)
        if folder.exists():
            shutil.rmtree(folder)
        draft.rename(folder)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return count


def _check(folder: Path) -> None:
    """Refuse a folder that is not ours to replace."""
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"cannot write {folder}: it is not a folder")
    others = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    ours = {_CRATE, "void.ttl", "SHA256SUMS", *(f"graph{suffix}" for suffix in FORMS.values())}
    if others and (_CRATE not in others or others - ours):
        stranger = min(others - ours) if others - ours else min(others)
        raise UsageError(f"{folder} holds other files ({stranger}): name a new folder or one of an earlier package")


def _fill(workspace: Workspace, draft: Path, form: Form, run: Run, progress: Progress) -> int:
    from kg.export.rdflib_forms import prefix_lines, turtle_block

    place = draft / f"graph{FORMS[form]}"
    with dumped(workspace, progress) as lines:
        with place.open("wb") as out:
            count = write_quads(lines, out, form)
        lines.seek(0)
        content = hashlib.sha256()
        for line in lines:
            content.update(line)
        lines.seek(0)
        counted = statistics(union(lines))
    graph = _file(place, MEDIA_TYPES[form])
    publications = counted.classes.get(PREFIXES["ev"] + "Publication", 0)
    dataset = f"{BASE}dataset/{content.hexdigest()[:16]}"
    note = illustrative_note(workspace.ledger.illustrative())
    issued = run.started[:10]
    described = describe(
        dataset, counted, graph, form=form, issued=issued, version=__version__, publications=publications, note=note
    )
    text = prefix_lines(DESCRIPTION_PREFIXES) + turtle_block(described, prefixes=DESCRIPTION_PREFIXES)
    (draft / "void.ttl").write_bytes(text)
    files = [graph, _file(draft / "void.ttl", "text/turtle")]
    crate = _crate(dataset, files, run, f"What {publications:,} PubMed records report, read by {_reader(run)}.{note}")
    (draft / _CRATE).write_text(json.dumps(crate, indent=2, ensure_ascii=False) + "\n", "utf-8")
    files.append(_file(draft / _CRATE, "application/ld+json"))
    (draft / "SHA256SUMS").write_text("".join(f"{file.sha256}  {file.name}\n" for file in files), "utf-8")
    return count


def _file(path: Path, media_type: str) -> File:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return File(name=path.name, media_type=media_type, size=path.stat().st_size, sha256=digest)


def _reader(run: Run) -> str:
    return f"{run.extractor} {run.extractor_version}"


def _crate(dataset: str, files: list[File], run: Run, about: str) -> dict[str, Any]:
    """Return the metadata file of RO-Crate 1.1; the checksum of a file is not among its own terms."""
    context = [f"{_PROFILE}/context", {"sha256": "https://schema.org/sha256"}]
    return {"@context": context, "@graph": [*_whole(dataset, files, run, about), *_files(files), *_making(run)]}


def _whole(dataset: str, files: list[File], run: Run, description: str) -> list[dict[str, Any]]:
    about = {
        "@id": _CRATE,
        "@type": "CreativeWork",
        "about": {"@id": "./"},
        "conformsTo": {"@id": _PROFILE},
    }
    root = {
        "@id": "./",
        "@type": "Dataset",
        "identifier": dataset,
        "name": "Claims of abstracts about interventional spine pain",
        "description": description,
        "datePublished": run.started[:10],
        "version": __version__,
        "license": {"@id": LICENCE},
        "copyrightNotice": RIGHTS,
        "hasPart": [{"@id": file.name} for file in files] + [{"@id": "SHA256SUMS"}],
        "mentions": {"@id": f"#{run.run_id}"},
    }
    return [about, root, {"@id": LICENCE, "@type": "CreativeWork", "name": LICENCE_NAME, "url": LICENCE}]


def _files(files: list[File]) -> list[dict[str, Any]]:
    names = ["The graph with the vocabulary", "What the graph holds, in VoID and DCAT"]
    described = [
        {
            "@id": file.name,
            "@type": "File",
            "name": name,
            "encodingFormat": file.media_type,
            "contentSize": str(file.size),
            "sha256": file.sha256,
        }
        for file, name in zip(files, names, strict=True)
    ]
    described[0]["conformsTo"] = {"@id": PREFIXES["ev"].removesuffix("#")}  # type: ignore[assignment]
    sums = {"@id": "SHA256SUMS", "@type": "File", "name": "Checksums of the files", "encodingFormat": "text/plain"}
    vocabulary = {
        "@id": PREFIXES["ev"].removesuffix("#"),
        "@type": "CreativeWork",
        "name": "spinekg evidence vocabulary",
        "version": __version__,
    }
    return [*described, sums, vocabulary]


def _making(run: Run) -> list[dict[str, Any]]:
    """Describe the newest run: what made the claims, and when."""
    programs = (("spinekg", run.software_version), (run.extractor, run.extractor_version))
    software = [
        {"@id": software_iri(name, version), "@type": "SoftwareApplication", "name": name, "version": version}
        for name, version in programs
    ]
    action = {
        "@id": f"#{run.run_id}",
        "@type": "CreateAction",
        "name": "The newest run of the extractor",
        "startTime": run.started,
        "instrument": [{"@id": each["@id"]} for each in software],
        "result": {"@id": "./"},
    }
    return [action, *software]
