"""Whether a root is one of the organisation's own, by the fingerprints that its site.yaml lists."""

from tlswizard.content.site import Site
from tlswizard.core.blocks import Cell, Mark
from tlswizard.core.certificate import Certificate

LABEL = "Your organisation"


def known(site: Site, certificate: object) -> tuple[tuple[str, Cell], ...]:
    """One row, or none: where the organisation lists nothing, and for what is no root, nothing can be said.

    A name alone says nothing: everybody can make a root of any name.
    """
    if not site.roots or not isinstance(certificate, Certificate) or not certificate.names_itself:
        return ()
    if name := site.roots.get(certificate.sha256):
        return ((LABEL, Cell(f"site.yaml lists this very fingerprint, as “{name}”", Mark.FINE)),)
    count = len(site.roots)
    others = f"is none of the {count} roots" if count > 1 else "is not the one root"
    return ((LABEL, Cell(f"this fingerprint {others} that site.yaml lists", Mark.WARNING)),)
