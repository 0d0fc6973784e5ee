"""What every worker needs, loaded once by the process that they come from."""

import pymatgen.core
import pymatgen.io.cif
import scipy.spatial

import polyqw.services.ingest.work

__all__ = ["polyqw", "pymatgen", "scipy"]
