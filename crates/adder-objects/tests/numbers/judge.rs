//! CPython 3.13 as the judge of expressions.

use std::io::Write;
use std::process::{Command, Stdio};

const PROGRAM: &str = "
import math, sys, warnings
from math import trunc, floor, ceil
warnings.simplefilter('ignore')
sys.stdin.reconfigure(encoding='utf-8')
sys.stdout.reconfigure(encoding='utf-8')
def show(x):
    if type(x) is tuple:
        return '(%s,)' % show(x[0]) if len(x) == 1 else '(%s)' % ', '.join(map(show, x))
    if type(x) is list:
        return '[%s]' % ', '.join(map(show, x))
    if type(x) is str:
        return \"'%s'\" % x
    return repr(x)
for line in sys.stdin.read().split('\\n')[:-1]:
    try:
        print(show(eval(line)))
    except Exception as e:
        print(f'{type(e).__name__}: {e}')
";

/// What CPython gives for each expression; `None` where there is no CPython 3.13.
pub fn outcomes(expressions: &[String]) -> Option<Vec<String>> {
    let python = adder_cpython::find_or_skip("expressions")?;
    let mut child = Command::new(python)
        .args(["-I", "-c", PROGRAM])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("CPython starts");
    let mut input = child.stdin.take().expect("a pipe");
    let text: String = expressions.iter().map(|e| format!("{e}\n")).collect();
    let writer = std::thread::spawn(move || input.write_all(text.as_bytes()).expect("it reads"));
    let output = child.wait_with_output().expect("it ends");
    writer.join().expect("written");
    let lines: Vec<String> = String::from_utf8(output.stdout).expect("UTF-8").lines().map(str::to_owned).collect();
    assert_eq!(lines.len(), expressions.len(), "a line for each expression");
    Some(lines)
}
