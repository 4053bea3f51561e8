import { loadPyodide } from "/pyodide/pyodide.mjs";

const pyodide = await loadPyodide({ packages: ["numpy", "scipy"] });
postMessage(pyodide.runPython(`
import numpy
from scipy.special import erfcinv, lambertw
f"numpy {numpy.__version__}"
`));
