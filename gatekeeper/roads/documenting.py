"""The workbench's pages about rules: read from the policies, written as a folder, whole or not at all."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from gatekeeper.errors import EngineFailure, SettingsError, UsageError
from gatekeeper.model.finding import Rule
from gatekeeper.model.json import JsonObject
from gatekeeper.model.settings import PolicySettings, Settings
from gatekeeper.policy.bundle import Bundle
from gatekeeper.policy.choosing import find_parser
from gatekeeper.policy.documenting import MARK, Entry, Example, Setting, pages
from gatekeeper.policy.loading import load as load_bundle
from gatekeeper.policy.rego.index import Index
from gatekeeper.policy.rego.scan import SETTINGS
from gatekeeper.policy.schemas import schema
from gatekeeper.workers import Pool
from gatekeeper.workspace.shipped import shipped_policies

MAX_EXAMPLE_BYTES = 1 << 16
MAX_EXAMPLES = 50  # of one rule, in either folder


def document(folder: Path, out: Path) -> int:
    """Write the pages of all rules below ``folder`` (or of the part of the shipped library that it is) into ``out``.

    Returns the number of rules.

    Raises:
        SettingsError: there is no such folder, or no rule in it.
        EngineFailure: a policy or an example cannot be read.
        UsageError: ``out`` cannot be written, or holds something else than such pages.
    """
    _check_out(out)
    library = (shipped_policies() / "rego").resolve()
    place = folder.resolve()
    shipped = place.is_relative_to(library) or library.is_relative_to(place)
    opa = find_parser(PolicySettings(), outside=folder)
    with Pool() as pool:
        bundle = load_bundle(pool, () if shipped else (place,), opa=opa)
    part = place if place.is_relative_to(library) else library
    # Modules of an added folder are called by its name and their path within it.
    root = library if shipped else place.parent
    rules = [rule for rule in bundle.rules if rule.foreign is not shipped and _inside(root / rule.path, part, shipped)]
    if not rules:
        raise SettingsError(f"{folder}: no rule in it", hint="name a folder that holds rules")
    index = Index(bundle.modules)
    _write(out, pages(_entry(rule, root, bundle, index) for rule in rules))
    return len(rules)


def _inside(file: Path, part: Path, shipped: bool) -> bool:
    return not shipped or file.is_relative_to(part)


def _entry(rule: Rule, root: Path, bundle: Bundle, index: Index) -> Entry:
    folder = (root / rule.path).parent
    return Entry(
        rule=rule,
        path=rule.path.partition("/")[2] if rule.foreign else rule.path,
        avoid=tuple(_examples(folder / "flag")),
        prefer=tuple(_examples(folder / "pass")),
        settings=tuple(_settings(rule, bundle, index)),
    )


def _examples(folder: Path) -> Iterator[Example]:
    files = sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    for file in files[:MAX_EXAMPLES]:
        name = file.relative_to(folder).as_posix()
        try:
            with file.open("rb") as stream:
                data = stream.read(MAX_EXAMPLE_BYTES + 1)
            yield Example(name, None if len(data) > MAX_EXAMPLE_BYTES else data.decode("utf-8"))
        except UnicodeDecodeError:
            yield Example(name, None)
        except OSError as error:
            raise EngineFailure(str(error.strerror), path=str(file), hint="make the policies readable") from error


def _settings(rule: Rule, bundle: Bundle, index: Index) -> Iterator[Setting]:
    """Settings that an evaluation of the rule can read, by name."""
    package = next(module.facts.package for module in bundle.modules if ".".join(module.facts.package) == rule.package)
    reached = index.reached(("data", *package, rule.name))
    names = {found.path[len(SETTINGS) :] for found in reached if found.path[: len(SETTINGS)] == SETTINGS}
    whole = schema(Settings, "settings")
    for name in sorted(names - {()}):
        yield Setting(".".join(name), _description(name, whole))


def _description(name: Sequence[str], whole: JsonObject) -> str:
    node, description = whole, ""
    for key in name:
        node = whole["$defs"].get(str(node.get("$ref", "")).rpartition("/")[2], node)
        node = node.get("properties", {}).get(key, {})
        description = str(node.get("description", description))
    return description


def _check_out(out: Path) -> None:
    """Only a new or empty folder is written, or one that holds such pages already."""
    if not out.exists() and not out.is_symlink():
        return
    if not out.is_dir() or out.is_symlink():
        raise UsageError(f"{out} is there already and no folder", hint="name a new folder")
    try:
        others = [path for path in out.rglob("*") if not path.is_dir() and not _is_page(path)]
    except OSError as error:
        raise UsageError(f"{out} cannot be read: {error.strerror}", hint="name a new folder") from error
    if others:
        raise UsageError(
            f"{out} holds something else than pages about rules: {others[0].relative_to(out)}",
            hint="name a new or empty folder",
        )


def _is_page(path: Path) -> bool:
    if path.is_symlink() or path.suffix != ".md" or not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(MARK)) == MARK.encode()


def _write(out: Path, texts: Mapping[str, str]) -> None:
    try:
        with tempfile.TemporaryDirectory(dir=out.absolute().parent, prefix=f".{out.name}.") as temporary:
            new, old = Path(temporary, "new"), Path(temporary, "old")
            for path, text in texts.items():
                file = new / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, encoding="utf-8", newline="\n")
            if out.exists():
                out.rename(old)
            try:
                new.rename(out)
            except OSError:
                if old.exists():
                    old.rename(out)
                raise
    except OSError as error:
        raise UsageError(
            f"{out} cannot be written: {error.strerror}", hint="name a folder in a place of yours"
        ) from error
