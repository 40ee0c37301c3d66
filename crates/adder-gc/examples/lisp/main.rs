//! A small object-oriented Lisp on `adder-gc`: closures that own the scope they were made in, classes, objects, methods.
//!
//! ```text
//! cargo run -p adder-gc --example lisp -- --stats examples/shapes.lisp
//! ```
//!
//! A scope owns the functions that were defined in it, and each of them owns the scope: a cycle for every definition. Objects
//! refer to each other as the program pleases. All of it is plain owned references, freed by their counts or, where there
//! are cycles, by the collector.
//!
//! Everything that a program makes is charged to one heap, the tables of its scopes and objects included ([`GcVec`]), so
//! that `--limit` holds the program to a number of bytes; one that wants more ends with an error, not with the machine's
//! memory.
//!
//! - `value`: what a program works with
//! - `reader`: from text to lists
//! - `interpreter`: from lists to what they mean
//! - `builtins`: functions that every program has

mod builtins;
mod interpreter;
mod reader;
mod value;

use std::io::{self, Write};
use std::process::ExitCode;

use adder_gc::Heap;
use interpreter::Interpreter;

const HELP: &str = "\
usage: lisp [--limit BYTES] [--depth LISTS] [--stats] FILE

Runs the program in FILE (or on standard input, if FILE is -).

  --limit BYTES   the program may use so much memory (K, M and G are understood: 64M)
  --depth LISTS   lists within lists are evaluated so deep, calls included (10000 at first, at most 100000)
  --stats         at the end, print how many objects there were and how they were freed

Exit code 0: the program ran to its end; 1: it failed; 2: the command line was wrong.
";

/// Lists within lists may be evaluated so deep at most.
const DEEPEST: usize = 100_000;

/// Stack that each of them takes at most, when the interpreter was compiled without optimisation.
const STACK_A_LIST: usize = 10 << 10;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    ExitCode::from(command_line(&arguments, &mut io::stdout(), &mut io::stderr()))
}

struct Options {
    limit: Option<usize>,
    depth: usize,
    stats: bool,
    file: String,
}

/// The program. Returns the exit code.
pub fn command_line(arguments: &[String], output: &mut (dyn Write + Send), errors: &mut (dyn Write + Send)) -> u8 {
    if arguments.iter().any(|argument| argument == "--help" || argument == "-h") {
        let _ = output.write_all(HELP.as_bytes());
        return 0;
    }
    let read = parse(arguments).and_then(|options| {
        let source = match options.file.as_str() {
            "-" => io::read_to_string(io::stdin()),
            file => std::fs::read_to_string(file),
        };
        match source {
            Ok(source) => Ok((options, source)),
            Err(error) => Err(format!("cannot read {}: {error}", options.file)),
        }
    });
    match read {
        Ok((options, source)) => with_stack(options.depth * STACK_A_LIST, || run(&options, &source, output, errors)),
        Err(error) => {
            let _ = writeln!(errors, "lisp: {error} (see --help)");
            2
        }
    }
}

/// Runs the interpreter on a thread with so much stack. The system gives the pages of a stack as they are touched: a large one
/// costs nothing until it is used.
fn with_stack(bytes: usize, run: impl FnOnce() -> u8 + Send) -> u8 {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(bytes + (1 << 20)).spawn_scoped(scope, run);
        match thread.map(|thread| thread.join()) {
            Ok(Ok(exit)) => exit,
            // The panic has been printed.
            Ok(Err(_)) => 101,
            Err(error) => {
                eprintln!("lisp: cannot make a thread with a stack of {bytes} bytes: {error}");
                1
            }
        }
    })
}

fn parse(arguments: &[String]) -> Result<Options, String> {
    let mut options = Options { limit: None, depth: 10_000, stats: false, file: String::new() };
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        let mut number = || {
            let text = arguments.next().ok_or(format!("{argument} needs a number"))?;
            bytes(text).ok_or(format!("{argument}: {text:?} is no number of bytes"))
        };
        match argument.as_str() {
            "--limit" => options.limit = Some(number()?),
            "--depth" => options.depth = number()?,
            "--stats" => options.stats = true,
            option if option.len() > 1 && option.starts_with('-') => return Err(format!("unknown option {option}")),
            file if options.file.is_empty() => options.file = file.to_owned(),
            _ => return Err("one program at a time".to_owned()),
        }
    }
    if options.depth == 0 || options.depth > DEEPEST {
        return Err(format!("--depth: {} is not between 1 and {DEEPEST}", options.depth));
    }
    if options.file.is_empty() { Err("which program?".to_owned()) } else { Ok(options) }
}

/// `64M` is 64 * 1024 * 1024.
fn bytes(text: &str) -> Option<usize> {
    let (digits, unit) = match text.strip_suffix(['K', 'M', 'G']) {
        Some(digits) => (digits, text.chars().next_back()?),
        None => (text, ' '),
    };
    let unit = match unit {
        'K' => 1 << 10,
        'M' => 1 << 20,
        'G' => 1 << 30,
        _ => 1,
    };
    digits.parse::<usize>().ok()?.checked_mul(unit)
}

fn run(options: &Options, source: &str, output: &mut (dyn Write + Send), errors: &mut (dyn Write + Send)) -> u8 {
    let heap = Heap::new();
    heap.set_limit(options.limit);
    let mut exit = 0;
    let outcome = Interpreter::new(&heap, options.depth).and_then(|mut interpreter| {
        let outcome = interpreter.run(source, output);
        if options.stats {
            stats(&heap, interpreter.objects_made, errors);
        }
        outcome
    });
    if let Err(error) = outcome {
        let _ = output.flush();
        let _ = writeln!(errors, "lisp: {}: {error}", options.file);
        exit = 1;
    }
    if options.stats {
        heap.collect();
        let stats = heap.stats();
        let _ = writeln!(errors, "after its end: {} objects, {} bytes charged", stats.objects, stats.charged_bytes);
    }
    exit
}

/// Prints how the objects of a program were freed.
fn stats(heap: &Heap, made: usize, errors: &mut dyn Write) {
    let stats = heap.stats();
    let collections: u64 = stats.generations.iter().map(|generation| generation.collections).sum();
    let collected: u64 = stats.generations.iter().map(|generation| generation.collected).sum();
    let by_count = made.saturating_sub(stats.objects + collected as usize);
    let _ = writeln!(
        errors,
        "objects: {made} made, {} alive, {by_count} freed by their counts, {collected} by {collections} collections; \
         {} bytes in use",
        stats.objects,
        heap.used_bytes(),
    );
}
