"""Names that values are assigned to."""

from __future__ import annotations

import re

BEFORE = 200  # characters in front of a value among which its name is looked for
# Both read backwards from the value, so that they are anchored and take linear time.
ASSIGNED = re.compile(
    r"""(?:\ (?:reraeB|cisaB))?["'`]{0,3}[@$bfru]{0,2}[ \t]*(?:[>=]?[:=!]{1,3}|\()[ \t]*"""
    r"""["'\]]{0,2}([\w.$-]*[A-Za-z_$])"""
)
ASSIGNED_PART = re.compile(r"""[^\s"'`]*["'`]?[ \t]*(?:=:|>=|[:=])[ \t]*["'\]]{0,2}([\w.$-]*[A-Za-z_$])""")
COMPARED = re.compile(r"^[\"'`]\s*[!=]={1,2}\s*([A-Za-z_][\w.]*)")
# What stands between a name and the equals sign where types are written: in Python, TypeScript, Rust, Go and others.
TYPE = (
    r"(?:&(?:'\w{1,20}[ ])?)?(?:\w{1,20}\.)?(?:(?:Optional|Final|ClassVar|Literal)\[)?"
    r"(?:str|string|String|NSString|StaticString|bytes|SecretStr|SecretBytes|AnyStr|any|Final)\]?[?!]?"
    r"(?:[ ]?\|[ ]?(?:None|null|undefined|str|string))?"
)
ANNOTATION = re.compile(
    rf"(?:[?!]?[ \t]{{0,4}}:[ \t]{{0,4}}{TYPE}|(?<=\w)[ \t]{{1,4}}string)"
    r"(?=[ \t]{0,4}=[ \t]{0,4}[\w@$&]{0,2}[\"'`]{0,3}$)"
)
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")

# What a secret-sounding name ends in when its value is no secret but is about one.
ABOUT = frozenset({
    "name", "names", "path", "paths", "file", "files", "filename", "dir", "directory", "folder", "field", "fields",
    "label", "labels", "id", "ids", "identifier", "url", "urls", "uri", "uris", "hint", "policy", "length", "len",
    "size", "min", "max", "type", "types", "ref", "refs", "reference", "header", "headers", "param", "params",
    "parameter", "env", "var", "variable", "prefix", "suffix", "regex", "pattern", "format", "message", "msg",
    "text", "title", "placeholder", "description", "desc", "error", "errors", "input", "form", "reset", "changed",
    "expiry", "expires", "expiration", "ttl", "age", "algorithm", "algo", "alg", "provider", "providers", "manager",
    "store", "storage", "engine", "class", "icon", "column", "col", "query", "template", "route", "endpoint",
    "mode", "version", "count", "enabled", "disabled", "required", "optional", "visible", "confirmation",
    "mismatch", "validator", "validation", "strength", "selector", "locator", "kind", "schema", "usage", "property",
    "attribute", "attr", "source", "help", "tooltip", "caption", "link", "page", "screen", "view", "dialog",
    "button", "btn", "action", "event", "handler", "method", "scope", "scopes", "audience", "issuer", "namespace",
    "region", "account", "user", "username", "email", "login", "host", "port", "address", "arn", "location",
    "bucket", "backend", "rotation", "rotate", "lifetime", "interval", "timeout", "encoding", "charset", "hash",
    "hashed", "hasher", "digest", "checksum", "fingerprint", "flag", "option", "options", "config", "configuration",
    "settings", "setting", "keyword", "keywords", "tag", "tags", "annotation", "resource", "status", "state",
    "hostname", "domain", "group", "role", "permission", "grant", "command", "cmd", "script", "example", "index",
    "prompt", "test", "tests", "factory", "builder", "spec", "doc", "docs", "comment", "alias", "purpose",
    "generator", "change", "update", "public", "pub", "cipher",
})  # fmt: skip
LABELS = frozenset({
    "forgot", "forgotten", "reset", "invalid", "wrong", "enter", "missing", "no", "incorrect", "bad", "show",
    "hide", "toggle", "confirm", "repeat", "retype", "verify",
    "choose", "expired", "weak", "strong", "is", "has", "use", "allow", "require", "enable", "public",
})  # fmt: skip


def words(name: str) -> list[str]:
    """The words of a name in lower case, whatever its style: ``dbPassword``, ``DB_PASSWORD``, ``db-password``."""
    return [word.lower() for word in WORD.findall(name)]


def assigned_name(line: str, start: int, end: int) -> str:
    """The name that the text between the offsets is assigned to or compared with, "" where none is visible."""
    before = ANNOTATION.sub("", line[max(0, start - BEFORE) : start])[::-1]
    if match := ASSIGNED.match(before) or ASSIGNED_PART.match(before):
        return match[1][::-1]
    match = COMPARED.match(line[end : end + BEFORE])
    return match[1] if match else ""


def is_about_secrets_only(name: str) -> bool:
    """Whether a name with ``password`` or the like in it names something else, like ``password_length``."""
    parts = words(name.rpartition(".")[2]) or words(name)
    return bool(parts) and (parts[-1] in ABOUT or parts[0] in LABELS)
