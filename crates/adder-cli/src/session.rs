//! The prompt's [`Session`] on an interpreter.

use std::io::Write;
use std::rc::Rc;

use adder_vm::{Need, Vm};

use crate::interrupt;
use crate::repl::{Completeness, Outcome, Session, word_start};

/// An interpreter whose `__main__` the prompt's statements run in.
pub(crate) struct VmSession {
    vm: Rc<Vm>,
}

impl VmSession {
    pub(crate) fn new(vm: Rc<Vm>) -> VmSession {
        vm.begin_prompt();
        VmSession { vm }
    }
}

impl Session for VmSession {
    fn is_complete(&self, text: &str) -> Completeness {
        match self.vm.need_of(text) {
            Need::Nothing => Completeness::Complete,
            Need::Lines => Completeness::Incomplete,
            Need::Correction => Completeness::Wrong,
        }
    }

    fn run(&mut self, text: &str) -> Outcome {
        // A press that came before this statement is not this statement's.
        interrupt::take();
        match self.vm.run_statement(text) {
            Some(code) => Outcome::Exit(code),
            None => Outcome::Continue,
        }
    }

    fn complete(&self, line: &str, position: usize) -> Vec<String> {
        self.vm.completions(&line[word_start(line, position)..position])
    }

    fn interrupted(&mut self) {
        interrupt::take();
        let _ = writeln!(std::io::stderr().lock(), "\nKeyboardInterrupt");
    }

    fn prompts(&mut self) -> (String, String) {
        self.vm.prompts()
    }
}
