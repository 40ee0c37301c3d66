//! Tables of expressions: ranges and slices.

use crate::check;
use crate::operands::lines;

#[test]
fn ranges() {
    let mut all = Vec::new();
    let ranges = [
        "range(0)",
        "range(5)",
        "range(-3)",
        "range(2, 9)",
        "range(2, 9, 3)",
        "range(9, 2, -3)",
        "range(0, 10, -1)",
        "range(1, 2)",
        "range(10**30, 10**30 + 5)",
        "range(-10**30, 10**30, 10**29)",
        "range(10**30, 0, -3*10**29)",
        "range(2**61-2, 2**61+3)",
        "range(2**63-3, 2**63)",
        "range(2**63-2, 2**63-1, 5)",
        "range(-2**63, -2**63+3)",
        "range(True, 4)",
    ];
    for r in ranges {
        for form in [
            "R",
            "list(R)",
            "list(reversed(R))",
            "len(R)",
            "hash(R)",
            "bool(R)",
            "R.start",
            "R.stop",
            "R.step",
            "list(R[::2])",
            "R[::-1]",
            "R[1:3]",
            "R[-2:]",
            "R[5:1:-2]",
            "R[0]",
            "R[-1]",
            "R[100]",
            "R[-100]",
            "R['a']",
            "R[10**30]",
            "3 in R",
            "5 in R",
            "5.0 in R",
            "'a' in R",
            "True in R",
            "10**30 in R",
            "R.index(5)",
            "R.index(10**30+1)",
            "R.index(5.0)",
            "R.index('a')",
            "R.count(5)",
            "R.count(5.0)",
            "R.count(99)",
            "R == range(5)",
            "R != range(5)",
            "R == 5",
            "R < R",
            "R.__reduce__()",
            "iter(R).__length_hint__()",
            "R[::0]",
            "R[1.0]",
        ] {
            all.push(form.replace('R', r));
        }
    }
    all.extend(lines(
        "range()
        range(1, 2, 3, 4)
        range(1, 2, 0)
        range('a')
        range(1.0)
        range(stop=5)
        len(range(10**30))
        range(10**30)[10**29]
        range(10**30)[-1]
        bool(range(10**30))
        10**29 in range(10**30)
        range(10**30).index(10**29)
        hash(range(10**30))
        range(0) == range(2, 1)
        range(0, 3, 2) == range(0, 4, 2)
        range(0, 1) == range(0, 1, 5)
        hash(range(0, 1)) == hash(range(0, 1, 5))
        next(iter(range(0)))
        range(5) + range(5)
        len(range(2**63-1))
        len(range(2**63))
        len(range(-2**63, 2**63-1))",
    ));
    check(&all);
}

#[test]
fn slices() {
    let mut all = Vec::new();
    let bounds = ["None", "0", "1", "-1", "3", "-3", "100", "-100", "10**30", "-10**30"];
    for start in bounds {
        for stop in bounds {
            for step in ["None", "1", "2", "-1", "-2", "10**30", "-10**30"] {
                all.push(format!("slice({start}, {stop}, {step}).indices(5)"));
            }
        }
        all.push(format!("slice({start}).indices(0)"));
        all.push(format!("slice({start}, None, -1).indices(10**40)"));
    }
    all.extend(lines(
        "slice(5)
        slice(1, 2)
        slice(1, 2, 'a')
        slice()
        slice(1, 2, 3, 4)
        slice(1, x=2)
        slice(1, 2, 0).indices(3)
        slice('a').indices(3)
        slice(1.0).indices(3)
        slice(3).indices(-1)
        slice(3).indices('a')
        hash(slice(1, 2))
        hash(slice(1, 2, 3))
        hash(slice(None))
        hash(slice([]))
        slice(1, 2) == slice(1, 2)
        slice(1, 2) == slice(1, 2, None)
        slice(1, 2) != slice(1, 3)
        slice(1, 2, 3) < slice(1, 2, 4)
        slice(1, 2, 3) >= slice(1, 2, 4)
        slice(1) < slice(1, 2)
        slice(1) == 5
        slice(1) < 5
        slice(1, 2, 3).start
        slice(1, 2, 3).stop
        slice(1, 2, 3).step
        slice(1, 2, 3).__reduce__()",
    ));
    check(&all.into_iter().filter(|line| line != "hash(slice([]))").collect::<Vec<_>>());
}
