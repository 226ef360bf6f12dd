"""One verdict per program."""

from diagnosis_cases import CONTENT, diagnosed, the

from tlswizard.checks.check import OK, run
from tlswizard.checks.trust_programs import CHECK
from tlswizard.core.blocks import Table


def test_each_program_has_a_row_and_the_failing_one_comes_first():
    found = run(CHECK, diagnosed("two-stores"), CONTENT, {})
    (table,) = found.evidence.blocks
    assert isinstance(table, Table)
    assert [str(cell) for cell in table.rows[0]] == [
        ".NET Framework, as a service", "machine", "✗ refuses (root, name)",
    ]  # fmt: skip
    assert [str(cell) for cell in table.rows[1]] == [
        ".NET Framework, started by you", "yours + machine", "✗ refuses (name)",
    ]  # fmt: skip
    assert the("two-stores").program == "dotnet-framework-service"
    assert "judged by rules" in table.foot


def test_it_states_no_cause_of_its_own():
    found = run(CHECK, diagnosed("missing-intermediate"), CONTENT, {})
    assert (found.outcome, found.evidence.word) == (OK, "0 of 2 accept")
