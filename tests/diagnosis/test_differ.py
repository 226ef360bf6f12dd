"""Why two programs differ: the store, the rule, or the chain."""

from diagnosis_cases import CONTENT, diagnosed, observed

from tlswizard.core.blocks import Conclusion, Mark, Rows
from tlswizard.core.finding import ClientVerdict, Diagnosis
from tlswizard.diagnosis.diagnose import diagnose
from tlswizard.diagnosis.differ import differences, why, why_different


def client(told: Diagnosis, id_: str) -> ClientVerdict:
    found = told.client(id_)
    assert found is not None
    return found


def test_the_store_that_makes_the_difference_is_named():
    told = diagnosed("two-stores")
    service, mine = client(told, "dotnet-framework-service"), client(told, "dotnet-framework")
    (found,) = [d for d in differences(told, service, mine) if d.fault.cause == "untrusted-root"]
    assert (found.why, found.refusing) == ("store", service.title)
    assert "finds “Fabrikam Root CA” in" in found.because or "finds “" in found.because
    assert service.title in found.because


def test_the_pair_that_one_wonders_about_need_not_hold_one_that_accepts():
    head, rows = why_different(diagnosed("two-stores"))
    assert isinstance(head, Conclusion)
    assert "as a service and .NET Framework, started by you differ" in head.text
    assert isinstance(rows, Rows)
    assert [label for label, _ in rows.rows] == ["Another store"]


def test_both_mind_the_name_so_it_makes_no_difference():
    told = diagnosed("two-stores")
    service, mine = client(told, "dotnet-framework-service"), client(told, "dotnet-framework")
    assert {d.fault.cause for d in differences(told, service, mine)} == {"untrusted-root"}


def test_an_intermediate_in_a_store_that_the_other_does_not_read():
    told = diagnosed("missing-intermediate")
    python, dotnet = client(told, "python"), client(told, "dotnet")
    (found,) = differences(told, python, dotnet)
    assert found.why == "store"
    assert "Fabrikam Issuing CA" in found.because
    (head, rows) = why_different(told)
    assert isinstance(head, Conclusion)
    assert isinstance(rows, Rows)
    assert rows.rows[0][0] == "Another store"


def test_a_rule_that_only_one_of_them_has():
    case = observed("short-name")
    told = diagnose(case, CONTENT, ("python", "dotnet"))
    both = [c for c in told.clients if c.verdict.result == "refuse"]
    assert both
    answer = why(told, both[0], both[0])
    assert isinstance(answer[0], Conclusion)
    assert "do not differ" in answer[0].text


def test_what_was_not_judged_is_never_explained():
    told = diagnose(observed("untrusted-root"), CONTENT, ("python", "java-17"))
    (answer,) = why(told, client(told, "python"), client(told, "java-17"))
    assert isinstance(answer, Conclusion)
    assert answer.mark is Mark.NOT_CHECKED
    assert "was not judged" in answer.text


def test_what_may_lie_behind_a_store_that_was_not_looked_at_is_said():
    told = diagnose(observed("short-name"), CONTENT, ("python", "java-17"))
    *_, last = why(told, client(told, "python"), client(told, "java-17"))
    assert isinstance(last, Conclusion)
    assert last.mark is Mark.NOT_CHECKED
    assert "its own store" in last.text
