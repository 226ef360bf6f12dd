from tlswizard.lab.exercise import Bench, exercise
from tlswizard.lab.world import Scene


@exercise(
    title="Fine for you, refused for the service",
    asked="https://jsanders4",
    expects=("root-user-only", "name-mismatch"),
    program="dotnet-framework-service",
    message="The remote certificate is invalid according to the validation procedure",
)
def two_stores(bench: Bench) -> Scene:
    """Somebody installed the root, and since then the browser is content: it reads the user's list of
    trusted roots. The web service still fails, because a service reads the machine's list, and there
    the root is missing. The name that the service asks for is not on the certificate either.

    Contoso Root CA -> Contoso Subordinate CA -> jsanders4.northamerica.corp.example
    """
    root = bench.root("Contoso Root CA", org="Contoso")
    subordinate = root.intermediate("Contoso Subordinate CA")
    leaf = subordinate.leaf(["jsanders4.northamerica.corp.example"])
    return Scene(
        computer=bench.windows(user_root=[root]),
        sends=(leaf, subordinate),
        names={"jsanders4": "10.1.2.3", "jsanders4.northamerica.corp.example": "10.1.2.3"},
    )
