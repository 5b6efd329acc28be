"""The reader of Dockerfiles: which files it claims, and the stages that it finds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper.collect.base import HEAD_BYTES, Reader
from gatekeeper.collect.dockerfile import DockerfileReader
from gatekeeper.errors import UnreadableInput
from gatekeeper.formats import jsonable
from gatekeeper.model.infrastructure import Dockerfile, DockerStage
from gatekeeper.model.json import unknown
from gatekeeper.model.place import Place, Span

READER: Reader = DockerfileReader()


def read(text: str) -> Dockerfile:
    (fact,) = READER.read("app/Dockerfile", text.encode())
    assert isinstance(fact, Dockerfile)
    return fact


def stages(text: str) -> tuple[DockerStage, ...]:
    return read(text).stages


class TestClaim:
    @pytest.mark.parametrize(
        "path",
        [
            "Dockerfile",
            "a/b/Dockerfile",
            "Dockerfile.prod",
            "api.dockerfile",
            "api.Dockerfile",
            "Containerfile",
            "dockerfile.dev",
        ],
    )
    def test_names(self, path: str) -> None:
        assert READER.claim(path, b"# syntax=docker/dockerfile:1\nARG V=1\nFROM a:$V\n")

    @pytest.mark.parametrize("path", ["Dockerfile", "x.dockerfile"])
    def test_a_broken_one_is_still_one(self, path: str) -> None:
        assert READER.claim(path, b"")
        assert READER.claim(path, b"\0\xff")

    @pytest.mark.parametrize(
        ("path", "head"),
        [
            ("Dockerfile.md", b"FROM a"),
            ("Dockerfile.dockerignore", b"FROM"),
            ("dockerfile.go", b"package dockerfile\n"),
            ("Dockerfile.j2", b"FROM {{ image }}\n"),
            ("api.dockerfile.tmpl", b"FROM a\n{{ if x }}"),
            ("Dockerfile.in", b"FROM @IMAGE@\n"),
            ("Makefile", b"FROM a"),
            ("MyDockerfile", b"FROM a"),
            ("Dockerfile/README", b"FROM a"),
        ],
    )
    def test_other_files(self, path: str, head: bytes) -> None:
        assert not READER.claim(path, head)

    def test_a_template_without_actions_is_a_dockerfile(self) -> None:
        assert READER.claim("Dockerfile.template", b"FROM a\n")

    def test_comments_longer_than_the_head_hide_nothing(self) -> None:
        assert READER.claim("Dockerfile.prod", (b"#" + b"x" * 100 + b"\n") * HEAD_BYTES)


class TestStages:
    def test_a_file_as_people_have_them(self) -> None:
        build, final = stages(
            "ARG NODE=20\nFROM --platform=$BUILDPLATFORM node:${NODE}-slim AS Build\nRUN --mount=type=cache,target=/a"
            " --mount=type=secret,id=b npm ci\n\nFROM build\nCOPY --link --from=build /a /b\nUSER app\n"
        )
        assert (build.index, build.name, build.image, build.from_stage, build.final) == (
            0,
            "Build",
            "node:20-slim",
            None,
            False,
        )
        assert build.at == Place("app/Dockerfile", span=Span(2, 1, 2, 58))
        assert build.instructions[0].flags == {"mount": "type=cache,target=/a\ntype=secret,id=b"}
        assert (final.image, final.from_stage, final.final) == ("build", 0, True)
        assert final.instructions[0].flags == {"link": "true", "from": "build"}
        assert [i.name for i in final.instructions] == ["COPY", "USER"]

    def test_arguments_in_front_of_the_first_stage(self) -> None:
        arguments = read("ARG A=1 B\nARG C=$A\nFROM x").arguments
        assert [(a.name, a.value, a.at.span) for a in arguments] == [
            ("A", "1", Span(1, 5, 1, 8)),
            ("B", None, Span(1, 9, 1, 10)),
            ("C", "$A", Span(2, 5, 2, 9)),
        ]

    @pytest.mark.parametrize(
        ("arguments", "image", "expected"),
        [
            ("ARG V=1", "a:$V", "a:1"),
            ("ARG V=1\nARG I=a:${V}", "$I", "a:1"),
            ('ARG V="1"', "a:${V}", "a:1"),
            ("ARG V", "a:${V:-2}", "a:2"),
            ("ARG V", "a:${V:+2}x", "a:x"),
            ("ARG V=1", "a:${V:+2}", "a:2"),
            ("", "a:${V:-2}", "a:2"),
            ("", "scratch", "scratch"),
            ("ARG V", "a:$V", unknown("a:$V")),
            ("", "a:$V", unknown("a:$V")),
            ("ARG V\nARG I=a:$V", "$I", unknown("$I")),
            ("ARG V=1\nARG V", "a:$V", unknown("a:$V")),
            ("ARG V=", "$V", unknown("$V")),
            ("", "a-$TARGETARCH", unknown("a-$TARGETARCH")),
            ("ARG V=1", "a:${V%x}", unknown("a:${V%x}")),
        ],
    )
    def test_base_images(self, arguments: str, image: str, expected: object) -> None:
        assert stages(f"{arguments}\nFROM {image}\nARG V=9\n")[0].image == expected

    def test_from_names_only_earlier_stages_and_in_any_case(self) -> None:
        found = stages("FROM b AS a\nFROM A as b\nFROM b\nFROM c AS c\n")
        assert [stage.from_stage for stage in found] == [None, 0, 1, None]

    def test_a_stage_may_be_chosen_by_a_variable(self) -> None:
        assert stages("ARG S=two\nFROM a AS one\nFROM b AS two\nFROM $S")[2].from_stage == 1

    def test_the_escape_directive_counts_in_from(self) -> None:
        assert stages("# escape=`\nARG A=x\nFROM `$A\\y")[0].image == "$A\\y"

    def test_pairs_and_heredocs(self) -> None:
        env, run = stages("FROM a\nENV TOKEN=abc\nRUN <<E\nx\nE\n")[0].instructions
        assert env.pairs[0].at == Place("app/Dockerfile", span=Span(2, 5, 2, 14))
        assert (run.heredocs[0].name, run.heredocs[0].content) == ("E", "x\n")


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("", "no build stage", 1),
        ("# nothing\n\n", "no build stage", 1),
        ("ARG A=1\n", "no build stage", 1),
        ("ARG A\nRUN x\nFROM a", "RUN stands in front of the first FROM", 2),
        ("FROM\n", "needs at least one argument", 1),
        ("FROM a\nFROM b c\n", "FROM needs an image", 2),
        ("FROM a AS\n", "FROM needs an image", 1),
        ("FROM a AS 1x\n", "no name for a stage", 1),
        ("FROM a\n\nFROM ${A", "matching } is missing|not known", 3),
    ],
)
def test_what_cannot_be_built_is_refused(text: str, message: str, line: int) -> None:
    with pytest.raises(UnreadableInput, match=message) as caught:
        read(text)
    assert caught.value.line == line


def test_defaults_that_double_end_as_unknown() -> None:
    doubling = "".join(f"ARG A{n}=$A{n - 1}$A{n - 1}\n" for n in range(1, 60))
    assert stages(f"ARG A0=xx\n{doubling}FROM $A59")[0].image == unknown("$A59")


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(["FROM a", "ARG A=b", "FROM $A AS x", "\n", " ", "\\", "\0", "ENV a=b", "\xff", "${"])))
def test_whatever_is_read_is_plain_data(pieces: list[str]) -> None:
    data = "\n".join(pieces).encode("latin-1")
    READER.claim("Dockerfile.x", data)
    try:
        facts = READER.read("Dockerfile", data)
    except UnreadableInput as error:
        assert error.line > 0
        return
    assert jsonable.decode(Dockerfile, jsonable.plain(facts[0])) == facts[0]


@pytest.mark.corpora
def test_all_files_of_the_corpora_are_read(corpora: Path) -> None:
    rows = map(json.loads, (corpora / "iac.jsonl").read_text().splitlines())
    files = sorted({row["file"] for row in rows if row["platform"] == "Dockerfile"})
    assert len(files) == 95
    for file in files:
        data = (corpora / file).read_bytes()
        assert READER.claim(file, data[:HEAD_BYTES])
        assert READER.read(file, data)
