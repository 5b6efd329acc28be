"""The parser of Dockerfiles: what it understands, what it refuses, and that BuildKit's own parser agrees."""

from __future__ import annotations

import platform
import re
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gatekeeper.errors import UnreadableInput
from gatekeeper.model.place import Span
from gatekeeper.syntax.dockerfile import Instruction, expansion, first_word, parse


def parsed(text: str) -> list[Instruction]:
    return list(parse(text.encode()).instructions)


def last(text: str) -> Instruction:
    return parsed(text)[-1]


class TestLines:
    def test_continuation_lines_are_joined_and_comments_and_empty_lines_inside_are_dropped(self) -> None:
        instruction = last("FROM a\nRUN one && \\\n  # why\n\n    two \\\n#end\n&& three\n")
        assert instruction.value == "one &&     two && three"
        assert instruction.span == Span(2, 1, 7, 9)

    def test_two_escapes_at_the_end_are_no_continuation(self) -> None:
        assert [i.value for i in parsed("FROM a\nRUN dir c:\\\\\nRUN b")] == ["a", "dir c:\\\\", "b"]

    def test_escape_directive(self) -> None:
        assert last("# syntax=docker/dockerfile:1\n# escape=`\nFROM a\nRUN dir c:\\ `\n  /w\n").value == "dir c:\\   /w"

    def test_a_directive_behind_a_comment_is_a_comment(self) -> None:
        assert last("# a comment\n# escape=`\nFROM a\nRUN a `").value == "a `"

    @pytest.mark.parametrize("text", ["# escape=x\nFROM a", "# escape=`\n# escape=`\nFROM a"])
    def test_wrong_directives_are_refused(self, text: str) -> None:
        with pytest.raises(UnreadableInput, match="escape"):
            parsed(text)

    def test_lines_end_at_line_feeds_only(self) -> None:
        instructions = parsed("FROM a\nRUN x\u2028y\x0cz\nUSER b\r\nRUN c \\\r\n  d\r\n")
        assert [(i.value, i.span.line, i.span.end_column) for i in instructions[1:]] == [
            ("x\u2028y\x0cz", 2, 10),
            ("b", 3, 7),
            ("c   d", 4, 4),
        ]

    def test_byte_order_mark(self) -> None:
        assert parse(b"\xef\xbb\xbfFROM a").instructions[0].span == Span(1, 1, 1, 7)

    def test_columns_count_code_points(self) -> None:
        (pair,) = last("FROM a\n  ENV \u00e9\U0001f600=b\n").pairs
        assert pair.span == Span(2, 7, 2, 11)

    @pytest.mark.parametrize(
        ("data", "line"),
        [
            (b"FROM a\nRUN b\0\nUSER c", 2),
            (b"FROM a\n\n\xff", 3),
            (b"FROM a\nRUN \xed\xa0\x80", 2),
            ("FROM a".encode("utf-16"), 1),
        ],
    )
    def test_bytes_that_builders_and_people_read_differently_are_refused(self, data: bytes, line: int) -> None:
        with pytest.raises(UnreadableInput) as caught:
            parse(data)
        assert caught.value.line == line


class TestInstructions:
    def test_flags(self) -> None:
        run = last('FROM a\nRUN --mount=type=secret,id=k --network="none" -- --x')
        assert (run.flags, run.value) == (("--mount=type=secret,id=k", "--network=none"), "--x")

    def test_exec_form(self) -> None:
        command = last('FROM a\nCMD [ "a b", "\\u0063" ]')
        assert (command.exec_form, command.arguments) == (True, ("a b", "c"))

    @pytest.mark.parametrize("text", ['["a",]', "['a']", '["a"] b', "[", "[ -f x ] && y"])
    def test_other_brackets_are_a_shell_s(self, text: str) -> None:
        assert not last(f"FROM a\nRUN {text}").exec_form

    def test_names_are_of_any_case(self) -> None:
        assert last("from a\nuser b").name == "USER"

    def test_each_pair_of_env_has_its_place(self) -> None:
        env = last("FROM a\nENV A=1 \\\n    B=\"two words\" \\\n    C='x'\\ y\n")
        assert [(p.name, p.value, p.span) for p in env.pairs] == [
            ("A", "1", Span(2, 5, 2, 8)),
            ("B", "two words", Span(3, 5, 3, 18)),
            ("C", "x y", Span(4, 5, 4, 13)),
        ]

    def test_a_pair_may_be_spread_over_lines(self) -> None:
        (pair,) = last('FROM a\nENV A="b\\\nc"').pairs
        assert (pair.value, pair.span) == ("bc", Span(2, 5, 3, 3))

    def test_old_form_of_env(self) -> None:
        (pair,) = last("FROM a\nENV PASSWORD  two words = one").pairs
        assert (pair.name, pair.value, pair.span) == ("PASSWORD", "two words = one", Span(2, 5, 2, 30))

    def test_values_keep_their_variables(self) -> None:
        env = last('FROM a\nENV A="$B/${C:-d}" E=\\$F')
        assert [p.value for p in env.pairs] == ["$B/${C:-d}", "$F"]

    def test_arg_with_and_without_default(self) -> None:
        arg = last('FROM a\nARG A B= C="c d"')
        assert [(p.name, p.value) for p in arg.pairs] == [("A", None), ("B", ""), ("C", "c d")]

    def test_label(self) -> None:
        label = last("FROM a\nLABEL \"com.example/name\"='it is' version=1")
        assert [(p.name, p.value) for p in label.pairs] == [("com.example/name", "it is"), ("version", "1")]

    def test_onbuild_is_read_like_what_it_triggers(self) -> None:
        env = last("FROM a\nONBUILD ENV A=b")
        assert (env.name, env.value, env.pairs[0].name, env.pairs[0].span.column) == ("ONBUILD", "ENV A=b", "A", 13)
        run = last("FROM a\nONBUILD RUN --network=none <<E\nx\nE")
        assert (run.trigger, run.flags, run.heredocs[0].content) == ("RUN", ("--network=none",), "x\n")

    def test_healthcheck(self) -> None:
        check = last('FROM a\nHEALTHCHECK --interval=5m CMD ["curl", "x"]')
        assert (check.exec_form, check.arguments, check.flags) == (True, ("CMD", "curl", "x"), ("--interval=5m",))
        assert last("FROM a\nHEALTHCHECK NONE").arguments == ("NONE",)

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("RUNN x", "'RUNN' is not an instruction"),
            ("RUN\u00a0x", "is not an instruction"),
            ("ENV A", "has no value"),
            ("ENV A=b c", "not of the form name=value"),
            ("ENV =b", "not of the form name=value"),
            ("ENV", "needs at least one argument"),
            ("ARG", "needs at least one argument"),
            ("ARG =x", "blank name"),
            ("COPY a", "needs at least two arguments"),
            ("USER", "needs at least one argument"),
            ("CMD [1]", "nothing but strings"),
            ("SHELL bash -c", "must be a JSON array"),
            ("HEALTHCHECK curl x", "is not known"),
            ("ONBUILD", "needs at least one argument"),
            ("ONBUILD FROM x", "cannot be triggered"),
            ("ONBUILD ONBUILD RUN x", "cannot be triggered"),
            ("RUN <<E\nx", "here-document E is never closed"),
            ("\\", "is not an instruction"),
        ],
    )
    def test_what_no_builder_takes_is_refused_with_its_line(self, text: str, message: str) -> None:
        with pytest.raises(UnreadableInput, match=message) as caught:
            parsed(f"FROM a\n\n{text}")
        assert caught.value.line == 3


class TestHeredocs:
    def test_several_on_a_line_quoted_and_with_tabs(self) -> None:
        run = last("FROM a\nCOPY <<one <<-'t w o' /x/\n1\none\n\t2\n\tt w o\n")
        assert [(h.name, h.content) for h in run.heredocs] == [("one", "1\n"), ("t w o", "2\n")]
        assert run.span == Span(2, 1, 6, 7)

    def test_what_stands_inside_is_no_instruction(self) -> None:
        assert [i.name for i in parsed("FROM a\nRUN <<E\nUSER root \\\n# x\nE\nUSER b")] == ["FROM", "RUN", "USER"]

    @pytest.mark.parametrize(
        "text", ['echo "<<E"', "echo $((1<<2))", "cat <<< E", "cat << E", "echo ${x^^} <<E", "a '<<E"]
    )
    def test_what_only_looks_like_one(self, text: str) -> None:
        assert [i.name for i in parsed(f"FROM a\nRUN {text}\nUSER b")] == ["FROM", "RUN", "USER"]

    def test_only_where_they_may_stand(self) -> None:
        assert last("FROM a\nCMD cat <<E").heredocs == ()
        assert last('FROM a\nRUN ["cat", "<<E"]').heredocs == ()


class TestExpansion:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("$A-${A}", "1-1"),
            ("${A:-x}${B:-x}${B-x}${E:-x}${E-x}", "1xxx"),
            ("${A:+x}${B:+x}${E:+x}${E+x}", "xx"),
            ("${B:-${A}-${B:-c}}", "1-c"),
            ("${A:-$B}", "1"),
            ("'$A'\"$A\"\\$A", "$A1$A"),
            ("${A:?must be}", "1"),
            ("$", "$"),
        ],
    )
    def test_substitution(self, text: str, expected: str) -> None:
        assert expansion.expand(text, {"A": "1", "B": None, "E": ""}, "\\") == expected

    @pytest.mark.parametrize("text", ["$B", "${C}", "${B:?x}", "${A#x}", "${A/x/y}", "${TARGETARCH:-x}", "$TARGETARCH"])
    def test_what_cannot_be_known(self, text: str) -> None:
        with pytest.raises(expansion.UnknownVariableError):
            expansion.expand(text, {"A": "1", "B": None}, "\\")

    @pytest.mark.parametrize("text", ["${", "${}", "${A", "${A^^}", "'x", '"x', "${:x}", "${A:-" * 1000])
    def test_what_is_no_substitution(self, text: str) -> None:
        with pytest.raises(expansion.BadSubstitutionError):
            expansion.expand(text, {"A": "1"}, "\\")

    def test_defaults_that_double_are_not_followed(self) -> None:
        with pytest.raises(expansion.UnknownVariableError):
            expansion.expand("$A" * 100, {"A": "x" * 100}, "\\")


@pytest.mark.parametrize(
    ("text", "word"),
    [("", ""), ("# x\n\n", ""), ("#x\n  from a", "FROM"), ("FR\\\nOM a", "FROM"), ("# escape=x\n", "")],
)
def test_first_word(text: str, word: str) -> None:
    assert first_word(text) == word


TABS = re.compile("^\t+", re.MULTILINE)  # the oracle leaves those of <<- to the builder
BLANKS = re.compile("[\t\v\f\r ]+")
WHOLE = ("RUN", "CMD", "ENTRYPOINT", "USER", "WORKDIR", "STOPSIGNAL", "MAINTAINER")


class Seen(NamedTuple):
    """What both parsers say about an instruction; of ONBUILD the oracle leaves out flags and here-documents."""

    name: str
    lines: tuple[int, int]
    exec_form: bool
    flags: tuple[str, ...]
    whole: str  # of a command line
    words: tuple[str, ...]
    heredocs: tuple[tuple[str, str], ...]


def ours(data: bytes) -> list[Seen]:
    found = []
    for i in parse(data).instructions:
        onbuild = i.name == "ONBUILD"
        words = i.arguments[1:] if onbuild else i.arguments
        if i.trigger in ("ENV", "LABEL") and "=" in words[0]:
            words = tuple(part for word in words for part in word.split("=", 1))
        found.append(
            Seen(
                i.name,
                (i.span.line, i.span.end_line),
                i.exec_form,
                () if onbuild else i.flags,
                i.value if i.name in WHOLE and not i.exec_form else "",
                words,
                () if onbuild else tuple((h.name, TABS.sub("", h.content)) for h in i.heredocs),
            )
        )
    return found


def oracle(data: bytes) -> list[Seen]:
    """What BuildKit's parser says, in the version of the package ``dockerfile``, which reads flags byte by byte."""
    import dockerfile

    found = []
    for c in dockerfile.parse_string(data.decode()):
        name, trigger = (c.cmd or "").upper(), (c.sub_cmd or c.cmd or "").upper()
        line = trigger in (*WHOLE, "HEALTHCHECK") and not c.json and c.value
        found.append(
            Seen(
                name,
                (c.start_line, c.end_line),
                c.json,
                () if name == "ONBUILD" else tuple(flag.encode("latin-1").decode() for flag in c.flags),
                "".join(c.value) if name in WHOLE and not c.json else "",
                tuple(BLANKS.split(" ".join(c.value))) if line else c.value,
                tuple((h.name, TABS.sub("", h.content)) for h in c.heredocs),
            )
        )
    return found


needs_oracle = pytest.mark.skipif(
    (sys.platform, platform.machine()) != ("linux", "x86_64"), reason="the oracle is there for Linux on x86-64 only"
)


@needs_oracle
@pytest.mark.corpora
def test_buildkit_agrees_on_all_files_of_the_corpora(corpora: Path) -> None:
    files = sorted(corpora.glob("iac/**/*.dockerfile"))
    assert len(files) == 95
    for file in files:
        assert ours(file.read_bytes()) == oracle(file.read_bytes()), file


PIECES = st.sampled_from(
    [
        "RUN ", "ENV ", "ARG ", "LABEL ", "COPY ", "CMD ", "USER ", "ONBUILD ", "EXPOSE ", "HEALTHCHECK CMD ", "run\t",
        "a", "b=c", "=", '"', "'", "\\", "\\\n", "`", " ", "  ", "\t", "\n", "\r\n", "# x\n", "\n\n", "--x=y ", "--",
        "$a", "${a}", "${a:-b c}", "${", "<<E", "<<-E", "<<'E'", "E\n", "\tE\n", "\nE\n", '["a", "b"]', "[", "]",
        "\u00e9", "\u2028",
    ]
)  # fmt: skip
# Refused by us, and by BuildKit only when it builds.
LATER = ("is not an instruction", "needs at least", "cannot be triggered", "blank name", "form name=value")
# BuildKit has changed since: text behind a JSON array makes it a shell's command line.
CHANGED = re.compile(r"\](?:[ \t]|[\\`]\r?\n)*[^ \t\r\n]")


@needs_oracle
@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=14).map("".join), st.sampled_from(["", "# escape=`\n", "# escape=\\\n"]))
@example("RUN a <<E <<'F G'\nE\nF G\n", "")
def test_buildkit_agrees(text: str, directive: str) -> None:
    data = f"{directive}FROM a\n{text}".encode()
    theirs: list[Seen] | None
    try:
        theirs = oracle(data)
    except Exception:  # the binding's own class
        theirs = None
    try:
        found = ours(data)
    except UnreadableInput as error:
        assert theirs is None or CHANGED.search(text) or any(reason in error.message for reason in LATER)
        return
    assert found == theirs or CHANGED.search(text)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        parse(b"FROM a\n" + data)
    except UnreadableInput as error:
        assert error.line > 0


@pytest.mark.parametrize(
    "text",
    [
        "RUN a \\\n" * 100_000,
        "ENV" + " a=b" * 200_000,
        "RUN x <<" + "${a:-" * 100_000,
        'RUN "' + "\\" * 500_000 + " <<E",
        "RUN " + "<<E " * 1_000 + "\n" + "E\n" * 1_000,
        "RUN " + "--a=b " * 100_000,
        "CMD " + "[" * 500_000,
        "#" + " " * 500_000 + "\n" + "\\\n" * 200_000,
    ],
    ids=["continued", "pairs", "nested", "escapes", "heredocs", "flags", "arrays", "blanks"],
)
def test_time_is_linear(text: str) -> None:
    """Each takes far less than a second where time is linear, minutes where it is not."""
    try:
        parse(f"FROM a\n{text}".encode())
    except UnreadableInput as error:
        assert error.line > 0
