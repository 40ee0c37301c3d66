# The order in which things die.
import gc

gc.disable()


class Loud:
    def __init__(self, name, *parts):
        self.name = name
        self.parts = parts

    def __del__(self):
        print("del", self.name)


def locals_in_order():
    first = Loud("local 1")
    second = Loud("local 2")
    third = Loud("local 3")
    print("leaving")


locals_in_order()


def arguments(a, b, c=None):
    print("in arguments")


arguments(Loud("argument 1"), Loud("argument 2"), c=Loud("argument 3"))

print("a list")
things = [Loud("item 1"), Loud("item 2"), Loud("item 3")]
del things
print("a tuple")
things = (Loud("item 1"), Loud("item 2"), Loud("item 3"))
del things
print("a dict")
things = {Loud("key 1"): Loud("value 1"), Loud("key 2"): Loud("value 2")}
del things
print("attributes")
thing = Loud("owner")
thing.a, thing.b = Loud("attribute a"), Loud("attribute b")
del thing
print("an owner before its parts")
thing = Loud("outer", Loud("inner", Loud("innermost")))
del thing

print("rebinding: the new one is made first")
thing = Loud("old")
thing = Loud("new")
del thing
print("slice assignment")
things = [Loud("s1"), Loud("s2"), Loud("s3")]
things[0:2] = [1]
print("then")
things[:] = []
print("list methods")
things = [Loud("p1"), Loud("p2"), Loud("p3"), Loud("p4")]
things.pop()
print("popped")
things.remove(things[0])
print("removed")
del things[0]
print("deleted")
things.clear()
print("dict methods")
table = {"a": Loud("t1"), "b": Loud("t2"), "c": Loud("t3")}
table["a"] = 1
print("stored over")
table.pop("b")
print("popped")
table.update(c=2)
print("updated")

print("unpacking")
a, b = Loud("u1"), Loud("u2")
a, b = b, a
print("swapped", a.name, b.name)
a = b = None
print("a loop")
for thing in [Loud("x"), Loud("y")]:
    print("body", thing.name)
del thing
print("a comprehension")
print([one.name for one in [Loud("m"), Loud("n")]])


def generator():
    held = Loud("in the generator")
    yield 1
    yield 2


print("a generator")
running = generator()
next(running)
del running
print("a recursive structure")
chain = None
for number in range(4):
    chain = Loud(number, chain)
del chain
print("del in an expression")
print(len([Loud("temporary")]))
Loud("alone")
print((Loud("left"), Loud("right"))[1].name)
lambda_holds = (lambda held: lambda: held.name)(Loud("closed over"))
print(lambda_holds())
del lambda_holds
print("an exception")
try:
    raise ValueError(Loud("in the arguments"))
except ValueError as error:
    print("caught")
print("after the handler")
print("end: what is left of the module dies too")
left_over = Loud("left over")
