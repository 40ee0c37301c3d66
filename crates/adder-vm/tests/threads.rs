//! Threads of interpreters: several in one, several interpreters at once, what is left at the end.

use std::time::{Duration, Instant};

use adder_vm::{Heap, Options, Outcome, Vm};

/// Makes garbage and passes objects on in four threads, while a fifth collects.
const CROWD: &str = r"
import _thread, gc

class Node:
    def __init__(self, other=None):
        self.other = other
    def __del__(self):
        deaths.append(1)

deaths, passed, lock = [], [], _thread.allocate_lock()
stop = False

def work():
    local.kept = Node()
    for i in range(300):
        one, two = Node(), Node()
        one.other, two.other = two, one
        with lock:
            passed.append(Node(passed.pop() if passed and i % 3 else None))
        str(i), [i] * 5, {i: one}

def collect():
    while not stop:
        gc.collect()

local = _thread._local()
collector = _thread.start_joinable_thread(collect)
for _ in range(2):
    threads = [_thread.start_joinable_thread(work) for _ in range(4)]
    work()
    for thread in threads:
        thread.join()
stop = True
collector.join()
del local.kept
made = 2 * 5 * (1 + 3 * 300)
passed.clear()
gc.collect()
assert len(deaths) == made, (len(deaths), made)
assert _thread._count() == 0
";

fn run(program: &str) -> (Outcome, Heap) {
    let heap = Heap::new();
    let left = heap.clone();
    let vm = Vm::new(heap, Options::default()).expect("room for an interpreter");
    let outcome = vm.run_source(program.as_bytes(), "<string>");
    drop(vm);
    (outcome, left)
}

#[test]
fn threads_make_pass_on_and_collect_and_every_byte_is_given_back() {
    let (outcome, heap) = run(CROWD);
    assert_eq!(outcome, Outcome::Exit(0));
    heap.collect();
    let stats = heap.stats();
    assert_eq!((stats.objects, stats.charged_bytes), (0, 0));
}

#[test]
fn interpreters_with_threads_run_at_once() {
    let runs: Vec<_> = (0..2)
        .map(|_| std::thread::Builder::new().stack_size(16 << 20).spawn(|| run(CROWD).0).expect("a thread"))
        .collect();
    for run in runs {
        assert_eq!(run.join().expect("no panic"), Outcome::Exit(0));
    }
}

#[test]
fn an_interpreter_within_the_turn_of_another() {
    // The inner one runs to its end while the outer one's main thread has its lock; the outer one's other thread goes on afterwards.
    let outer = Vm::new(Heap::new(), Options::default()).expect("room for an interpreter");
    let begin = "
import _thread
count = 0
def work():
    global count
    for i in range(20000):
        count += 1
handle = _thread.start_joinable_thread(work)
";
    assert_eq!(outer.run_source(begin.as_bytes(), "<string>"), Outcome::Exit(0));
    assert_eq!(run(CROWD).0, Outcome::Exit(0));
    let end = "handle.join()\nassert count == 20000, count\n";
    assert_eq!(outer.run_source(end.as_bytes(), "<string>"), Outcome::Exit(0));
}

#[test]
fn an_interpreter_ends_while_daemons_wait_for_its_lock() {
    let daemons = "
import _thread
def spin():
    while True:
        kept.append(len(kept))
        kept.clear()
def wait():
    lock.acquire()
kept, lock = [], _thread.allocate_lock()
lock.acquire()
for _ in range(2):
    _thread.start_new_thread(spin, ())
    _thread.start_new_thread(wait, ())
for _ in range(10000):
    pass
";
    for _ in 0..5 {
        assert_eq!(run(daemons).0, Outcome::Exit(0));
    }
}

#[test]
fn a_thread_that_computes_does_not_keep_the_others_waiting() {
    let program = "
import _thread, time
def spin():
    while not stop:
        pass
stop = False
handle = _thread.start_joinable_thread(spin)
for _ in range(20):
    time.sleep(0.001)
stop = True
handle.join()
";
    let start = Instant::now();
    assert_eq!(run(program).0, Outcome::Exit(0));
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}

#[test]
fn the_switch_interval_may_be_as_short_as_can_be() {
    let program = format!("import sys\nsys.setswitchinterval(1e-6)\n{CROWD}");
    assert_eq!(run(&program).0, Outcome::Exit(0));
}

#[test]
fn a_limit_holds_for_all_threads_together() {
    let program = "
import _thread
def fill():
    kept = []
    try:
        while True:
            kept.append(bytes(100_000))
    except MemoryError:
        failed.append(len(kept))
failed = []
handles = [_thread.start_joinable_thread(fill) for _ in range(3)]
for handle in handles:
    handle.join()
assert len(failed) == 3, failed
";
    let vm = Vm::new(Heap::with_limit(64 << 20), Options::default()).expect("room for an interpreter");
    assert_eq!(vm.run_source(program.as_bytes(), "<string>"), Outcome::Exit(0));
}
