"""Describe CIF files with robocrystallographer, in an environment of its own; prints seconds and how many it did.

Run as ``PEERS/bin/python benchmarks/robocrys_peer.py FILE...``: it needs an older scipy and pymatgen than polyqw.
"""

import json
import sys
import time
import warnings

from pymatgen.core import Structure
from robocrys import StructureCondenser, StructureDescriber

warnings.simplefilter("ignore")
condenser, describer = StructureCondenser(), StructureDescriber()
done, spent = 0, 0.0
for path in sys.argv[1:]:
    structure = Structure.from_file(path)
    start = time.perf_counter()
    try:
        describer.describe(condenser.condense_structure(structure))
        done += 1
    except Exception as error:  # whatever it cannot do is a file not done
        sys.stderr.write(f"{path}: {type(error).__name__}\n")
    spent += time.perf_counter() - start
sys.stdout.write(json.dumps({"seconds": spent, "done": done}) + "\n")
