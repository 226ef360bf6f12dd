"""A root goes where the refusing programs read."""

from diagnosis_cases import CONTENT, diagnosed, house, made, store

from tlswizard.core.edit import AddToStore
from tlswizard.diagnosis.diagnose import diagnose


def test_a_root_that_was_sent_is_offered_with_the_systems_own_commands():
    proven = diagnosed("untrusted-root").fix("add-root")
    assert proven is not None
    (edit,) = proven.fix.edits
    assert isinstance(edit, AddToStore)
    assert (edit.store, edit.certificate.title, edit.anchor) == ("linux-system", "Fabrikam Root CA", True)
    assert any("update-ca-certificates" in line for line in proven.fix.commands)
    assert any(line.startswith("sudo rm") for line in proven.fix.undo)
    assert proven.fix.who == "administrator"


def test_a_variables_file_that_is_the_systems_bundle_is_changed_by_the_systems_command():
    root, intermediate, leaf = house()
    same = [store("env:SSL_CERT_FILE", location="/f"), store("linux-system", location="/f")]
    proven = diagnose(made((leaf, intermediate, root), same), CONTENT, ("openssl",)).fix("add-root")
    assert proven is not None
    assert [edit.store for edit in proven.fix.edits if isinstance(edit, AddToStore)] == ["linux-system"]


def test_a_root_is_not_offered_where_it_is_trusted():
    assert diagnosed("expired").fix("add-root") is None
