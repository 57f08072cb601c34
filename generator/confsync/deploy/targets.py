"""Where an add-on can be deployed to, and where each of these places keeps its ids."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote

from confsync.deploy import clasp, claspignore, ledger
from confsync.deploy.disk import FOLDER
from confsync.deploy.ledger import Ledger

NONE: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Target:
    """A place to deploy to, for the add-on whose `addon.toml` lies in the folder `root`.

    `recreates` tells whether a project or deployment that is gone is simply made again. `asks` tells whether
    somebody must agree before anything is written. `shared` tells whether `.clasp.json` names the project. An
    environment `env` has files of its own: `.clasp-ENV.json`, which clasp reads with `-P`, and its own ledger.
    `variables` are those of the process: clasp's own name its files where they lie elsewhere.
    """

    name: str
    root: Path
    recreates: bool
    asks: bool
    shared: bool
    env: str
    variables: Mapping[str, str]

    def remembered(self, script_id: str = "") -> Ledger:
        """Return the ledger of the project named here, by `.clasp.json` or by the ledger itself, in this order."""
        kept = ledger.load(self._ledger_path())
        chosen = script_id or (clasp.script_id(self._clasp_path) if self.shared else "") or kept.script_id
        if kept.script_id != chosen:
            kept = ledger.load(self._ledger_path(chosen))
        return kept if kept.script_id == chosen else Ledger(script_id=chosen)

    def pushed(self, files: Mapping[str, str]) -> dict[str, str]:
        """Return those of the rendered files that clasp would push from here, in the order in which it would."""
        settings, patterns = self.settings, claspignore.read(self._ignore_path)
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

        A project that was chosen for `once` does not take the place of another one there. The ledger of another project
        is put aside.
        """
        named = clasp.script_id(self._clasp_path) if self.shared else record.script_id
        if named != record.script_id and not (named and once):
            clasp.set_script_id(self._clasp_path, record.script_id, root_dir=self.folder)
        before = ledger.load(self._ledger_path())
        if before.script_id not in ("", record.script_id):
            ledger.save(self._ledger_path(before.script_id), before)
        ledger.save(self._ledger_path(), record)

    def _ledger_path(self, script_id: str = "") -> Path:
        project = f"-{quote(script_id, safe='')}" if script_id else ""
        return self.root / FOLDER / f"{self.name}{self._suffix}{project}.json"

    @property
    def _clasp_path(self) -> Path:
        usual = self.root / self.clasp_file
        return usual if self.env else _named(self.variables.get(clasp.VARIABLE, ""), clasp.NAME) or usual

    @property
    def _ignore_path(self) -> Path:
        usual = self._clasp_path.with_name(claspignore.NAME)
        return _named(self.variables.get(claspignore.VARIABLE, ""), claspignore.NAME) or usual

    @property
    def _suffix(self) -> str:
        return f"-{self.env}" if self.env else ""


def _named(said: str, name: str) -> Path | None:
    """Return the file that a variable names, by itself or by its folder."""
    path = Path(said)
    return None if not said else path / name if path.is_dir() else path


def local(root: Path, env: str = "", variables: Mapping[str, str] = NONE) -> Target:
    """Return a local Google as target: its ids stay in `.confsync/local.json`, nobody needs to be asked."""
    return Target("local", root, recreates=True, asks=False, shared=False, env=env, variables=variables)


def google(root: Path, env: str = "", variables: Mapping[str, str] = NONE) -> Target:
    """Return Google itself as target: `.clasp.json` names the project, as it does for clasp."""
    return Target("google", root, recreates=False, asks=True, shared=True, env=env, variables=variables)
