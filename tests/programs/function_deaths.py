# In which order a function lets go of what it holds.
class Dies:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("del", self.name)


def make():
    held = Dies("closure")

    def f(a=Dies("default"), *, b=Dies("keyword default")):
        return held

    f.attribute = Dies("attribute")
    f.__doc__ = Dies("documentation")
    f.__annotations__ = {"a": Dies("annotation")}
    return f


f = make()
del f
print("end")
