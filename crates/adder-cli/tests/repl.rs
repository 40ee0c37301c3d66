//! The prompt, with a session that only writes down what it is given: through pipes, and on a pseudo-terminal.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::{FromRawFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use adder_cli::repl::{self, Completeness, Outcome, Session, Setup, word_start};

/// Statements whose first line ends with `:` go on until an empty line. `exit N` leaves.
#[derive(Default)]
struct Fake {
    ran: Vec<String>,
}

impl Session for Fake {
    fn is_complete(&self, text: &str) -> Completeness {
        if text.contains('!') {
            Completeness::Wrong
        } else if text.lines().next().is_some_and(|line| line.ends_with(':')) && !text.ends_with("\n\n") {
            Completeness::Incomplete
        } else {
            Completeness::Complete
        }
    }

    fn run(&mut self, text: &str) -> Outcome {
        self.ran.push(text.to_owned());
        println!("ran {text:?}");
        match text.trim().strip_prefix("exit ") {
            Some(code) => Outcome::Exit(code.parse().unwrap()),
            None => Outcome::Continue,
        }
    }

    fn complete(&self, line: &str, position: usize) -> Vec<String> {
        let word = &line[word_start(line, position)..position];
        ["alpha.one", "alpha.two", "beta"]
            .iter()
            .filter(|name| name.starts_with(word))
            .map(|name| name.to_string())
            .collect()
    }
}

fn lines(input: &str) -> (u8, String) {
    let mut prompts = Vec::new();
    let code = repl::run_lines(Fake::default(), &mut input.as_bytes(), &mut prompts).unwrap();
    (code, String::from_utf8(prompts).unwrap())
}

#[test]
fn through_a_pipe_the_prompts_are_cpythons() {
    assert_eq!(lines(""), (0, ">>> \n".to_owned()));
    assert_eq!(lines("1\n\n2\n"), (0, ">>> >>> >>> >>> \n".to_owned()));
    assert_eq!(lines("if 1:\n  2\n\n3\n"), (0, ">>> ... ... >>> >>> \n".to_owned()));
    assert_eq!(lines("if !:\n1\n"), (0, ">>> >>> >>> \n".to_owned()));
    assert_eq!(lines("1\nexit 3\n4\n"), (3, ">>> >>> ".to_owned()));
    // The end of the input ends a statement too.
    assert_eq!(lines("if 1:\n  exit 4"), (0, ">>> ... ... \n".to_owned()));
    assert_eq!(lines("exit 5"), (5, ">>> ".to_owned()));
}

#[test]
fn words_reach_back_over_dots() {
    for (line, position, start) in
        [("a.b", 3, 0), ("f(a.b", 5, 2), ("x = naïve_", 11, 4), ("a b", 2, 2), ("", 0, 0), ("é.é", 5, 0)]
    {
        assert_eq!(word_start(line, position), start, "{line}");
    }
}

/// Set in the child process that plays the program on the terminal; its value is where the history is kept.
const CHILD: &str = "ADDER_TEST_REPL_CHILD";

#[test]
#[ignore = "the child process of the tests on a terminal"]
fn child() {
    let Some(history) = std::env::var_os(CHILD) else { return };
    adder_cli::interrupt::install().unwrap();
    let setup = Setup { banner: Some("the banner".to_owned()), history: Some(history.into()) };
    let code = repl::run(Fake::default(), &setup).unwrap();
    println!("left with {code}; a signal came: {}", adder_cli::interrupt::take());
}

/// A child of ours on a pseudo-terminal, and everything it has shown.
struct Terminal {
    child: Child,
    keys: File,
    shown: Arc<Mutex<String>>,
    read: usize,
}

impl Terminal {
    fn open(history: &std::path::Path) -> Terminal {
        let (mut controller, mut terminal) = (0, 0);
        let size = libc::winsize { ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0 };
        let null: *mut libc::c_void = std::ptr::null_mut();
        // SAFETY: the pointers lead to live variables; name and settings may be null.
        let failed = unsafe {
            libc::openpty(&mut controller, &mut terminal, null.cast(), null.cast(), (&raw const size).cast_mut())
        };
        assert_eq!(failed, 0, "{}", std::io::Error::last_os_error());
        // SAFETY: `openpty` gave us these two descriptors.
        let (controller, terminal) = unsafe { (OwnedFd::from_raw_fd(controller), OwnedFd::from_raw_fd(terminal)) };

        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "child", "--ignored", "--nocapture", "--test-threads=1"]);
        command.env(CHILD, history).env("TERM", "xterm");
        let end = || Stdio::from(terminal.try_clone().unwrap());
        command.stdin(end()).stdout(end()).stderr(end());
        let lead = || {
            // SAFETY: both calls are safe between fork and exec; descriptor 0 is the terminal.
            unsafe {
                libc::setsid();
                libc::ioctl(0, libc::TIOCSCTTY, 0);
            }
            Ok(())
        };
        // SAFETY: `lead` only makes two system calls.
        let child = unsafe { command.pre_exec(lead) }.spawn().unwrap();

        let shown = Arc::new(Mutex::new(String::new()));
        let mut output = File::from(controller.try_clone().unwrap());
        let sink = shown.clone();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(count @ 1..) = output.read(&mut buffer) {
                sink.lock().unwrap().push_str(&String::from_utf8_lossy(&buffer[..count]));
            }
        });
        Terminal { child, keys: controller.into(), shown, read: 0 }
    }

    fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
    }

    /// Waits until this is shown, behind what was waited for before.
    fn expect(&mut self, text: &str) {
        let start = Instant::now();
        loop {
            let shown = self.shown.lock().unwrap().clone();
            if let Some(at) = shown[self.read..].find(text) {
                self.read += at + text.len();
                return;
            }
            assert!(start.elapsed() < Duration::from_secs(30), "{text:?} was not shown, but {:?}", &shown[self.read..]);
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn end(mut self) {
        assert!(self.child.wait().unwrap().success());
    }
}

#[test]
fn on_a_terminal() {
    let history = std::env::temp_dir().join(format!("adder-history-{}", std::process::id()));
    let _ = std::fs::remove_file(&history);
    let mut terminal = Terminal::open(&history);
    terminal.expect("the banner");
    terminal.expect(">>> ");
    terminal.press("one\r");
    terminal.expect("ran \"one\\n\"");

    // A statement of several lines, edited as a whole: it ends with an empty line.
    terminal.expect(">>> ");
    terminal.press("if x:\r\tbody\r\r");
    terminal.expect(r#"ran "if x:\n    body\n\n""#);

    // Arrow up goes up in a statement's lines, and then to what was entered before it.
    terminal.expect(">>> ");
    terminal.press("\x1b[A\x1b[A\x1b[A\r");
    terminal.expect("ran \"one\\n\"");

    // Tab behind a word completes it: first what all candidates begin with.
    terminal.expect(">>> ");
    terminal.press("be\t\r");
    terminal.expect("ran \"beta\\n\"");
    terminal.expect(">>> ");
    terminal.press("al\tone\r");
    terminal.expect("ran \"alpha.one\\n\"");

    // Ctrl-C drops the line, and the prompt comes again. While a line is edited it is a key, not a signal.
    terminal.expect(">>> ");
    terminal.press("dropped\x03");
    terminal.expect("KeyboardInterrupt");
    terminal.expect(">>> ");
    terminal.press("kept\r");
    terminal.expect("ran \"kept\\n\"");

    // Ctrl-D on an empty line leaves.
    terminal.expect(">>> ");
    terminal.press("\x04");
    terminal.expect("left with 0; a signal came: false");
    terminal.end();

    let mut terminal = Terminal::open(&history);
    terminal.expect(">>> ");
    terminal.press("\x1b[A\r");
    terminal.expect("ran \"kept\\n\"");
    terminal.expect(">>> ");
    terminal.press("exit 7\r");
    terminal.expect("left with 7");
    terminal.end();
    std::fs::remove_file(&history).unwrap();
}

#[test]
fn a_signal_sets_the_flag_once() {
    // Whoever started the tests may ignore the signal (a shell does so for what runs in its background).
    // SAFETY: the default is a valid disposition.
    unsafe { libc::signal(libc::SIGINT, libc::SIG_DFL) };
    adder_cli::interrupt::install().unwrap();
    assert!(!adder_cli::interrupt::is_pending());
    // SAFETY: the handler that was just installed takes it.
    unsafe { libc::raise(libc::SIGINT) };
    assert!(adder_cli::interrupt::is_pending());
    assert!(adder_cli::interrupt::take());
    assert!(!adder_cli::interrupt::take());
}
