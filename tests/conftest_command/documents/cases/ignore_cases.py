"""Ignore files for a comparison with conftest."""

from __future__ import annotations

CASES: dict[str, str | bytes] = {
    "bang_space.gitignore": ("! a\n# b  \n#\\ \n"),
    "bs.gitignore": "foo\\\n",
    "bsspace.gitignore": "foo\\  \n",
    "crlf.gitignore": ("a\r\n# b\r\n\r\n"),
    "empty.gitignore": "",
    "latin.gitignore": b"\xe9\n",
    "nonl.gitignore": "a",
    "plain.gitignore": (
        "# c\n*.log\n!keep.log\n\nfoo\\ \nbar   \n\\#x\n\\!y\na\\\\b\n/dir/\n**/z\n  #indented\n!\n#\n   \n\xe9\n"
    ),
    "tabs.gitignore": ("a\t\n\tb\n"),
}
