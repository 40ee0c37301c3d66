//! The evaluation loop.
//!
//! One `match` in one `loop`. The instruction pointer and the registers are locals; each arm ends by moving the pointer on. An
//! arm that raises leaves the inner loop with the exception, the pointer still at its instruction; [`unwind`] finds the
//! handler. A call of a Python function pushes a frame and goes on in the same loop; nothing recurses in Rust but calls from
//! Rust.

mod caches;
mod calls;
mod floats;
pub(crate) mod monitoring;
mod names;
mod seldom;
mod slow;
mod unwind;
pub(crate) mod watch;

use core::sync::atomic::Ordering;

use adder_compiler::op::{DST_LOCAL, IF_FALSE, Instr, KILL_A, KILL_B, KILL_C, METHOD, Op};
use adder_objects::function::PyBuiltin;
use adder_objects::list::PyList;
use adder_objects::tuple::PyTuple;
use adder_objects::typeobject::{CompareOp, number};
use adder_objects::{R, Raised, Value, exceptions as exc};

use crate::frame::{Registers, flag};
use crate::function::PyFunction;
use crate::generator::{self, GENERATOR_WORDS};
use crate::vm::Vm;
pub(crate) use calls::GENERATORS;
use unwind::Next;

/// Runs a frame until it returns (or yields) to Rust.
///
/// # Safety
/// The registers are those of an entry frame whose header is written; `ip` is an instruction of its code.
pub(crate) unsafe fn run(vm: &Vm, registers: Registers, start: *mut u64) -> R {
    // SAFETY: forwarded contract.
    unsafe {
        if vm.state.watch.is_active() {
            return watch::run(vm, registers, start, true);
        }
        run_loop::<false>(vm, registers, start)
    }
}

/// The loop; the second instance is the one that is [watched](watch). `start` is where the frame goes on.
///
/// # Safety
/// As for [`run`].
#[allow(clippy::too_many_lines, reason = "one loop, one match: that is the point")]
unsafe fn run_loop<const WATCHED: bool>(vm: &Vm, registers: Registers, start: *mut u64) -> R {
    let cx = &*vm.cx;
    let mut r = registers;
    let mut ip = start;
    vm.current.set(r);
    // SAFETY: here and in the whole loop: the compiler's code only names registers that the frame has, reads temporaries that hold
    // what it says, and consumes each owned one once; `adder_compiler::verify` checks that.
    unsafe {
        let mut code = r.code();
        let mut pending: Option<Raised> = vm.state.throwing.take();
        if pending.is_some() {
            vm.state.thrown.set(true);
        }
        loop {
            if let Some(raised) = pending.take() {
                match unwind::unwind::<WATCHED>(vm, r, ip, raised) {
                    Next::Handler(registers, target) => {
                        r = registers;
                        ip = target;
                        code = r.code();
                    }
                    Next::Leave(result) => return result,
                }
            }
            let raised: Raised = 'run: loop {
                let compiled: Instr;
                // By reference: an arm loads those operands that it needs.
                let i: &Instr = if WATCHED {
                    match watch::before(vm, r, ip) {
                        watch::Step::Go => {
                            compiled = watch::instruction(code, code.word_at(ip));
                            &compiled
                        }
                        watch::Step::Jump(to) => {
                            ip = to;
                            continue 'run;
                        }
                        watch::Step::Leave => return Ok(Value::UNSET),
                        watch::Step::Raise(raised) => break 'run raised,
                    }
                } else {
                    &*ip.cast::<Instr>()
                };

                macro_rules! t {
                    ($result:expr) => {
                        match $result {
                            Ok(value) => value,
                            Err(raised) => break 'run raised,
                        }
                    };
                }
                // What runs outside of the loop must be able to tell where this frame is.
                macro_rules! out {
                    () => {
                        vm.ip.set(ip)
                    };
                }
                macro_rules! a {
                    () => {
                        (&*r.at(i.a))
                    };
                }
                macro_rules! b {
                    () => {
                        (&*r.at(i.b))
                    };
                }
                macro_rules! c {
                    () => {
                        (&*r.at(i.c))
                    };
                }
                // Writes a value where another one is.
                macro_rules! overwrite {
                    ($place:expr, $value:expr) => {{
                        let old: Value = $place.replace($value);
                        if old.is_object() {
                            out!();
                            drop(old);
                        } else {
                            core::mem::forget(old);
                        }
                    }};
                }
                // Writes a value to a register: a local always holds something, a temporary nothing.
                macro_rules! store {
                    ($register:expr, $is_local:expr, $value:expr) => {{
                        let value: Value = $value;
                        let place = r.at($register);
                        if $is_local {
                            overwrite!(place, value);
                        } else {
                            place.write(value);
                        }
                    }};
                }
                macro_rules! set {
                    ($value:expr) => {
                        store!(i.a, i.flags & DST_LOCAL != 0, $value)
                    };
                }
                // A callable, and the `self` that it is called with, side by side.
                macro_rules! set_method {
                    ($callable:expr, $this:expr) => {{
                        let (callable, this): (Value, Value) = ($callable, $this);
                        r.at(i.a).write(callable);
                        r.at(i.a + 1).write(this);
                    }};
                }
                // The value of operand b: moved out if it is consumed.
                macro_rules! take_b {
                    () => {
                        if i.flags & KILL_B != 0 { r.at(i.b).read() } else { b!().clone() }
                    };
                }
                macro_rules! kill {
                    ($bit:ident $operand:ident) => {
                        if i.flags & $bit != 0 {
                            r.at(i.$operand).drop_in_place();
                        }
                    };
                }
                macro_rules! next {
                    ($caches:expr) => {{
                        ip = ip.add(1 + $caches);
                        continue 'run;
                    }};
                }
                // A result of which the operands b and c are consumed, raised or not.
                macro_rules! from_bc {
                    ($caches:expr, $result:expr) => {{
                        out!();
                        let result = $result;
                        kill!(KILL_B b);
                        kill!(KILL_C c);
                        set!(t!(result));
                        next!($caches)
                    }};
                }
                macro_rules! from_b {
                    ($caches:expr, $result:expr) => {{
                        out!();
                        let result = $result;
                        kill!(KILL_B b);
                        set!(t!(result));
                        next!($caches)
                    }};
                }
                macro_rules! arithmetic {
                    ($number:ident, $in_place:literal, $left:ident $right:ident $small:expr, $float:expr) => {{
                        let ($left, $right) = (b!(), c!());
                        if $left.is_small() && $right.is_small() {
                            if let Some(value) = $small {
                                set!(value);
                                next!(1)
                            }
                        }
                        from_bc!(1, slow::binary(vm, number::$number, $in_place, b!(), c!(), $float))
                    }};
                }
                // The same, with a short way for floats.
                macro_rules! float_arithmetic {
                    ($number:ident, $in_place:literal, $left:ident $right:ident $small:expr, $float:expr) => {{
                        let ($left, $right) = (b!(), c!());
                        if $left.is_small() && $right.is_small() {
                            if let Some(value) = $small {
                                set!(value);
                                next!(1)
                            }
                        } else if let Some((x, y)) = floats::both($left, $right) {
                            out!();
                            t!(floats::give(vm, r, *i, $float(x, y)));
                            next!(1)
                        }
                        from_bc!(1, slow::binary(vm, number::$number, $in_place, b!(), c!(), $float))
                    }};
                }
                macro_rules! compare {
                    ($op:ident) => {{
                        let (left, right) = (b!(), c!());
                        if left.is_small() && right.is_small() {
                            let holds = CompareOp::$op.holds((left.bits() as i64).cmp(&(right.bits() as i64)));
                            set!(Value::bool(holds));
                            next!(1)
                        }
                        from_bc!(1, slow::compare(vm, b!(), c!(), CompareOp::$op))
                    }};
                }
                macro_rules! jump_near {
                    ($holds:expr) => {{
                        let jumps = $holds != (i.flags & IF_FALSE != 0);
                        ip = ip.add(1);
                        if jumps {
                            ip = ip.offset(i.c as i16 as isize);
                            if (i.c as i16) < 0 && cx.breaker.load(Ordering::Relaxed) != 0 {
                                out!();
                                t!(slow::breaker::<WATCHED>(vm));
                            }
                        }
                        continue 'run;
                    }};
                }
                macro_rules! jump_compare {
                    ($op:ident) => {{
                        let (left, right) = (a!(), b!());
                        if left.is_small() && right.is_small() {
                            jump_near!(CompareOp::$op.holds((left.bits() as i64).cmp(&(right.bits() as i64))))
                        }
                        out!();
                        let result = match floats::both(left, right) {
                            Some((x, y)) => Ok(slow::float_compares(x, y, CompareOp::$op)),
                            None => slow::compares(vm, left, right, CompareOp::$op),
                        };
                        kill!(KILL_A a);
                        kill!(KILL_B b);
                        jump_near!(t!(result))
                    }};
                }
                macro_rules! jump_compare_int {
                    ($op:ident) => {{
                        let left = a!();
                        let right = Value::small(i64::from(i.b as i16));
                        if left.is_small() {
                            jump_near!(CompareOp::$op.holds((left.bits() as i64).cmp(&(right.bits() as i64))))
                        }
                        out!();
                        let result = slow::compares(vm, left, &right, CompareOp::$op);
                        kill!(KILL_A a);
                        jump_near!(t!(result))
                    }};
                }
                macro_rules! jump_far {
                    ($jumps:expr) => {{
                        let jumps = $jumps;
                        ip = ip.add(1);
                        if jumps {
                            ip = ip.offset(i.wide() as i32 as isize);
                            if (i.wide() as i32) < 0 && cx.breaker.load(Ordering::Relaxed) != 0 {
                                out!();
                                t!(slow::breaker::<WATCHED>(vm));
                            }
                        }
                        continue 'run;
                    }};
                }

                macro_rules! jump_if {
                    ($wanted:literal) => {{
                        if let Some(yes) = a!().as_bool() {
                            jump_far!(yes == $wanted)
                        }
                        out!();
                        let result = cx.is_true(a!());
                        kill!(KILL_A a);
                        jump_far!(t!(result) == $wanted)
                    }};
                }
                macro_rules! jump_if_none {
                    ($wanted:literal) => {{
                        let none = a!().is_none();
                        if i.flags & KILL_A != 0 {
                            out!();
                            r.at(i.a).drop_in_place();
                        }
                        jump_far!(none == $wanted)
                    }};
                }

                // Pushes the frame of a function whose arguments are its locals already; the header takes the window's place.
                macro_rules! enter {
                    ($window:expr, $first:expr, $callee:expr, $caches:literal) => {
                        enter!($window, $first, $callee, $caches, 0)
                    };
                    ($window:expr, $first:expr, $callee:expr, $caches:literal, $more:expr) => {{
                        let function = $window.read();
                        let callee = $callee;
                        if callee.has(GENERATORS) {
                            let made = calls::make_generator(vm, function, callee, Registers($first));
                            set!(t!(made));
                            next!($caches)
                        }
                        let distance = $first.offset_from_unsigned(r.0) as u64;
                        let local = if i.flags & DST_LOCAL != 0 { flag::DST_LOCAL } else { 0 };
                        let link = u64::from(i.a) | local | distance << 32 | $more;
                        let registers = Registers($first);
                        registers.write_header(function, ip.add(1 + $caches), callee, link);
                        r = registers;
                        code = r.code();
                        ip = code.start();
                        vm.depth.set(vm.depth.get() + 1);
                        vm.top.set(r.0.add(code.registers));
                        vm.current.set(r);
                        if cx.breaker.load(Ordering::Relaxed) != 0 {
                            out!();
                            t!(slow::breaker_of_entry::<WATCHED>(vm, r, ip));
                        }
                        continue 'run;
                    }};
                }

                // Leaves a frame for its caller; its registers are empty.
                macro_rules! pop {
                    ($caller:expr, $return_address:expr) => {{
                        r = $caller;
                        code = r.code();
                        ip = $return_address;
                        vm.depth.set(vm.depth.get() - 1);
                        vm.top.set(r.0.add(code.registers));
                        vm.current.set(r);
                    }};
                }
                // Pushes the frame of a generator; gives the instruction to go on at.
                macro_rules! go_on {
                    ($generator:expr, $sent:expr, $flag:expr, $words:literal) => {{
                        let distance = code.registers + GENERATOR_WORDS;
                        let registers = Registers(r.0.add(distance));
                        let local = if i.flags & DST_LOCAL != 0 { flag::DST_LOCAL } else { 0 };
                        let link = u64::from(i.a) | local | (distance as u64) << 32 | $flag;
                        let entered = generator::enter(vm, $generator, registers, Some($sent), link, ip.add($words));
                        if let Ok(Ok(_)) = entered {
                            r = registers;
                            code = r.code();
                            vm.depth.set(vm.depth.get() + 1);
                            vm.top.set(r.0.add(code.registers));
                            vm.current.set(r);
                        }
                        entered
                    }};
                }
                // Stops the generator, and those that delegate to it; who iterates over the last gets the value.
                macro_rules! yielded {
                    ($value:expr) => {{
                        let value: Value = $value;
                        loop {
                            out!();
                            let (link, return_address, caller) = (r.link(), r.return_address(), r.caller());
                            generator::suspend(vm, r, ip);
                            if link & flag::ENTRY != 0 {
                                return Ok(value);
                            }
                            pop!(caller, return_address);
                            if link & flag::SEND != 0 {
                                ip = ip.sub(1);
                                if WATCHED {
                                    out!();
                                    t!(watch::yielded(vm, r, &value));
                                }
                                continue;
                            }
                            put!(link, value);
                            continue 'run;
                        }
                    }};
                }
                // Writes the value of a call where the call wants it.
                macro_rules! put {
                    ($link:expr, $value:expr) => {
                        store!($link as u16, $link & flag::DST_LOCAL != 0, $value)
                    };
                }

                // Ends the frame.
                macro_rules! returned {
                    ($value:expr) => {{
                        let value: Value = $value;
                        out!();
                        let link = r.link();
                        let return_address = r.return_address();
                        let caller = r.caller();
                        if link & flag::INIT != 0 && link & flag::OBJECT == 0 {
                            calls::release_self(vm, r);
                        }
                        calls::leave(vm, r, code);
                        if link & (flag::ENTRY | flag::GENERATOR | flag::INIT) == 0 {
                            pop!(caller, return_address);
                            put!(link, value);
                            continue 'run;
                        }
                        if link & flag::GENERATOR != 0 {
                            generator::end(vm, r);
                        }
                        if link & flag::ENTRY != 0 {
                            return Ok(value);
                        }
                        pop!(caller, return_address);
                        if link & flag::INIT != 0 {
                            // The word in front of the return address: the call stands there.
                            ip = ip.sub(4);
                            out!();
                            let instance = t!(calls::end_instance(vm, value));
                            ip = ip.add(4);
                            put!(link, instance);
                            continue 'run;
                        }
                        // What the generator was for stands in front of the return address; its operand b was the generator.
                        if link & flag::FOR != 0 {
                            let iterator = watch::instruction(code, code.word_at(ip.sub(3))).b;
                            let jump = *ip.sub(2) as u32 as i32;
                            ip = ip.offset(jump as isize);
                            out!();
                            r.at(iterator).drop_in_place();
                            drop(value);
                        } else {
                            out!();
                            r.at(watch::instruction(code, code.word_at(ip.sub(1))).b).drop_in_place();
                            put!(link, value);
                        }
                        continue 'run;
                    }};
                }

                // SAFETY: the compiler emits no other numbers.
                let op = core::mem::transmute::<u8, Op>(i.op);
                match op {
                    Op::Nop | Op::Line => next!(0),

                    Op::LoadConst => {
                        set!(code.constants.get_unchecked(i.wide() as usize).clone());
                        next!(0)
                    }
                    Op::BorrowConst => {
                        r.at(i.a).write(code.constants.get_unchecked(i.wide() as usize).borrow_word());
                        next!(0)
                    }
                    Op::LoadInt => {
                        set!(Value::small(i64::from(i.b as i16)));
                        next!(0)
                    }
                    Op::LoadUnset => {
                        r.at(i.a).write(Value::UNSET);
                        next!(0)
                    }
                    Op::LoadLocal => {
                        let value = b!();
                        if value.is_unbound() {
                            break 'run names::unbound_local(vm, code, i.b);
                        }
                        set!(value.clone());
                        next!(0)
                    }
                    Op::LoadLocalCallee => {
                        let value = b!();
                        if value.is_unbound() {
                            break 'run names::unbound_local(vm, code, i.b);
                        }
                        set_method!(value.clone(), Value::UNSET);
                        next!(0)
                    }
                    Op::CheckLocal => {
                        if b!().is_unbound() {
                            break 'run names::unbound_local(vm, code, i.b);
                        }
                        next!(0)
                    }
                    Op::StoreLocal => {
                        let value = take_b!();
                        let old = r.at(i.a).replace(value);
                        out!();
                        drop(old);
                        next!(0)
                    }
                    Op::DeleteLocal => {
                        if a!().is_unbound() {
                            break 'run names::unbound_local(vm, code, i.a);
                        }
                        out!();
                        drop(r.at(i.a).replace(Value::UNBOUND));
                        next!(0)
                    }
                    Op::ClearLocal => {
                        out!();
                        drop(r.at(i.a).replace(Value::UNBOUND));
                        next!(0)
                    }
                    Op::Copy => {
                        set!(b!().clone());
                        next!(0)
                    }
                    Op::Move => {
                        r.at(i.a).write(r.at(i.b).read());
                        next!(0)
                    }
                    Op::Drop => {
                        out!();
                        r.at(i.a).drop_in_place();
                        next!(0)
                    }
                    Op::Swap => {
                        core::ptr::swap(r.at(i.a), r.at(i.b));
                        next!(0)
                    }
                    Op::LoadCell => match crate::cells::get(b!()) {
                        Some(value) => {
                            set!(value);
                            next!(0)
                        }
                        None => break 'run names::unbound_cell(vm, code, i.b),
                    },
                    Op::StoreCell => {
                        out!();
                        let value = take_b!();
                        crate::cells::set(a!(), value);
                        next!(0)
                    }

                    Op::LoadGlobal => {
                        if let Some(value) = caches::global(r.py_function(), ip) {
                            set!(value);
                            next!(2)
                        }
                        out!();
                        let name = code.names.get_unchecked(i.b as usize);
                        set!(t!(names::load_global(vm, r.py_function(), name, ip)));
                        next!(2)
                    }
                    Op::LoadGlobalCallee => {
                        if let Some(value) = caches::global(r.py_function(), ip) {
                            set_method!(value, Value::UNSET);
                            next!(2)
                        }
                        out!();
                        let name = code.names.get_unchecked(i.b as usize);
                        set_method!(t!(names::load_global(vm, r.py_function(), name, ip)), Value::UNSET);
                        next!(2)
                    }
                    Op::StoreGlobal => {
                        out!();
                        let name = code.names.get_unchecked(i.a as usize);
                        let value = take_b!();
                        t!(names::store_global(vm, r.py_function(), name, value));
                        next!(1)
                    }
                    Op::LoadName => {
                        out!();
                        let name = code.names.get_unchecked(i.b as usize);
                        set!(t!(names::load_name(vm, r, name, ip)));
                        next!(2)
                    }
                    Op::StoreName => {
                        out!();
                        let name = code.names.get_unchecked(i.a as usize);
                        let value = take_b!();
                        t!(names::store_name(vm, r, name, value));
                        next!(1)
                    }

                    Op::LoadAttr => {
                        if let Some(value) = caches::attribute(b!(), ip) {
                            if i.flags & KILL_B != 0 {
                                out!();
                                r.at(i.b).drop_in_place();
                            }
                            set!(value);
                            next!(4)
                        }
                        let name = code.names.get_unchecked(i.c as usize);
                        from_b!(4, caches::load_attribute(vm, b!(), name, ip))
                    }
                    Op::LoadMethod => {
                        let object = b!();
                        if let Some(function) = caches::method(object, ip) {
                            let this = take_b!();
                            set_method!(function, this);
                            next!(4)
                        }
                        out!();
                        let name = code.names.get_unchecked(i.c as usize);
                        let found = caches::load_method(vm, object, name, ip);
                        kill!(KILL_B b);
                        let (callable, this) = t!(found);
                        set_method!(callable, this.unwrap_or(Value::UNSET));
                        next!(4)
                    }
                    Op::StoreAttr => {
                        if let Some(place) = caches::place(a!(), ip) {
                            let value = take_b!();
                            overwrite!(place, value);
                            kill!(KILL_A a);
                            next!(3)
                        }
                        out!();
                        let name = code.names.get_unchecked(i.c as usize);
                        let result = caches::store_attribute(vm, a!(), name, b!(), ip);
                        kill!(KILL_A a);
                        kill!(KILL_B b);
                        t!(result);
                        next!(3)
                    }
                    Op::LoadSuper => {
                        out!();
                        let implicit = *ip.add(1) & 1 != 0;
                        let row = [r.at(i.b).read(), r.at(i.b + 1).read(), r.at(i.b + 2).read()];
                        let name = &code.names[i.c as usize];
                        let found = slow::load_super(vm, row, name, i.flags & METHOD != 0, implicit);
                        if i.flags & METHOD != 0 {
                            let (callable, this) = t!(found);
                            set_method!(callable, this.unwrap_or(Value::UNSET));
                        } else {
                            set!(t!(found).0);
                        }
                        next!(1)
                    }
                    Op::GetItem => {
                        let (object, key) = (b!(), c!());
                        if let (Some(list), Some(index)) = (object.downcast_exact::<PyList>(), key.as_small())
                            && let Some(item) = slow::list_item(list, index)
                        {
                            out!();
                            kill!(KILL_B b);
                            set!(item);
                            next!(1)
                        }
                        from_bc!(1, slow::getitem(vm, b!(), c!()))
                    }
                    Op::SetItem => {
                        out!();
                        let result = slow::setitem(vm, a!(), b!(), c!(), i.flags & KILL_C != 0);
                        kill!(KILL_A a);
                        kill!(KILL_B b);
                        kill!(KILL_C c);
                        t!(result);
                        next!(1)
                    }

                    Op::Add => float_arithmetic!(ADD, false, x y slow::small_add(x, y), |x: f64, y: f64| x + y),
                    Op::Sub => float_arithmetic!(SUB, false, x y slow::small_sub(x, y), |x: f64, y: f64| x - y),
                    Op::Mul => float_arithmetic!(MUL, false, x y slow::small_mul(x, y), |x: f64, y: f64| x * y),
                    Op::TrueDiv => {
                        if let Some((x, y)) = floats::both(b!(), c!())
                            && y != 0.0
                        {
                            out!();
                            t!(floats::give(vm, r, *i, x / y));
                            next!(1)
                        }
                        from_bc!(1, slow::divide(vm, false, b!(), c!()))
                    }
                    Op::FloorDiv => arithmetic!(FLOOR_DIV, false, x y slow::small_floor_div(x, y), slow::NO_FLOAT),
                    Op::Mod => arithmetic!(MOD, false, x y slow::small_mod(x, y), slow::NO_FLOAT),
                    Op::LShift => from_bc!(1, cx.binary(number::LSHIFT, b!(), c!())),
                    Op::RShift => arithmetic!(RSHIFT, false, x y slow::small_shift_right(x, y), slow::NO_FLOAT),
                    Op::And => arithmetic!(AND, false, x y slow::small_and(x, y), slow::NO_FLOAT),
                    Op::Or => arithmetic!(OR, false, x y slow::small_or(x, y), slow::NO_FLOAT),
                    Op::Xor => arithmetic!(XOR, false, x y slow::small_xor(x, y), slow::NO_FLOAT),
                    Op::IAdd => {
                        let (x, y) = (b!(), c!());
                        if x.is_small()
                            && y.is_small()
                            && let Some(value) = slow::small_add(x, y)
                        {
                            set!(value);
                            next!(1)
                        }
                        if let Some((x, y)) = floats::both(x, y) {
                            out!();
                            t!(floats::give(vm, r, *i, x + y));
                            next!(1)
                        }
                        // `s += t`: a string that only this place (and the copy that was read) refers to grows where it is.
                        if i.flags & DST_LOCAL != 0
                            && i.a != i.c
                            && slow::both_strings(x, y)
                            && (i.a == i.b || (i.flags & KILL_B != 0 && x.is(a!())))
                        {
                            out!();
                            let left = r.at(i.a).replace(Value::UNBOUND);
                            if i.flags & KILL_B != 0 {
                                r.at(i.b).read().release_held(&left);
                            }
                            let result = slow::concat_in_place(vm, left, y, r.at(i.a));
                            kill!(KILL_C c);
                            t!(result);
                            next!(1)
                        }
                        from_bc!(1, slow::binary(vm, number::ADD, true, b!(), c!(), |x, y| x + y))
                    }
                    Op::ISub => float_arithmetic!(SUB, true, x y slow::small_sub(x, y), |x: f64, y: f64| x - y),
                    Op::IMul => float_arithmetic!(MUL, true, x y slow::small_mul(x, y), |x: f64, y: f64| x * y),
                    Op::ITrueDiv => {
                        if let Some((x, y)) = floats::both(b!(), c!())
                            && y != 0.0
                        {
                            out!();
                            t!(floats::give(vm, r, *i, x / y));
                            next!(1)
                        }
                        from_bc!(1, slow::divide(vm, true, b!(), c!()))
                    }
                    Op::IFloorDiv => arithmetic!(FLOOR_DIV, true, x y slow::small_floor_div(x, y), slow::NO_FLOAT),
                    Op::IMod => arithmetic!(MOD, true, x y slow::small_mod(x, y), slow::NO_FLOAT),
                    Op::IRShift => arithmetic!(RSHIFT, true, x y slow::small_shift_right(x, y), slow::NO_FLOAT),
                    Op::IAnd => arithmetic!(AND, true, x y slow::small_and(x, y), slow::NO_FLOAT),
                    Op::IOr => arithmetic!(OR, true, x y slow::small_or(x, y), slow::NO_FLOAT),
                    Op::IXor => arithmetic!(XOR, true, x y slow::small_xor(x, y), slow::NO_FLOAT),
                    Op::AddInt => {
                        let right = Value::small(i64::from(i.c as i16));
                        if b!().is_small()
                            && let Some(value) = slow::small_add(b!(), &right)
                        {
                            set!(value);
                            next!(1)
                        }
                        let in_place = *ip.add(1) & 1 != 0;
                        from_b!(1, slow::binary(vm, number::ADD, in_place, b!(), &right, |x, y| x + y))
                    }
                    Op::SubInt => {
                        let right = Value::small(i64::from(i.c as i16));
                        if b!().is_small()
                            && let Some(value) = slow::small_sub(b!(), &right)
                        {
                            set!(value);
                            next!(1)
                        }
                        let in_place = *ip.add(1) & 1 != 0;
                        from_b!(1, slow::binary(vm, number::SUB, in_place, b!(), &right, |x, y| x - y))
                    }
                    Op::Neg => from_b!(0, cx.negative(b!())),
                    Op::Not => from_b!(0, cx.is_true(b!()).map(|yes| Value::bool(!yes))),
                    Op::ToBool => from_b!(0, cx.is_true(b!()).map(Value::bool)),

                    Op::Lt => compare!(Lt),
                    Op::Le => compare!(Le),
                    Op::Eq => compare!(Eq),
                    Op::Ne => compare!(Ne),
                    Op::Gt => compare!(Gt),
                    Op::Ge => compare!(Ge),
                    Op::Is => from_bc!(0, Ok::<_, Raised>(Value::bool(slow::is(b!(), c!())))),
                    Op::IsNot => from_bc!(0, Ok::<_, Raised>(Value::bool(!slow::is(b!(), c!())))),

                    Op::Jump => {
                        ip = ip.add(1).offset(i.wide() as i32 as isize);
                        continue 'run;
                    }
                    Op::JumpBack => {
                        ip = ip.add(1).offset(i.wide() as i32 as isize);
                        if cx.breaker.load(Ordering::Relaxed) != 0 {
                            out!();
                            t!(slow::breaker::<WATCHED>(vm));
                        }
                        continue 'run;
                    }
                    Op::JumpIf => jump_if!(true),
                    Op::JumpIfNot => jump_if!(false),
                    Op::JumpIfNone => jump_if_none!(true),
                    Op::JumpIfNotNone => jump_if_none!(false),
                    Op::JumpLt => jump_compare!(Lt),
                    Op::JumpLe => jump_compare!(Le),
                    Op::JumpEq => jump_compare!(Eq),
                    Op::JumpNe => jump_compare!(Ne),
                    Op::JumpGt => jump_compare!(Gt),
                    Op::JumpGe => jump_compare!(Ge),
                    Op::JumpIs => {
                        let holds = slow::is(a!(), b!());
                        out!();
                        kill!(KILL_A a);
                        kill!(KILL_B b);
                        jump_near!(holds)
                    }
                    Op::JumpIn => {
                        out!();
                        let result = cx.contains(b!(), a!());
                        kill!(KILL_A a);
                        kill!(KILL_B b);
                        jump_near!(t!(result))
                    }
                    Op::JumpLtInt => jump_compare_int!(Lt),
                    Op::JumpLeInt => jump_compare_int!(Le),
                    Op::JumpEqInt => jump_compare_int!(Eq),
                    Op::JumpNeInt => jump_compare_int!(Ne),
                    Op::JumpGtInt => jump_compare_int!(Gt),
                    Op::JumpGeInt => jump_compare_int!(Ge),

                    Op::GetIter => from_b!(0, cx.iter(b!())),
                    Op::ForIter => {
                        out!();
                        if !WATCHED
                            && b!().is_exact(&generator::GENERATOR_TYPE)
                            && let Ok(target) = t!(go_on!(b!(), Value::none(), flag::FOR, 3))
                        {
                            ip = target;
                            continue 'run;
                        }
                        if let Some(value) = slow::next_of_list_or_range(b!()) {
                            set!(value);
                            next!(2)
                        }
                        match t!(slow::for_next(vm, b!())) {
                            Some(value) => {
                                set!(value);
                                next!(2)
                            }
                            None => {
                                if WATCHED {
                                    t!(watch::stopped(vm, r, b!(), None));
                                }
                                r.at(i.b).drop_in_place();
                                let jump = *ip.add(1) as u32 as i32;
                                ip = ip.add(3).offset(jump as isize);
                                continue 'run;
                            }
                        }
                    }

                    Op::Call => {
                        let window = r.at(i.b);
                        if let Some(function) = (*window).downcast_exact::<PyFunction>() {
                            let callee = function.code();
                            let (first, given) = if (*window.add(1)).is_unset() {
                                (window.add(2), i.c as usize)
                            } else {
                                (window.add(1), i.c as usize + 1)
                            };
                            out!();
                            t!(calls::prepare(vm, window, function, callee, first, given, None));
                            enter!(window, first, callee, 3)
                        }
                        out!();
                        if let Some(builtin) = (*window).downcast_exact::<PyBuiltin>() {
                            set!(t!(calls::call_builtin(vm, builtin, window, i.c as usize)));
                            next!(3)
                        }
                        if let Some(init) = caches::init(&*window, ip) {
                            t!(calls::begin_instance(vm, window, init, i.c as usize));
                            let callee = (*window).cast::<PyFunction>().code();
                            enter!(window, window.add(1), callee, 3, flag::INIT)
                        }
                        set!(t!(calls::call_native(vm, window, i.c as usize, None)));
                        next!(3)
                    }
                    Op::CallKw => {
                        out!();
                        let window = r.at(i.b);
                        let names = &code.constants[*ip.add(1) as u32 as usize];
                        if let Some(function) = (*window).downcast_exact::<PyFunction>() {
                            let callee = function.code();
                            let names = names.downcast::<PyTuple>();
                            let bound = !(*window.add(1)).is_unset();
                            let first = if bound { window.add(1) } else { window.add(2) };
                            let given =
                                usize::from(i.c) + usize::from(bound) - names.map_or(0, |names| names.items().len());
                            t!(calls::prepare(vm, window, function, callee, first, given, names));
                            enter!(window, first, callee, 3)
                        }
                        set!(t!(calls::call_native(vm, window, i.c as usize, Some(names))));
                        next!(3)
                    }
                    Op::CallEx => {
                        out!();
                        let window = r.at(i.b);
                        if let Some(function) = (*window).downcast_exact::<PyFunction>() {
                            let callee = function.code();
                            let (first, given, names) = t!(calls::spread(vm, window));
                            let names = names.as_deref();
                            t!(calls::prepare(vm, window, function, callee, first, given, names));
                            enter!(window, first, callee, 0)
                        }
                        set!(t!(calls::call_with_containers(vm, window)));
                        next!(0)
                    }
                    Op::Return => {
                        returned!(if i.flags & KILL_A != 0 { r.at(i.a).read() } else { a!().clone() })
                    }
                    Op::ReturnConst => returned!(code.constants.get_unchecked(i.wide() as usize).clone()),

                    Op::Yield => {
                        let value = take_b!();
                        yielded!(value)
                    }
                    Op::YieldFrom => {
                        out!();
                        let sent = r.at(i.c).read();
                        // The watched loop is told of a generator that goes on where its frame is entered from Rust.
                        let sent = if !WATCHED && generator::is_plain(b!()) {
                            match t!(go_on!(b!(), sent, flag::SEND, 1)) {
                                Ok(target) => {
                                    ip = target;
                                    continue 'run;
                                }
                                Err(sent) => sent.unwrap_or_else(Value::none),
                            }
                        } else {
                            sent
                        };
                        match t!(generator::send_to(vm, b!(), sent)) {
                            Ok(value) => {
                                if WATCHED {
                                    t!(watch::yielded(vm, r, &value));
                                }
                                yielded!(value)
                            }
                            Err(result) => {
                                if WATCHED {
                                    t!(watch::stopped(vm, r, b!(), Some(&result)));
                                }
                                r.at(i.b).drop_in_place();
                                set!(result);
                                next!(0)
                            }
                        }
                    }

                    Op::BuildTuple => {
                        let made = slow::build_tuple(vm, r.at(i.b), i.c as usize);
                        set!(t!(made));
                        next!(0)
                    }
                    Op::BuildList => {
                        let made = slow::build_list(vm, r.at(i.b), i.c as usize);
                        set!(t!(made));
                        next!(0)
                    }
                    Op::BuildString => {
                        out!();
                        set!(t!(slow::build_string(vm, r.at(i.b), i.c as usize)));
                        next!(0)
                    }
                    Op::ListAppend => {
                        let value = take_b!();
                        t!(a!().cast::<PyList>().push(cx, value));
                        next!(0)
                    }
                    Op::Format => from_b!(0, slow::format(vm, b!())),
                    Op::Unpack => {
                        out!();
                        let result = slow::unpack(vm, b!(), r.at(i.a), i.c as usize);
                        kill!(KILL_B b);
                        t!(result);
                        next!(1)
                    }

                    Op::PushHandled => {
                        let before = cx.handled.replace(b!().clone());
                        r.at(i.a).write(if before.is_unset() { Value::none() } else { before });
                        next!(0)
                    }
                    Op::PopHandled => {
                        let before = r.at(i.a).read();
                        out!();
                        let over = cx.handled.replace(if before.is_none() { Value::UNSET } else { before });
                        if over.is_object() && core::ptr::eq(over.ty(), &exc::MEMORY_ERROR) {
                            slow::memory_error_is_over(vm, over);
                        }
                        next!(0)
                    }
                    Op::ExceptionMatches => from_bc!(0, unwind::matches(vm, b!(), c!()).map(Value::bool)),

                    // The last one is named, so that the table of jumps needs no test of its end.
                    Op::Intrinsic2 => {
                        out!();
                        t!(seldom::run(vm, r, code, ip, *i, op));
                        next!(0)
                    }
                    _ => {
                        out!();
                        t!(seldom::run(vm, r, code, ip, *i, op));
                        next!(op.caches())
                    }
                }
            };
            pending = Some(raised);
        }
    }
}
