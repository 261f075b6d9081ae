"""The notebook of the documentation runs from its first cell to its last, and is kept without outputs."""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat
import pytest

NOTEBOOK = Path(__file__).resolve().parent.parent / "docs" / "tour.ipynb"


@pytest.fixture(scope="module")
def written() -> nbformat.NotebookNode:
    return nbformat.read(NOTEBOOK, as_version=4)


def test_it_is_kept_without_outputs(written: nbformat.NotebookNode) -> None:
    nbformat.validate(written)
    code = [cell for cell in written.cells if cell.cell_type == "code"]
    assert len(code) > 10
    assert [cell.id for cell in code if cell.outputs or cell.execution_count is not None] == []
    assert "These are not real studies." in written.cells[0].source


def _printed(outputs: list[nbformat.NotebookNode]) -> str:
    """Return what a cell printed; a kernel may send one line in several pieces."""
    return "".join(output.text for output in outputs if output.output_type == "stream" and output.name == "stdout")


def _shown(outputs: list[nbformat.NotebookNode], kind: str) -> str:
    return "".join(output.data.get(kind, "") for output in outputs if "data" in output)


# The machinery of notebooks has warnings of its own.
@pytest.mark.filterwarnings("ignore")
def test_it_runs(written: nbformat.NotebookNode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from nbclient import NotebookClient

    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    monkeypatch.delenv("NEO4J_URI", raising=False)
    done = NotebookClient(
        written.copy(), timeout=120, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
    ).execute()
    cells = {cell.id: cell.outputs for cell in done.cells if cell.cell_type == "code"}
    assert "NOT REAL STUDIES" in _shown(cells["summary"], "text/html")
    assert "<mark>" in _shown(cells["show"], "text/html")
    assert "vertebroplasty | " in _printed(cells["network"])
    assert _shown(cells["picture"], "image/png")
    for cell in ("types", "contradictions", "cypher", "check"):
        assert _printed(cells[cell]).endswith(": True\n")
        assert _shown(cells[cell], "text/plain")
    assert not [path for path in tmp_path.iterdir() if path.name not in {"runtime", "ipython"}]


def test_the_kernel_is_this_python() -> None:
    from jupyter_client.kernelspec import KernelSpecManager

    assert KernelSpecManager().get_kernel_spec("python3").argv[0] in {sys.executable, "python", "python3"}
