"""What the path of a file says about the names and values in it."""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache

from detect_secrets.filters.heuristic import is_lock_file, is_swagger_file

# Files of hashes and of generated text: only shapes of tokens mean something there.
HASHES = re.compile(
    r"(?i)\.(?:lock|lock\.json|lockb|lockfile|sum|map|css|scss|less|svg|snap|ipynb|sha\d*|md5|asc|sig|pub|crt|cer)$"
)
LOCKS = frozenset(
    {"pnpm-lock.yaml", "npm-shrinkwrap.json", "conan.lock", "go.work.sum", "packages.lock.json", "pylock.toml",
     "gradle.lockfile", "bun.lock", "deno.lock", "buf.lock", "checksums.txt", "SHA256SUMS", "MODULE.bazel.lock"}
)  # fmt: skip
EXAMPLES = re.compile(
    r"(?i)(?:^|/)(?:tests?|testing|testutils?|specs?|__tests__|__mocks__|mocks?|fixtures?|e2e|test[-_]?data|integration"
    r"|examples?|samples?|demos?|docs?|documentation|locales?|i18n|lang|langs|translations|l10n|storybook|benchmarks?)/"
    r"|(?:_test|\.test|\.spec|_spec|\.stories|\.cy|tests?)\.\w+$|(?:^|/)(?:test_[^/]*|conftest)\.py$"
    r"|\.(?:md|mdx|markdown|rst|adoc|asciidoc|txt|html?|tex|po|pot|xlf|example|sample|template|tmpl|tpl|dist|j2|erb|patch|diff|log)$"
    r"|[.-](?:example|sample|template)(?:[.-]|$)"
)
DATA = re.compile(
    r"(?i)\.(?:ya?ml|eyaml|json5?|toml|ini|cfg|cnf|cf|conf|config|properties|env|tf|hcl|tfvars|prefs)$|(?:^|/)\.env(?:\.[^/]*)?$"
    r"|(?:^|/)(?:credentials|config|\.s3cfg|\.boto|\.pypirc|\.my\.cnf|\.dockercfg|\.npmrc|\.netrc|\.pgpass)$"
)
QUOTED = (".json", ".json5", ".tf", ".hcl", ".tfvars")  # what is not quoted there is no text
SHELL = re.compile(
    r"(?i)\.(?:sh|bash|zsh|ksh|fish|ps1|bat|cmd|mk)$"
    r"|(?:^|/)(?:(?:Dockerfile|Containerfile)[^/]*|Makefile|Procfile|\.envrc|\.?(?:bash|zsh)(?:rc|_profile|env)|\.profile)$"
)


class Surroundings(Enum):
    """How much a name such as ``password`` means in a file."""

    DATA = "configuration: values are literals, quoted or not"
    SHELL = "scripts: values are literals, quoted or not, where nothing is expanded"
    CODE = "programs: a value that is not quoted is no literal"
    EXAMPLES = "tests, documentation, templates, translations: only what looks random counts"
    HASHES = "lockfiles, checksums, styles: names and randomness mean nothing"


@lru_cache(maxsize=256)
def surroundings(path: str) -> Surroundings:
    """Judge by the path alone."""
    name = path.rpartition("/")[2]
    if is_lock_file(path) or name in LOCKS or HASHES.search(name):
        return Surroundings.HASHES
    if EXAMPLES.search(path) or is_swagger_file(path):
        return Surroundings.EXAMPLES
    if DATA.search(path):
        return Surroundings.DATA
    return Surroundings.SHELL if SHELL.search(path) else Surroundings.CODE


def allows_unquoted(path: str) -> bool:
    """Whether a value may be a literal without quotes, also in examples."""
    bare = re.sub(r"(?i)[.-](?:example|sample|template|tmpl|tpl|dist|j2|erb)$", "", path)
    return bool(DATA.search(bare) or SHELL.search(bare)) and not bare.lower().endswith(QUOTED)
