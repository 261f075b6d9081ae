"""The ledger: every record, reading, deletion and quarantined record of a workspace, in SQLite.

The ledger is the truth; the graph is made from it. One source file is one transaction. A PMID has
one standing entry, a record or a deletion, and the place it came from; an older place never
overwrites a newer one, so files may come twice or out of order:

* a higher version of a PMID is newer than a lower one;
* two of NLM's numbered files (``pubmed26n1334.xml.gz``) go by year and number;
* any other two sources go by which the ledger met first, and within a source the later position wins.

Whatever changes for a PMID also enters it in ``dirty``, in the same transaction, until the graph
has followed.
"""

from kg.ledger.book import Ledger, open_ledger
from kg.ledger.nouns import Counts, LedgerRow, LogEntry, Outcome, Receipt, Source

__all__ = ["Counts", "Ledger", "LedgerRow", "LogEntry", "Outcome", "Receipt", "Source", "open_ledger"]
