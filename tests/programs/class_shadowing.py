# An instance gets an attribute that its class has too, after other instances had none of that name.
class Mode:
    reading = False
    writing = False

    def __init__(self, mode):
        if mode == "r":
            self.reading = True
        elif mode == "w":
            self.writing = True

    def kind(self):
        if self.reading:
            return "reader"
        return "writer" if self.writing else "none"


for mode in "wrrw-":
    print(mode, Mode(mode).kind())


class Derived(Mode):
    pass


for mode in "rw":
    print(mode, Derived(mode).kind())


class Called:
    def run(self):
        return "method"


def call(x):
    return x.run()


first, second = Called(), Called()
print(call(first), call(second))
second.run = lambda: "own"
print(call(first), call(second))
