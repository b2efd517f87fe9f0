"""The pages of the project: what fills them, and what has to be computed for them (``python -m experiments.pages``).

digests.py            which results the model gives, and what else a study depends on, in eight digits each
steps.py              what is computed for pages, in order, and the stamp that says what each was made with
documents.py          numbers and tables put into the pages (``python -m experiments.pages.documents``)
reference.py          numbers that are read from the code itself
reference_tables.py   tables that are read from the code itself
markdown.py           a table as Markdown
headlines.py          what the README says the model found
"""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""The checkout, or where the package is installed."""
DOCS = ROOT / "docs"
