"""The results of a campaign for continuous integration: JUnit XML, a test case for each history."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from confsync.verify.summary import Summary

# What XML 1.0 cannot hold.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(summary: Summary) -> str:
    """Return the XML; a failure's text is the story, as far as it was told."""
    failures = {finding.result.seed: finding for finding in summary.findings}
    counts = {
        "tests": str(len(summary.results)),
        "failures": str(len(failures)),
        "errors": "0",
        "time": f"{summary.seconds:.3f}",
    }
    suites = ElementTree.Element("testsuites", counts)
    suite = ElementTree.SubElement(suites, "testsuite", {"name": "confsync verify", **counts})
    for result in summary.results:
        about = {"name": str(result.seed), "classname": "confsync.verify", "time": f"{result.seconds:.3f}"}
        case = ElementTree.SubElement(suite, "testcase", about)
        if result.seed in failures:
            failure = ElementTree.SubElement(case, "failure", {"message": result.wrong, "type": "broken"})
            failure.text = _FORBIDDEN.sub("\ufffd", "\n".join(failures[result.seed].story))
    ElementTree.indent(suites)
    return ElementTree.tostring(suites, encoding="unicode", xml_declaration=True) + "\n"
