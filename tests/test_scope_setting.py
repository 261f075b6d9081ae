"""A spinal operation as the mere setting of a study: the title, the groups, and what speaks against it."""

from __future__ import annotations

import pytest

from ingest.scope_setting import only_setting

WHERE = "Sixty adults who were scheduled for lumbar laminectomy took part. "

CASES: list[tuple[float, str, str, tuple[str, ...]]] = [
    (3.0, "Ropivacaine in lumbar laminectomy", "Pain was rated.", ()),
    (3.0, "Ropivacaine and recovery", WHERE, ()),
    (2.5, "Recovery after a long day", WHERE + "They received ropivacaine or saline.", ()),
    (2.5, "Less pain at night", WHERE + "A sponge with morphine was laid on the root.", ("epidural-injection",)),
    # Groups that chance tells apart, by something no list names and that is nothing of the operation.
    (2.5, "Bright light and sleep", WHERE + "They were randomised to bright light or none.", ()),
    (2.5, "Bright light and sleep", WHERE + "They were given one of two lamps, or a dummy or none.", ()),
    (0.0, "Two drills and sleep", WHERE + "They were randomised to bright light or none.", ()),
    (0.0, "A day in theatre", WHERE + "They were randomised to a dynamic rod or none.", ()),
    (0.0, "Revision within five years", WHERE + "They were randomised to bright light or none.", ()),
    (0.0, "Bright light and sleep", WHERE + "Those with bright light slept longer (P < 0.01).", ()),
    # What nobody was operated on, or nothing around the operation is compared.
    (0.0, "Ropivacaine for sciatica", "Sixty adults with sciatica received ropivacaine or saline.", ()),
    (0.0, "Recovery after a long day", WHERE + "They were followed for a year.", ()),
    # A result that mentions a drug tells no group from another, nor does what everybody had.
    (0.0, "Recovery after a long day", WHERE + "Morphine received was significantly lower.", ()),
    (0.0, "Recovery after a long day", WHERE + "All patients received cefazolin.", ()),
    # Another technique, lasting pain, two operations, and care after the operation are subjects of their own.
    (0.0, "Ropivacaine in epidural steroids", WHERE, ("transforaminal-epidural-steroid-injection",)),
    (3.0, "Ropivacaine and chronic pain in people undergoing lumbar laminectomy", WHERE, ()),
    (0.0, "Ropivacaine for chronic pain after laminectomy", WHERE, ()),
    (0.0, "Open surgery or tubular surgery", WHERE + "They received ropivacaine or saline.", ()),
    (0.0, "Endoscopic versus open decompression", WHERE + "They received ropivacaine or saline.", ()),
    (0.0, "Exercise after lumbar laminectomy", WHERE + "They received ropivacaine or saline.", ()),
    (0.0, "Recovery after a long day", WHERE + "They were randomised to epidural morphine or discectomy.", ()),
    # The operation is the subject of the title, and the drug is compared with it.
    (0.0, "Teriparatide compared with kyphoplasty", WHERE + "They received teriparatide or none.", ("kyphoplasty",)),
    (0.0, "A year with kyphoplasty", WHERE + "They received teriparatide or none.", ("kyphoplasty",)),
    (3.0, "Sedation with midazolam during kyphoplasty", "It was deep.", ("kyphoplasty",)),
]


@pytest.mark.parametrize(
    ("weight", "title", "abstract", "techniques"), CASES, ids=[f"{c[1]}: {c[2][-40:]}" for c in CASES]
)
def test_the_weight_of_a_setting(weight: float, title: str, abstract: str, techniques: tuple[str, ...]) -> None:
    assert only_setting(f"{title}\n{abstract}", len(title), techniques) == weight
