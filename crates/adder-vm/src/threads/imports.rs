//! Which thread imports what: a thread that wants a module waits while another one is running it.

use std::sync::Arc;

use adder_objects::R;

use super::{Ending, join};
use crate::vm::Vm;

/// A module that is being imported.
pub(crate) struct Import {
    name: String,
    thread: u64,
    ended: Arc<Ending>,
}

/// The threads that import, and those that wait for them.
#[derive(Default)]
pub(crate) struct Imports {
    running: Vec<Import>,
    /// Who waits for whom.
    waiting: Vec<(u64, u64)>,
}

impl Imports {
    /// Does this thread wait for that one, directly or not?
    fn waits_for(&self, mut thread: u64, wanted: u64) -> bool {
        // Nobody waits for more than one, and no circle is ever closed.
        while thread != wanted {
            match self.waiting.iter().find(|(waiting, _)| *waiting == thread) {
                Some((_, next)) => thread = *next,
                None => return false,
            }
        }
        true
    }
}

/// Waits until no other thread imports the module. Where the other one waits for this thread the module is seen as it is.
///
/// # Errors
/// What handlers of signals raise.
pub(crate) fn wait(vm: &Vm, name: &str) -> R<()> {
    let imports = &vm.threads.imports;
    let me = vm.threads.current().number;
    loop {
        let ended = {
            let mut imports = imports.borrow_mut();
            let found = imports.running.iter().find(|import| import.name == name && import.thread != me);
            let Some((other, ended)) = found.map(|import| (import.thread, import.ended.clone())) else {
                return Ok(());
            };
            if imports.waits_for(other, me) {
                return Ok(());
            }
            imports.waiting.push((me, other));
            ended
        };
        let joined = join(&vm.cx, &ended, None);
        imports.borrow_mut().waiting.retain(|(waiting, _)| *waiting != me);
        joined?;
    }
}

/// The running thread imports the module while the guard lives.
pub(crate) fn begin<'v>(vm: &'v Vm, name: &str) -> Importing<'v> {
    let ended = Arc::new(Ending::default());
    let thread = vm.threads.current().number;
    vm.threads.imports.borrow_mut().running.push(Import { name: name.to_owned(), thread, ended: ended.clone() });
    Importing { vm, ended }
}

/// See [`begin`].
pub(crate) struct Importing<'v> {
    vm: &'v Vm,
    ended: Arc<Ending>,
}

impl Drop for Importing<'_> {
    fn drop(&mut self) {
        self.vm.threads.imports.borrow_mut().running.retain(|import| !Arc::ptr_eq(&import.ended, &self.ended));
        self.ended.set();
    }
}
