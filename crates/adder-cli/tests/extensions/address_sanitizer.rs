//! C in builds with AddressSanitizer: how it is compiled there, and bugs planted in it, each of which must end in a report that names it.

use std::process::Command;

use crate::{adder, hostile};

/// Is the runtime of AddressSanitizer in this process? Then the program under test, which is built with the same flags, has it too.
pub(crate) fn is_here() -> bool {
    // SAFETY: a name, and no more than its place is asked for.
    !unsafe { libc::dlsym(libc::RTLD_DEFAULT, c"__asan_init".as_ptr()) }.is_null()
}

/// What the C compiler is told, so that loads and stores in a module are checked, too. The runtime is the program's, which exports it:
/// the compiler's own, which it would link to the module, must stay out.
pub(crate) fn flags() -> &'static [&'static str] {
    match is_here() {
        true => &["-fsanitize=address", "-fno-omit-frame-pointer", "-g", "-nodefaultlibs", "-lc", "-lm", "-lgcc"],
        false => &[],
    }
}

/// What AddressSanitizer writes of a bug.
#[derive(Debug)]
struct Report {
    kind: String,
    /// The functions that were active at the access, and when the memory was freed.
    access: Vec<String>,
    free: Vec<String>,
}

/// Reads the first report, if there is one.
fn report(errors: &str) -> Option<Report> {
    let (_, report) = errors.split_once("ERROR: AddressSanitizer: ")?;
    let (_, summary) = report.split_once("SUMMARY: AddressSanitizer: ")?;
    let kind = summary.split_whitespace().next()?.to_owned();
    let functions = |part: &str| -> Vec<String> {
        let frames = part.lines().skip(1).take_while(|line| !line.trim().is_empty()).map(str::trim);
        let frames = frames.filter(|line| line.starts_with('#'));
        frames.filter_map(|line| Some(line.split_once(" in ")?.1.split(' ').next()?.to_owned())).collect()
    };
    let free = report.split_once("freed by thread").map_or(Vec::new(), |(_, part)| functions(part));
    Some(Report { kind, access: functions(report), free })
}

/// Runs a program with the module `hostile`, and gives what is found.
fn found(name: &str, program: &str) -> (Option<Report>, String) {
    assert!(is_here(), "built without -Zsanitizer=address");
    let folder = hostile::module(&format!("planted-{name}"));
    let output = Command::new(adder())
        .args(["-c", &format!("import hostile; {program}; print('survived')")])
        .env("PYTHONPATH", &folder.0)
        .env("ASAN_OPTIONS", "detect_leaks=0:detect_stack_use_after_return=0:allow_addr2line=1")
        .output()
        .expect("the interpreter starts");
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    let report = report(&errors);
    assert_eq!(report.is_none(), output.status.success(), "{errors}");
    (report, String::from_utf8_lossy(&output.stdout).into_owned() + &errors)
}

/// What the function of C does.
#[derive(Clone, Copy)]
enum Bug {
    /// It lets go of what another one, of the interpreter's, still uses: named where the memory is freed.
    FreedTooEarly,
    /// It uses what it has let go of: named there and at the access.
    UsedAfterFree,
    FreedTwice,
}

fn must_find(function: &str, bug: Bug, program: &str) {
    let (report, errors) = found(function, program);
    let report = report.unwrap_or_else(|| panic!("{function}: nothing was found:\n{errors}"));
    let (kind, is_at_the_access) = match bug {
        Bug::FreedTooEarly => ("heap-use-after-free", false),
        Bug::UsedAfterFree => ("heap-use-after-free", true),
        Bug::FreedTwice => ("bad-free", true),
    };
    assert_eq!(report.kind, kind, "{errors}");
    let names = |functions: &[String]| functions.iter().any(|name| name == function);
    assert!(names(&report.free), "{function} is not named where the memory is freed:\n{errors}");
    assert!(!is_at_the_access || names(&report.access), "{function} is not named at the access:\n{errors}");
}

/// One test for each bug: the function of C that has it, and the program that calls it.
macro_rules! planted {
    ($($function:ident($bug:ident): $program:literal;)*) => {
        $(#[test]
        #[cfg_attr(not(adder_system_alloc), ignore = "needs -Zsanitizer=address and --cfg adder_system_alloc")]
        fn $function() {
            must_find(stringify!($function), Bug::$bug, $program);
        })*
    };
}

// Where each block is an allocation of its own, it is poisoned when it is freed, and kept back for long.
planted! {
    decref_too_many(FreedTooEarly): "hostile.decref_too_many([1])";
    use_after_release(UsedAfterFree): "hostile.use_after_release()";
    stolen_used_again(UsedAfterFree): "hostile.stolen_used_again()";
    released_twice(UsedAfterFree): "hostile.released_twice()";
    written_after_release(UsedAfterFree): "hostile.written_after_release()";
    borrowed_for_too_long(UsedAfterFree): "hostile.borrowed_for_too_long()";
    item_after_release(UsedAfterFree): "hostile.item_after_release()";
    memory_after_free(UsedAfterFree): "hostile.memory_after_free()";
    impatient_dealloc(FreedTwice): "hostile.Impatient()";
}

/// So the tests above do not pass because of something else.
#[test]
#[cfg_attr(not(adder_system_alloc), ignore = "needs -Zsanitizer=address and --cfg adder_system_alloc")]
fn where_there_is_no_bug_nothing_is_found() {
    let (report, output) = found("no_bug", "print(hostile.no_bug([1]))");
    assert!(report.is_none(), "{output}");
    assert!(output.starts_with("3\nsurvived\n"), "{output}");
}
