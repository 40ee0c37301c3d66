# Proxies behave as their object, until it is gone.
import weakref


class Number:
    def __init__(self, value):
        self.value = value

    def __add__(self, other):
        return self.value + other

    def __radd__(self, other):
        return other + self.value

    def __iadd__(self, other):
        self.value += other
        return self

    def __len__(self):
        return self.value

    def __getitem__(self, key):
        return (self.value, key)

    def __setitem__(self, key, value):
        self.value = value

    def __contains__(self, item):
        return item == self.value

    def __iter__(self):
        return iter([self.value])

    def __eq__(self, other):
        return self.value == other

    def __lt__(self, other):
        return self.value < other

    def __bool__(self):
        return self.value > 3

    def __str__(self):
        return f"number {self.value}"

    def __bytes__(self):
        return b"bytes"

    def __int__(self):
        return self.value

    __index__ = __int__

    def method(self):
        return type(self).__name__


number = Number(5)
proxy = weakref.proxy(number)
print(type(proxy) is weakref.ProxyType, isinstance(proxy, Number), proxy.__class__.__name__)
print(weakref.proxy(number) is proxy)
print(proxy + 1, 1 + proxy, len(proxy), proxy["k"], 5 in proxy, list(proxy), proxy == 5, proxy < 9, bool(proxy))
print(str(proxy), bytes(proxy), int(proxy), [0, 1, 2, 3, 4, "five"][proxy], proxy.method())
proxy[0] = 2
proxy.extra = "set"
print(number.value, number.extra, bool(proxy), hasattr(proxy, "nothing"))
del proxy.extra
print(hasattr(number, "extra"))
proxy += 10
print(type(proxy).__name__, number.value)
proxy = weakref.proxy(number)
try:
    hash(proxy)
except TypeError as error:
    print(error)
try:
    proxy.nothing
except AttributeError as error:
    print(error)
try:
    proxy()
except TypeError as error:
    print(error)


def function(a, b=2):
    return a + b


called = weakref.proxy(function)
print(type(called) is weakref.CallableProxyType, called(1), called(1, b=5), called.__name__)

gone = []
proxy = weakref.proxy(number, lambda p: gone.append("gone"))
del number
print(gone)
for use in (lambda: proxy.value, lambda: proxy + 1, lambda: len(proxy), lambda: str(proxy), lambda: bool(proxy), lambda: list(proxy)):
    try:
        use()
    except ReferenceError as error:
        print(type(error).__name__, error)
print("weakproxy" in repr(proxy), "NoneType" in repr(proxy))
kept = Number(1)
print(repr(weakref.ref(kept)).split("'")[1], repr(weakref.proxy(kept)).split("'")[1])
try:
    weakref.proxy(5)
except TypeError as error:
    print(error)
