# What hangs together with a module's names is collected at the end while the names are still there.
import atexit
import types


def helper():
    return "there is a helper"


class Ends:
    def __init__(self, name):
        self.name = name
        self.itself = self

    def close(self):
        return helper()

    def __del__(self):
        print(self.name, self.close())


first = Ends("a name of the program")
made = types.ModuleType("made")
exec("def tell(): return kept\nkept = 5\nclass Other:\n def __del__(self): print('other', tell())", made.__dict__)
made.other = made.Other()
made.other.itself = made.other
first.module = made
atexit.register(print, "at exit")
