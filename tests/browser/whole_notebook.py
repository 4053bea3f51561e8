"""A notebook in JupyterLab or JupyterLite: what its code cells gave."""

from reader import PATIENCE

CELLS = """() => jupyterapp.shell.currentWidget.content.model.sharedModel.toJSON().cells.filter((cell) => cell.cell_type === "code").map((cell) => ({
  ran: cell.execution_count !== null,
  errors: cell.outputs.filter((one) => one.output_type === "error" || one.name === "stderr").map((one) => one.evalue ?? String(one.text)),
  kinds: cell.outputs.flatMap((one) => Object.keys(one.data ?? {})),
}))"""


def all_run(page, idle):
    """The code cells after Run All Cells, once `idle` is true of the page too: none with an error."""
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.wait_for_function(f"() => ({CELLS})().every(({{ ran }}) => ran) && ({idle})()", timeout=2 * PATIENCE)
    cells = page.evaluate(CELLS)
    assert [cell["errors"] for cell in cells if cell["errors"]] == []
    return cells
