"""Reports: a summary as text, Markdown, JSON, CSV or a picture.

A summary is put into words once (``view``), and every format writes the same words. All sentences
about evidence come from ``kg/templates/wording.toml``; nothing here computes and nothing rates
certainty.
"""

from __future__ import annotations

from kg.report.nouns import Setting, View
from kg.report.render import FORMATS, Look, look_of, render
from kg.report.setting import setting_of

__all__ = ["FORMATS", "Look", "Setting", "View", "look_of", "render", "setting_of"]
