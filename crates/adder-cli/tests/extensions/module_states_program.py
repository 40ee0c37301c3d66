import gc, types
import module_states as states

def attempt(f, *args):
    try:
        return f(*args)
    except Exception as error:
        return type(error).__name__, str(error), type(error.__cause__).__name__

spec = types.SimpleNamespace(name="made.of.spec")

# State: visited, cleared, freed when the module dies.
part = states.part(spec)
print(part.__name__, part.__doc__, part.executed, part.hold.__doc__)
part.hold([1])
del part
print(states.how_many_freed())
part = states.part(spec)
part.hold(part)
del part
print(states.how_many_freed(), gc.collect() > 0, states.how_many_freed())

for which in range(10):
    for size in 0, 8, -1:
        print(which, size, attempt(states.wrong, which, size, spec))
print(attempt(states.part, 3))

print(states.names([]))
print(states.found())

for type_ in states.Point, states.StaticPoint:
    *rest, point = states.fill(type_)
    print(rest, point, point.x, point.y, point.z, len(point), tuple(point), issubclass(type_, tuple), type_.__doc__)
    print(type_.n_fields, type_.n_sequence_fields, type_.n_unnamed_fields, type_.__match_args__, point == (0, 1000))
    print(type_((1, 2)), type_((1, 2, 3)).z, attempt(type_, (1,)), attempt(type_, (1, 2, 3, 4)), attempt(type_))
    point = type_(([], 2, []))
    point.x.append(point)
    del point
    print(gc.collect() > 0)
    point = type_((1, 2, []))
    point.z.append(point)
    del point
    print(gc.collect() > 0)
