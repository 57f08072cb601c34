"""The results of a campaign for continuous integration: JUnit XML, a test case for each history."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from xml.etree import ElementTree

from confsync.verify.campaign import Result

# What XML 1.0 cannot hold.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(results: Sequence[Result], stories: Mapping[int, Sequence[str]], seconds: float) -> str:
    """Return the XML; `stories` has the lines to tell for each seed that failed."""
    failures = sum(not result.well for result in results)
    counts = {"tests": str(len(results)), "failures": str(failures), "errors": "0", "time": f"{seconds:.3f}"}
    suites = ElementTree.Element("testsuites", counts)
    suite = ElementTree.SubElement(suites, "testsuite", {"name": "confsync verify", **counts})
    for result in results:
        about = {"name": str(result.seed), "classname": "confsync.verify", "time": f"{result.seconds:.3f}"}
        case = ElementTree.SubElement(suite, "testcase", about)
        if not result.well:
            failure = ElementTree.SubElement(case, "failure", {"message": result.wrong, "type": "broken"})
            failure.text = _FORBIDDEN.sub("\ufffd", "\n".join(stories[result.seed]))
    ElementTree.indent(suites)
    return ElementTree.tostring(suites, encoding="unicode", xml_declaration=True) + "\n"
