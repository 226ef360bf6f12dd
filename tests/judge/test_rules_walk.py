"""Every rule and every kind of store has its test and its source."""

import importlib
import inspect
import re
from pathlib import Path

import pytest

from tlswizard import stores
from tlswizard.judge import rules
from tlswizard.stores.siblings import kinds

TESTS = Path(__file__).parents[1]
RULES = sorted(path.stem for path in Path(rules.__file__).parent.glob("*.py") if path.stem != "__init__")
STORES = sorted(kind.__name__.rpartition(".")[2] for kind in kinds())

SOURCE = re.compile(
    r"RFC \d+|NIST SP|\w\(\d\)|Microsoft|runtime source|measured|documentation|what Go, truststore"
)


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_its_test_and_its_source(rule: str):
    assert (TESTS / "judge" / f"test_{rule}_rule.py").is_file()
    module = importlib.import_module(f"tlswizard.judge.rules.{rule}")
    assert SOURCE.search(module.__doc__ or ""), "its docstring names no source"
    assert list(inspect.signature(module.faults).parameters) == ["route", "situation"]


@pytest.mark.parametrize("store", STORES)
def test_every_kind_of_store_has_its_test_its_source_and_its_verbs(store: str):
    assert (TESTS / "stores" / f"test_{store}_store.py").is_file()
    module = importlib.import_module(f"tlswizard.stores.{store}")
    assert SOURCE.search(module.__doc__ or ""), "its docstring names no source"
    assert all(callable(getattr(module, verb)) for verb in ("read", "adding", "removing"))
    assert module.PLATFORMS
    assert module.IDS


def test_all_of_them_are_walked():
    assert len(RULES) >= 11
    files = Path(stores.__file__).parent.glob("*.py")
    assert set(STORES) == {path.stem for path in files if "\ndef adding(" in path.read_text()}
    assert len(STORES) >= 20
