"""What the pool's children are made to do in tests."""

from __future__ import annotations

import os
import re
import sys
import time
from pathlib import Path

from gatekeeper.errors import UnreadableInput
from gatekeeper.model.json import Json

STATE: dict[str, Json] = {}


def length(arguments: Json, payload: bytes) -> Json:
    return len(payload)


def die(arguments: Json, payload: bytes) -> Json:
    if payload == b"segfault":
        import ctypes

        ctypes.string_at(0)
    if payload == b"exit":
        os._exit(7)
    if payload == b"hang":
        time.sleep(60)
    if payload == b"memory":
        return len(bytearray(8 << 30))
    if payload == b"recurse":
        return die(arguments, payload)
    if payload == b"refuse":
        raise UnreadableInput("a comma is missing", path="a.json", line=3, column=4)
    if payload == b"bug":
        raise KeyError("a defect\nwith two lines")
    if payload == b"panic":
        raise BaseException("panicked")
    if payload.startswith(b"native "):
        Path(payload.split()[1].decode()).write_text(str(os.getpid()))
        re.match(r"(a+)+b", "a" * 60)
    if payload == b"print":
        print("noise on stdout")
        sys.stdout.flush()
    return payload.decode()


def greet_prepare(arguments: Json, payload: bytes) -> Json:
    STATE["greeting"] = payload.decode()
    return None


def greet(arguments: Json, payload: bytes) -> Json:
    if payload == b"exit":
        os._exit(7)
    return f"{STATE['greeting']} {payload.decode()}"


def surroundings(arguments: Json, payload: bytes) -> Json:
    return {"cwd": os.getcwd(), "files": os.listdir(), "environment": dict(os.environ), "stdin": sys.stdin.read()}
