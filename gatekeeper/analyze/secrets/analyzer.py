"""Secrets in all text files of a tree."""

from __future__ import annotations

from collections.abc import Iterator

from gatekeeper.analyze.base import Analysis, Context
from gatekeeper.analyze.secrets.text import BINARY_HEAD, is_binary
from gatekeeper.errors import UnreadableInput
from gatekeeper.model.code import Secret
from gatekeeper.model.coverage import Gap
from gatekeeper.model.place import Place, Span
from gatekeeper.workers import Item, Limits
from gatekeeper.workspace.tree import MAX_FILE_BYTES

SCAN = "gatekeeper.analyze.secrets.scan:scan"


class SecretsAnalyzer:
    """Finds secrets with detect-secrets' plugins and some of our own; nothing is verified over the network."""

    kind = "secrets"
    needs: tuple[str, ...] = ()

    def analyze(self, context: Context) -> Analysis:
        """A list of ``model.code.Secret``, by path and place.

        A file that is too large, or that a worker could not get through, is a gap; binary files are not text and none.
        """
        gaps: list[Gap] = []
        secrets: list[Secret] = []
        for outcome in context.pool.map(SCAN, self._items(context, gaps), limits=Limits()):
            path = outcome.name
            if outcome.error is not None:
                gaps.append(Gap(self.kind, f"not scanned for secrets: {outcome.error.message}", path))
                continue
            for line, column, end_line, end_column, detector, key, ordinal in outcome.value["secrets"]:
                place = Place(path, span=Span(line, column, end_line, end_column))
                secrets.append(Secret(place, detector, key, ordinal))
            if outcome.value["more"]:
                gaps.append(Gap(self.kind, "holds so many secrets that not all of them are listed", path))
        return Analysis(secrets, tuple(sorted(gaps, key=lambda gap: gap.path)))

    def merge(self, earlier: Analysis, unchanged: frozenset[str], fresh: Analysis) -> Analysis:
        """See ``analyze.base.PerFile``."""
        before: list[Secret] = earlier.value  # type: ignore[assignment]  # what analyze() gave
        now: list[Secret] = fresh.value  # type: ignore[assignment]  # likewise
        secrets = [*(secret for secret in before if secret.at.path in unchanged), *now]
        gaps = [*(gap for gap in earlier.gaps if gap.path in unchanged), *fresh.gaps]
        return Analysis(
            sorted(secrets, key=lambda secret: secret.at.path), tuple(sorted(gaps, key=lambda gap: gap.path))
        )

    def _items(self, context: Context, gaps: list[Gap]) -> Iterator[Item]:
        for entry in context.tree.entries:
            try:
                if entry.size > MAX_FILE_BYTES and is_binary(context.tree.head(entry.path, BINARY_HEAD)):
                    continue
                data = context.tree.read(entry.path, MAX_FILE_BYTES)
            except UnreadableInput as error:
                gaps.append(Gap(self.kind, f"not scanned for secrets: {error.message}", entry.path))
                continue
            yield Item(entry.path, {"path": entry.path, "entropy": context.entropy}, data)
