"""What stands behind the words of a playbook here: values, and how this organisation calls its teams."""

from collections.abc import Mapping
from dataclasses import dataclass

from tlswizard.content.site import Site
from tlswizard.playbook.texts import fill
from tlswizard.report import sections


@dataclass(frozen=True, slots=True)
class Words:
    values: Mapping[str, str]
    site: Site

    def text(self, text: str) -> str:
        """`text` with its `{references}` filled in."""
        return fill(text, self.values)

    def who(self, id_: str) -> str:
        """Who acts; of what is no such word, the text itself."""
        return self.site.give_to.get(id_) or sections.who(self.text(id_))
