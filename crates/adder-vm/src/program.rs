//! Running a program from its start to its end.

use adder_compiler::Mode;
use adder_objects::exceptions as exc;
use adder_objects::str::PyStr;
use adder_objects::{R, Raised, Value};

use crate::vm::Vm;

/// How a program ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// By itself, or by `sys.exit()`: the exit code.
    Exit(u8),
    /// By an exception that nobody caught, which has been reported: the exit code is 1.
    Raised,
    /// By an interrupt, which has been reported.
    Interrupted,
}

impl Vm {
    /// Runs source text as the module `__main__`, reports an exception that nobody caught, and flushes the standard streams.
    pub fn run_source(&self, source: &[u8], file: &str) -> Outcome {
        let _entered = self.cx.enter();
        self.set_stack_limit();
        crate::modules::catch_interrupt(self);
        let result = self.run_main(source, file);
        self.end_of(result)
    }

    /// Runs a module as `__main__`, as `-m` does: then `sys.argv` begins with its file. What a folder or an archive holds is the
    /// module `__main__` of the first entry of `sys.path`, and `sys.argv` stays.
    pub fn run_module(&self, name: &str, alter_argv: bool) -> Outcome {
        let _entered = self.cx.enter();
        self.set_stack_limit();
        crate::modules::catch_interrupt(self);
        let result = (|| -> R<()> {
            let cx = &*self.cx;
            let runpy = crate::import::load(self, "runpy")?;
            let function = cx.getattr_text(&runpy, "_run_module_as_main")?;
            cx.call(&function, &[cx.str_value(name)?, Value::bool(alter_argv)]).map(drop)
        })();
        self.end_of(result)
    }

    /// Makes what otherwise is made when it is asked for first, and then kept: the namespaces of the built-in types, the strings of
    /// one character.
    pub fn prepare(&self) {
        let _entered = self.cx.enter();
        for ty in adder_objects::builtin_types::registered() {
            self.cx.state(ty);
        }
        for letter in '\0'..='\u{ff}' {
            // Without room for it, it is made later.
            let _ = self.cx.intern(letter.encode_utf8(&mut [0; 4]));
            let _ = self.cx.str_value(letter.encode_utf8(&mut [0; 4]));
        }
    }

    /// Ends the modules, as the end of the interpreter does: afterwards no program can run in it.
    pub fn end_modules(&self) {
        self.entered(|| {
            crate::modules::end(self);
            self.cx.forget_lookups();
        });
    }

    /// Calls this with the interpreter as the thread's.
    pub fn entered<T>(&self, work: impl FnOnce() -> T) -> T {
        let _entered = self.cx.enter();
        work()
    }

    fn run_main(&self, source: &[u8], file: &str) -> R<()> {
        let cx = &*self.cx;
        let main = crate::import::load(self, "__main__")?;
        let Some(dict) = crate::module::dict_of(&main) else { return Ok(()) };
        if file != "<string>" && file != "<stdin>" {
            let path = cx.str_value(file)?;
            dict.set(cx, cx.names.file(), path.clone())?;
            let (_, loader) = crate::deferred::spec_and_loader(cx, cx.intern("__main__")?, path, Value::none())?;
            dict.set(cx, cx.names.loader(), loader)?;
        }
        let text = crate::source::decode(cx, source, file)?;
        let code = crate::source::compile(self, &text, file, Mode::Exec)?;
        if file == "<string>" {
            self.keep_lines(code.as_value(), &text, file);
        }
        let globals = dict.into_value();
        self.run_code(&code, &globals, &globals).map(drop)
    }

    /// Lets `linecache` know the source text of code that is in no file, for tracebacks.
    pub(crate) fn keep_lines(&self, code: &Value, text: &str, file: &str) {
        let cx = &*self.cx;
        // A traceback without lines is better than no program.
        let _ = (|| -> R<()> {
            let register = cx.getattr_text(&crate::import::load(self, "linecache")?, "_register_code")?;
            cx.call(&register, &[code.clone(), cx.str_value(text)?, cx.str_value(file)?]).map(drop)
        })();
    }

    /// Reports how a program ended, runs what was left for its end, and flushes the standard streams.
    pub(crate) fn end_of(&self, result: R<()>) -> Outcome {
        let outcome = match result {
            Ok(()) => Outcome::Exit(0),
            Err(raised) => self.report(raised),
        };
        if self.end_program() { outcome } else { Outcome::Exit(120) }
    }

    /// The program has ended: waits for its threads, calls what was registered with `atexit`, and flushes the standard streams.
    /// False if that failed.
    pub fn end_program(&self) -> bool {
        self.run_at_exit();
        self.flush(true).is_ok()
    }

    /// Ends `threading`, then calls what was registered with `atexit`.
    fn run_at_exit(&self) {
        let cx = &*self.cx;
        let ended = (|| -> R<()> {
            let modules = self.modules.get();
            let found = modules.downcast::<adder_objects::dict::PyDict>().map(|all| all.get_text(cx, "threading"));
            match found.transpose()?.flatten() {
                Some(module) if !module.is_none() => cx.call(&cx.getattr_text(&module, "_shutdown")?, &[]).map(drop),
                _ => Ok(()),
            }
        })();
        if let Err(raised) = ended {
            cx.unraisable(raised, Some("Exception ignored on threading shutdown"), None);
        }
        crate::modules::at_exit::run(self);
    }

    /// Flushes the standard streams. At the end of a program is told what goes wrong with `sys.stdout`.
    ///
    /// # Errors
    /// The last error.
    pub(crate) fn flush(&self, at_end: bool) -> R<()> {
        let cx = &*self.cx;
        let sys = self.sys.get();
        let mut result = Ok(());
        for name in [cx.names.stdout(), cx.names.stderr()] {
            let flushed = (|| -> R<()> {
                let Some(stream) = cx.getattr_opt(&sys, name)?.filter(|stream| !stream.is_none()) else {
                    return Ok(());
                };
                if let Some(flushed) = crate::modules::io::flush_stream(cx, &stream) {
                    return flushed;
                }
                // One that was closed has flushed before.
                let closed = cx.getattr_opt(&stream, &cx.intern("closed")?).unwrap_or(None);
                if closed.is_some_and(|closed| cx.is_true(&closed).unwrap_or(false)) {
                    return Ok(());
                }
                cx.call_method(&stream, cx.names.flush(), &[]).map(drop)
            })();
            if let Err(raised) = flushed {
                if at_end && name.is(cx.names.stdout()) {
                    cx.unraisable(raised, Some("Exception ignored on flushing sys.stdout"), None);
                    result = Err(cx.error_of(&exc::OS_ERROR, &[]));
                } else {
                    result = Err(raised);
                }
            }
        }
        result
    }

    /// Reports an exception that ends a program.
    pub fn report(&self, raised: Raised) -> Outcome {
        let cx = &*self.cx;
        if raised.is(&exc::SYSTEM_EXIT) {
            return Outcome::Exit(self.exit_code(&raised));
        }
        let interrupted = raised.is(&exc::KEYBOARD_INTERRUPT);
        let sys = self.sys.get();
        let hooked = (|| -> R<()> {
            let hook = cx.getattr(&sys, cx.names.excepthook())?;
            let traceback = cx.getattr(raised.value(), cx.names.traceback())?;
            cx.call(&hook, &[raised.value().ty().value(), raised.value().clone(), traceback]).map(drop)
        })();
        if let Err(second) = hooked {
            eprint!("Error in sys.excepthook:\n{}", crate::report::to_text(cx, &second));
            eprint!("\nOriginal exception was:\n{}", crate::report::to_text(cx, &raised));
        }
        if interrupted { Outcome::Interrupted } else { Outcome::Raised }
    }

    fn exit_code(&self, raised: &Raised) -> u8 {
        let cx = &*self.cx;
        let code = cx.getattr_text(raised.value(), "code").unwrap_or_else(|_| Value::none());
        if code.is_none() {
            return 0;
        }
        if let Some(code) = code.as_i64() {
            return code as u8;
        }
        if code.downcast::<adder_objects::int::PyLong>().is_some() {
            // Too large for a word: C takes it for -1.
            return u8::MAX;
        }
        let text = match cx.to_str(&code) {
            Ok(text) => PyStr::to_lossy(&text).into_owned(),
            Err(_) => String::new(),
        };
        crate::modules::write_error(cx, &format!("{text}\n"));
        1
    }
}
