"""The scenes of orders_against_cpython.rs, played by CPython: prints what happens, in order."""
import gc
import weakref


class Node:
    __slots__ = ("name", "next", "other", "hook", "__weakref__")

    def __init__(self, name, hook=None):
        self.name = name
        self.next = self.other = None
        self.hook = hook

    def __del__(self):
        print("del", self.name)
        if self.hook:
            self.hook(self)


kept = []


def answers(ref):
    return "answers" if ref() is not None else "is dead"


def watch(node, name):
    return weakref.ref(node, lambda ref: print("callback", name, answers(ref)))


def ring(*nodes):
    for a, b in zip(nodes, nodes[1:] + nodes[:1]):
        a.next = b


def keep(node):
    kept.append(node)


def death_by_count():
    a = Node("a", lambda this: print("in del", answers(plain)))
    plain = weakref.ref(a)
    w1, w2, w3 = watch(a, "1"), watch(a, "2"), watch(a, "3")
    del a
    print("after", answers(plain))


def death_by_collection():
    a, b = Node("a", lambda this: print("in del", answers(pa), answers(pb))), Node("b")
    pa, pb = weakref.ref(a), weakref.ref(b)
    w = [watch(a, "a1"), watch(b, "b1"), watch(a, "a2"), watch(b, "b2")]
    ring(a, b)
    del a, b
    gc.collect()


def resurrection_by_count():
    a = Node("a", keep)
    w, p = watch(a, "w"), weakref.ref(a)
    del a
    print("after", answers(p))
    kept.clear()
    print("after", answers(p))


def resurrection_by_collection():
    a, b = Node("a", keep), Node("b")
    w, p, q = watch(a, "w"), weakref.ref(a), weakref.ref(b)
    ring(a, b)
    del a, b
    gc.collect()
    print("after", answers(p), answers(q))
    kept.clear()
    gc.collect()


def resurrection_keeps_no_other_garbage():
    a, b, c = Node("a", keep), Node("b"), Node("c")
    ring(a)
    ring(b, c)
    del a, b, c
    gc.collect()
    print("kept", len(kept))
    kept.clear()
    gc.collect()


def all_weak_references_end_before_the_first_callback():
    a, b = Node("a"), Node("b")
    ring(a, b)
    pa, pb = weakref.ref(a), weakref.ref(b)
    w = weakref.ref(a, lambda ref: print("callback", answers(pa), answers(pb)))
    del a, b
    gc.collect()


def no_callback_of_a_weak_reference_that_is_garbage():
    a, b = Node("a"), Node("b")
    ring(a, b)
    a.other = watch(b, "garbage")
    outside = watch(a, "outside")
    del a, b
    gc.collect()


def a_callback_on_death_by_count_of_its_target_though_its_owner_is_garbage():
    a, b = Node("a"), Node("b")
    ring(a)
    a.other = watch(b, "owned by garbage")
    del a
    del b
    gc.collect()


def a_weak_reference_made_in_a_finalizer():
    made = []
    a = Node("a", lambda this: made.append(weakref.ref(this, lambda ref: print("late callback", answers(ref)))))
    ring(a)
    del a
    gc.collect()
    print("after", answers(made[0]))
    a = Node("b", lambda this: made.append(weakref.ref(this, lambda ref: print("late callback", answers(ref)))))
    del a
    print("after", answers(made[1]))


def late_weak_references_answer_until_their_object_dies():
    late = []
    def watch_all(this):
        for node in this, this.next, this.next.next:
            name = node.name
            late.append(weakref.ref(node, lambda ref, name=name: print("late", name, *map(answers, late))))
    a, b, c = Node("a", watch_all), Node("b"), Node("c")
    ring(a, b, c)
    del a, b, c
    gc.collect()
    print("after", *map(answers, late))


def a_late_weak_reference_brings_back_an_object_that_is_being_emptied():
    late, outside = [], []

    def watch_and_let_go(this):
        late.append(weakref.ref(this))
        outside.clear()

    a, b = Node("a", watch_and_let_go), Node("b")
    b.other = Node("watcher", lambda this: kept.append(late[0]()))
    # The collection does not find this one.
    outside.append(b.other)
    ring(a, b)
    del a, b
    print("found", gc.collect())
    print("kept", [node is late[0]() for node in kept], answers(late[0]))
    print("emptied", not hasattr(kept[0], "next"))
    kept.clear()
    print("after", answers(late[0]))


def a_callback_that_drops_another_weak_reference():
    a, b = Node("a"), Node("b")
    box = [watch(b, "b")]
    w = weakref.ref(a, lambda ref: (print("callback a"), box.clear()))
    ring(a, b)
    del a, b
    gc.collect()


def callbacks_on_callbacks():
    a, b = Node("a"), Node("b")
    box = [b]
    del b
    w = watch(box[0], "b")
    u = weakref.ref(a, lambda ref: (print("callback a"), box.clear(), print("callback a ends")))
    del a


def a_chain_dies_from_its_head():
    a, b, c = Node("a"), Node("b"), Node("c")
    a.next, b.next = b, c
    del b, c
    w = [watch(a, "a"), watch(a.next, "b"), watch(a.next.next, "c")]
    del a


def a_mixed_chain_in_a_ring():
    nodes = [Node("a"), Node("b", keep), Node("c"), Node("d", keep), Node("e")]
    w = [watch(node, node.name) for node in nodes]
    ring(*nodes)
    del nodes
    try:
        del node
    except NameError:
        pass
    gc.collect()
    print("kept", *[node.name for node in kept])
    kept.clear()
    try:
        del node
    except NameError:
        pass
    gc.collect()


def collecting_in_callbacks_and_finalizers():
    a = Node("a", lambda this: print("in del", gc.collect()))
    w = weakref.ref(a, lambda ref: print("in callback", gc.collect()))
    ring(a)
    del a
    gc.collect()
    b = Node("b")
    ring(b)
    del b
    c = Node("c", lambda this: print("in del", gc.collect()))
    del c


def a_finalizer_that_breaks_the_ring():
    a = Node("a", lambda this: (setattr(this.next, "next", None), print("broken")))
    b = Node("b")
    ring(a, b)
    del a, b
    gc.collect()


def frozen_garbage_stays():
    a = Node("a")
    ring(a)
    gc.freeze()
    del a
    gc.collect()
    print("frozen")
    gc.unfreeze()
    gc.collect()


SCENES = [
    death_by_count,
    death_by_collection,
    resurrection_by_count,
    resurrection_by_collection,
    resurrection_keeps_no_other_garbage,
    all_weak_references_end_before_the_first_callback,
    no_callback_of_a_weak_reference_that_is_garbage,
    a_callback_on_death_by_count_of_its_target_though_its_owner_is_garbage,
    a_weak_reference_made_in_a_finalizer,
    late_weak_references_answer_until_their_object_dies,
    a_late_weak_reference_brings_back_an_object_that_is_being_emptied,
    a_callback_that_drops_another_weak_reference,
    callbacks_on_callbacks,
    a_chain_dies_from_its_head,
    a_mixed_chain_in_a_ring,
    collecting_in_callbacks_and_finalizers,
    a_finalizer_that_breaks_the_ring,
    frozen_garbage_stays,
]

gc.disable()
gc.collect()
for scene in SCENES:
    print("==", scene.__name__)
    scene()
    kept.clear()
    gc.collect()
