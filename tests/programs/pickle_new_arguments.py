"""`__getnewargs__` and its like are looked for in the class: an instance that has every attribute is not asked."""
import copy
import pickle


class Anything:
    def __init__(self, name):
        self.name = name

    def __getstate__(self):
        return (self.name,)

    def __setstate__(self, state):
        self.name, = state

    def __getattr__(self, name):
        print("asked for", name)
        return name


one = Anything("n")
for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
    print(protocol, pickle.loads(pickle.dumps(one, protocol)).name)
print(copy.copy(one).name)


class Own:
    def __init__(self):
        self.__getnewargs__ = self.__getnewargs_ex__ = lambda: 1 / 0


print(object.__reduce_ex__(Own(), 2)[1])


class Given(tuple):
    def __getnewargs__(self):
        return [1]


try:
    object.__reduce_ex__(Given(), 2)
except TypeError as error:
    print(error)
