"""Dockerfiles for a comparison with conftest."""

from __future__ import annotations

CASES: dict[str, str | bytes] = {
    "all.dockerfile": (
        "# syntax=docker/dockerfile:1\n"
        "# escape=\\\n"
        "\n"
        "# first\n"
        "#\n"
        "# second\n"
        "  # third\n"
        'ARG V=1 W "X=a b"\n'
        "FROM --platform=linux/amd64 alpine:$V AS Base\n"
        'ENV a=1 b="x y" c=\\"q\n'
        "ENV old style value\n"
        'LABEL x=1 "y z"="w"\n'
        "RUN apt-get update && \\\n"
        "  # inside\n"
        "  apt-get install -y \\\n"
        "\n"
        "  curl\n"
        'RUN ["a", "b"]\n'
        "RUN --mount=type=cache,target=/x --network=none make\n"
        'CMD ["x"]\n'
        "CMD x y  z\n"
        "ENTRYPOINT []\n"
        "ENTRYPOINT exec top\n"
        "COPY --from=base --chown=1:2 a b /c/\n"
        'COPY ["a b", "c"]\n'
        "ADD http://x /y\n"
        "EXPOSE 80 443/tcp\n"
        "VOLUME /a /b\n"
        'VOLUME ["/c"]\n'
        "USER root\n"
        "WORKDIR /a b\n"
        "HEALTHCHECK --interval=5s CMD curl x || exit 1\n"
        'HEALTHCHECK CMD ["a", "b"]\n'
        "HEALTHCHECK none\n"
        'SHELL ["a", "b"]\n'
        "STOPSIGNAL 9\n"
        "MAINTAINER me <a@b>\n"
        "ONBUILD RUN echo x\n"
        "ONBUILD copy --from=x a b\n"
        'ONBUILD CMD ["x"]\n'
        "FROM Base\n"
        "# last\n"
        "run x\n"
        "# end\n"
    ),
    "arg.dockerfile": ("FROM a\nARG =x\n"),
    "argflag.dockerfile": ("FROM a\nARG --foo a\n"),
    "as_upper.dockerfile": ("FROM a AS UPPER\nFROM b As c\n"),
    "bad_escape.dockerfile": ("# escape=x\nFROM a\n"),
    "badjson.dockerfile": ('FROM a\nCMD ["a", 1]\n'),
    "badjson2.dockerfile": ("FROM a\nCMD [a, b]\n"),
    "bom.dockerfile": ("\ufeff# c\nFROM a\n"),
    "check.dockerfile": ("# check=skip=all\n# syntax=x\nFROM a\n"),
    "cmdempty.dockerfile": ("FROM a\nCMD\nENTRYPOINT\n"),
    "comment.dockerfile": "# x\n",
    "comment_only_between.dockerfile": ("FROM a\n# a\n\n# b\n\nRUN x\n"),
    "copy1.dockerfile": ("FROM a\nCOPY x\n"),
    "copy_heredoc_dest.dockerfile": ("FROM a\nCOPY a <<X\nX\n"),
    "crlf.dockerfile": ("FROM a\r\n# c\r\nRUN x \\\r\n y\r\n"),
    "dashdash.dockerfile": ("FROM a\nRUN -- x\nCOPY -- a b\n"),
    "directive2.dockerfile": ("# syntax=a\n# foo=bar\n# escape=`\nFROM a\n"),
    "dup_directive.dockerfile": ("# escape=`\n# escape=`\nFROM a\n"),
    "empty.dockerfile": "",
    "empty_cont.dockerfile": ("FROM a\nRUN x \\\n\n\n y\n"),
    "env1.dockerfile": ("FROM a\nENV x\n"),
    "env2.dockerfile": ("FROM a\nENV a=1 b\n"),
    "env_space.dockerfile": ("FROM a\nENV a   b   c\nENV d\te f\n"),
    "escape.dockerfile": ("# escape=`\nFROM a\nRUN a `\n b\nENV x=c:\\\\\n"),
    "expose.dockerfile": ("FROM a\nEXPOSE\n"),
    "flag.dockerfile": ("FROM a\nCOPY --foo=1 a b\n"),
    "flag2.dockerfile": ("FROM a\nRUN --mount a\n"),
    "flagdup.dockerfile": ("FROM a\nCOPY --from=a --from=b c d\n"),
    "from2.dockerfile": "FROM a b\n",
    "from_as.dockerfile": "FROM a as 1x\n",
    "from_none.dockerfile": "FROM\n",
    "health.dockerfile": ("FROM a\nHEALTHCHECK foo x\n"),
    "health2.dockerfile": ("FROM a\nHEALTHCHECK CMD\n"),
    "health3.dockerfile": ("FROM a\nHEALTHCHECK --interval=x CMD y\n"),
    "health4.dockerfile": ("FROM a\nHEALTHCHECK --retries=-1 CMD y\n"),
    "health5.dockerfile": ("FROM a\nHEALTHCHECK --interval=1us CMD y\n"),
    "healthnone.dockerfile": ("FROM a\nHEALTHCHECK NONE x\n"),
    "heredoc.dockerfile": (
        "FROM a\n"
        "RUN <<EOF\n"
        "echo 1\n"
        "# no comment\n"
        "EOF\n"
        'COPY <<-"A" <<B /x\n'
        "\ta\n"
        "\tA\n"
        "b\n"
        "B\n"
        "RUN cat <<EOF > x\n"
        "y\n"
        "EOF\n"
        "# c\n"
        "CMD z\n"
    ),
    "indent_comment.dockerfile": ("FROM a\n   #  x y\nRUN z\n"),
    "json_space.dockerfile": ('FROM a\nCMD  [ "a" , "b" ] \n'),
    "json_tail.dockerfile": ('FROM a\nCMD ["a"] b\n'),
    "label_empty.dockerfile": ("FROM a\nLABEL a=\nENV b=\n"),
    "label_old.dockerfile": ("FROM a\nLABEL foo bar baz\n"),
    "latin.dockerfile": b"FROM a\nRUN \xe9\n",
    "mountvar.dockerfile": ("FROM a\nRUN --mount=from=$x,target=/y z\n"),
    "network.dockerfile": ("FROM a\nRUN --network=foo z\n"),
    "nofrom.dockerfile": "RUN x\n",
    "nul.dockerfile": ("FROM a\nRUN \x00x\n"),
    "onbuild.dockerfile": ("FROM a\nONBUILD FROM x\n"),
    "onbuild2.dockerfile": ("FROM a\nONBUILD ONBUILD RUN x\n"),
    "onbuild3.dockerfile": ("FROM a\nONBUILD\n"),
    "onbuild4.dockerfile": ("FROM a\nONBUILD FOO x\n"),
    "onbuild5.dockerfile": ("FROM a\nONBUILD COPY x\n"),
    "openheredoc.dockerfile": ("FROM a\nRUN <<EOF\nx\n"),
    "runempty.dockerfile": ("FROM a\nRUN\n"),
    "shell.dockerfile": ("FROM a\nSHELL x\n"),
    "stopflag.dockerfile": ("FROM a\nSTOPSIGNAL --x 9\n"),
    "tabs.dockerfile": ("\tFROM\ta\n  RUN\tx\ty  \n"),
    "trailing_escape.dockerfile": ("FROM a\nRUN x \\\n"),
    "unicode.dockerfile": ("FROM a\nLABEL x=\xe9 y=\u2028\n# \xfc\nRUN \xe9\n"),
    "unknown.dockerfile": ("FROM a\nFOO x\n"),
    "vol_empty.dockerfile": ('FROM a\nVOLUME [""]\n'),
    "workdir_quotes.dockerfile": ('FROM a\nWORKDIR "/a b"\nUSER "x"\n'),
}
