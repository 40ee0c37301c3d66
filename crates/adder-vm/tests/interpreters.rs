//! Interpreters as wholes: what one leaves behind, and two at once.

use adder_vm::{Heap, Options, Outcome, Vm};

const PROGRAM: &str = r"
import gc, weakref

class Node:
    def __init__(self, name, parent=None):
        self.name = name
        self.parent = parent
        self.children = []
        if parent is not None:
            parent.children.append(self)

    def __del__(self):
        log.append(self.name)

def numbers(n):
    for i in range(n):
        yield i

log = []
root = Node('root')
for i in numbers(100):
    Node(f'child {i}', root)
kept = weakref.ref(root)
assert kept() is root
del root
assert gc.collect() > 0
assert len(log) == 101, len(log)
try:
    {}['missing']
except KeyError as error:
    caught = error
table = {i: [i, (i, str(i))] for i in numbers(1000)}
total = sum(len(v[1][1]) for v in table.values())
assert total == 2890, total
stopped = numbers(3)
next(stopped)
";

/// Runs the program in an interpreter of its own; the heap that is left.
fn run(program: &str) -> (Outcome, Heap) {
    let heap = Heap::new();
    let left = heap.clone();
    let vm = Vm::new(heap, Options::default()).expect("room for an interpreter");
    let outcome = vm.run_source(program.as_bytes(), "<string>");
    drop(vm);
    (outcome, left)
}

#[test]
fn an_interpreter_gives_every_byte_back() {
    for program in ["", PROGRAM, "raise SystemExit(3)", "import collections.abc, functools, types"] {
        let (_, heap) = run(program);
        heap.collect();
        let stats = heap.stats();
        assert_eq!((stats.objects, stats.charged_bytes), (0, 0), "after {program:?}");
    }
}

#[test]
fn two_interpreters_run_in_two_threads_at_once() {
    let threads: Vec<_> = (0..4)
        .map(|_| {
            std::thread::Builder::new().stack_size(16 << 20).spawn(|| {
                for _ in 0..3 {
                    assert_eq!(run(PROGRAM).0, Outcome::Exit(0));
                }
            })
        })
        .collect();
    for thread in threads {
        thread.expect("a thread").join().expect("no assertion failed");
    }
}

#[test]
fn an_exit_code_is_that_of_the_program() {
    assert_eq!(run("raise SystemExit(3)").0, Outcome::Exit(3));
    assert_eq!(run("1 / 0").0, Outcome::Raised);
}

#[test]
fn deep_recursion_is_an_error_and_no_crash() {
    let program = "
def down(n):
    return down(n + 1)
def through_native(n):
    return sorted([n], key=lambda x: through_native(x + 1))
class Loop:
    def __repr__(self):
        return repr(self)
for f in (down, through_native):
    try:
        f(0)
    except RecursionError:
        pass
    else:
        raise AssertionError(f)
try:
    repr(Loop())
except RecursionError:
    pass
import sys
sys.setrecursionlimit(10 ** 6)
try:
    through_native(0)
except RecursionError:
    pass
deep = None
for _ in range(200_000):
    deep = [deep]
del deep
";
    assert_eq!(run(program).0, Outcome::Exit(0));
}

#[test]
fn a_weak_reference_that_was_garbage_is_forgotten_by_what_it_referred_to() {
    let program = "
import gc, weakref
class Node: pass
target = Node()
holder = Node()
holder.me = holder
holder.weak = weakref.ref(target, print)
del holder
assert gc.collect() > 0
others = [Node() for _ in range(100)]
assert weakref.getweakrefcount(target) == 0
del target
";
    assert_eq!(run(program).0, Outcome::Exit(0));
}
