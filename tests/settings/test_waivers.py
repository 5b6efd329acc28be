from __future__ import annotations

from pathlib import Path

import pytest

from gatekeeper.errors import SettingsError
from gatekeeper.settings.waivers import parse_waivers, read_waivers

WAIVER = {
    "rule": '"GK-INF-007"',
    "path": '"deploy/**"',
    "owner": '"platform team"',
    "reason": '"the registry moves"',
    "expires": "2027-01-31",
}


def write(tmp_path: Path, **changes: str | None) -> Path:
    fields = {key: value for key, value in (WAIVER | changes).items() if value is not None}
    path = tmp_path / "waivers.toml"
    path.write_text("[[waiver]]\n" + "".join(f"{key} = {value}\n" for key, value in fields.items()))
    return path


def test_a_waiver_remembers_where_it_comes_from(tmp_path: Path) -> None:
    [waiver] = read_waivers(write(tmp_path), "repository")
    assert (waiver.rule, waiver.expires, waiver.origin) == ("GK-INF-007", "2027-01-31", "repository: waivers.toml")


def test_a_malformed_date_is_kept_to_count_as_expired(tmp_path: Path) -> None:
    [waiver] = read_waivers(write(tmp_path, expires='"some day"'), "flag")
    assert waiver.expires == "some day"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"rule": None}, "rule is missing"),
        ({"owner": None}, "owner is missing"),
        ({"reason": '" "'}, "reason is missing"),
        ({"expires": None}, "expires is missing"),
        ({"path": None}, "nothing says which findings"),
        ({"paht": '"x"'}, "unknown field paht"),
        ({"owner": "3"}, "owner must be text"),
        ({"rule": '"*"'}, "also covers GK-GATE-001"),
        ({"rule": '"GK-G*"'}, "also covers GK-GATE-001"),
        ({"rule": '"GK-GATE-001"', "path": '"**"'}, "is waived file by file"),
        ({"rule": '"GK-GATE-001"', "path": None, "subject": '"*"'}, "is waived file by file"),
        ({"path": None, "fingerprint": '"c5a1"'}, "nothing says which findings"),
        ({"path": '"**"', "fingerprint": '"c5a1"'}, "a fingerprint alone names findings in any file"),
        ({"path": None, "subject": '"*"', "fingerprint": '"c5a1"'}, "a fingerprint alone names findings in any file"),
    ],
)
def test_a_waiver_needs_everything(tmp_path: Path, changes: dict[str, str | None], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        read_waivers(write(tmp_path, **changes), "flag")


@pytest.mark.parametrize("text", ["waiver = 3", "[[waivers]]", "[waiver]\nrule = 'x'", "waiver = [3]"])
def test_other_tables_are_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "waivers.toml").write_text(text)
    with pytest.raises(SettingsError):
        read_waivers(tmp_path / "waivers.toml", "flag")


def test_too_many_waivers_are_refused(tmp_path: Path) -> None:
    (tmp_path / "waivers.toml").write_text("".join(f"[[waiver]]\nrule = 'X{n}'\n" for n in range(1001)))
    with pytest.raises(SettingsError, match="more than 1000 waivers"):
        read_waivers(tmp_path / "waivers.toml", "repository")


def test_an_unreadable_file_is_waived_by_its_path(tmp_path: Path) -> None:
    [waiver] = read_waivers(write(tmp_path, rule='"GK-GATE-001"', path='"charts/**"'), "flag")
    assert waiver.path == "charts/**"


def test_the_bytes_of_a_file_elsewhere_are_read_in_the_same_way(tmp_path: Path) -> None:
    file = write(tmp_path, fingerprint='"c5a1"')
    assert parse_waivers(file.read_bytes(), file.name, "repository") == read_waivers(file, "repository")
