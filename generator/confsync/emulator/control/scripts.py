"""Script projects from outside: their properties, who installed them, and running a function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from confsync.emulator.control.route import LIST, OBJECT, TEXT, WHOLE, Ask, Route
from confsync.emulator.trace import MASK
from confsync.errors import EmulatorError

if TYPE_CHECKING:
    from confsync.emulator.world import World


def properties(world: World, ask: Ask) -> Any:
    """Show the properties of a script or of one user of it; values of secrets are masked."""
    values = world.appsscript.properties(ask["scriptId"], ask["store"])
    return {
        "properties": {key: MASK if key.startswith("secret.") else value for key, value in values.items()}
    }


def set_properties(world: World, ask: Ask) -> Any:
    """Set some properties and leave the others as they are."""
    for key, value in ask["properties"].items():
        if not isinstance(value, str):
            raise EmulatorError(f'"properties.{key}" must be a string')
    world.appsscript.set_properties(ask["scriptId"], ask["store"], ask["properties"])
    return properties(world, ask)


def libraries(world: World, ask: Ask) -> Any:
    """List the libraries that were put here, with the names of their files."""
    return {"libraries": world.appsscript.libraries()}


def put_library(world: World, ask: Ask) -> Any:
    """Answer for a library's id with these files, each `{name, type, source}` as a push has them."""
    for number, file in enumerate(ask["files"]):
        if not isinstance(file, dict):
            raise EmulatorError(f'"files[{number}]" must be an object')
    world.appsscript.put_library(ask["libraryId"], ask["files"])
    return libraries(world, ask)


def installs(world: World, ask: Ask) -> Any:
    """List who installed which script, and at which deployment."""
    return {"installs": [install.as_json() for install in world.appsscript.installs()]}


def install(world: World, ask: Ask) -> Any:
    """Install a script for a user; without a deployment, the project as it is at each run."""
    return world.appsscript.install(ask["user"], ask["scriptId"], ask.get("deploymentId")).as_json()


def executions(world: World, ask: Ask) -> Any:
    """List the executions after number `since`."""
    return {"executions": [record.as_json() for record in world.appsscript.executions(ask.get("since", 0))]}


def run(world: World, ask: Ask) -> Any:
    """Run a function to its end, as a person does in the editor."""
    record = world.appsscript.run(ask["user"], ask["scriptId"], ask["function"], ask.get("arguments", []))
    return record.as_json()


ROUTES = (
    Route("GET", "properties/{scriptId}/{store}", properties),
    Route("PUT", "properties/{scriptId}/{store}", set_properties, {"properties": OBJECT}),
    Route("GET", "libraries", libraries),
    Route("PUT", "libraries/{libraryId}", put_library, {"files": LIST}),
    Route("GET", "installs", installs),
    Route("POST", "installs", install, {"user": TEXT, "scriptId": TEXT, "deploymentId?": TEXT}),
    Route("GET", "executions", executions, {"since?": WHOLE}),
    Route("POST", "executions", run, {"user": TEXT, "scriptId": TEXT, "function": TEXT, "arguments?": LIST}),
)
