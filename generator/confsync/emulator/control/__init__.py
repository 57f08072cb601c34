"""The control routes: what a test, a demo or a person does to a local Google from outside."""

from confsync.emulator.control.service import Control

__all__ = ["Control"]
