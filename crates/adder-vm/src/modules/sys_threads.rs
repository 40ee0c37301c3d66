//! Of the module `sys`: what concerns threads.

use core::sync::atomic::Ordering;

use adder_objects::typeobject::Method;
use adder_objects::{Value, exceptions as exc, raise};

use super::support::seconds;
use crate::vm::Vm;

pub(super) static FUNCTIONS: &[Method] = &[
    Method::none("getswitchinterval", |cx, _| {
        cx.float(Vm::of(cx).threads.lock().interval.load(Ordering::Relaxed) as f64 / 1e6)
    }),
    Method::one("setswitchinterval", |cx, _, interval| {
        let interval = seconds(cx, interval)?;
        if interval <= 0.0 {
            return raise!(cx, exc::VALUE_ERROR, "switch interval must be strictly positive");
        }
        // Less than a microsecond is none at all, which would never let a thread get anywhere.
        Vm::of(cx).threads.lock().interval.store(((interval * 1e6) as u64).max(1), Ordering::Relaxed);
        Ok(Value::none())
    }),
    Method::none("_get_cpu_count_config", |cx, _| cx.int(Vm::of(cx).options.cpu_count.map_or(-1, i64::from))),
    Method::none("_current_frames", |cx, _| {
        let vm = Vm::of(cx);
        let found = cx.dict()?;
        for (ident, registers, word) in vm.threads.frames(vm) {
            // SAFETY: the innermost frames of threads are live, and no other thread runs meanwhile.
            let frame = unsafe { crate::frame_object::of(vm, registers)? };
            frame.word.set(word);
            found.set(cx, &cx.int_from_u64(ident)?, frame.into_value())?;
        }
        Ok(found.into_value())
    }),
];
