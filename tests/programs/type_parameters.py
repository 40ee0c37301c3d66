"""Type parameters: what they are asked, and what they refuse."""
import copy
import pickle
from typing import Generic, NoDefault, ParamSpec, TypeAliasType, TypeVar, TypeVarTuple

T = TypeVar("T")
Plus = TypeVar("Plus", covariant=True)
Minus = TypeVar("Minus", contravariant=True)
Bound = TypeVar("Bound", bound=int)
Choice = TypeVar("Choice", str, bytes)
P = ParamSpec("P")
Ts = TypeVarTuple("Ts")

for one in (T, Plus, Minus, Bound, Choice):
    print(one, one.__name__, one.__bound__, one.__covariant__, one.__contravariant__, one.__infer_variance__)
print(Choice.__constraints__, T.__constraints__, T.__default__, T.has_default(), Ts, list(Ts))
print(P.args, P.kwargs, P.args == P.args, P.args != P.kwargs, P.args.__origin__ is P)
print(copy.copy(T) is T, pickle.loads(pickle.dumps(T)) is T, T.__module__)


def first[*Rest, **Q, S: (int, str) = int](x: S) -> S:
    return x


Rest, Q, S = first.__type_params__
print(S, S.__constraints__, S.__default__, S.has_default(), S.__infer_variance__, Rest, Q, type(Q).__name__)


def bounded[B: undefined_yet](): ...


(B,) = bounded.__type_params__
try:
    B.__bound__
except NameError as error:
    print(error)
undefined_yet = float
print(B.__bound__)


class Box[V]:
    def get(self) -> V: ...


print(Box.__type_params__, Box.__orig_bases__, Box.__parameters__, Box[int], issubclass(Box, Generic))

type Pair[K] = tuple[K, K]
type Lazy = not_there_yet
print(Pair, Pair.__type_params__, Pair.__value__, Pair[int], Pair[int].__origin__)
try:
    Lazy.__value__
except NameError as error:
    print(error)
not_there_yet = int
print(Lazy.__value__, Lazy.__name__, Lazy.__module__)

for wrong in (
    lambda: TypeVar("X", int),
    lambda: TypeVar("X", int, str, bound=int),
    lambda: TypeVar("X", covariant=True, contravariant=True),
    lambda: TypeVar("X", covariant=True, infer_variance=True),
    lambda: TypeVar(1),
    lambda: type("Sub", (TypeVar,), {}),
    lambda: Ts.__typing_subst__(int),
    lambda: TypeAliasType("X", int)[int],
    lambda: TypeAliasType("X", int, type_params=3),
    lambda: type(NoDefault)(1),
):
    try:
        print(wrong())
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
