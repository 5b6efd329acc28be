"""Registries as the user reaches them: with the credentials of their Docker configuration."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from gatekeeper.verification.subjects.naming import IMAGE

if TYPE_CHECKING:
    from gatekeeper.registry.client import Client


def registry_client(environment: Mapping[str, str], home: Path) -> Client:
    """A client, to be closed."""
    # Those who work with files do not wait for a network client to be loaded.
    from gatekeeper.registry.client import Client  # noqa: PLC0415
    from gatekeeper.registry.credentials import DockerConfiguration  # noqa: PLC0415
    from gatekeeper.registry.exchange import Access  # noqa: PLC0415

    return Client(Access(DockerConfiguration.of_user(environment, home)))


@contextmanager
def registry_of(subjects: Sequence[str]) -> Iterator[Client | None]:
    """A client where one of the subjects is in a registry; None else."""
    if any(text.startswith(IMAGE) for text in subjects):
        with registry_client(os.environ, Path.home()) as client:
            yield client
    else:
        yield None
