//! `--memory-limit`: whatever a program asks for, it gets it or a MemoryError, and goes on. Never an abort.
//!
//! What is listed as a known failure, and limits that are listed, are tried only with `ADDER_LIMITS=all`: they may run as long as
//! they are allowed to.

mod comparison;

use std::time::Duration;

/// Slow arithmetic on large numbers is no failure here.
const LIMIT: Duration = Duration::from_secs(120);

const LIMITS: &[&str] = &["1M", "4M", "16M", "64M"];

/// What is tried: a name, and statements that may need any amount of memory.
const HUNGRY: &[(&str, &str)] = &[
    ("a power of two", "2 ** 10 ** 9"),
    ("a power of ten", "10 ** 10 ** 8"),
    ("a shift", "1 << 10 ** 11"),
    ("a product", "x = 1 << 10 ** 6\nfor i in range(40): x *= x"),
    ("a number from text", "import sys; sys.set_int_max_str_digits(0); int('9' * 10 ** 7)"),
    ("text from a number", "import sys; sys.set_int_max_str_digits(0); str(1 << 10 ** 7)"),
    ("a long text", "'x' * 10 ** 12"),
    ("a long text of wide characters", "'\\U0001F600' * 10 ** 9"),
    ("text that grows", "s = ''\nwhile len(s) < 10 ** 9: s += 'x' * 10 ** 5"),
    ("joined text", "''.join(['x' * 10 ** 6] * 10 ** 4)"),
    ("replaced text", "('x' * 10 ** 5).replace('x', 'y' * 10 ** 6)"),
    ("padded text", "'x'.ljust(10 ** 12)"),
    ("formatted text", "format(1, '1000000000')"),
    ("encoded text", "('é' * 10 ** 6).encode('utf-32') * 10 ** 6"),
    ("bytes", "bytes(10 ** 12)"),
    ("a bytearray that grows", "b = bytearray()\nwhile len(b) < 10 ** 9: b.extend(b'x' * 10 ** 5)"),
    ("a list of a range", "list(range(10 ** 18))"),
    ("a repeated list", "[0] * 10 ** 12"),
    ("a list that grows", "x = []\nwhile len(x) < 10 ** 8: x.append(x)"),
    ("a sorted range", "sorted(range(10 ** 9))"),
    ("a deque of a range", "from _collections import deque; deque(range(10 ** 9))"),
    ("a repeated deque", "from _collections import deque; deque([0]) * 10 ** 12"),
    ("a queue that grows", "from _queue import SimpleQueue; any(map(SimpleQueue().put, range(10 ** 9)))"),
    ("a repeated tuple", "(0,) * 10 ** 12"),
    ("a tuple of a range", "tuple(range(10 ** 9))"),
    ("a dict that grows", "d = {}\nfor i in range(10 ** 8): d[i] = i"),
    ("a set that grows", "set(range(10 ** 9))"),
    ("many instances", "class A: pass\nx = []\nwhile True:\n    a = A(); a.x = x; x.append(a)"),
    ("a chain", "x = None\nwhile True: x = [x]"),
    ("cycles", "x = []\nwhile True:\n    y = []; y.append(y); x.append(y)"),
    (
        "generators that wait",
        "def g():\n    x = [0] * 100\n    yield\nx = []\nwhile True:\n    y = g(); next(y); x.append(y)",
    ),
    ("code", "x = []\nwhile True: x.append(eval('lambda: ' + repr(list(range(1000)))))"),
    ("a long source", "eval('+'.join(['1'] * 10 ** 6))"),
    ("a long literal", "eval('[' + '1,' * 10 ** 6 + ']')"),
    ("deep source", "eval('(' * 10 ** 5 + ')' * 10 ** 5)"),
    ("a cache that grows", "import functools; f = functools.lru_cache(10 ** 9)(abs)\nfor i in range(10 ** 8): f(i)"),
    ("a cycle of much", "import itertools\nfor x in itertools.cycle(range(10 ** 8)): pass"),
    ("a mapping that is searched", "import mmap; mmap.mmap(-1, 10 ** 9).find(b'x')"),
    ("hash objects", "import hashlib; x = []\nwhile True: x.append(hashlib.sha512())"),
    ("random bytes", "import os; os.urandom(10 ** 9)"),
    ("room for what is read", "import os; os.read(os.open('/dev/zero', 0), 10 ** 9)"),
    ("a time with a width", "import time; time.strftime('%1000000000d')"),
    ("a large regular expression", "import re; re.compile('(a|b){1000}' * 1000)"),
    ("matches of a regular expression", "import re; re.findall('', 'x' * 10 ** 7)"),
    ("deep recursion", "import sys; sys.setrecursionlimit(10 ** 8)\ndef f(n): return f(n + 1)\nf(0)"),
    (
        "weak references",
        "import weakref\nclass A: pass\na = A(); x = []\nwhile True: x.append(weakref.ref(a, lambda r: None))",
    ),
];

#[test]
fn a_limit_is_a_memory_error_that_can_be_caught() {
    let able =
        comparison::run(comparison::adder().args(["run", "--memory-limit", "64M", "-c", "print(1)"]), LIMIT).unwrap();
    if able.stdout != "1\n" {
        println!("SKIPPED: adder cannot run programs yet: {}", able.stderr.trim_end());
        return;
    }
    let known = comparison::known_failures(&comparison::root().join("tests/programs/known_limits.txt"));
    let all = std::env::var_os("ADDER_LIMITS").is_some();
    let mut surprises = Vec::new();
    for (name, statements) in HUNGRY {
        if !all && let Some(reason) = known.get(*name) {
            println!("not tried, as it is known to fail ({reason}): {name}");
            continue;
        }
        let limits = LIMITS.iter().filter(|limit| all || !known.contains_key(**limit));
        let failures: Vec<_> =
            limits.filter_map(|limit| Some(format!("at {limit}: {}", fails(limit, statements)?))).collect();
        match (failures.is_empty(), known.get(*name)) {
            (true, Some(_)) => println!("passes, and is listed as a known failure: strike {name} off known_limits.txt"),
            (false, Some(reason)) => println!("{name}, known ({reason}): {}", failures.join("; ")),
            (false, None) => surprises.push(format!("{name}: {}", failures.join("; "))),
            (true, None) => {}
        }
    }
    assert!(surprises.is_empty(), "these fail, and are not listed:\n{}", surprises.join("\n"));
}

/// Why a program that tries this under this limit does not end as it should.
fn fails(limit: &str, statements: &str) -> Option<String> {
    let mut command = comparison::adder();
    command.args(["run", "--memory-limit", limit, "-c", &program(statements)]);
    match comparison::run(&mut command, LIMIT) {
        Err(why) => Some(why),
        Ok(run) if run.status.success() && run.stdout == "goes on 499500\n" => None,
        // The smallest limits may be too small to start.
        Ok(run) if run.status.code() == Some(1) && run.stderr.contains("MemoryError") && limit == LIMITS[0] => None,
        Ok(run) => Some(format!("{}, {:?}", run.status, run.stderr.lines().last().unwrap_or_default())),
    }
}

/// The statements run in a function, so that what they made is gone when the program goes on.
fn program(statements: &str) -> String {
    let body = statements.replace('\n', "\n    ");
    format!(
        "def hungry():\n    {body}\ntry:\n    hungry()\nexcept (MemoryError, RecursionError, SyntaxError, OverflowError):\n    pass\n\
         print('goes on', sum(range(1000)))\n"
    )
}

#[test]
fn the_list_names_what_is_tried() {
    for name in comparison::known_failures(&comparison::root().join("tests/programs/known_limits.txt")).keys() {
        let is_limit = LIMITS.contains(&name.as_str());
        assert!(
            is_limit || HUNGRY.iter().any(|(known, _)| known == name),
            "known_limits.txt lists {name}, which is not there"
        );
    }
}

/// Each program is Python: CPython compiles it.
#[test]
fn what_is_tried_compiles() {
    let Some(python) = adder_cpython::find_or_skip("the hungry statements") else { return };
    for (name, statements) in HUNGRY {
        let mut command = adder_cpython::clean(std::process::Command::new(python));
        let code = "import sys; compile(sys.argv[1], 'name', 'exec')";
        let run = comparison::run(command.args(["-Ic", code, &program(statements)]), LIMIT).unwrap();
        assert!(run.status.success(), "{name}: {}", run.stderr);
    }
}
