"""Where an add-on can be deployed to, and where each of these places keeps its ids."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from confsync.deploy import clasp, claspignore, ledger
from confsync.deploy.disk import FOLDER
from confsync.deploy.ledger import Ledger


@dataclass(frozen=True)
class Target:
    """A place to deploy to, for the add-on whose `addon.toml` lies in the folder `root`.

    `recreates` tells whether a project or deployment that is gone is simply made again. `asks` tells whether
    somebody must agree before anything is written. `shared` tells whether `.clasp.json` names the project. An
    environment `env` has files of its own: `.clasp-ENV.json`, which clasp reads with `-P`, and its own ledger.
    """

    name: str
    root: Path
    recreates: bool
    asks: bool
    shared: bool
    env: str = ""

    def remembered(self, script_id: str = "") -> Ledger:
        """Return the ledger of the project named here, by `.clasp.json` or by the ledger itself, in this order."""
        kept = ledger.load(self._ledger_path)
        chosen = script_id or (clasp.script_id(self._clasp_path) if self.shared else "") or kept.script_id
        return kept if kept.script_id == chosen else Ledger(script_id=chosen)

    def pushed(self, files: Mapping[str, str]) -> dict[str, str]:
        """Return those of the rendered files that clasp would push from here, in the order in which it would."""
        settings, patterns = self.settings, claspignore.read(self.root / claspignore.NAME)
        return claspignore.pushed(files, patterns, claspignore.inside(settings.root_dir, settings.push_order))

    @property
    def settings(self) -> clasp.Settings:
        """What clasp's file of the project says besides its id."""
        return clasp.settings(self._clasp_path)

    @property
    def clasp_file(self) -> str:
        """What clasp's file of the project is called."""
        return clasp.name(self.env)

    @property
    def folder(self) -> str:
        """The folder of rendered files from which clasp pushes, below the root."""
        return self.settings.root_dir or f"build{self._suffix}"

    def remember(self, record: Ledger, *, once: bool = False) -> None:
        """Keep the ledger, and where it is shared name the project in `.clasp.json`.

        A project that was chosen for `once` does not take the place of another one there.
        """
        named = clasp.script_id(self._clasp_path) if self.shared else record.script_id
        if named != record.script_id and not (named and once):
            clasp.set_script_id(self._clasp_path, record.script_id, root_dir=self.folder)
        ledger.save(self._ledger_path, record)

    @property
    def _ledger_path(self) -> Path:
        return self.root / FOLDER / f"{self.name}{self._suffix}.json"

    @property
    def _clasp_path(self) -> Path:
        return self.root / self.clasp_file

    @property
    def _suffix(self) -> str:
        return f"-{self.env}" if self.env else ""


def local(root: Path, env: str = "") -> Target:
    """Return a local Google as target: its ids stay in `.confsync/local.json`, nobody needs to be asked."""
    return Target("local", root, recreates=True, asks=False, shared=False, env=env)


def google(root: Path, env: str = "") -> Target:
    """Return Google itself as target: `.clasp.json` names the project, as it does for clasp."""
    return Target("google", root, recreates=False, asks=True, shared=True, env=env)
