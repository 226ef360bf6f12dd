from tlswizard.lab.exercise import Bench, exercise
from tlswizard.lab.world import Scene


@exercise(
    title="The intermediate is in your store only",
    asked="https://orders.contoso.example",
    expects=("missing-intermediate", "intermediate-user-only"),
    program="dotnet-framework-service",
    message="The remote certificate is invalid according to the validation procedure",
)
def intermediate_in_user_store(bench: Bench) -> Scene:
    """Both lists of trusted roots hold the root, yet the service fails. The server sends its own
    certificate alone; programs of the user find the intermediate in the user's store, the service has
    only the machine's.

    Contoso Root CA -> Contoso Subordinate CA -> orders.contoso.example
    """
    root = bench.root("Contoso Root CA", org="Contoso")
    subordinate = root.intermediate("Contoso Subordinate CA")
    leaf = subordinate.leaf(["orders.contoso.example"])
    return Scene(
        computer=bench.windows(user_root=[root], machine_root=[root], user_ca=[subordinate]),
        sends=(leaf,),
        names={"orders.contoso.example": "10.1.2.30"},
    )
