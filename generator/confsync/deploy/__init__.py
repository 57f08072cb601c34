"""Deploying an add-on: plan, apply, verify, against Google's Apps Script API or a local one."""

from confsync.deploy.deployer import deploy

__all__ = ["deploy"]
