"""The notebooks run from top to bottom on the sample store, and are kept without what they print."""

from __future__ import annotations

from pathlib import Path

import nbformat
import networkx as nx
import pytest
from nbclient import NotebookClient

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))


def test_there_is_one() -> None:
    assert NOTEBOOKS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_is_kept_without_outputs_and_defines_nothing(path: Path) -> None:
    for cell in nbformat.read(path, 4).cells:  # type: ignore[no-untyped-call]
        if cell.cell_type == "code":
            assert not cell.outputs
            assert cell.execution_count is None
            assert not any(line.startswith(("def ", "class ")) for line in cell.source.splitlines())


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the kernel's own packages
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_runs(path: Path, sample_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_STORE", str(sample_store))
    monkeypatch.setenv("KG_OUT", str(tmp_path))
    notebook = nbformat.read(path, 4)  # type: ignore[no-untyped-call]
    NotebookClient(notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(path.parent)}}).execute()
    shown = "".join(output.get("text", "") for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs)
    assert "安吉县" in shown
    assert (tmp_path / "around.png").read_bytes()[:4] == b"\x89PNG"
    read = nx.read_graphml(tmp_path / "around.graphml", force_multigraph=True)
    assert "安吉县" in {name for _, name in read.nodes(data="name")}
    assert (tmp_path / "around.csv").read_bytes().startswith(b"\xef\xbb\xbfid,labels,name")
