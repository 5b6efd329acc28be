from __future__ import annotations

import pytest

from gatekeeper.collect.lockfiles import pep508
from gatekeeper.collect.lockfiles.pep508 import Specifier


@pytest.mark.parametrize(
    ("text", "specifier", "version"),
    [
        ("requests", Specifier("requests"), ""),
        ("celery [redis, pytest] == 4.4.7", Specifier("celery", "== 4.4.7"), "4.4.7"),
        ("a===1.0+local; python_version < '3'", Specifier("a", "===1.0+local"), "1.0+local"),
        ("a(>=1,<2)", Specifier("a", ">=1,<2"), ""),
        ("a==1.0,!=1.1", Specifier("a", "==1.0,!=1.1"), "1.0"),
        ("a==1.*", Specifier("a", "==1.*"), ""),
        ("a==${VERSION}", Specifier("a", "==${VERSION}"), ""),
        ("a @ https://host/a.zip ; os_name == 'nt'", Specifier("a", address="https://host/a.zip"), ""),
    ],
)
def test_specifiers(text: str, specifier: Specifier, version: str) -> None:
    assert pep508.parse(text) == specifier
    assert specifier.version == version


@pytest.mark.parametrize("text", ["", "<<<<<<< HEAD", "two words", "-==1", "a-==1", "${NAME}==1", "naïve==1"])
def test_what_has_no_name_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no dependency specifier"):
        pep508.parse(text)
