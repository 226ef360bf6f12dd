from datetime import timedelta

from tlswizard.lab.exercise import Bench, exercise
from tlswizard.lab.world import Scene


@exercise(
    title="The clock is wrong, not the certificate",
    asked="https://files.contoso.example",
    expects=("clock-wrong",),
    program="dotnet-framework-service",
    message="The remote certificate is invalid according to the validation procedure",
)
def clock_wrong(bench: Bench) -> Scene:
    """To this computer the certificate is from the future: its clock is 400 days behind, as after a dead
    battery or an old snapshot. Other computers have no trouble, and the server tells the right time.

    Contoso Root CA -> Contoso Subordinate CA -> files.contoso.example
    """
    root = bench.root("Contoso Root CA", org="Contoso")
    subordinate = root.intermediate("Contoso Subordinate CA")
    leaf = subordinate.leaf(["files.contoso.example"])
    return Scene(
        computer=bench.windows(machine_root=[root], clock_off=timedelta(days=-400)),
        sends=(leaf, subordinate),
        names={"files.contoso.example": "10.1.2.40"},
    )
