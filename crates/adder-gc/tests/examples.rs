//! The examples: what they print for their sample scripts, and what they say when something is wrong.

#[path = "../examples/graph_editor.rs"]
#[allow(dead_code, reason = "its main is not called")]
mod graph_editor;

#[path = "../examples/cache.rs"]
#[allow(dead_code, reason = "its main is not called")]
mod cache;

#[path = "../examples/lisp/main.rs"]
#[allow(dead_code, reason = "its main is not called")]
mod lisp;

use std::path::PathBuf;

/// Exit code, output, errors.
type Ran = (u8, String, String);

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("they print text")
}

fn sample(name: &str) -> String {
    let samples = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    samples.join(name).to_str().expect("the path is text").to_owned()
}

/// A file of its own for a script, which goes with the value.
struct Script(PathBuf);

impl Script {
    fn new(name: &str, text: &str) -> Script {
        let file = std::env::temp_dir().join(format!("adder-gc-{}-{name}", std::process::id()));
        std::fs::write(&file, text).expect("the script is written");
        Script(file)
    }

    fn path(&self) -> String {
        self.0.to_str().expect("the path is text").to_owned()
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

mod the_graph_editor {
    use super::*;

    fn edit(arguments: &[&str], input: &str) -> Ran {
        let arguments: Vec<String> = arguments.iter().map(|&argument| argument.to_owned()).collect();
        let (mut output, mut errors) = (Vec::new(), Vec::new());
        let exit = graph_editor::command_line(&arguments, &mut input.as_bytes(), &mut output, &mut errors);
        (exit, text(output), text(errors))
    }

    #[test]
    fn runs_its_sample() {
        let (exit, output, errors) = edit(&[&sample("graph_editor.txt")], "");
        assert_eq!((exit, &*errors), (0, ""));
        let stats: Vec<&str> = output.lines().filter(|line| line.contains("nodes")).collect();
        assert_eq!(
            stats,
            [
                "nodes: 7 made, 7 alive (7 shown, 0 not), 0 freed; undo: 10, redo: 0",
                "nodes: 7 made, 7 alive (4 shown, 3 not), 0 freed; undo: 11, redo: 0",
                "collected: 0 nodes freed",
                "nodes: 7 made, 7 alive (4 shown, 3 not), 0 freed; undo: 11, redo: 0",
                "nodes: 7 made, 7 alive (4 shown, 3 not), 0 freed; undo: 0, redo: 0",
                "collected: 3 nodes freed",
                "nodes: 7 made, 4 alive (4 shown, 0 not), 3 freed; undo: 0, redo: 0",
                "nodes: 8 made, 5 alive (4 shown, 1 not), 3 freed; undo: 1, redo: 1",
                "nodes: 9 made, 5 alive (5 shown, 0 not), 4 freed; undo: 1, redo: 0",
            ]
        );
        assert!(output.contains("house\n  ground\n    hall -- kitchen\n    kitchen -- hall\ngarden\n"), "{output}");
    }

    #[test]
    fn undoes_and_redoes_every_change() {
        let build =
            "add a\nadd b a\nadd c a\nadd d c\nconnect b d\nconnect d a\nrename b e\ndisconnect e d\nremove c\n";
        let changes = build.lines().count();
        let after = |commands: &str| edit(&[], &format!("{commands}show\n")).1;
        for steps in 0..=changes {
            let prefix: String = build.lines().take(changes - steps).map(|line| format!("{line}\n")).collect();
            let undone = format!("{build}{}", "undo\n".repeat(steps));
            assert_eq!(after(&undone), after(&prefix), "{steps} steps back");
            let redone = format!("{undone}{}", "redo\n".repeat(steps));
            assert_eq!(after(&redone), after(build), "{steps} steps back and forth");
        }
    }

    #[test]
    fn names_what_is_wrong_and_where() {
        for (input, error) in [
            ("add a\n\nadd a", "line 3: there is a node \"a\" already"),
            ("remove a", "line 1: there is no node \"a\""),
            ("add a b", "line 1: there is no node \"b\""),
            ("add a\nconnect a a", "line 2: \"a\" cannot be its own neighbour"),
            ("add a\nadd b\ndisconnect a b", "line 3: \"a\" and \"b\" are no neighbours"),
            ("add a\nadd b\nconnect a b\nconnect b a", "line 4: \"b\" and \"a\" are neighbours already"),
            ("add a\nadd b\nrename a b", "line 3: there is a node \"b\" already"),
            ("undo", "line 1: there is nothing to undo"),
            ("redo", "line 1: there is nothing to redo"),
            ("history many", "line 1: no such command: \"history many\" (try help)"),
            ("frobnicate", "line 1: no such command: \"frobnicate\" (try help)"),
        ] {
            let (exit, _, errors) = edit(&[], input);
            assert_eq!((exit, errors), (1, format!("graph_editor: {error}\n")), "{input}");
        }
        assert_eq!(edit(&["/no/such/file"], "").0, 2);
        assert_eq!(edit(&["one", "two"], "").0, 2);
        assert_eq!(edit(&["--frobnicate"], "").0, 2);
        let (exit, output, _) = edit(&["--help"], "");
        assert!(exit == 0 && output.starts_with("usage:"));
    }
}

mod the_lisp {
    use super::*;

    fn run(arguments: &[&str]) -> Ran {
        let arguments: Vec<String> = arguments.iter().map(|&argument| argument.to_owned()).collect();
        let (mut output, mut errors) = (Vec::new(), Vec::new());
        let exit = lisp::command_line(&arguments, &mut output, &mut errors);
        (exit, text(output), text(errors))
    }

    fn program(name: &str, source: &str, options: &[&str]) -> Ran {
        let script = Script::new(name, source);
        let path = script.path();
        let (exit, output, errors) = run(&[options, &[&path]].concat());
        (exit, output, errors.replace(&format!("lisp: {path}: "), ""))
    }

    #[test]
    fn runs_its_sample_and_leaves_nothing() {
        let (exit, output, errors) = run(&["--stats", &sample("shapes.lisp")]);
        assert_eq!(
            output,
            "a square has area 4\na circle has area 3\n  (if pi were 3)\na point has area 0\nthe counter is at 11\n\
             a tree of 511 nodes, each with a link to its parent\na list of 100000 elements, dropped at one stroke\n"
        );
        assert_eq!(exit, 0, "{errors}");
        assert!(errors.ends_with("after its end: 0 objects, 0 bytes charged\n"), "{errors}");
    }

    #[test]
    fn evaluates() {
        for (source, printed) in [
            ("(print (+ 1 2 (* 3 4)) (- 5) (/ 1 2) (% -1 3))", "15 -5 0.5 2"),
            ("(print (< 1 2) (= \"a\" \"a\") (not nil) (and 1 nil 2) (or nil 3))", "true true true nil 3"),
            ("(print '(a (b \"c\") 'd) (first '(1 2)) (rest '(1 2)) (length '()))", "(a (b c) (quote d)) 1 (2) 0"),
            ("(let x 1) (def f () (set x (+ x 1))) (f) (f) (print x)", "3"),
            ("(def f (n) (fn () n)) (print ((f 1)) ((f 2)))", "1 2"),
            (
                "(class A () (init (x) (set self.x x)) (get () self.x)) (let a (A 5)) (print (a get) a.x a A)",
                "5 5 <A> <class A>",
            ),
            (
                "(class A () (m () \"A\")) (class B (A) (m () (+ (super m) \"B\"))) (class C (B) (m () (+ (super m) \"C\"))) (print ((C) m))",
                "ABC",
            ),
            ("(class P () ) (let p (P)) (set p.q (P)) (set p.q.r 7) (print p.q.r)", "7"),
            ("; nothing\n(print \"a\\n\\\"b\\\"\")", "a\n\"b\""),
            ("(print '''a)", "(quote (quote a))"),
        ] {
            assert_eq!(program("evaluates", source, &[]), (0, format!("{printed}\n"), String::new()), "{source}");
        }
    }

    #[test]
    fn closures_are_collected_with_their_scopes() {
        let source = "(def f (n) (def g () n) g) (let i 0) (while (< i 100) (f i) (set i (+ i 1))) (print (collect))";
        // Each call leaves its scope, and the function that was defined in it.
        assert_eq!(program("closures", source, &[]).1, "200\n");
    }

    #[test]
    fn ends_at_its_limit() {
        for (name, source) in [
            ("list", "(let l nil) (while true (set l (cons 1 l)))"),
            ("text", "(let s \"ab\") (while true (set s (+ s s)))"),
            ("scopes", "(def f (n) (def g () n) g) (let l nil) (while true (set l (cons (f 1) l)))"),
        ] {
            let (exit, _, errors) = program(name, source, &["--limit", "1M", "--stats"]);
            assert_eq!(exit, 1, "{name}");
            assert!(errors.contains("line 1: out of memory: ") && errors.contains(" of 1048576 in use"), "{errors}");
            assert!(errors.ends_with("after its end: 0 objects, 0 bytes charged\n"), "{errors}");
        }
        let (exit, _, errors) = program("nothing", "", &["--limit", "0"]);
        assert!(exit == 1 && errors.starts_with("out of memory: "), "{errors}");
        // Garbage is no reason to end.
        let source = "(def f (n) (def g () n) g) (let i 0) (while (< i 20000) (f i) (set i (+ i 1))) (print \"done\")";
        assert_eq!(program("garbage", source, &["--limit", "1M"]), (0, "done\n".to_owned(), String::new()));
    }

    #[test]
    fn ends_when_it_goes_too_deep() {
        let nested = format!("{}1{}", "(do ".repeat(20_000), ")".repeat(20_000));
        for source in ["(def f (n) (+ 1 (f n)))\n(f 1)", "(class A () (m () (self m)))\n((A) m)", &nested] {
            let (exit, _, errors) = program("deep", source, &[]);
            assert_eq!(exit, 1);
            assert!(errors.starts_with("line 1: this goes 10000 lists deep"), "{errors}");
        }
        assert_eq!(program("deeper", &nested, &["--depth", "100000"]).0, 0);
    }

    #[test]
    fn names_what_is_wrong_and_where() {
        for (source, error) in [
            ("\n(print (f 1))", "line 2: f is not known here"),
            ("(print\n(1 2))", "line 2: a number cannot be called"),
            ("(print 1", "line 1: this list does not end"),
            ("(print 1))", "line 1: a closing parenthesis without its opening one"),
            ("\n\"abc\n", "line 2: this text does not end"),
            ("(set x 1)", "line 1: x is not known here: give it a first value with let"),
            ("(def f (a) a) (f)", "line 1: f takes 1 argument, not 0"),
            ("(+ 1 nil)", "line 1: + works on numbers, not on nil"),
            ("(let a 1) a.b", "line 1: a is a number, and only objects have fields"),
            ("(class A ()) (let a (A)) (a m)", "line 1: <A> has no method m"),
            ("(class A ()) (let a (A)) a.b", "line 1: <A> has no field b"),
            ("(class A ()) (A 1)", "line 1: A takes no arguments: it has no method init"),
            ("(class A (5))", "line 1: a class cannot be below a number"),
            ("(super m)", "line 1: super outside of a method"),
            ("(first nil)", "line 1: first works on lists that are not empty, not on nil"),
            ("(fail \"enough\")", "line 1: enough"),
            ("(if)", "line 1: something is missing here"),
            ("(let 5 5)", "line 1: a name is wanted here, not a number"),
        ] {
            let (exit, _, errors) = program("wrong", source, &[]);
            assert_eq!((exit, errors), (1, format!("{error}\n")), "{source}");
        }
        for arguments in [
            &[][..],
            &["/no/such/file"],
            &["a", "b"],
            &["--frobnicate"],
            &["--limit"],
            &["--limit", "much", "a"],
            &["--limit", "99999999999G", "a"],
            &["--depth", "0", "a"],
        ] {
            assert_eq!(run(arguments).0, 2, "{arguments:?}");
        }
        assert!(run(&["--help"]).1.starts_with("usage:"));
    }
}

mod the_cache {
    use super::*;

    fn run(arguments: &[&str]) -> Ran {
        let arguments: Vec<String> = arguments.iter().map(|&argument| argument.to_owned()).collect();
        let (mut output, mut errors) = (Vec::new(), Vec::new());
        let exit = cache::command_line(&arguments, &mut output, &mut errors);
        (exit, text(output), text(errors))
    }

    #[test]
    fn frees_what_it_evicts_and_leaves_nothing() {
        let (exit, output, errors) = run(&["--threads", "3", "--lookups", "10000", "--capacity", "4"]);
        assert_eq!((exit, &*errors), (0, ""), "{output}");
        assert!(output.ends_with("entries left when the cache is gone: 0\n"), "{output}");
        let evicted = output.lines().next().unwrap().rsplit(", ").next().unwrap();
        assert!(evicted.ends_with("sites evicted") && evicted != "0 sites evicted", "{output}");
    }

    #[test]
    fn names_what_is_wrong() {
        for (arguments, text) in [
            (&["--threads", "0"][..], "not between 1 and 256"),
            (&["--capacity", "0"], "for no sites"),
            (&["--lookups"], "needs a number"),
            (&["--lookups", "many"], "\"many\" is no number"),
            (&["--speed", "1"], "unknown argument"),
        ] {
            let (exit, output, errors) = run(arguments);
            assert!(exit == 2 && output.is_empty() && errors.contains(text), "{errors}");
        }
        assert!(run(&["--help"]).1.starts_with("usage: cache"));
    }
}
