"""The offline source: OSV exports (one JSON a record, in folders or in ``all.zip`` files) in SQLite.

Format: https://ossf.github.io/osv-schema/. The database lives in a worker for the time of one question.
"""

from __future__ import annotations

import os
import sqlite3
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from gatekeeper.analyze.vulnerabilities.base import Answer, Match, Pin
from gatekeeper.analyze.vulnerabilities.ranges import fixes, is_affected
from gatekeeper.analyze.vulnerabilities.severity import severity_of
from gatekeeper.analyze.vulnerabilities.versions import PARSERS, parse
from gatekeeper.errors import UnreadableInput
from gatekeeper.formats import jsonable
from gatekeeper.model.coverage import Gap
from gatekeeper.model.json import Json, JsonObject
from gatekeeper.model.packages import AdvisoryData
from gatekeeper.workers import Item, Limits, Pool

TASK = f"{__name__}:ask"
LIMITS = Limits(seconds=300, memory=4 << 30)
MAX_RECORD_BYTES = 16 << 20
MAX_RECORDS = 2_000_000

SCHEMA = """
    CREATE TABLE records (id TEXT PRIMARY KEY, body BLOB NOT NULL);
    CREATE TABLE affected (ecosystem TEXT NOT NULL, name TEXT NOT NULL, id TEXT NOT NULL);
    CREATE TABLE ecosystems (ecosystem TEXT PRIMARY KEY, records INTEGER NOT NULL, modified TEXT NOT NULL);
"""


class OsvExport:
    """Advisories from a folder or a ZIP file on disk."""

    def __init__(self, path: Path, pool: Pool) -> None:
        self._path = path.absolute()
        self._pool = pool

    def ask(self, pins: Sequence[Pin]) -> Answer:
        """All that the export says about the pins."""
        arguments = {"path": str(self._path), "pins": jsonable.plain(pins)}
        [outcome] = self._pool.map(TASK, [Item(str(self._path), arguments)], limits=LIMITS)
        return jsonable.decode(Answer, outcome.unwrap())


def ask(arguments: Json, payload: bytes) -> Answer:
    """Load the export and look the pins up; runs in a worker."""
    pins = [jsonable.decode(Pin, pin) for pin in arguments["pins"]]
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript(SCHEMA)
        _load(database, Path(arguments["path"]))
        data = database.execute("SELECT ecosystem, records, modified FROM ecosystems ORDER BY ecosystem")
        answer_data = tuple(AdvisoryData("OSV export", *row) for row in data if row[0] in PARSERS)
        checked = {one.ecosystem for one in answer_data}
        if not checked:
            what = f"holds no advisories of {', '.join(sorted(PARSERS))}"
            raise UnreadableInput(
                f"{arguments['path']} {what}", hint="name an OSV export: all.zip, or a folder of records"
            )
        matches: list[Match] = []
        gaps: list[Gap] = []
        for pin in pins:
            if pin.ecosystem in checked:
                try:
                    matches.extend(_matches(database, pin))
                except ValueError as error:
                    gaps.append(Gap("vulnerabilities", f"{pin.name} {pin.version} was not checked: {error}"))
    return Answer(answer_data, tuple(matches), tuple(gaps))


def _load(database: sqlite3.Connection, path: Path) -> None:
    for count, (name, data) in enumerate(_records(path)):
        if count >= MAX_RECORDS:
            raise UnreadableInput(f"more than {MAX_RECORDS} records", path=str(path))
        try:
            record = jsonable.loads(data)
            if not record.get("withdrawn"):
                _insert(database, record, data)
        except (ValueError, KeyError, TypeError, AttributeError, sqlite3.Error) as error:
            raise UnreadableInput(f"advisory {name}: {error!r:.200}", path=str(path), hint="mirror it again") from None
    database.execute("CREATE INDEX by_package ON affected (ecosystem, name)")


def _insert(database: sqlite3.Connection, record: JsonObject, data: bytes) -> None:
    # An ecosystem may carry a suffix, as in "Debian:12".
    packages = {
        (affected["package"]["ecosystem"].partition(":")[0], affected["package"]["name"])
        for affected in record.get("affected") or ()
        if "package" in affected
    }
    database.execute("INSERT OR REPLACE INTO records VALUES (?, ?)", (record["id"], data))
    for ecosystem, name in packages:
        database.execute(
            "INSERT INTO affected VALUES (?, ?, ?)", (ecosystem, _normalise(ecosystem, name), record["id"])
        )
    for ecosystem in {ecosystem for ecosystem, _ in packages}:
        database.execute(
            "INSERT INTO ecosystems VALUES (?, 1, ?) ON CONFLICT (ecosystem) DO UPDATE SET"
            " records = records + 1, modified = max(modified, excluded.modified)",
            (ecosystem, str(record.get("modified", ""))),
        )


def _matches(database: sqlite3.Connection, pin: Pin) -> Iterator[Match]:
    version = parse(pin.ecosystem, pin.version)
    rows = database.execute(
        "SELECT DISTINCT id, body FROM records JOIN affected USING (id) WHERE ecosystem = ? AND name = ? ORDER BY id",
        (pin.ecosystem, _normalise(pin.ecosystem, pin.name)),
    )
    for identity, body in rows:
        record = jsonable.loads(body)
        hits = [affected for affected in record["affected"] if _names(affected, pin)]
        hits = [affected for affected in hits if is_affected(pin.ecosystem, affected, version)]
        if hits:
            fixed = {text for affected in hits for text in fixes(pin.ecosystem, affected, version)}
            yield Match(
                pin,
                identity,
                tuple(sorted(record.get("aliases") or ())),
                str(record.get("summary") or record.get("details") or "").strip().partition("\n")[0][:200],
                severity_of(record),
                tuple(sorted(fixed, key=lambda text: parse(pin.ecosystem, text))),
            )


def _names(affected: JsonObject, pin: Pin) -> bool:
    package = affected.get("package") or {}
    ecosystem = str(package.get("ecosystem")).partition(":")[0]
    return ecosystem == pin.ecosystem and _normalise(ecosystem, package["name"]) == _normalise(ecosystem, pin.name)


def _normalise(ecosystem: str, name: str) -> str:
    if ecosystem == "PyPI":
        from packaging.utils import canonicalize_name  # noqa: PLC0415 - workers of other tasks do without

        return canonicalize_name(name)
    return name


def _records(path: Path) -> Iterator[tuple[str, bytes]]:
    """Names and bytes of all records: of ``*.json`` and ``*.zip`` files below a folder, or of one such file."""
    files = [path]
    if path.is_dir():
        files = sorted(Path(folder) / name for folder, _, names in os.walk(path) for name in names)
    for file in files:
        try:
            if file.suffix == ".zip":
                yield from _zipped(file)
            elif file.suffix == ".json":
                with file.open("rb") as stream:
                    yield file.name, _bounded(stream.read(MAX_RECORD_BYTES + 1), file.name)
        except (OSError, zipfile.BadZipFile, NotImplementedError, EOFError) as error:
            raise UnreadableInput(f"{file.name} cannot be read: {error}", path=str(path)) from None


def _zipped(file: Path) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(file) as archive:
        for entry in archive.infolist():
            if entry.filename.endswith(".json"):
                with archive.open(entry) as stream:
                    yield entry.filename, _bounded(stream.read(MAX_RECORD_BYTES + 1), entry.filename)


def _bounded(data: bytes, name: str) -> bytes:
    if len(data) > MAX_RECORD_BYTES:
        raise UnreadableInput(f"advisory {name} is larger than {MAX_RECORD_BYTES} bytes")
    return data
