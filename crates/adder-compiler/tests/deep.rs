//! Sources that nest deeply end in code or in an error, never in a crash.

use adder_compiler::syntax::{Item, Kind, Node, check};
use adder_compiler::{ErrorKind, Mode, Options, compile, compile_tree};

fn kind(source: &str) -> Result<(), ErrorKind> {
    compile(source, &Options::new(Mode::Exec, "<test>")).map(drop).map_err(|error| error.kind)
}

#[test]
fn brackets() {
    assert_eq!(kind(&"(".repeat(100_000)), Err(ErrorKind::Syntax));
    assert_eq!(kind(&format!("{}1{}", "(".repeat(100_000), ")".repeat(100_000))), Err(ErrorKind::Syntax));
    assert_eq!(kind(&format!("{}1{}", "[".repeat(150), "]".repeat(150))), Ok(()));
    let calls = format!("{}1{}", "f(".repeat(3000), ")".repeat(3000));
    assert_eq!(kind(&calls), Err(ErrorKind::Syntax));
    assert_eq!(kind(&format!("{}1{}", "f(".repeat(190), ")".repeat(190))), Ok(()));
}

#[test]
fn chains() {
    assert_eq!(kind(&format!("x = 1{}", "+1".repeat(10_000))), Ok(()));
    assert_eq!(kind(&format!("x = a{}", "+a".repeat(10_000))), Ok(()));
    assert_eq!(kind(&format!("x = a{}", ".a".repeat(10_000))), Ok(()));
    assert_eq!(kind(&format!("x = a{}", "()".repeat(1_000))), Ok(()));
    assert_eq!(kind(&format!("x = {}a", "not ".repeat(10_000))), Ok(()));
    assert_eq!(kind(&format!("x = {}a", "-".repeat(10_000))), Ok(()));
    assert_eq!(kind(&format!("x = {}1", "lambda: ".repeat(1_000))), Ok(()));
    assert_eq!(kind(&format!("x = {}1", "a if b else ".repeat(5_000))), Ok(()));
    assert_eq!(kind(&format!("x = a{}", " ** a".repeat(1_000))), Ok(()));
    assert_eq!(kind(&format!("x = 1{}", "+1".repeat(100_000))), Err(ErrorKind::TooDeep));
    assert_eq!(kind(&format!("x = f(){}", " ** f()".repeat(10_000))), Err(ErrorKind::TooDeep));
    assert_eq!(kind(&format!("{}1", "lambda a, b: ".repeat(100_000))), Err(ErrorKind::TooDeep));
}

#[test]
fn what_does_not_parse() {
    // Errors of the parser leave half of a tree behind.
    assert_eq!(kind(&format!("x = {}", "a.".repeat(10_000))), Err(ErrorKind::Syntax));
    assert_eq!(kind(&format!("x = {}", "not ".repeat(10_000))), Err(ErrorKind::Syntax));
    assert_eq!(kind(&format!("x = 1{} $", "+1".repeat(10_000))), Err(ErrorKind::Syntax));
}

#[test]
fn blocks() {
    let nested = |n: usize| {
        let mut source = String::new();
        for i in 0..n {
            source.push_str(&format!("{}if x:\n", " ".repeat(i)));
        }
        source + &" ".repeat(n) + "pass\n"
    };
    assert_eq!(kind(&nested(90)), Ok(()));
    assert_eq!(kind(&nested(150)), Err(ErrorKind::Indentation));
    let elifs = format!("if x: pass\n{}", "elif y: pass\n".repeat(5_000));
    assert_eq!(kind(&elifs), Ok(()));
}

#[test]
fn wide_ones() {
    assert_eq!(kind(&format!("x = [{}]", "f(1, 'a'), ".repeat(20_000))), Ok(()));
    assert_eq!(kind(&format!("x = {{{}}}", "a: b, ".repeat(20_000))), Ok(()));
    assert_eq!(kind(&format!("f({})", "a, ".repeat(5_000))), Ok(()));
    assert_eq!(kind(&format!("f(**a, {})", (0..500).map(|i| format!("k{i}=a, ")).collect::<String>())), Ok(()));
    assert_eq!(kind(&(0..70_000).map(|i| format!("x{i} = 1\n")).collect::<String>()), Err(ErrorKind::TooLarge));
    // Jumps that are too far to be near.
    assert_eq!(kind(&format!("def f(a, b):\n while a < b:\n{}", "  a.b = b.c\n".repeat(9_000))), Ok(()));
}

/// Trees made by hand may nest deeper than any source: whoever looks at them first makes room on the stack.
#[test]
fn trees() {
    let node = |kind, fields| Node { kind, fields, position: Default::default() };
    let name = node(Kind::Name, vec!["x".into(), Kind::Load.into()]);
    let deep = (0..20_000).fold(Item::from(name), |inner, _| node(Kind::UnaryOp, vec![Kind::Not.into(), inner]).into());
    let tree = node(Kind::Expression, vec![deep]);
    let small = std::thread::Builder::new().stack_size(256 << 10).spawn(move || {
        assert_eq!(check(&tree), Ok(()));
        assert!(compile_tree(&tree, &Options::new(Mode::Eval, "<test>")).is_ok());
        // It is dropped where there is more room.
        tree
    });
    let tree = small.unwrap().join().unwrap();
    std::thread::Builder::new().stack_size(64 << 20).spawn(move || drop(tree)).unwrap().join().unwrap();
}

/// The fields of a string lie side by side.
#[test]
fn many_fields() {
    assert_eq!(kind(&format!("x = f'''{}'''", "{(a)=}\n".repeat(30_000))), Ok(()));
}

/// Each escape is looked at by itself.
#[test]
fn many_named_characters() {
    let began = std::time::Instant::now();
    assert_eq!(kind(&format!("x = '\u{FFFD}{}'", "\\N{BULLET}".repeat(100_000))), Ok(()));
    assert!(began.elapsed() < std::time::Duration::from_secs(20), "{:?}", began.elapsed());
}
