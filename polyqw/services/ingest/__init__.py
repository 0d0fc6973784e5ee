"""Read files into the database: workers read and analyse, one writer stores in batches."""

from polyqw.io.inputs import count_inputs
from polyqw.io.read_options import Reader, ReadOptions
from polyqw.services.ingest.report import Ingested, IngestReport, report_writer
from polyqw.services.ingest.run import ingest, reference_folder
from polyqw.services.workers.pool import Limits

__all__ = [
    "IngestReport",
    "Ingested",
    "Limits",
    "ReadOptions",
    "Reader",
    "count_inputs",
    "ingest",
    "reference_folder",
    "report_writer",
]
