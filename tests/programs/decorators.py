# Decorators: order, arguments, classes; functools' wraps is left to the library's tests.
def trace(word):
    print("made", word)

    def decorate(function):
        print("applied", word, function.__name__)

        def wrapper(*args, **kwargs):
            print("enter", word)
            try:
                return function(*args, **kwargs)
            finally:
                print("leave", word)

        wrapper.__name__ = function.__name__
        return wrapper

    return decorate


@trace("outer")
@trace("inner")
def add(a, b=2):
    return a + b


print(add(1), add(1, b=5), add.__name__)


class Register:
    def __init__(self):
        self.known = {}

    def __call__(self, name):
        def keep(thing):
            self.known[name] = thing
            return thing

        return keep


register = Register()


@register("square")
def square(x):
    return x * x


@register("class")
class Registered:
    pass


print(sorted(register.known), register.known["square"](4), register.known["class"] is Registered)


class Memo:
    def __init__(self, function):
        self.function, self.seen = function, {}

    def __call__(self, *key):
        if key not in self.seen:
            print("computing", key)
            self.seen[key] = self.function(*key)
        return self.seen[key]

    def __get__(self, instance, owner):
        return self if instance is None else lambda *args: self(instance, *args)


@Memo
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


print(fib(5), fib(5))


class Account:
    rate = 2

    def __repr__(self):
        return "Account"

    @Memo
    def times(self, n):
        return self.rate * n

    @property
    def doubled(self):
        return self.rate * 2

    @doubled.setter
    def doubled(self, value):
        self.rate = value // 2

    @doubled.deleter
    def doubled(self):
        del self.rate

    @classmethod
    def name(cls):
        return cls.__name__

    @staticmethod
    def free(x):
        return x


account = Account()
print(account.times(3), account.times(3), account.doubled, Account.name(), account.name(), Account.free(1))
account.doubled = 10
print(account.rate)
del account.doubled
print(account.rate)


@lambda function: function()
def called_at_once():
    return "its result"


print(called_at_once)
decorators = [trace("from a list")]


@decorators[0]
def subscripted():
    pass


try:

    @None
    def never():
        pass

except TypeError as error:
    print(error)
print("never" in globals())


def replace(cls):
    return type(cls.__name__ + "Plus", (cls,), {"added": lambda self: "added"})


@replace
class Original:
    pass


print(Original.__name__, Original.__mro__[1].__name__, Original().added())
print(Account.free.__name__, isinstance(vars(Account)["free"], staticmethod), vars(Account)["free"](3))
print(vars(Account)["name"].__func__.__name__, vars(Account)["name"].__wrapped__.__name__)
