"""The scan of one file. It runs in a worker: no text of a secret, and no digest of one, ever leaves it."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from gatekeeper.analyze.secrets.credentials import CREDENTIALS
from gatekeeper.analyze.secrets.detector import Certainty, Detector
from gatekeeper.analyze.secrets.gates import Gate, Haystack
from gatekeeper.analyze.secrets.keyword import Keyword, Named
from gatekeeper.analyze.secrets.noise import judge
from gatekeeper.analyze.secrets.pem import extent
from gatekeeper.analyze.secrets.plugins import entropies, shapes
from gatekeeper.analyze.secrets.text import WINDOW, decode, is_binary, windows
from gatekeeper.analyze.secrets.tokens import TOKENS
from gatekeeper.model.json import Json
from gatekeeper.workspace.randomness import is_random

MAX_SECRETS = 5000  # in one file; more are no help to anybody


@dataclass(frozen=True, slots=True)
class Found:
    """A secret in a text: offsets of its first character and behind its last one."""

    start: int
    end: int
    detector: str
    certainty: Certainty
    key: str


@cache
def detectors(entropy: bool) -> tuple[Detector, ...]:
    """All detectors; the entropy plugins where they are asked for."""
    return (*shapes(), *TOKENS, *CREDENTIALS, Keyword(), Named(), *(entropies() if entropy else ()))


def scan(arguments: Json, payload: bytes) -> Json:
    """Scan a file: ``{"path", "entropy"}`` and its bytes.

    Returns ``{"secrets": [[line, column, end_line, end_column, detector, key, ordinal], ...], "more": bool}``.
    """
    if is_binary(payload):
        return {"secrets": [], "more": False}
    text = decode(payload)
    found = _without_overlaps(find(text, arguments["path"], detectors(arguments["entropy"])))
    listed = list(_with_safe_keys(text, found))[:MAX_SECRETS]
    ordinals: Counter[tuple[str, str]] = Counter()
    secrets = []
    for secret, span in zip(listed, _spans(text, listed), strict=True):
        identity = (secret.detector, secret.key)
        secrets.append([*span, *identity, ordinals[identity]])
        ordinals[identity] += 1
    return {"secrets": secrets, "more": len(found) > len(listed)}


def find(text: str, path: str, among: Sequence[Detector]) -> Iterator[Found]:
    """All secrets that the detectors find, noise left out; several may overlap."""
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    gates = [(detector, gate) for detector in among if (gate := detector.gate(path)) is not None]
    haystack = Haystack(text)
    passing: dict[Gate, set[int]] = {gate: haystack.lines(gate) for gate in {gate for _, gate in gates}}
    for detector, gate in gates:
        for number in passing[gate]:
            yield from _in_line(detector, gate, lines[number].removesuffix("\r"), starts[number], path, text)


def _in_line(detector: Detector, gate: Gate, line: str, offset: int, path: str, text: str) -> Iterator[Found]:
    if len(line) <= WINDOW:
        yield from _in_window(detector, line, offset, len(line), path, text)
        return
    for start, own, window in windows(line):
        if Haystack(window).lines(gate):
            yield from _in_window(detector, window, offset + start, own, path, text)


def _in_window(detector: Detector, window: str, offset: int, own: int, path: str, text: str) -> Iterator[Found]:
    for hit in detector.find(window, path):
        judged = judge(detector, hit, window, path)
        if judged is None or judged.start >= max(own, 1):
            continue
        found = Found(offset + judged.start, offset + judged.end, detector.name, detector.certainty, judged.key or "")
        if detector.name == "Private Key":
            if (whole := extent(text, found.start, found.end)) is None:
                continue
            found = replace(found, start=whole[0], end=whole[1])
        yield found


def _without_overlaps(found: Iterator[Found]) -> list[Found]:
    """Of findings that overlap, the surest, then the longest, in the order of the text."""
    starts: list[int] = []
    kept: list[Found] = []
    for item in sorted(set(found), key=lambda f: (-f.certainty, f.start - f.end, f.start, f.detector, f.key)):
        index = bisect_left(starts, item.end)
        if index == 0 or kept[index - 1].end <= item.start:
            starts.insert(index, item.start)
            kept.insert(index, item)
    return kept


def _with_safe_keys(text: str, found: Sequence[Found]) -> Iterator[Found]:
    """Where two secrets stand side by side (``id:secret``), neither may leave as the name of the other."""
    secrets = {text[item.start : item.end] for item in found}
    for item in found:
        yield replace(item, key="") if item.key in secrets or is_random(item.key, 8) else item


def _spans(text: str, found: Sequence[Found]) -> Iterator[tuple[int, int, int, int]]:
    line, start = 1, 0
    for item in found:
        line += text.count("\n", start, item.start)
        start = text.rfind("\n", 0, item.start) + 1
        end_line = line + text.count("\n", item.start, item.end)
        end_start = text.rfind("\n", 0, item.end) + 1
        yield line, item.start - start + 1, end_line, item.end - end_start + 1
