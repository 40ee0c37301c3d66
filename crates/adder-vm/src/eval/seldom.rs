//! Instructions that programs meet seldom, or whose work outweighs a call: they neither jump nor change the running frame.

use adder_compiler::op::{DST_LOCAL, Instr, KILL_A, KILL_B, KILL_C, Op};
use adder_objects::dict::PyDict;
use adder_objects::exceptions as exc;
use adder_objects::list::PyList;
use adder_objects::typeobject::number;
use adder_objects::{R, Raised, Value, raise};

use super::{names, slow, unwind};
use crate::code::PyCode;
use crate::frame::Registers;
use crate::vm::Vm;

/// The running frame at one of its instructions.
struct At {
    r: Registers,
    i: Instr,
}

impl At {
    /// # Safety
    /// Here and below: the operand is a register that holds what the instruction says.
    unsafe fn a(&self) -> &Value {
        // SAFETY: by the contract.
        unsafe { &*self.r.at(self.i.a) }
    }

    unsafe fn b(&self) -> &Value {
        // SAFETY: by the contract.
        unsafe { &*self.r.at(self.i.b) }
    }

    unsafe fn c(&self) -> &Value {
        // SAFETY: by the contract.
        unsafe { &*self.r.at(self.i.c) }
    }

    /// The value of operand b: moved out if it is consumed.
    unsafe fn take_b(&self) -> Value {
        // SAFETY: by the contract.
        unsafe { if self.i.flags & KILL_B != 0 { self.r.at(self.i.b).read() } else { self.b().clone() } }
    }

    /// Releases the operands that are consumed.
    unsafe fn kill(&self) {
        for (bit, operand) in [(KILL_A, self.i.a), (KILL_B, self.i.b), (KILL_C, self.i.c)] {
            if self.i.flags & bit != 0 {
                // SAFETY: by the contract.
                unsafe { self.r.at(operand).drop_in_place() };
            }
        }
    }

    /// Writes the destination a.
    unsafe fn set(&self, value: Value) {
        // SAFETY: by the contract: a local always holds something, a temporary nothing.
        unsafe {
            let place = self.r.at(self.i.a);
            if self.i.flags & DST_LOCAL != 0 {
                drop(place.replace(value));
            } else {
                place.write(value);
            }
        }
    }

    /// A result for which operands were only looked at: they are consumed, raised or not.
    unsafe fn give(&self, result: R) -> R<()> {
        // SAFETY: by the contract.
        unsafe {
            self.kill();
            self.set(result?);
        }
        Ok(())
    }

    /// The same, where there is nothing to write.
    unsafe fn end(&self, result: R<()>) -> R<()> {
        // SAFETY: by the contract.
        unsafe { self.kill() };
        result
    }

    /// The same, for two values side by side.
    unsafe fn give_row(&self, result: R<(Value, Value)>) -> R<()> {
        // SAFETY: by the contract.
        unsafe {
            self.kill();
            let (first, second) = result?;
            self.r.at(self.i.a).write(first);
            self.r.at(self.i.a + 1).write(second);
        }
        Ok(())
    }
}

/// Does one of these instructions.
///
/// # Safety
/// The registers are those of the running frame, `ip` is where the instruction `i` of its code stands, which is an `op`, and `vm.ip` says so.
#[inline(never)]
#[allow(clippy::too_many_lines, reason = "one match over the instructions, a line or some each")]
pub(super) unsafe fn run(vm: &Vm, r: Registers, code: &PyCode, ip: *mut u64, i: Instr, op: Op) -> R<()> {
    let cx = &*vm.cx;
    // SAFETY: as in the loop: `adder_compiler::verify` has walked this code.
    unsafe {
        let at = At { r, i };
        match op {
            Op::MakeCell => {
                let content = r.at(i.a).replace(Value::UNBOUND);
                r.at(i.a).write(crate::cells::cell(cx, content)?);
                Ok(())
            }
            Op::DeleteCell => {
                if crate::cells::delete(at.a()) {
                    Ok(())
                } else {
                    Err(names::unbound_cell(vm, code, i.a))
                }
            }
            Op::LoadClassCell => {
                let cell = *ip.add(1) as u16;
                at.give(names::class_cell(vm, code, at.b(), &code.names[i.c as usize], &*r.at(cell), cell))
            }
            Op::DeleteGlobal => names::delete_global(vm, r.py_function(), &code.names[i.a as usize]),
            Op::DeleteName => names::delete_name(vm, r, &code.names[i.a as usize]),
            Op::LoadClassGlobal => at.give(names::class_global(vm, r.py_function(), at.b(), &code.names[i.c as usize])),
            Op::LoadLocals => match r.locals() {
                Some(locals) => {
                    at.set(locals.clone());
                    Ok(())
                }
                None => raise!(cx, exc::SYSTEM_ERROR, "no locals"),
            },
            Op::LoadBuildClass => {
                at.set(names::build_class(vm, r.py_function())?);
                Ok(())
            }
            Op::LoadAssertionError => {
                // The one that a function of annotations raises for a format it does not know.
                at.set(if i.b == 1 { exc::NOT_IMPLEMENTED_ERROR.value() } else { exc::ASSERTION_ERROR.value() });
                Ok(())
            }
            Op::DeleteAttr => at.end(cx.setattr(at.a(), &code.names[i.c as usize], None)),
            Op::DeleteItem => at.end(cx.setitem(at.a(), at.b(), None)),
            Op::BuildSlice => {
                let start = r.at(i.b).read();
                let stop = r.at(i.b + 1).read();
                let step = if i.c == 3 { r.at(i.b + 2).read() } else { Value::none() };
                at.set(cx.slice(start, stop, step)?);
                Ok(())
            }

            Op::Pow => at.give(cx.binary(number::POW, at.b(), at.c())),
            Op::MatMul => at.give(cx.binary(number::MAT_MUL, at.b(), at.c())),
            Op::IPow => at.give(cx.in_place(number::POW, at.b(), at.c())),
            Op::IMatMul => at.give(cx.in_place(number::MAT_MUL, at.b(), at.c())),
            Op::ILShift => at.give(cx.in_place(number::LSHIFT, at.b(), at.c())),
            Op::Pos => at.give(cx.positive(at.b())),
            Op::Invert => at.give(cx.invert(at.b())),
            Op::In => at.give(cx.contains(at.c(), at.b()).map(Value::bool)),
            Op::NotIn => at.give(cx.contains(at.c(), at.b()).map(|yes| Value::bool(!yes))),

            Op::MakeFunction => {
                let constant = code.constants[i.wide() as usize].clone();
                let globals = r.py_function().globals.get();
                at.set(crate::function::function(cx, constant, &globals)?.into_value());
                Ok(())
            }
            Op::SetFunction => {
                slow::set_function_part(at.a(), at.take_b(), i.c);
                Ok(())
            }

            Op::GetYieldFrom => at.give(crate::generator::yield_from_iterator(vm, code, at.b())),
            Op::GetAwaitable => at.give(crate::generator::awaitable(vm, at.b(), i.c)),
            Op::GetAIter => at.give(crate::generator::async_iterator(vm, at.b())),
            Op::GetANext => at.give(crate::generator::async_next(vm, at.b())),
            Op::EndAsyncFor => {
                let exception = r.at(i.a).read();
                if exception.is_instance(&exc::STOP_ASYNC_ITERATION) { Ok(()) } else { Err(Raised::new(exception)) }
            }

            Op::BuildSet => {
                at.set(slow::build_set(vm, r.at(i.b), i.c as usize)?);
                Ok(())
            }
            Op::BuildDict => {
                at.set(slow::build_dict(vm, r.at(i.b), i.c as usize)?);
                Ok(())
            }
            Op::BuildTemplate => at.give(slow::build_template(vm, at.b(), at.c())),
            Op::BuildInterpolation => {
                at.set(slow::build_interpolation(vm, r.at(i.b), i.c)?);
                Ok(())
            }
            Op::SetAdd => at.end(slow::set_add(vm, at.a(), at.b())),
            Op::DictAdd => at.end(at.a().cast::<PyDict>().set(cx, at.b(), at.c().clone())),
            Op::ListExtend => at.end(slow::list_extend(vm, r.at(i.a), at.b(), *ip.add(1) & 1 != 0)),
            Op::SetUpdate => at.end(cx.for_each(at.b(), |item| slow::set_add(vm, at.a(), &item))),
            Op::DictUpdate => at.end(slow::dict_update(vm, at.a(), at.b())),
            Op::DictMerge => at.end(slow::dict_merge(vm, at.a(), at.b(), at.c())),
            Op::ListToTuple => at.give(cx.tuple(at.b().cast::<PyList>().to_vec()).map(Value::from)),
            Op::FormatSpec => at.give(slow::format_spec(vm, at.b(), at.c())),
            Op::Convert => at.give(slow::convert(vm, at.b(), i.c)),
            Op::UnpackEx => {
                let (before, after) = ((i.c & 0xFF) as usize, (i.c >> 8) as usize);
                at.end(slow::unpack_starred(vm, at.b(), r.at(i.a), before, after))
            }

            Op::MatchClass => {
                let row = [r.at(i.b).read(), r.at(i.b + 1).read(), r.at(i.b + 2).read()];
                at.set(crate::matching::class(vm, &row, i.c as usize)?);
                Ok(())
            }
            Op::MatchKeys => at.give(crate::matching::keys(vm, at.b(), at.c())),
            Op::MatchMapping => at.give(Ok(crate::matching::is_mapping(at.b()))),
            Op::MatchSequence => at.give(Ok(crate::matching::is_sequence(at.b()))),
            Op::GetLen => at.give(cx.len(at.b()).and_then(|n| cx.int(n as i64))),

            Op::Raise => {
                let exception = at.a().clone();
                at.kill();
                Err(unwind::raise(vm, exception, None))
            }
            Op::RaiseFrom => {
                let (exception, cause) = (at.a().clone(), at.b().clone());
                at.kill();
                Err(unwind::raise(vm, exception, Some(cause)))
            }
            Op::RaiseAgain => match cx.handling() {
                Some(exception) => {
                    vm.state.reraise.set(true);
                    Err(Raised::new(exception))
                }
                None => raise!(cx, exc::RUNTIME_ERROR, "No active exception to reraise"),
            },
            Op::Reraise => {
                let exception = r.at(i.a).read();
                vm.state.reraise.set(true);
                Err(Raised::new(exception))
            }
            Op::GroupMatches => at.give_row(unwind::group_matches(vm, at.b(), at.c())),
            Op::GroupReraise => at.give(unwind::group_reraise(vm, at.b(), at.c())),
            Op::WithEnter => at.give_row(slow::with_enter(vm, at.b(), false)),
            Op::AsyncWithEnter => at.give_row(slow::with_enter(vm, at.b(), true)),
            Op::WithExit => at.give(slow::with_exit(vm, at.b(), at.c())),

            Op::ImportName => {
                let (level, from) = (r.at(i.c).read(), r.at(i.c + 1).read());
                at.set(crate::import::import_name(vm, r, &code.names[i.b as usize], &level, &from)?);
                Ok(())
            }
            Op::ImportFrom => at.give(crate::import::import_from(vm, at.b(), &code.names[i.c as usize])),
            Op::ImportStar => at.end(crate::import::import_star(vm, r, at.b())),
            Op::Intrinsic => at.give(crate::intrinsics::one(vm, i.c, at.b())),
            Op::Intrinsic2 => {
                let row = [r.at(i.b).read(), r.at(i.b + 1).read()];
                at.set(crate::intrinsics::two(vm, i.c, &row)?);
                Ok(())
            }
            _ => raise!(cx, exc::SYSTEM_ERROR, "the instruction {} has come to the wrong place", op.name()),
        }
    }
}
