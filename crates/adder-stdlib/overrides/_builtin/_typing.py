"""The module _typing: type parameters, aliases of types, Generic.

Names that begin with `_syntax` are called by compiled code, where a program writes `def f[T]`, `class C[T]` or `type A = …`.
"""
import sys as _sys

Union = type(int | str)

# annotationlib.Format
_VALUE = 1
_STRING = 4


def _idfunc(x):
    return x


def _typing_module():
    import typing

    return typing


def _check_type(value, message):
    return _typing_module()._type_check(value, message)


def _union(left, right):
    return Union[left, right]


def _caller():
    """The module of the code that calls the caller: where a type parameter is made."""
    return _sys._getframe(2).f_globals.get("__name__")


def _final(cls):
    """No program may derive from the class."""

    def refuse(cls):
        raise TypeError(f"type 'typing.{cls.__base__.__name__}' is not an acceptable base type")

    cls.__init_subclass__ = classmethod(refuse)
    cls.__module__ = "typing"
    return cls


class _Unset:
    """What stands where something was not given, and None may be meant."""


_UNSET = _Unset()


class NoDefaultType:
    """The type of NoDefault."""

    __slots__ = ()

    def __new__(cls, *args, **kwargs):
        if args or kwargs:
            raise TypeError("NoDefaultType takes no arguments")
        return NoDefault

    def __init_subclass__(cls):
        raise TypeError("type 'NoDefaultType' is not an acceptable base type")

    def __repr__(self):
        return "typing.NoDefault"

    def __reduce__(self):
        return "NoDefault"


NoDefaultType.__module__ = "typing"
NoDefault = object.__new__(NoDefaultType)


class _ConstEvaluator:
    """Computes a value that is known already."""

    __slots__ = ("_value",)

    def __init__(self, value):
        self._value = value

    def __call__(self, format=_VALUE, /):
        if format == _STRING:
            from annotationlib import type_repr

            if isinstance(self._value, tuple):
                inner = ", ".join(map(type_repr, self._value))
                return f"({inner},)" if len(self._value) == 1 else f"({inner})"
            return type_repr(self._value)
        return self._value

    def __repr__(self):
        return f"<constevaluator {self._value!r}>"


class _Lazy:
    """A value, or the function that computes it the first time it is asked for."""

    __slots__ = ("value", "evaluate")

    def __init__(self, value=_UNSET, evaluate=None):
        self.value = value
        self.evaluate = evaluate

    def get(self, absent):
        if self.value is _UNSET:
            if self.evaluate is None:
                return absent
            self.value = self.evaluate(_VALUE)
        return self.value

    def evaluator(self):
        if self.evaluate is not None:
            return self.evaluate
        return None if self.value is _UNSET or self.value is NoDefault else _ConstEvaluator(self.value)

    def __bool__(self):
        return self.evaluate is not None or (self.value is not _UNSET and self.value is not NoDefault)


def _name_of(kind, name):
    if not isinstance(name, str):
        raise TypeError(f"{kind}() argument 'name' must be str, not {type(name).__name__}")
    return name


def _variance(covariant, contravariant, infer_variance):
    covariant, contravariant, infer_variance = bool(covariant), bool(contravariant), bool(infer_variance)
    if covariant and contravariant:
        raise ValueError("Bivariant types are not supported.")
    if infer_variance and (covariant or contravariant):
        raise ValueError("Variance cannot be specified with infer_variance.")
    return covariant, contravariant, infer_variance


class _Parameter:
    """What all type parameters have."""

    __slots__ = ("_name", "_default", "__dict__", "__weakref__")

    @property
    def __name__(self):
        return self._name

    @property
    def __default__(self):
        return self._default.get(NoDefault)

    @property
    def evaluate_default(self):
        return self._default.evaluator()

    def has_default(self):
        return bool(self._default)

    def __reduce__(self):
        return self._name

    def __mro_entries__(self, bases):
        raise TypeError(f"Cannot subclass an instance of {type(self).__name__}")


class _Variant(_Parameter):
    """What type variables and parameter specifications share: variance, a bound, unions."""

    __slots__ = ("_bound", "_covariant", "_contravariant", "_infer_variance")

    @property
    def __bound__(self):
        return self._bound.get(None)

    @property
    def __covariant__(self):
        return self._covariant

    @property
    def __contravariant__(self):
        return self._contravariant

    @property
    def __infer_variance__(self):
        return self._infer_variance

    def __or__(self, other):
        return _union(self, other)

    def __ror__(self, other):
        return _union(other, self)

    def __repr__(self):
        if self._infer_variance:
            return self._name
        return ("+" if self._covariant else "-" if self._contravariant else "~") + self._name


@_final
class TypeVar(_Variant):
    """A type variable."""

    __slots__ = ("_constraints",)

    def __new__(
        cls, name, *constraints, bound=None, default=NoDefault, covariant=False, contravariant=False, infer_variance=False
    ):
        _name_of("typevar", name)
        variance = _variance(covariant, contravariant, infer_variance)
        if bound is not None:
            bound = _check_type(bound, "Bound must be a type.")
        if len(constraints) == 1:
            raise TypeError("A single constraint is not allowed")
        if constraints and bound is not None:
            raise TypeError("Constraints cannot be combined with bound=...")
        constraints = tuple(_check_type(one, "TypeVar(name, constraint, ...): constraints must be types.")
                            for one in constraints)
        return _typevar(
            name,
            _Lazy() if bound is None else _Lazy(bound),
            _Lazy(constraints) if constraints else _Lazy(),
            _Lazy(default),
            variance,
            _caller(),
        )

    @property
    def __constraints__(self):
        return self._constraints.get(())

    @property
    def evaluate_bound(self):
        return self._bound.evaluator()

    @property
    def evaluate_constraints(self):
        return self._constraints.evaluator()

    def __typing_subst__(self, arg, /):
        return _typing_module()._typevar_subst(self, arg)

    def __typing_prepare_subst__(self, alias, args, /):
        # A sequence of any kind: `typing` gives tuples and lists.
        at = alias.__parameters__.index(self)
        if at < len(args):
            return args
        if at == len(args) and self.has_default():
            return args + type(args)((self.__default__,))
        raise TypeError(f"Too few arguments for {alias}; actual {len(args)}, expected at least {at + 1}")


def _typevar(name, bound, constraints, default, variance, module):
    made = object.__new__(TypeVar)
    made._name = name
    made._bound = bound
    made._constraints = constraints
    made._default = default
    made._covariant, made._contravariant, made._infer_variance = variance
    if module is not None:
        made.__module__ = module
    return made


class _ParamSpecPart:
    """What ParamSpecArgs and ParamSpecKwargs share."""

    __slots__ = ("_origin", "__weakref__")

    def __new__(cls, origin):
        made = object.__new__(cls)
        made._origin = origin
        return made

    @property
    def __origin__(self):
        return self._origin

    def __repr__(self):
        origin = self._origin
        shown = origin.__name__ if isinstance(origin, ParamSpec) else repr(origin)
        return f"{shown}.{self._suffix}"

    def __eq__(self, other):
        return self._origin == other._origin if isinstance(other, type(self)) else NotImplemented

    __hash__ = None

    def __mro_entries__(self, bases):
        raise TypeError(f"Cannot subclass an instance of {type(self).__name__}")


@_final
class ParamSpecArgs(_ParamSpecPart):
    """The positional arguments of a parameter specification: P.args."""

    __slots__ = ()
    _suffix = "args"


@_final
class ParamSpecKwargs(_ParamSpecPart):
    """The keyword arguments of a parameter specification: P.kwargs."""

    __slots__ = ()
    _suffix = "kwargs"


@_final
class ParamSpec(_Variant):
    """A parameter specification."""

    __slots__ = ()

    def __new__(
        cls, name, *, bound=None, default=NoDefault, covariant=False, contravariant=False, infer_variance=False
    ):
        _name_of("paramspec", name)
        variance = _variance(covariant, contravariant, infer_variance)
        if bound is not None:
            bound = _check_type(bound, "Bound must be a type.")
        return _paramspec(name, _Lazy() if bound is None else _Lazy(bound), _Lazy(default), variance, _caller())

    @property
    def args(self):
        return ParamSpecArgs(self)

    @property
    def kwargs(self):
        return ParamSpecKwargs(self)

    def __typing_subst__(self, arg, /):
        return _typing_module()._paramspec_subst(self, arg)

    def __typing_prepare_subst__(self, alias, args, /):
        return _typing_module()._paramspec_prepare_subst(self, alias, args)


def _paramspec(name, bound, default, variance, module):
    made = object.__new__(ParamSpec)
    made._name = name
    made._bound = bound
    made._default = default
    made._covariant, made._contravariant, made._infer_variance = variance
    if module is not None:
        made.__module__ = module
    return made


@_final
class TypeVarTuple(_Parameter):
    """A type variable for any number of types."""

    __slots__ = ()

    def __new__(cls, name, *, default=NoDefault):
        return _typevartuple(_name_of("typevartuple", name), _Lazy(default), _caller())

    def __repr__(self):
        return self._name

    def __iter__(self):
        return iter((_typing_module().Unpack[self],))

    def __typing_subst__(self, arg, /):
        raise TypeError("Substitution of bare TypeVarTuple is not supported")

    def __typing_prepare_subst__(self, alias, args, /):
        return _typing_module()._typevartuple_prepare_subst(self, alias, args)


def _typevartuple(name, default, module):
    made = object.__new__(TypeVarTuple)
    made._name = name
    made._default = default
    if module is not None:
        made.__module__ = module
    return made


@_final
class TypeAliasType:
    """An alias of a type, as the statement `type` makes it."""

    __slots__ = ("_name", "_value", "_type_params", "__dict__", "__weakref__")

    def __new__(cls, name, value, *, type_params=()):
        _name_of("typealias", name)
        if not isinstance(type_params, tuple):
            raise TypeError("type_params must be a tuple")
        default_seen = False
        for one in type_params:
            if not isinstance(one, (TypeVar, ParamSpec, TypeVarTuple)):
                raise TypeError(f"Expected a type param, got {one!r}")
            if one.has_default():
                default_seen = True
            elif default_seen:
                raise TypeError(f"non-default type parameter '{one!r}' follows default type parameter")
        return _typealias(name, type_params, _Lazy(value), _caller())

    @property
    def __name__(self):
        return self._name

    @property
    def __value__(self):
        return self._value.get(None)

    @property
    def evaluate_value(self):
        return self._value.evaluator() or _ConstEvaluator(self.__value__)

    @property
    def __type_params__(self):
        return self._type_params

    @property
    def __parameters__(self):
        # A TypeVarTuple stands for several, and so with its star.
        found = []
        for one in self._type_params:
            if isinstance(one, TypeVarTuple):
                found.extend(one)
            else:
                found.append(one)
        return tuple(found)

    def __repr__(self):
        return self._name

    def __reduce__(self):
        return self._name

    def __getitem__(self, item):
        if not self._type_params:
            raise TypeError("Only generic type aliases are subscriptable")
        from types import GenericAlias

        return GenericAlias(self, item)

    def __iter__(self):
        return iter((_typing_module().Unpack[self],))

    def __or__(self, other):
        return _union(self, other)

    def __ror__(self, other):
        return _union(other, self)


def _typealias(name, type_params, value, module):
    made = object.__new__(TypeAliasType)
    made._name = name
    made._type_params = type_params
    made._value = value
    made.__module__ = module
    return made


class Generic:
    """The base of generic classes."""

    __slots__ = ()

    @classmethod
    def __class_getitem__(cls, *args, **kwargs):
        return _typing_module()._generic_class_getitem(cls, *args, **kwargs)

    @classmethod
    def __init_subclass__(cls, *args, **kwargs):
        return _typing_module()._generic_init_subclass(cls, *args, **kwargs)


Generic.__module__ = "typing"

_INFERRED = (False, False, True)


def _syntax_typevar(name):
    return _typevar(name, _Lazy(), _Lazy(), _Lazy(), _INFERRED, _caller())


def _syntax_typevar_bound(name, evaluate):
    return _typevar(name, _Lazy(evaluate=evaluate), _Lazy(), _Lazy(), _INFERRED, _caller())


def _syntax_typevar_constraints(name, evaluate):
    return _typevar(name, _Lazy(), _Lazy(evaluate=evaluate), _Lazy(), _INFERRED, _caller())


def _syntax_paramspec(name):
    return _paramspec(name, _Lazy(), _Lazy(), _INFERRED, _caller())


def _syntax_typevartuple(name):
    return _typevartuple(name, _Lazy(), _caller())


def _syntax_default(parameter, evaluate):
    parameter._default = _Lazy(evaluate=evaluate)
    return parameter


def _syntax_alias(name, type_params, evaluate):
    return _typealias(name, type_params or (), _Lazy(evaluate=evaluate), _caller())


def _syntax_generic(parameters):
    """The base of a class with type parameters: a TypeVarTuple is opened."""
    opened = []
    for one in parameters:
        if isinstance(one, TypeVarTuple):
            opened.extend(one)
        else:
            opened.append(one)
    return _typing_module()._GenericAlias(Generic, tuple(opened))
