//! What `adder run` reports about a run: figures, counts.

mod comparison;

use std::time::Duration;

const LIMIT: Duration = Duration::from_secs(60);

/// What a program writes to standard error with `--stats`.
fn stats(program: &str) -> String {
    let run = comparison::run(comparison::adder().args(["run", "--stats", "-I", "-c", program]), LIMIT).unwrap();
    assert!(run.status.success(), "{}", run.stderr);
    run.stderr
}

/// Instructions, ups, downs and what was saved.
fn counts(program: &str) -> [u64; 4] {
    let report = stats(program);
    let line = report.lines().find(|line| line.starts_with("counts: ")).unwrap_or_else(|| panic!("{report}"));
    let numbers: Vec<u64> = line.split(|c: char| !c.is_ascii_digit()).filter_map(|word| word.parse().ok()).collect();
    let [done, instructions, up, down, saved, _] = numbers[..] else { panic!("{line}") };
    assert_eq!(done, up + down, "{line}");
    [instructions, up, down, saved]
}

/// What one program counts more than another.
fn more(program: &str, than: &str) -> [u64; 4] {
    let (all, base) = (counts(program), counts(than));
    [0, 1, 2, 3].map(|n| all[n] - base[n])
}

#[test]
fn operands_that_are_borrowed_are_counted() {
    let program = |body: &str| format!("def f(x, n):\n    for i in range(n):\n        {body}\nf([], 10000)");
    // Both operands are borrowed from the local: four counts each time.
    let [_, up, down, saved] = more(&program("x is x"), &program("pass"));
    assert!((40_000..40_100).contains(&saved), "{saved}");
    assert!(up + down < 100, "{up} {down}");
    // A list in a local that is stored to another one is counted, and given up by the next store.
    let [_, up, down, _] = more(&program("y = x"), &program("pass"));
    assert!((10_000..10_100).contains(&up), "{up}");
    assert!((9_900..10_100).contains(&down), "{down}");
    // Small ints have no count.
    let [instructions, up, down, saved] = more(&program("y = 3"), &program("pass"));
    assert!(instructions < 20_000 && up + down + saved < 100, "{instructions} {up} {down} {saved}");
}

#[test]
fn objects_are_listed_by_type() {
    let report = stats("class Thing: pass\nthings = [Thing() for i in range(1234)]");
    let line = report.lines().find(|line| line.ends_with("  Thing")).unwrap_or_else(|| panic!("{report}"));
    assert_eq!(line.split_whitespace().next(), Some("1234"), "{line}");
    for part in ["in all,", "memory: ", "generation 2: ", "longest pause: "] {
        assert!(report.contains(part), "{part}: {report}");
    }
}

#[test]
fn deep_recursion_keeps_to_the_limit() {
    let program = "import sys\nsys.setrecursionlimit(10 ** 8)\ndef f(n):\n    return f(n + 1)\n\
                   try:\n    f(0)\nexcept MemoryError as error:\n    print(type(error).__name__)\n\
                   x = [0] * 1_000_000\nprint(len(x))";
    let run = comparison::run(comparison::adder().args(["run", "--memory-limit", "32M", "-I", "-c", program]), LIMIT)
        .unwrap();
    assert_eq!(run.stdout, "MemoryError\n1000000\n", "{}", run.stderr);
}

#[test]
fn a_program_that_leaks_nothing_is_said_to() {
    for program in [
        "pass",
        "x = [1]; print(x, flush=True)",
        "import gc, sys, weakref\nclass Node: pass\na, b = Node(), Node()\na.other, b.other = b, a\nprint(len([a, b]))",
        "def f():\n    try:\n        1 / 0\n    except ZeroDivisionError as error:\n        return str(error)\nprint(f'{f()!r}')",
    ] {
        let run = comparison::run(comparison::adder().args(["run", "--leaks", "-I", "-c", program]), LIMIT).unwrap();
        assert_eq!(run.stderr, "leaks: none\n", "{program}");
    }
}

#[test]
fn a_graph_that_cannot_be_written_is_an_error() {
    let run = comparison::run(
        comparison::adder().args(["run", "--graph", "/no/such/folder/heap.dot", "-I", "-c", "print(1)"]),
        LIMIT,
    )
    .unwrap();
    assert_eq!((run.status.code(), run.stdout.as_str()), (Some(1), "1\n"));
    assert!(run.stderr.contains("cannot write '/no/such/folder/heap.dot'"), "{}", run.stderr);
}
