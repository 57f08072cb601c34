"""This machine: the Python that runs confsync."""

import platform
from importlib.metadata import version

from confsync.deploy.doctor.finding import OK, Finding


def examine_machine() -> Finding:
    """Return `python`; what is too old cannot even install confsync."""
    return Finding("python", OK, f"Python {platform.python_version()}, confsync {version('confsync')}")
