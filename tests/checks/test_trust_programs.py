"""One verdict per program."""

from diagnosis_cases import CONTENT, diagnosed, the

from tlswizard.checks.check import OK, run
from tlswizard.checks.trust_programs import CHECK
from tlswizard.core.blocks import Conclusion, Rows, Table


def test_each_program_has_a_row_and_the_failing_one_comes_first():
    found = run(CHECK, diagnosed("two-stores"), CONTENT, {})
    table, _, why, reasons = found.evidence.blocks
    assert isinstance(table, Table)
    assert [str(cell) for cell in table.rows[0]] == [
        ".NET Framework, as a service", "machine", "✗ refuses (root, name)",
    ]  # fmt: skip
    assert [str(cell) for cell in table.rows[1]] == [
        ".NET Framework, started by you", "yours + machine", "✗ refuses (name)",
    ]  # fmt: skip
    assert the("two-stores").program == "dotnet-framework-service"
    assert table.foot == "by rules, not run here"
    assert isinstance(why, Conclusion)
    assert why.text == "Why .NET Framework, as a service and .NET Framework, started by you differ"
    assert isinstance(reasons, Rows)
    assert [label for label, _ in reasons.rows] == ["Another store"]


def test_it_states_no_cause_of_its_own():
    found = run(CHECK, diagnosed("missing-intermediate"), CONTENT, {})
    assert (found.outcome, found.evidence.word) == (OK, "0 of 2 accept")
