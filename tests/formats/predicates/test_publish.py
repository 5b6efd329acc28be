from __future__ import annotations

import pytest

from gatekeeper.formats.predicates.publish import Publication, read_npm

PREDICATE = {"name": "sigstore", "version": "2.3.1", "registry": "https://registry.npmjs.org"}


def test_npm_names_package_and_registry() -> None:
    assert read_npm({**PREDICATE, "more": 1}) == Publication("sigstore", "2.3.1", "https://registry.npmjs.org")


@pytest.mark.parametrize("missing", PREDICATE)
def test_nothing_may_be_missing(missing: str) -> None:
    with pytest.raises(ValueError, match=missing):
        read_npm({**PREDICATE, missing: ""})
