"""What playbooks are proven against: the declarations of the real checks and fixes."""

from tlswizard.checks.check import outcomes
from tlswizard.checks.siblings import all_checks
from tlswizard.content.library import Content
from tlswizard.playbook.declared import CheckDeclared, Declared, FixDeclared


def declared(content: Content) -> Declared:
    return Declared(
        checks={
            id_: CheckDeclared(id_, outcomes(check, content), check.parameters, check.fields)
            for id_, check in all_checks().items()
        },
        fixes={
            id_: FixDeclared(id_, dict.fromkeys(fix.parameters, "text"))
            for id_, fix in content.fixes.items()
            if id_ != "manual"
        },
        causes=frozenset(content.causes),
        facts=frozenset(content.site.facts),
    )
