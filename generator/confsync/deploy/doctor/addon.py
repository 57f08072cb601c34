"""The add-on itself: its description, its manifest, the files that clasp would push, and what it needs on Google."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from confsync.addon import Addon
from confsync.deploy.checklist import Project, scopes_of, secret_properties, steps
from confsync.deploy.doctor.finding import FAIL, OK, WARN, Finding
from confsync.deploy.scopes import REASONS, short
from confsync.render import diff

MANIFEST = "appsscript.json"


def examine_files(addon: Addon, files: Mapping[str, str], folder: Path) -> Iterator[Finding]:
    """Yield `manifest` and `build`. Whether Apps Script would take the files is known already: they were rendered.

    `folder` is where clasp finds them.
    """
    yield _manifest(addon, files[MANIFEST])
    if diff(dict(files), folder):
        what = f"{folder} is not what addon.toml makes, and clasp would push it"
        yield Finding("build", WARN, what, "confsync render")
    else:
        yield Finding("build", OK, f"{folder} is fresh, {len(files)} files")


def examine_secrets(addon: Addon, project: Project, known: set[str] | None) -> Finding:
    """Return `secrets`; `known` are the Script Properties that are set, None where nobody can tell."""
    names = secret_properties(addon.secrets)
    if not names:
        return Finding("secrets", OK, "the add-on needs none")
    where = f"Project Settings → Script Properties: {project.editor}/settings"
    if known is None:
        what = f"{', '.join(names)}: whether they are set cannot be read from here"
        return Finding("secrets", WARN, what, f"Look there once. {where}")
    missing = [name for name in names if name not in known]
    if missing:
        put = f"PUT /emulator/properties/{project.script_id}/script of the local Google sets them."
        return Finding("secrets", FAIL, f"{', '.join(missing)} not set", put)
    return Finding("secrets", OK, f"{', '.join(names)} set")


def examine_marketplace(project: Project) -> Finding:
    """Return `marketplace`: whether a listing could be filled in; that it was is something no API tells."""
    missing = [
        text
        for text, there in (
            ("a deployment", project.deployment_id),
            (f"projectId of its Cloud project in {project.clasp_file}", project.cloud_project),
        )
        if not there
    ]
    what = f"{len(steps(project))} things are done by hand"
    if missing:
        return Finding(
            "marketplace", WARN, f"{what}; missing for it: {', '.join(missing)}", "confsync checklist"
        )
    return Finding("marketplace", OK, f"{what}, `confsync checklist` shows them")


def _manifest(addon: Addon, text: str) -> Finding:
    manifest = json.loads(text)
    unknown = [short(scope) for scope in scopes_of(text) if scope not in REASONS]
    if unknown:
        what = f"asks for {', '.join(unknown)}, which this add-on does not need"
        return Finding("manifest", WARN, what, "Every scope has to be argued for; leave it out.")
    logos = {addon.logo_url, *(solution.logo_url for solution in addon.solutions)}
    strange = sorted(logo for logo in logos if not _is_googles(logo))
    if strange:
        what = f"Calendar may not show a logo that is not on Google's hosts: {', '.join(strange)}"
        return Finding(
            "manifest",
            WARN,
            what,
            "Put it where Google serves it, for instance on gstatic or googleusercontent.",
        )
    solutions = len(manifest["addOns"]["calendar"]["conferenceSolution"])
    scopes, hosts = len(manifest["oauthScopes"]), len(manifest["urlFetchWhitelist"])
    return Finding(
        "manifest", OK, f"{solutions} solutions, {scopes} scopes, {hosts} addresses that may be called"
    )


def _is_googles(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    return host.endswith((".gstatic.com", ".googleusercontent.com", ".google.com", ".googleapis.com"))
