"""Readers beside the rules: optional, named by the user, and kept on a short lead.

``protocol`` says what a plug-in is and may answer, ``loading`` finds those the user names, ``merge`` decides what their
answers may change. Nothing here is loaded unless the user names a plug-in. ``docs/plugins.md`` has the rules.
"""

from __future__ import annotations

from ingest.plugins.loading import GROUP, VARIABLE, Plugins, load_plugins
from ingest.plugins.protocol import Proposal, Reader, Vote

__all__ = ["GROUP", "VARIABLE", "Plugins", "Proposal", "Reader", "Vote", "load_plugins"]
