from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from gatekeeper.analyze.base import Analysis, Context
from gatekeeper.analyze.packages import PackagesAnalyzer
from gatekeeper.collect.base import Reader
from gatekeeper.collect.lockfiles.go_mod import GoModReader
from gatekeeper.collect.lockfiles.go_sum import GoSumReader
from gatekeeper.collect.lockfiles.package_json import PackageJsonReader
from gatekeeper.collect.lockfiles.package_lock import PackageLockReader
from gatekeeper.collect.lockfiles.pyproject import PyprojectReader
from gatekeeper.collect.lockfiles.requirements import RequirementsReader
from gatekeeper.collect.lockfiles.uv_lock import UvLockReader
from gatekeeper.formats import jsonable
from gatekeeper.model.json import Json
from gatekeeper.model.packages import Lockfile, Packages
from gatekeeper.workers import Pool
from gatekeeper.workspace.directory import DirectoryTree

READERS: tuple[Reader, ...] = (
    RequirementsReader(),
    UvLockReader(),
    PackageLockReader(),
    GoModReader(),
    GoSumReader(),
    PyprojectReader(),
    PackageJsonReader(),
)
PYPROJECT = '[project]\nname = "shop"\ndependencies = ["flask"]\n'
SUM = "h1:xYumKxu0hQz+Nb0UXvCIZCUpKLd4MkZCB3CxpRwjWqg="


def analyze(folder: Path, files: Mapping[str, str]) -> Analysis:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    tree = DirectoryTree(folder)
    facts: dict[str, list[Json]] = {reader.kind: [] for reader in READERS}
    for entry in tree.entries:
        reader = next((reader for reader in READERS if reader.claim(entry.path, b"")), None)
        if reader is not None:
            facts[reader.kind] += jsonable.plain(reader.read(entry.path, tree.read(entry.path)))
    with Pool(1) as pool:
        return PackagesAnalyzer().analyze(Context(tree, facts, pool, semgrep_rules=folder))


def packages(analysis: Analysis) -> Packages:
    assert isinstance(analysis.value, Packages)
    return analysis.value


def lockfiles_of(analysis: Analysis) -> dict[str, tuple[str, ...]]:
    return {manifest.at.path: manifest.lockfiles for manifest in packages(analysis).manifests}


def directness(lockfile: Lockfile) -> dict[str, bool | None]:
    return {package.name: package.direct for package in lockfile.packages}


def test_a_lockfile_in_the_same_folder_pins(tmp_path: Path) -> None:
    found = analyze(
        tmp_path,
        {
            "a/pyproject.toml": PYPROJECT,
            "a/uv.lock": "version = 1\n",
            "b/pyproject.toml": PYPROJECT,
            "c/package.json": "{}",
            "c/package-lock.json": '{"lockfileVersion": 3, "packages": {}}',
            "c/npm-shrinkwrap.json": '{"lockfileVersion": 3, "packages": {}}',
        },
    )
    assert lockfiles_of(found) == {
        "a/pyproject.toml": ("a/uv.lock",),
        "b/pyproject.toml": (),
        "c/package.json": ("c/npm-shrinkwrap.json",),
    }


def test_a_lockfile_above_pins_the_members_of_its_workspace_only(tmp_path: Path) -> None:
    found = analyze(
        tmp_path,
        {
            "package.json": "{}",
            "package-lock.json": '{"lockfileVersion": 3, "packages": {"": {}, "libs/ui": {"version": "1.0.0"}}}',
            "libs/ui/package.json": "{}",
            "examples/package.json": "{}",
            "uv.lock": 'version = 1\n[[package]]\nname = "api"\nversion = "1"\nsource = { editable = "libs/api" }\n',
            "libs/api/pyproject.toml": PYPROJECT,
            "libs/other/pyproject.toml": PYPROJECT,
        },
    )
    assert lockfiles_of(found) == {
        "examples/package.json": (),
        "libs/api/pyproject.toml": ("uv.lock",),
        "libs/other/pyproject.toml": (),
        "libs/ui/package.json": ("package-lock.json",),
        "package.json": ("package-lock.json",),
    }


def test_pinned_requirements_pin_a_pyproject_and_learn_what_is_direct(tmp_path: Path) -> None:
    found = analyze(tmp_path, {"pyproject.toml": PYPROJECT, "requirements.txt": "Flask==3.0\nclick==8.1\n"})
    assert lockfiles_of(found) == {"pyproject.toml": ("requirements.txt",)}
    assert directness(packages(found).lockfiles[0]) == {"flask": True, "click": False}


def test_loose_or_unrelated_requirements_pin_nothing(tmp_path: Path) -> None:
    found = analyze(
        tmp_path,
        {
            "a/pyproject.toml": PYPROJECT,
            "a/requirements.txt": "flask>=3\n",
            "b/pyproject.toml": PYPROJECT,
            "b/requirements.txt": "sphinx==7.0\n",
        },
    )
    assert lockfiles_of(found) == {"a/pyproject.toml": (), "b/pyproject.toml": ()}
    assert directness(packages(found).lockfiles[0]) == {"flask": None}


def test_the_oldest_package_locks_learn_from_the_manifest_by_key(tmp_path: Path) -> None:
    lock = '{"lockfileVersion": 1, "dependencies": {"x": {"version": "npm:real@1.0.0"}, "y": {"version": "1.0.0"}}}'
    found = analyze(tmp_path, {"package.json": '{"dependencies": {"x": "npm:real@1"}}', "package-lock.json": lock})
    assert directness(packages(found).lockfiles[0]) == {"real": True, "y": False}


def test_a_lockfile_that_is_not_read_pins_and_is_a_gap(tmp_path: Path) -> None:
    found = analyze(tmp_path, {"package.json": "{}", "ui/package.json": "{}", "yarn.lock": "# yarn\n"})
    assert lockfiles_of(found) == {"package.json": ("yarn.lock",), "ui/package.json": ("yarn.lock",)}
    assert [(gap.analyzer, gap.path) for gap in found.gaps] == [("packages", "yarn.lock")]


def test_a_file_that_is_taken_in_and_not_read_is_a_gap(tmp_path: Path) -> None:
    found = analyze(
        tmp_path,
        {
            "requirements.txt": "-r requirements/base.txt\n-c limits.txt\n",
            "requirements/base.txt": "a==1\n",
            "limits.txt": "",
        },
    )
    assert [gap.reason for gap in found.gaps] == ["takes in limits.txt, which is not read as a lockfile"]


GO_MOD = "module m\ngo 1.22\nrequire (\n\ta.b/c v1.0.0\n\td.e/f v2.0.0 // indirect\n)\n"


def test_go_mod_is_its_own_lockfile_with_the_hashes_of_go_sum(tmp_path: Path) -> None:
    sums = f"a.b/c v1.0.0 {SUM}\na.b/c v1.0.0/go.mod {SUM}\nd.e/f v2.0.0/go.mod {SUM}\n"
    found = analyze(tmp_path, {"go.mod": GO_MOD, "go.sum": sums})
    (lockfile,) = packages(found).lockfiles
    assert [(package.name, package.hashes) for package in lockfile.packages] == [
        ("a.b/c", (SUM,)),
        ("d.e/f", ()),
        ("stdlib", ()),
    ]
    assert lockfile.hashed
    assert lockfiles_of(found) == {"go.mod": ("go.mod",)}
    assert found.gaps == ()


def test_without_go_sum_nothing_is_hashed(tmp_path: Path) -> None:
    found = analyze(tmp_path, {"go.mod": GO_MOD, "other/go.sum": f"a.b/c v1.0.0 {SUM}\n"})
    assert not packages(found).lockfiles[0].hashed


def test_a_go_mod_without_requirements_needs_no_hashes(tmp_path: Path) -> None:
    assert packages(analyze(tmp_path, {"go.mod": "module m\ngo 1.22\n"})).lockfiles[0].hashed


def test_an_old_go_mod_is_incomplete_and_says_so(tmp_path: Path) -> None:
    found = analyze(tmp_path, {"go.mod": GO_MOD.replace("1.22", "1.16")})
    assert [gap.path for gap in found.gaps] == ["go.mod"]


def test_without_packages_there_is_nothing(tmp_path: Path) -> None:
    assert analyze(tmp_path, {"README.md": "# Shop\n"}) == Analysis(Packages())
