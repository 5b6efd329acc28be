"""Checkpoints of logs."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.formats.sigstore.checkpoint import MAX_SIGNATURES, Checkpoint

ROOT = base64.b64encode(bytes(range(32))).decode()
LINE = f"— rekor.example {base64.b64encode(b'hint' + bytes(64)).decode()}\n"
NOTE = f"rekor.example - 1193050959916656506\n9\n{ROOT}\n"
TEXT = f"{NOTE}\n{LINE}"


def test_what_it_says() -> None:
    checkpoint = Checkpoint.decode(TEXT)
    assert (checkpoint.name, checkpoint.tree, checkpoint.tree_size) == ("rekor.example", "1193050959916656506", 9)
    assert checkpoint.root_hash == bytes(range(32))
    assert checkpoint.note == NOTE.encode()
    (signature,) = checkpoint.signatures
    assert (signature.name, signature.key_hint, signature.signature) == ("rekor.example", b"hint", bytes(64))


@pytest.mark.parametrize(
    ("origin", "name", "tree"),
    [
        ("log.example", "log.example", ""),
        ("log.example - 1", "log.example", "1"),
        ("log.example - 1 - 2", "log.example - 1", "2"),
        ("log.example - x", "log.example - x", ""),
        ("log.example -1", "log.example -1", ""),
        ("log.example - \N{ARABIC-INDIC DIGIT ONE}", "log.example - \N{ARABIC-INDIC DIGIT ONE}", ""),
    ],
)
def test_names_of_logs(origin: str, name: str, tree: str) -> None:
    checkpoint = Checkpoint.decode(f"{origin}\n9\n{ROOT}\n\n{LINE}")
    assert (checkpoint.name, checkpoint.tree) == (name, tree)


def test_lines_behind_the_root_are_signed_with_it() -> None:
    checkpoint = Checkpoint.decode(f"{NOTE}Timestamp: 1\nmore\n\n{LINE}")
    assert checkpoint.note == f"{NOTE}Timestamp: 1\nmore\n".encode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "\n\n",
        NOTE,
        f"{NOTE}\n",
        f"{NOTE}\n\n{LINE}",
        TEXT[:-1],
        TEXT + "\n",
        TEXT.replace("\n", "\r\n"),
        TEXT.replace("\n9\n", "\n09\n"),
        TEXT.replace("\n9\n", "\n-9\n"),
        TEXT.replace("\n9\n", "\n9 \n"),
        TEXT.replace("\n9\n", f"\n{10**30}\n"),
        TEXT.replace(ROOT, ROOT[:-1]),
        TEXT.replace(ROOT, ROOT + "\t"),
        f"\n9\n{ROOT}\n\n{LINE}",
        f"{NOTE}\n{LINE}\n{LINE}",
        f"{NOTE}\n{LINE.replace('—', '-')}",
        f"{NOTE}\n{LINE.replace(' ', chr(0xA0))}",
        f"{NOTE}\n{LINE.replace('rekor.example', 'rekor+example')}",
        f"{NOTE}\n— rekor.example aGludA==\n",
        f"{NOTE}\n{LINE * (MAX_SIGNATURES + 1)}",
        "x" * 70_000,
        "\n" * 70_000,
    ],
)
def test_what_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Checkpoint.decode(text)


@given(st.text(alphabet="a9=— \n+/\r\0", max_size=60))
def test_any_text_ends_in_a_checkpoint_or_a_value_error(text: str) -> None:
    for whole in (text, NOTE + text, TEXT + text, text + TEXT):
        try:
            checkpoint = Checkpoint.decode(whole)
        except ValueError:
            continue
        assert whole.startswith(checkpoint.note.decode() + "\n")
