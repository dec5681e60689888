"""What operators read about a handled mail."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Formatter

import pytest

from mailer.model.inbound import Done, Folder, Result

MODULES = sorted((Path(__file__).parents[3] / "mailer").rglob("*.py"))


def results() -> Iterator[tuple[str, Done, set[str]]]:
    """Every result in the code: its place, what was done, and the names of its details."""
    for path in MODULES:
        module = ast.parse(path.read_text(encoding="utf-8"))
        shared = {
            made.name: made.body[-1].value
            for made in module.body
            if isinstance(made, ast.FunctionDef) and isinstance(made.body[-1], ast.Return)
        }
        for node in ast.walk(module):
            if isinstance(node, ast.Call) and node.args:
                for done in values_in(node.args[0]):
                    yield f"{path.name}:{node.lineno}", done, details_of(node, shared)


def values_in(argument: ast.expr) -> list[Done]:
    branches = [argument.body, argument.orelse] if isinstance(argument, ast.IfExp) else [argument]
    return [Done[name.removeprefix("Done.")] for name in map(ast.unparse, branches) if name.startswith("Done.")]


def details_of(call: ast.Call, shared: Mapping[str, ast.expr | None]) -> set[str]:
    """``shared``: what the functions of the module return, for details that several results have."""
    written = {name for argument in call.args[1:] for name in names_in(argument, shared)}
    return written | {keyword.arg for keyword in call.keywords if keyword.arg not in (None, "folder")}


def names_in(argument: ast.expr | None, shared: Mapping[str, ast.expr | None]) -> set[str]:
    if isinstance(argument, ast.Call) and isinstance(argument.func, ast.Name):
        return names_in(shared.get(argument.func.id), {})
    if not isinstance(argument, ast.Dict):
        return set()
    inner = {
        name
        for key, value in zip(argument.keys, argument.values, strict=True)
        if key is None
        for name in names_in(value, shared)
    }
    return inner | {str(key.value) for key in argument.keys if isinstance(key, ast.Constant)}


@pytest.mark.parametrize("done", Done)
def test_every_value_has_words_of_one_line(done: Done) -> None:
    assert len(done.value.splitlines()) == 1


def test_every_value_is_used_by_a_handler() -> None:
    assert {done for _, done, _ in results()} == set(Done)


def test_every_result_has_the_details_that_its_words_name() -> None:
    for place, done, details in results():
        named = {name for _, name, _, _ in Formatter().parse(done.value) if name}
        assert (place, done, details) == (place, done, named)


def test_a_result_says_its_details() -> None:
    result = Result(Done.LEFT, {"what": "nmb, d-liaison"})
    assert (result.words, result.folder) == ("left nmb, d-liaison", Folder.PROCESSED)


def test_D1_words_of_a_stranger_are_never_compiled() -> None:
    result = Result(Done.IGNORED, {"reason": "{done.__class__} {0}"})
    assert result.words == "{done.__class__} {0}"
