//! Exceptions on their way to a handler.

use adder_compiler::code::Handler;
use adder_objects::exceptions as exc;
use adder_objects::{R, Raised, Value};

use super::{calls, watch};
use crate::code::PyCode;
use crate::frame::{Registers, flag};
use crate::vm::Vm;

/// Where it goes on.
pub(super) enum Next {
    /// With the handler at this address in this frame.
    Handler(Registers, *mut u64),
    /// With the caller in Rust.
    Leave(R),
}

/// Finds the handler of an exception, ends the frames that have none, and adds each to the traceback.
///
/// # Safety
/// The registers are those of the running frame, `ip` the instruction that raised.
#[cold]
#[inline(never)]
pub(super) unsafe fn unwind<const WATCHED: bool>(vm: &Vm, mut r: Registers, ip: *mut u64, raised: Raised) -> Next {
    let cx = &*vm.cx;
    // SAFETY: by the contract, and as in the loop.
    unsafe {
        if raised.is_go_over() {
            return Next::Leave(watch::go_over(vm, r, ip));
        }
        let mut code: &PyCode = r.code();
        let mut word = code.word_at(ip);
        vm.ip.set(ip);
        let again = vm.state.reraise.replace(false);
        // What is thrown into a generator is raised while that handles something of its own, if anything.
        let thrown = vm.state.thrown.replace(false);
        let handled = if thrown { cx.handled.try_get() } else { cx.handling() };
        // What comes out of a call by Rust got its context where it was raised.
        let escaped = !thrown
            && vm.state.escaped.replace(0) == raised.value().bits()
            && crate::traceback::is_there(raised.value());
        if !again
            && !escaped
            && let Some(handled) = handled
            // What CPython's C code catches and raises anew has no context; what was handled before it has been somewhere.
            && (!code.native || crate::traceback::is_there(&handled))
        {
            exc::set_context(raised.value(), &handled);
        }
        let cleaned = again && {
            let i = adder_compiler::op::Instr::of_word(code.code.words[word as usize]);
            i.op == adder_compiler::Op::Reraise as u8 && i.b == 1
        };
        let mut first = true;
        let mut raised = raised;
        loop {
            // What is raised again keeps its traceback; the frames further up are added all the same.
            if !(again && first) {
                crate::traceback::add(vm, raised.value(), r, word);
            }
            raised = watch::raised(vm, r, word, raised, again && first);
            let first_frame = std::mem::take(&mut first);
            let live = code.code.live_at(word);
            if let Some(handler) = code.code.handler_at(word) {
                let Handler { target, exception, keep, .. } = handler;
                let (target, exception) = (*target, *exception);
                for &temporary in live.iter().filter(|t| !keep.contains(t)) {
                    r.at(temporary).drop_in_place();
                }
                if WATCHED && let Err(other) = watch::caught(vm, r, word, raised.value()) {
                    raised = other;
                }
                r.at(exception).write(raised.into_value());
                vm.trim_stack(r);
                let target = code.start().add(target as usize);
                if !WATCHED && vm.state.watch.is_active() {
                    return Next::Leave(watch::go_over(vm, r, target));
                }
                return Next::Handler(r, target);
            }
            for &temporary in live {
                r.at(temporary).drop_in_place();
            }
            if cleaned
                && first_frame
                && let Some(word) = crate::traceback::newest_word(raised.value(), r)
            {
                vm.ip.set(code.start().add(word as usize));
            }
            raised = watch::unwound(vm, r, raised);
            let (link, return_address, caller) = (r.link(), r.return_address(), r.caller());
            calls::leave(vm, r, code);
            if link & flag::INIT != 0 {
                let instance = vm.instances.borrow_mut().pop();
                drop(instance);
            }
            if link & flag::GENERATOR != 0 {
                crate::generator::end(vm, r);
                raised = crate::generator::no_stop_iteration(cx, crate::generator::generator_of(r), raised);
            }
            if link & flag::ENTRY != 0 {
                vm.state.escaped.set(raised.value().bits());
                return Next::Leave(Err(raised));
            }
            r = caller;
            code = r.code();
            vm.depth.set(vm.depth.get() - 1);
            vm.top.set(r.0.add(code.registers));
            vm.current.set(r);
            // The call's cache words lie in front of the return address.
            word = code.word_at(return_address) - 1;
            vm.ip.set(return_address.sub(1));
        }
    }
}

/// What `raise exception` (`from cause`) raises.
pub(super) fn raise(vm: &Vm, exception: Value, cause: Option<Value>) -> Raised {
    exc::raise(&vm.cx, &exception, cause.as_ref())
}

/// `except class`
pub(super) fn matches(vm: &Vm, exception: &Value, class: &Value) -> R<bool> {
    exc::matches(&vm.cx, exception, class)
}

/// `except* class`: what is left, and what matches.
pub(super) fn group_matches(vm: &Vm, exception: &Value, class: &Value) -> R<(Value, Value)> {
    crate::groups::matches(&vm.cx, exception, class)
}

/// What is raised at the end of `except*`.
pub(super) fn group_reraise(vm: &Vm, original: &Value, raised: &Value) -> R {
    crate::groups::reraise(&vm.cx, original, raised)
}
