"""Everything that can go wrong in a way that a user can act on, one class for each."""


class ConfsyncError(Exception):
    """Base of all errors that end a command with one clear line and exit code 1.

    `where` is a file (with line), an address or a command; `what` happened; `next_step` is what to do.
    """

    def __init__(self, what: str, *, where: str = "", next_step: str = "") -> None:
        self.what, self.where, self.next_step = what, where, next_step
        super().__init__(what)

    def __str__(self) -> str:
        text = f"{self.where}: {self.what}" if self.where else self.what
        if not self.next_step:
            return text
        return (
            f"{text} {self.next_step}" if text.endswith((".", "!", "?", ")")) else f"{text}. {self.next_step}"
        )


class ConfigError(ConfsyncError):
    """`addon.toml` cannot be read or says something that is not allowed."""


class RenderError(ConfsyncError):
    """The templates and the configuration do not make an add-on that Apps Script would take."""


class DeployError(ConfsyncError):
    """A deploy could not be planned or carried out."""


class EmulatorError(ConfsyncError):
    """The local Google could not start, or was asked for something that it cannot do."""


class SyncError(ConfsyncError):
    """`confsync sync` cannot begin or go on: its state, Google, or the way there."""
