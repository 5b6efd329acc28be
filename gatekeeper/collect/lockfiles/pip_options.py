"""Options in requirements files, read as pip does: long ones may be shortened, short ones may carry their value."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_WITH_VALUE = frozenset(
    {
        "--config-settings", "--constraint", "--editable", "--extra-index-url", "--find-links", "--global-option",
        "--hash", "--index-url", "--install-option", "--no-binary", "--only-binary", "--pypi-url", "--requirement",
        "--trusted-host", "--use-feature",
    }
)  # fmt: skip
_FLAGS = frozenset({"--no-index", "--pre", "--prefer-binary", "--require-hashes", "--use-wheel", "--no-use-wheel"})
_ALL = _WITH_VALUE | _FLAGS
_PART = re.compile(r"""'[^']*+'|"(?:[^"\\]|\\.)*+"|\\.""")
_WORD = re.compile(rf"""(?:[^\s'"\\]++|{_PART.pattern})++""")
_SPACE = re.compile(r"\s*+")
_SPACE_OR_END = re.compile(r"\s|\Z")
_ESCAPED = re.compile(r'\\(["\\])')
_SHORT = {
    "-C": "--config-settings",
    "-c": "--constraint",
    "-e": "--editable",
    "-f": "--find-links",
    "-i": "--index-url",
    "-r": "--requirement",
}


@dataclass(slots=True)
class Options:
    """The options of one line that matter here."""

    hashes: list[str] = field(default_factory=list)
    includes: list[str] = field(default_factory=list)
    editables: list[str] = field(default_factory=list)
    indexes: list[str] = field(default_factory=list)


def split_options(line: str) -> tuple[str, str]:
    """A line as its requirement and its options: these begin at the first word with a hyphen in front."""
    if line.startswith("-"):
        return "", line
    begin = min((i for i in (line.find(" -"), line.find("\t-")) if i >= 0), default=len(line))
    return line[:begin].strip(), line[begin:].strip()


def parse_options(options: str) -> Options:
    """Parse the options of a line; other words between them are ignored, as pip ignores them.

    Raises:
        ValueError: an option is unknown, lacks its value, or a quote is not closed.
    """
    result = Options()
    words = iter(_words(options))
    for word in words:
        if not word.startswith("-") or word == "-":
            continue
        option, has_value, value = _resolve(word)
        if option in _WITH_VALUE and not has_value:
            value = next(words, "")
            if not value:
                raise ValueError(f"the option {option} lacks its value")
        _keep(result, option, value)
    return result


def _words(text: str) -> list[str]:
    """Words as a shell splits them. The standard library's ``shlex`` takes quadratic time for a long word."""
    words = []
    position = 0
    while (match := _SPACE.match(text, position)) is not None and match.end() < len(text):
        word = _WORD.match(text, match.end())
        if word is None or word.end() == match.end() or not _SPACE_OR_END.match(text, word.end()):
            raise ValueError("a quotation is not closed")
        position = word.end()
        words.append(_PART.sub(_unquoted, word.group()))
    return words


def _unquoted(part: re.Match[str]) -> str:
    text = part.group()
    if text[0] == "\\":
        return text[1:]
    return text[1:-1] if text[0] == "'" else _ESCAPED.sub(r"\1", text[1:-1])


def _resolve(word: str) -> tuple[str, bool, str]:
    """The full name of an option, whether its value is in the same word, and the value."""
    if not word.startswith("--"):
        option = _SHORT.get(word[:2])
        if option is None:
            raise ValueError(f"unknown option {word!r:.40}")
        return option, len(word) > 2, word[2:]
    written, equals, value = word.partition("=")
    candidates = [written] if written in _ALL else [option for option in _ALL if option.startswith(written)]
    if len(candidates) != 1:
        raise ValueError(f"unknown option {written!r:.40}")
    return candidates[0], bool(equals), value


def _keep(result: Options, option: str, value: str) -> None:
    match option:
        case "--hash":
            result.hashes.append(value)
        case "--requirement" | "--constraint":
            result.includes.append(value)
        case "--editable":
            result.editables.append(value)
        case "--index-url" | "--pypi-url" | "--extra-index-url":
            result.indexes.append(value)
        case _:
            pass
