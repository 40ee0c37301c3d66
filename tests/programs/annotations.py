# Annotations and type parameters, as far as 3.13 and 3.14 agree.
def attempt(action):
    try:
        print(action())
    except Exception as error:
        print(type(error).__name__, error)


def function(a: int, b: "text" = 1, *args: float, c: str = "x", **kwargs: dict) -> list:
    local: undefined_name = 5
    return local


print(function(1), function.__annotations__)


class Annotated:
    x: int
    y: str = "y"
    z: list[int] | None = None

    def method(self, a: "Annotated") -> "Annotated":
        return self


print(Annotated.__annotations__, hasattr(Annotated, "x"), Annotated.y, Annotated.method.__annotations__)
function.__annotations__ = {"replaced": 1}
print(function.__annotations__)
attempt(lambda: setattr(function, "__annotations__", 5))
attempt(lambda: (lambda x: x).__annotations__)


def identity[T](value: T) -> T:
    return value


print(identity(5), identity.__type_params__, identity.__type_params__[0].__name__)


class Stack[T]:
    def __init__(self):
        self.items: list[T] = []

    def push(self, item: T) -> None:
        self.items.append(item)

    def mapped[U](self, function) -> "Stack[U]":
        other = Stack[U]()
        for item in self.items:
            other.push(function(item))
        return other


s = Stack[int]()
s.push(1)
print(s.mapped(str).items, Stack.__type_params__, Stack[int], Stack.__parameters__)
print([base.__name__ for base in Stack.__mro__])


class Bounded[T: int, *Ts, **P]:
    pass


print([(type(p).__name__, p.__name__) for p in Bounded.__type_params__], Bounded.__type_params__[0].__bound__)


def constrained[T: (int, str)](value: T) -> T:
    return value


print(constrained.__type_params__[0].__constraints__)
type Alias = int | str
type Pair[T] = tuple[T, T]
type Recursive = list[Recursive] | int
print(Alias, type(Alias).__name__, Alias.__value__, Pair.__type_params__, Pair[int], Recursive.__name__, Recursive.__value__)
type Lazy = undefined_too
attempt(lambda: Lazy.__value__)
attempt(lambda: isinstance(1, Alias))
print(isinstance(1, int | str), isinstance([], int | None), issubclass(bool, int | str))
print(list[int], dict[str, list[int]], tuple[int, ...], type[int], list[int].__origin__, dict[str, int].__args__)
print(list[int]() == [], list[int] == list[int], hash(list[int]) == hash(list[int]), list[int].append)
attempt(lambda: isinstance([], list[int]))
attempt(lambda: list[int][int])
attempt(lambda: int[str])
T = identity.__type_params__[0]
print(list[T].__parameters__, list[T][int], dict[T, T][str])
print(int | None == None | int, (int | str).__args__, int | int)
attempt(lambda: int | 5)
attempt(lambda: "int" | None)
T = 5
print(T)
