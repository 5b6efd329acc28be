"""Which paths are left out, by whom, and why."""

from __future__ import annotations

from dataclasses import dataclass

from gatekeeper.formats import globs


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A glob that leaves paths out. Without a slash it is matched with each name, else with the path from the root."""

    glob: str
    reason: str
    by: str

    def matches(self, path: str) -> bool:
        """Whether it names this file or folder itself."""
        if "/" not in self.glob.rstrip("/"):
            return globs.segment_matches(self.glob.rstrip("/"), path.rpartition("/")[2])
        return globs.matches(self.glob.rstrip("/"), path) or globs.matches(self.glob.removesuffix("/**"), path)


def _defaults() -> tuple[Exclusion, ...]:
    names = {
        "version control": (".git", ".hg", ".svn", ".jj"),
        "vendored": ("node_modules", "bower_components", "vendor", "third_party", "site-packages"),
        "test data": ("testdata",),
        "build output": ("dist", "__pycache__", "*.egg-info", ".next", ".nuxt", ".output"),
        "environment or cache of a tool": (
            ".venv", "venv", ".tox", ".nox", ".terraform", ".gradle", ".mypy_cache", ".pytest_cache", ".ruff_cache",
            ".hypothesis", ".cache", ".parcel-cache", ".turbo",
        ),
        "generated": (
            "*.min.js", "*.min.css", "*.map", "*_pb2.py", "*_pb2_grpc.py", "*.pb.go", "*.pb.gw.go", "zz_generated.*",
        ),
    }  # fmt: skip
    return tuple(Exclusion(name, reason, "default") for reason, globs_ in names.items() for name in globs_)


DEFAULTS = _defaults()


@dataclass(frozen=True, slots=True)
class IgnoreRules:
    """Exclusions and the globs that take back; ``.git`` and its like cannot be taken back."""

    exclusions: tuple[Exclusion, ...] = DEFAULTS
    includes: tuple[str, ...] = ()

    def excluded(self, path: str) -> Exclusion | None:
        """The exclusion that leaves out this file or folder, if one does and nothing takes it back."""
        for exclusion in self.exclusions:
            if exclusion.matches(path):
                taken_back = exclusion.reason != "version control" and self.included(path)
                return None if taken_back else exclusion
        return None

    def included(self, path: str) -> bool:
        """Whether an include names this path or a folder above it."""
        return any(Exclusion(glob, "", "").matches(part) for glob in self.includes for part in _upwards(path))

    def may_include_below(self, folder: str) -> bool:
        """Whether an include could take back something inside an excluded folder."""
        return any("/" in glob and globs.may_match_below(glob, folder) for glob in self.includes)


def _upwards(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[: n + 1]) for n in range(len(parts))]
