from __future__ import annotations

import pwd
from pathlib import Path
from types import SimpleNamespace
from typing import NoReturn

import pytest

from gatekeeper.errors import UsageError
from gatekeeper.verification.trust.places import check_files, find_trust


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home folder with a user's trust file."""
    file = tmp_path / "home" / ".config" / "gatekeeper" / "trust.toml"
    file.parent.mkdir(parents=True)
    file.write_text("version = 1")
    return tmp_path / "home"


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "work" / "repository" / "dist"
    folder.mkdir(parents=True)
    (tmp_path / "work" / "repository" / ".git").mkdir()
    return folder


def test_the_order(home: Path, work: Path, tmp_path: Path) -> None:
    organisation = tmp_path / "organisation.toml"
    organisation.write_text("version = 1")
    users = home / ".config" / "gatekeeper" / "trust.toml"
    environment = {"HOME": str(home), "GATEKEEPER_TRUST": "/elsewhere/trust.toml"}
    assert find_trust(Path("given.toml"), environment, work) == Path("given.toml")
    assert find_trust(None, environment, work) == Path("/elsewhere/trust.toml")
    assert find_trust(None, {"HOME": str(home)}, work, (), organisation) == users
    assert find_trust(None, {"XDG_CONFIG_HOME": str(home / ".config")}, work) == users
    assert find_trust(None, {"HOME": "/nobody"}, work, (), organisation) == organisation


def test_without_one_nobody_is_trusted(work: Path, tmp_path: Path) -> None:
    (work / "trust.toml").write_text("version = 1")
    (work.parent / "gatekeeper.toml").write_text("")
    for environment in ({}, {"HOME": "."}, {"HOME": "", "XDG_CONFIG_HOME": "."}):
        with pytest.raises(UsageError, match="there is no trust file") as error:
            find_trust(None, environment, work, (), tmp_path / "none.toml")
        assert error.value.exit_code == 2
        assert "--trust" in error.value.hint
        assert "trust init" in error.value.hint


def test_a_relative_path_in_the_environment_would_be_of_the_working_folder(work: Path) -> None:
    with pytest.raises(UsageError, match="would depend on the working folder"):
        find_trust(None, {"GATEKEEPER_TRUST": "trust.toml"}, work)


def test_what_is_inspected_has_no_say(home: Path, work: Path, tmp_path: Path) -> None:
    environment = {"HOME": str(home)}
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    # The working folder, its repository, a subject's folder, a subject that is a folder.
    for folder, subjects in (
        (home / ".config", ()),
        (home, ()),
        (elsewhere, (home / ".config" / "gatekeeper" / "app.tar.gz",)),
        (elsewhere, (home,)),
    ):
        with pytest.raises(UsageError, match="which is inspected"):
            find_trust(None, environment, folder, subjects)
    assert find_trust(None, environment, elsewhere, (work,))


def test_the_accounts_own_home_holds_more_than_what_is_inspected(home: Path, tmp_path: Path) -> None:
    users = home / ".config" / "gatekeeper" / "trust.toml"
    for environment in ({"HOME": str(home)}, {"XDG_CONFIG_HOME": str(home / ".config")}):
        for folder in (home, tmp_path, Path("/")):
            assert find_trust(None, environment, folder, (home / "app.tar.gz",), home=home) == users
    organisation = tmp_path / "etc" / "gatekeeper" / "trust.toml"
    organisation.parent.mkdir(parents=True)
    organisation.write_text("version = 1")
    for folder in (tmp_path / "etc", tmp_path, Path("/")):
        assert find_trust(None, {}, folder, (), organisation, home) == organisation


def test_a_home_in_a_checkout_is_not_the_accounts(home: Path, tmp_path: Path) -> None:
    """As where a job of CI sets HOME=$PWD/home."""
    account = tmp_path / "account"
    (home / "xdg" / "gatekeeper").mkdir(parents=True)
    (home / "xdg" / "gatekeeper" / "trust.toml").write_text("version = 1")
    for environment in ({"HOME": str(home)}, {"XDG_CONFIG_HOME": str(home / "xdg")}):
        for folder in (home, tmp_path):
            with pytest.raises(UsageError, match="which is inspected") as caught:
                find_trust(None, environment, folder, home=account)
            assert f"the home folder of this account is {account}" in caught.value.hint
    # In the account's home, but not where its configuration is.
    with pytest.raises(UsageError, match="which is inspected"):
        find_trust(None, {"XDG_CONFIG_HOME": str(home / "xdg")}, home, home=home)


@pytest.mark.parametrize("repository", [".", "home", "home/.config", "home/.config/gatekeeper"])
def test_a_repository_on_the_way_to_it_may_have_brought_it(home: Path, tmp_path: Path, repository: str) -> None:
    (tmp_path / repository / ".git").mkdir()
    for folder in (home, tmp_path):
        with pytest.raises(UsageError, match="which is inspected"):
            find_trust(None, {"HOME": str(home)}, folder, home=home)


def test_a_folder_that_is_inspected_itself_has_no_say_wherever_it_is(home: Path, tmp_path: Path) -> None:
    for subject in (home, tmp_path, home / ".config"):
        with pytest.raises(UsageError, match="which is inspected"):
            find_trust(None, {"HOME": str(home)}, Path("/"), (subject,), home=home)


def test_the_user_database_tells_whose_home_it_is(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pwd, "getpwuid", lambda _: SimpleNamespace(pw_dir=str(home)))
    assert find_trust(None, {"HOME": str(home)}, home).is_relative_to(home)

    def unknown(number: int) -> NoReturn:
        raise KeyError(number)

    monkeypatch.setattr(pwd, "getpwuid", unknown)
    with pytest.raises(UsageError, match="which is inspected"):
        find_trust(None, {"HOME": str(home)}, home)


def test_a_repository_around_the_configuration_counts_as_well(home: Path) -> None:
    (home / ".git").mkdir()
    project = home / "project"
    project.mkdir()
    with pytest.raises(UsageError, match="which is inspected"):
        find_trust(None, {"HOME": str(home)}, project)


def test_links_do_not_hide_where_it_lies(home: Path, work: Path) -> None:
    file = home / ".config" / "gatekeeper" / "trust.toml"
    file.unlink()
    (work / "mine.toml").write_text("version = 1")
    file.symlink_to(work / "mine.toml")
    with pytest.raises(UsageError, match="which is inspected"):
        find_trust(None, {"HOME": str(home)}, work.parent)


def test_a_link_to_a_subject_is_where_it_leads(home: Path, tmp_path: Path) -> None:
    (home / ".git").mkdir()
    (home / "app").write_text("")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "app").symlink_to(home / "app")
    with pytest.raises(UsageError, match="which is inspected"):
        find_trust(None, {"HOME": str(home)}, outside, [outside / "app"])


@pytest.mark.parametrize("folder", ["", ".", "relative"])
def test_an_account_without_a_home(home: Path, monkeypatch: pytest.MonkeyPatch, folder: str) -> None:
    monkeypatch.setattr(pwd, "getpwuid", lambda number: SimpleNamespace(pw_dir=folder))
    monkeypatch.chdir(home)
    with pytest.raises(UsageError, match="which is inspected"):
        find_trust(None, {"HOME": str(home)}, home)


def test_files_without_a_digest_lie_as_safe_as_the_trust_file(home: Path, work: Path, tmp_path: Path) -> None:
    trust, repository = home / ".config" / "gatekeeper" / "trust.toml", work.parent
    beside, inside = "gate.pub", str(repository / "keys" / "gate.pub")
    for working_folder, subjects in ((work, []), (tmp_path, [work / "app.tar.gz"]), (tmp_path, [repository])):
        check_files(trust, [], working_folder, subjects, home=home)
        check_files(trust, [beside, "../keys/gate.pub"], working_folder, subjects, home=home)
        with pytest.raises(UsageError, match=r"names .*keys/gate\.pub without its digest, and that lies in"):
            check_files(trust, [beside, inside], working_folder, subjects, home=home)
    (trust.parent / "link.pub").symlink_to(inside)
    with pytest.raises(UsageError, match=r"names link\.pub without its digest"):
        check_files(trust, ["link.pub"], work, home=home)
    # Who names a trust file there means it, and its keys.
    check_files(repository / "trust.toml", ["keys/gate.pub"], work, home=home)
