"""Which hits are secrets and which only look like one."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import replace
from urllib.parse import unquote

from detect_secrets.filters.heuristic import is_potential_uuid

from gatekeeper.analyze.secrets import values
from gatekeeper.analyze.secrets.detector import Certainty, Detector, Hit
from gatekeeper.analyze.secrets.names import assigned_name, is_about_secrets_only, words
from gatekeeper.analyze.secrets.paths import Surroundings, allows_unquoted, surroundings
from gatekeeper.workspace.randomness import is_random
from gatekeeper.workspace.tokens import TOKENS

QUOTES = "\"'`"
# Alphabets without anything of the issuer's: ordinary names match them.
VAGUE = frozenset(token.name for token in TOKENS if token.is_vague)
EXACT_LENGTH = frozenset({"AWS Access Key", "Twilio API Key", "Mailchimp Access Key", "Discord Bot Token"})
LAST_WORDS = frozenset({"password", "passwd", "pwd", "pass", "dbpass", "dbpassword"})
# Bounded: it is matched again for each token of a line.
MORE = re.compile(r"[0-9A-Za-z_-]{0,4096}")
LONGEST_VALUE = 1000  # nobody assigns a longer one to a name; keys of such a length have a shape
HASH_NAMES = frozenset({"commit", "integrity", "rev", "revision", "sha", "sum", "trace", "span", "etag"})
TELLING = re.compile(r"(?i)secret|token|passw|s3cr3?t|api[-_]?key|test")  # what people call a secret in a test
FOREIGN_HOST = re.compile(r"(?i)[\w.-]*example(?:\.\w+)?(?=[:/\s\"'`]|$)")
INTEGRITY = re.compile(
    r"(?i)(?:sha\d{1,3}|md5|h1)[-:]$|(?:integrity|checksum|sha\d{1,3}|digest|commit|etag|revision)\W{1,6}$"
)


def judge(detector: Detector, hit: Hit, line: str, path: str) -> Hit | None:
    """The hit with its key, its ends set right, or None for noise."""
    kind = surroundings(path)
    if kind is Surroundings.HASHES and (detector.certainty <= Certainty.NAME or detector.name in VAGUE):
        return None
    if detector.certainty is Certainty.NAME:
        hit = _without_rest(hit, line, path)
    elif detector.certainty is Certainty.SHAPE:
        hit = _whole(detector, hit, line)
    value = line[hit.start : hit.end]
    if not value or (detector.certainty <= Certainty.NAME and len(value) > LONGEST_VALUE):
        return None
    key = hit.key if hit.key is not None else assigned_name(line, _beginning(detector, hit, line), hit.end)
    hit = replace(hit, key=key)
    if detector.certainty is Certainty.SHAPE:
        return hit if _is_token(detector, value, hit, line, kind) else None
    if detector.certainty is Certainty.FORMAT:
        return None if _is_blank(value) else hit
    if detector.certainty is Certainty.ENTROPY:
        return hit if _is_random_string(value, key, line[: hit.start], kind) else None
    return hit if _is_assigned_secret(detector, value, key, hit, line, path) else None


def _is_token(detector: Detector, value: str, hit: Hit, line: str, kind: Surroundings) -> bool:
    if detector.name == "Private Key":
        return True
    if detector.name == "Basic Auth Credentials":
        return _is_url_password(value, hit, line, kind)
    if detector.name == "JSON Web Token" and _is_known_example(value):
        return False
    if values.PLACEHOLDER.search(value) or values.TEMPLATE.search(value) or len(set(value.lower())) <= 5:
        return False
    before = line[hit.start - 1] if hit.start else ""
    escaped = hit.start > 1 and line[hit.start - 2] == "\\"
    if before.isalnum() and not escaped:
        return False
    if detector.name in EXACT_LENGTH and line[hit.end : hit.end + 1].isalnum():
        return False
    return detector.name not in VAGUE or (is_random(value, 10) and not values.is_identifier(value))


def _is_url_password(value: str, hit: Hit, line: str, kind: Surroundings) -> bool:
    user = re.search(r"://([^:/\s]*):$", line[max(0, hit.start - 200) : hit.start])
    if values.is_placeholder(unquote(value)) or (user and user[1].lower() == value.lower()):
        return False
    if FOREIGN_HOST.match(line, hit.end + 1):
        return False
    return kind is not Surroundings.EXAMPLES or is_random(value, 12)


def _beginning(detector: Detector, hit: Hit, line: str) -> int:
    """Where the value begins that the secret is part of: the address around a password."""
    if detector.name != "Basic Auth Credentials":
        return hit.start
    address = re.search(r"[a-zA-Z][a-zA-Z0-9+.-]{0,30}://[^:/\s]*:$", line[max(0, hit.start - 300) : hit.start])
    return hit.start - len(address[0]) if address else hit.start


def _is_known_example(token: str) -> bool:
    payload = token.split(".")[1]
    try:
        text = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
    except (binascii.Error, ValueError):
        return False
    return b"1234567890" in text or b"John Doe" in text


def _is_blank(value: str) -> bool:
    return (
        values.PLACEHOLDER.search(value) is not None
        or values.TEMPLATE.search(value) is not None
        or re.fullmatch(r"\$\w+|\W+", value) is not None
        or values.is_vocabulary(value)
    )


def _is_random_string(value: str, key: str, before: str, kind: Surroundings) -> bool:
    if kind is Surroundings.HASHES or INTEGRITY.search(before[-20:]) or re.match(r"(?i)(?:sha\d+|h1)[-:]", value):
        return False
    if is_potential_uuid(value) or values.is_placeholder(value) or values.is_identifier(value):
        return False
    return not is_about_secrets_only(key) and not HASH_NAMES & set(words(key)[-1:])


def _is_assigned_secret(detector: Detector, value: str, key: str, hit: Hit, line: str, path: str) -> bool:
    quoted = _is_quoted(hit, line)
    if not quoted and not allows_unquoted(path):
        return False
    if re.search(r"\s", value) or values.is_placeholder(value) or values.is_reference(value, quoted=quoted):
        return False
    if is_about_secrets_only(key) or _is_key_itself(value, key) or value.startswith("eyJ"):
        return False  # a JSON Web Token is the business of its own detector
    text = _decoded(value)
    if values.is_placeholder(text):
        return False
    kind = surroundings(path)
    if kind is Surroundings.EXAMPLES or detector.name != "Secret Keyword" or _is_compared_or_passed(hit, line):
        return is_random(text, 16) and not values.is_identifier(text) and not TELLING.search(text)
    if is_random(text, 12) or values.is_password(text):
        return not values.is_identifier(text) or _is_password_in_data(text, key, kind)
    return _is_password_in_data(text, key, kind)


def _is_password_in_data(value: str, key: str, kind: Surroundings) -> bool:
    """Whether the name leaves no doubt, so that even words are a password."""
    ends = words(key)[-2:]
    certain = ends[-1:] and (ends[-1] in LAST_WORDS or ends == ["secret", "key"])
    return kind is Surroundings.DATA and bool(certain) and re.fullmatch(r"[\w-]{6,}", value) is not None


def _is_quoted(hit: Hit, line: str) -> bool:
    before, after = line[hit.start - 1 : hit.start], line[hit.end : hit.end + 1]
    return before != "" and before in QUOTES and before == after


def _is_compared_or_passed(hit: Hit, line: str) -> bool:
    before, after = line[: hit.start].rstrip(QUOTES), line[hit.end :].lstrip(QUOTES)
    return re.search(r"(?:[!=]=\s*|\()$", before[-8:]) is not None or re.match(r"\s*[!=]=", after) is not None


def _is_key_itself(value: str, key: str) -> bool:
    return bool(key) and words(value) != [] and set(words(value)) <= set(words(key))


def _decoded(value: str) -> str:
    """What Kubernetes' base64 holds where it is text, else the value itself."""
    if len(value) % 4 or not re.fullmatch(r"[0-9A-Za-z+/]{8,}={0,2}", value):
        return value
    try:
        text = base64.b64decode(value).decode("ascii").strip()
    except (binascii.Error, ValueError):
        return value
    return text if text.isprintable() else value


def _without_rest(hit: Hit, line: str, path: str) -> Hit:
    """A value without quotes ends at a comment or at what separates it from the next one."""
    if _is_quoted(hit, line) or not allows_unquoted(path):
        return hit
    value = line[hit.start : hit.end]
    value = re.split(r"\s+(?:#|//|;)|\s*\\$", value, maxsplit=1)[0].rstrip().rstrip(",;")
    return replace(hit, end=hit.start + len(value))


def _whole(detector: Detector, hit: Hit, line: str) -> Hit:
    """Patterns of a fixed length cut off what is longer; others take the frame in."""
    start, end = hit.start, hit.end
    frame = re.match(r"AccountKey=|[\s=:\"]*", line[start:end])
    start += frame.end() if frame else 0
    rest = re.match(r"[^\s\"'`]*", line[start:end])
    if detector.name != "Private Key" and rest:
        end = start + rest.end()
        if detector.name == "JSON Web Token" and line[end - 1 : end] != "." and line[end : end + 1] == ".":
            end += 1
        if detector.name not in EXACT_LENGTH | {"Basic Auth Credentials"}:
            more = MORE.match(line, end)
            end = more.end() if more else end
    return replace(hit, start=start, end=end)
