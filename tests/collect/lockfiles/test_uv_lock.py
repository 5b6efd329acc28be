from __future__ import annotations

import pytest

from gatekeeper.collect.lockfiles.uv_lock import UvLockReader
from gatekeeper.errors import UnreadableInput
from gatekeeper.model.packages import Lockfile, Package

READER = UvLockReader()
HASH = "ab" * 32
REGISTRY = 'source = { registry = "https://user:secret@pypi.example/simple" }\n'


def package(name: str, *, source: str = REGISTRY, more: str = "", hashed: bool = True) -> str:
    wheels = f'wheels = [{{ url = "https://x/{name}.whl", hash = "sha256:{HASH}" }}]\n' if hashed else ""
    return f'[[package]]\nname = "{name}"\nversion = "1.0"\n{source}{wheels}{more}\n'


def read(*packages: str, head: str = "version = 1\n") -> Lockfile:
    (lockfile,) = READER.read("uv.lock", (head + "\n".join(packages)).encode())
    return lockfile


def by_name(lockfile: Lockfile) -> dict[str, Package]:
    return {package.name: package for package in lockfile.packages}


PROJECT = package(
    "shop",
    source='source = { editable = "." }\n',
    hashed=False,
    more='dependencies = [{ name = "web" }]\n'
    '[package.optional-dependencies]\npg = [{ name = "driver" }]\n'
    '[package.dev-dependencies]\ndev = [{ name = "tester" }, { name = "web" }]\n',
)
NEEDS_CORE = 'dependencies = [{ name = "core", marker = "os_name == \'nt\'" }]\n'


def test_direct_and_development_follow_from_the_project() -> None:
    lockfile = read(
        package("core"),
        package("driver"),
        package("helper"),
        PROJECT,
        package("tester", more='dependencies = [{ name = "helper" }, { name = "core" }]\n'),
        package("web", more=NEEDS_CORE),
    )
    found = {name: (item.direct, item.development) for name, item in by_name(lockfile).items()}
    assert found == {
        "core": (False, False),
        "driver": (True, False),
        "helper": (False, True),
        "tester": (True, True),
        "web": (True, False),
    }


def test_an_entry_has_its_place_purl_hashes_source_and_edges() -> None:
    lockfile = read(package("core"), package("web", more=NEEDS_CORE))
    web = by_name(lockfile)["web"]
    assert web.at.keys == ("package", 1)
    assert web.purl == "pkg:pypi/web@1.0"
    assert web.hashes == (f"sha256:{HASH}",)
    assert (web.source.type, web.source.url) == ("registry", "https://pypi.example/simple")
    assert web.dependencies == ("pkg:pypi/core@1.0",)
    assert (web.direct, web.development) == (None, None)
    assert lockfile.hashed
    assert lockfile.pinned


def test_one_file_without_a_hash_is_enough() -> None:
    half = package("a", more='sdist = { url = "https://x/a.tar.gz" }\n')
    assert not read(half).hashed
    assert not read(package("a", hashed=False)).hashed


@pytest.mark.parametrize(
    ("source", "kind", "url"),
    [
        ('{ git = "https://u:p@h/r?rev=v1#c0ffee" }', "git", "git+https://h/r@c0ffee"),
        ('{ url = "https://u:p@h/a.whl" }', "url", "https://h/a.whl"),
        ('{ path = "wheels/a.whl" }', "path", "wheels/a.whl"),
        ('{ directory = "../a" }', "path", "../a"),
        ('{ virtual = "libs/a" }', "path", "libs/a"),
    ],
)
def test_sources(source: str, kind: str, url: str) -> None:
    found = by_name(read(package("a", source=f"source = {source}\n")))["a"].source
    assert (found.type, found.url) == (kind, url)


def test_members_of_a_workspace_are_packages_and_what_they_ask_for_is_direct() -> None:
    member = package("api", source='source = { editable = "api" }\n', more='dependencies = [{ name = "web" }]\n')
    lockfile = read(member, package("web"), head='version = 1\n[manifest]\nmembers = ["api"]\n')
    found = by_name(lockfile)
    assert found["web"].direct is True
    assert (found["api"].source.type, found["api"].source.url) == ("path", "api")


def test_forks_are_told_apart_by_version() -> None:
    lockfile = read(
        package("a"),
        package("a").replace("1.0", "2.0"),
        package("b", more='dependencies = [{ name = "a", version = "2.0" }]\n'),
    )
    assert by_name(lockfile)["b"].dependencies == ("pkg:pypi/a@2.0",)


@pytest.mark.parametrize(
    "text",
    [
        "version = 2\n",
        "",
        "this is not TOML",
        "version = 1\npackage = 3\n",
        "version = 1\n[[package]]\nversion = '1'\n",
        "version = 1\n[[package]]\nname = 'a'\nsource = 'b'\n",
        "version = 1\n[[package]]\nname = 'a'\nwheels = [1]\n",
        "version = 1\n[[package]]\nname = 'a'\n[[package]]\nname = 'a'\ndependencies = [{ name = 'a' }]\n",
        "version = 1\n[[package]]\nname = 'a'\nx = " + "[" * 100_000,
    ],
)
def test_what_is_no_uv_lock_is_refused(text: str) -> None:
    with pytest.raises(UnreadableInput):
        READER.read("uv.lock", text.encode())
