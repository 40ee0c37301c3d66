# Aliases of generic types that get their arguments: `typing` gives tuples and lists of them to the variables.
from typing import Annotated, Any, Callable, Dict, Generic, List, ParamSpec, Tuple, TypeVar, TypeVarTuple

T = TypeVar("T")
S = TypeVar("S")
D = TypeVar("D", default=int)
P = ParamSpec("P")
Ts = TypeVarTuple("Ts")


class One(Generic[T]):
    pass


class Two(Generic[T, S]):
    pass


class Defaulted(Generic[T, D]):
    pass


class Called(Generic[T, P]):
    pass


class OnlyP(Generic[P]):
    pass


class Many(Generic[T, *Ts]):
    pass


for work in (
    lambda: List[T][int],
    lambda: Tuple[T, S][int, str],
    lambda: Dict[T, S][int, str],
    lambda: One[T][int],
    lambda: One[List[T]][Any],
    lambda: Two[int],
    lambda: Two[T, bool][int],
    lambda: Defaulted[str],
    lambda: Defaulted[T][str] if False else Defaulted[str, bytes],
    lambda: Annotated[T, 5][int],
    lambda: list[T][int],
    lambda: dict[T, S][int, str],
    lambda: dict[T, S][int],
    lambda: tuple[T, ...][int],
    lambda: Callable[[T], S][int, str],
    lambda: Callable[P, T][[int, str], bool],
    lambda: Called[int, [int, str]],
    lambda: Called[int, P][[str]],
    lambda: OnlyP[int, str],
    lambda: OnlyP[[int, str]],
    lambda: Many[int, str, float],
    lambda: Many[T, *Ts][int],
    lambda: tuple[*Ts][int, str],
    lambda: One[()],
    lambda: S.__typing_prepare_subst__(Two, [1]),
    lambda: S.__typing_prepare_subst__(Two, ()),
    lambda: T.__typing_prepare_subst__(One, [1, 2]),
    lambda: D.__typing_prepare_subst__(Defaulted, (1,)),
):
    try:
        print(work())
    except Exception as error:
        print(type(error).__name__, error)
