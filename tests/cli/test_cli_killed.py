"""Whole processes, killed by the system at each request, before it and after its effect, and at each write to the disk.

The same command once more, and everything is as it was planned, with nothing made twice, and no file in pieces.
"""

import json
import re
import shutil
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from confsync.deploy import deploy, ledger
from confsync.deploy.api import Api
from confsync.deploy.connection import Connection
from confsync.deploy.content import rendered
from confsync.deploy.deployer import prepare
from confsync.deploy.made import made
from confsync.deploy.targets import local
from confsync.emulator.server import serve
from confsync.emulator.twin import TwinHttp
from confsync.emulator.world import World

from .relay import Relay, relayed
from .warm import Ended, Launch, launcher

ROOT = Path(__file__).parents[2]
TITLE = "My Conferences"


@dataclass
class Place:
    """A local Google behind a relay; each developer has a folder and a project of their own."""

    root: Path
    world: World
    relay: Relay
    launch: Launch
    files: dict[str, str]
    count: int = 0

    def desk(self) -> "Desk":
        """Return a new developer's."""
        self.count += 1
        folder = self.root / f"desk{self.count}"
        shutil.copytree(self.root / "seed", folder)
        return Desk(self, folder, f"dev{self.count}@example.com")


@dataclass
class Desk:
    """A developer's folder, and what they do."""

    place: Place
    folder: Path
    user: str

    @property
    def api(self) -> Api:
        """The way to the local Google that nobody relays."""
        return Api(Connection(TwinHttp(self.place.world, self.user), "http://local"), retries=0)

    def deployed(self, *suffixes: str) -> None:
        """Deploy the files, changed in these ways one after another, without a process."""
        self.place.world.request(
            "POST",
            "/emulator/users",
            {"content-type": "application/json"},
            json.dumps({"email": self.user}).encode(),
        )
        for suffix in suffixes:
            files = {**self.place.files, "Code.js": self.place.files["Code.js"] + suffix}
            deploy(files, TITLE, target=local(self.folder), api=self.api)

    def run(self, *words: str, kill_at_write: int = 0) -> Ended:
        """Run a command as a process of its own, which the relay knows."""
        there = ["--target", "local", "--url", self.place.relay.url, "--user", self.user]
        take = self.place.relay.take
        return self.place.launch(self.folder, *words, *there, began=take, kill_at_write=kill_at_write)

    def state(self) -> tuple[int, list[str]]:
        """Return how many versions there are of the only project, and what its versioned deployments serve."""
        (script_id,) = self.api.project_ids(TITLE)
        served = [
            self.api.content(script_id, one.version).digest
            for one in self.api.deployments(script_id)
            if one.version
        ]
        return len(self.api.versions(script_id)), served

    def check_files(self) -> None:
        """See that no file is in pieces."""
        ledger.load(self.folder / ".confsync" / "local.json")
        for path in self.folder.rglob("*.json"):
            json.loads(path.read_text())
        assert (self.folder / ".clasp.json").read_bytes() == (
            self.place.root / "seed" / ".clasp.json"
        ).read_bytes()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    root = tmp_path_factory.mktemp("killed")
    seed = root / "seed"
    seed.mkdir()
    for name in ("addon.toml", ".clasp.json"):
        shutil.copy(ROOT / name, seed)
    files = made(seed / "addon.toml").files
    world = World()
    with serve(world) as server, relayed(server.url) as relay, launcher(root) as launch:
        yield Place(root, world, relay, launch, files)
    world.close()


def edited(desk: Desk) -> None:
    """Somebody edits a file online, and adds another one."""
    (script_id,) = desk.api.project_ids(TITLE)
    head = desk.api.content(script_id)
    files = {file.local_name: file.source for file in head.files} | {"Extra.js": "function extra() {}\n"}
    files["Code.js"] += "// edited\n"
    desk.api.push(script_id, rendered(local(desk.folder).pushed(files)))


@dataclass(frozen=True)
class Scene:
    """What is there before, the command, and at the end: versions, and the change of the files that is served."""

    before: Callable[[Desk], None]
    words: tuple[str, ...]
    versions: int
    served: tuple[str, ...]


SCENES = {
    "first deploy": Scene(lambda desk: None, ("deploy",), 1, ("",)),
    "later deploy": Scene(lambda desk: desk.deployed("// old\n"), ("deploy",), 2, ("",)),
    "rollback": Scene(
        lambda desk: desk.deployed("// oldest\n", "// old\n", ""), ("rollback",), 3, ("// old\n",)
    ),
    "undeploy": Scene(lambda desk: desk.deployed(""), ("undeploy",), 1, ()),
}


def digest(place: Place, suffix: str) -> str:
    files = {**place.files, "Code.js": place.files["Code.js"] + suffix}
    return rendered(local(place.root / "seed").pushed(files)).digest


def check(desk: Desk, scene: Scene, again: Ended, where: object) -> None:
    assert again.code == 0, (where, again.output, again.errors)
    assert desk.state() == (scene.versions, [digest(desk.place, suffix) for suffix in scene.served]), where
    desk.check_files()
    kept = ledger.load(desk.folder / ".confsync" / "local.json")
    assert kept.begun is None, where
    assert kept.history[-1].did == scene.words[0], where
    if scene.words == ("deploy",):
        plan = prepare(desk.place.files, TITLE, target=local(desk.folder), api=desk.api).plan
        assert not plan.writes and kept.history[-1].version == plan.version, where


@pytest.mark.parametrize("name", SCENES)
def test_killed_at_each_request_and_run_again(place: Place, name: str) -> None:
    scene, number, killed = SCENES[name], 0, True
    while killed:
        number += 1
        for moment in ("before", "after"):
            desk = place.desk()
            scene.before(desk)
            place.relay.arm(number, moment)
            first = desk.run(*scene.words)
            killed = place.relay.killed
            assert (first.was_killed, first.code in (0, -9)) == (killed, True), first.errors
            desk.check_files()
            if not killed:
                break
            place.relay.arm(0, "")
            check(desk, scene, desk.run(*scene.words), (number, moment))
    assert number >= 4


def test_ctrl_c_at_each_request_is_said_and_the_next_run_finishes(place: Place) -> None:
    scene, number, stopped = SCENES["later deploy"], 0, True
    while stopped:
        number += 1
        desk = place.desk()
        scene.before(desk)
        place.relay.arm(number, "after", signal.SIGINT)
        first = desk.run(*scene.words)
        stopped = place.relay.killed
        said = "\nInterrupted; run the same command again to finish.\n" if stopped else ""
        assert (first.code, first.output == "", first.errors) == (int(stopped), stopped, said), number
        place.relay.arm(0, "")
        check(desk, scene, desk.run(*scene.words), number)
    assert number >= 10


@pytest.mark.parametrize("name", SCENES)
def test_killed_at_each_write_to_the_disk_and_run_again(place: Place, name: str) -> None:
    scene, number, killed = SCENES[name], 0, True
    place.relay.arm(0, "")
    while killed:
        number += 1
        desk = place.desk()
        scene.before(desk)
        first = desk.run(*scene.words, kill_at_write=number)
        killed = first.was_killed
        desk.check_files()
        if killed:
            check(desk, scene, desk.run(*scene.words), number)
    assert number >= 4
    check(desk, scene, first, number)


def test_a_pull_that_is_killed_anywhere_is_finished(place: Place) -> None:
    for kind, least in (("request", 4), ("write", 6)):
        number, killed = 0, True
        while killed:
            number += 1
            desk = place.desk()
            desk.deployed("")
            edited(desk)
            place.relay.arm(number if kind == "request" else 0, "before")
            first = desk.run("pull", kill_at_write=number if kind == "write" else 0)
            killed = first.was_killed
            desk.check_files()
            place.relay.arm(0, "")
            if killed:
                first = desk.run("pull")
            assert first.code == 0, (kind, number, first.output, first.errors)
            assert 'extra = ["Extra.js"]' in (desk.folder / "addon.toml").read_text()
            assert (desk.folder / "templates" / "Code.js").read_text().endswith("// edited\n")
            assert (desk.folder / "templates" / "Extra.js").read_text() == "function extra() {}\n"
            check_pulled(desk)
        assert number >= least


def check_pulled(desk: Desk) -> None:
    """See that a deploy now pushes nothing, and serves what was edited."""
    (script_id,) = desk.api.project_ids(TITLE)
    before = desk.api.content(script_id)
    again = desk.run("deploy")
    assert again.code == 0, again.errors
    assert re.search(r"content .* unchanged", again.output), again.output
    assert desk.state() == (2, [before.digest])
