"""What an earlier run signed, taken back where this one does not sign it anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType

from gatekeeper.attest.attesting import withdraw
from gatekeeper.errors import SettingsError, UsageError


class Withdrawal:
    """Watches a run, as a context manager: once it judges, nothing of an earlier run stays if anything goes wrong.

    A command line or settings that are wrong judge nothing: they touch nothing. All else that keeps a run from judging
    leaves the artifact undecided, so that what an earlier run decided goes.
    """

    def __init__(self, files: Sequence[Path], folder: Path | None, tell: Callable[[Path], None]) -> None:
        """``files`` and ``folder`` are those of ``attesting.withdraw``; ``tell`` hears of each bundle that has gone."""
        self._files = files
        self._folder = folder
        self._tell = tell
        self._judging = False
        self.withdrawn: list[Path] = []

    def judging(self, *, signs: bool) -> None:
        """All that a user could have got wrong was checked. What will be signed anew goes now.

        A run that is killed then leaves nothing that looks like its own.
        """
        self._judging = True
        if signs:
            self.take_back()

    def take_back(self) -> None:
        """Remove the bundles."""
        for path in withdraw(self._files, self._folder):
            self.withdrawn.append(path)
            self._tell(path)

    def __enter__(self) -> Withdrawal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if error is not None and (self._judging or not isinstance(error, UsageError | SettingsError)):
            self.take_back()
