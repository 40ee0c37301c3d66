//! The module `_signal`.
//!
//! The process's handler only notes the signal and asks the evaluation loop for a turn; there the program's handler is called.

mod masks;

use core::ptr::null_mut;
use core::sync::atomic::{AtomicBool, AtomicI32, AtomicPtr, AtomicU32, Ordering};

use adder_objects::cx::breaker;
use adder_objects::dict::PyDict;
use adder_objects::typeobject::Method;
use adder_objects::{Args, Cx, Obj, Params, R, Value, exceptions as exc, raise};

use super::process_wide::{alone, copied};
use super::support::{self, c_int, numbers, seconds};
use crate::vm::Vm;

const COUNT: usize = 65;

/// Signals that have arrived and whose handlers have not been called yet.
static ARRIVED: [AtomicBool; COUNT] = [const { AtomicBool::new(false) }; COUNT];
/// Where the evaluation loop of the interpreter that handles signals looks.
static BREAKER: AtomicPtr<AtomicU32> = AtomicPtr::new(null_mut());

/// Where a byte is written when a signal arrives, so that who waits for descriptors wakes; −1 for nowhere.
static WAKEUP: AtomicI32 = AtomicI32::new(-1);
/// Is it an error if that byte finds no room?
static WAKEUP_WARNS: AtomicBool = AtomicBool::new(true);
/// The error of writing it, which is still to be reported.
static WAKEUP_ERROR: AtomicI32 = AtomicI32::new(0);

static FUNCTIONS: &[Method] = &[
    Method::positional("signal", 2, 2, signal),
    Method::one("getsignal", getsignal),
    Method::positional("default_int_handler", 2, 2, |cx, _, _| Err(cx.error_of(&exc::KEYBOARD_INTERRUPT, &[]))),
    Method::one("raise_signal", |cx, _, number| {
        let number = c_int(cx, number)?;
        // SAFETY: sends a signal to this thread.
        if unsafe { libc::raise(number) } != 0 {
            return Err(support::last_error(cx));
        }
        crate::threads::handle_signals(cx).map(|()| Value::none())
    }),
    Method::one("alarm", |cx, _, length| {
        let length = c_int(cx, length)?;
        // SAFETY: sets the process's alarm.
        cx.int(i64::from(unsafe { libc::alarm(length as u32) }))
    }),
    Method::none("pause", |cx, _| {
        // SAFETY: waits for a signal.
        support::without_lock(cx, || unsafe { libc::pause() });
        crate::threads::handle_signals(cx).map(|()| Value::none())
    }),
    Method::positional("siginterrupt", 2, 2, siginterrupt),
    Method::any("set_wakeup_fd", set_wakeup_fd),
    Method::one("getitimer", |cx, _, which| {
        let which = c_int(cx, which)?;
        // SAFETY: plain numbers; room for the result.
        unsafe {
            let mut now: libc::itimerval = core::mem::zeroed();
            if libc::getitimer(which as _, &raw mut now) != 0 {
                return Err(support::last_error(cx));
            }
            timer(cx, now)
        }
    }),
    Method::one("strsignal", |cx, _, number| {
        let number = known(cx, number)?;
        // SAFETY: a text that ends with a zero, copied before another is asked for.
        match alone(move || unsafe { copied(libc::strsignal(number)) }) {
            Some(text) => support::fs_text(cx, &text),
            None => Ok(Value::none()),
        }
    }),
    Method::none("valid_signals", |cx, _| {
        let all = (1..COUNT as i64).filter(|n| !(32..34).contains(n)).map(Value::small).collect::<Vec<_>>();
        cx.call(&adder_objects::set::SET_TYPE.value(), &[cx.list(all)?.into_value()])
    }),
    Method::positional("setitimer", 2, 3, setitimer),
];

static NUMBERS: &[(&str, i64)] = numbers! {
    SIGHUP SIGINT SIGQUIT SIGILL SIGTRAP SIGABRT SIGBUS SIGFPE SIGKILL SIGUSR1 SIGSEGV SIGUSR2 SIGPIPE SIGALRM SIGTERM
    SIGCHLD SIGSTKFLT SIGPWR SIGPOLL SIGCONT SIGSTOP SIGTSTP SIGTTIN SIGTTOU SIGURG SIGXCPU SIGXFSZ SIGVTALRM SIGPROF SIGWINCH SIGIO SIGSYS
    SIG_BLOCK SIG_UNBLOCK SIG_SETMASK ITIMER_REAL ITIMER_VIRTUAL ITIMER_PROF
};

pub(super) fn make(vm: &Vm) -> R {
    let cx = &*vm.cx;
    let module = crate::module::builtin(cx, "_signal", FUNCTIONS)?.into_value();
    support::constants(cx, &module, NUMBERS)?;
    support::constants(cx, &module, &[("SIG_DFL", 0), ("SIG_IGN", 1), ("NSIG", COUNT as i64)])?;
    support::constants(
        cx,
        &module,
        &[
            ("SIGCLD", libc::SIGCHLD.into()),
            ("SIGRTMIN", libc::SIGRTMIN().into()),
            ("SIGRTMAX", libc::SIGRTMAX().into()),
        ],
    )?;
    let Some(dict) = crate::module::dict_of(&module) else { return Ok(module) };
    crate::module::add(cx, &module, masks::FUNCTIONS)?;
    dict.set_text(cx, "struct_siginfo", masks::info_class(cx)?)?;
    dict.set_text(cx, "ItimerError", exc::OS_ERROR.value())?;
    if let (Some(handlers), Some(interrupt)) = (handlers(vm)?, dict.get_text(cx, "default_int_handler")?)
        && system_handler(libc::SIGINT) != libc::SIG_IGN
    {
        handlers.set(cx, &Value::small(libc::SIGINT.into()), interrupt)?;
        install(cx, libc::SIGINT, catch as *const () as usize)?;
    }
    Ok(module)
}

/// A program starts: an interrupt raises KeyboardInterrupt in it, unless the process was started to ignore interrupts; and a file that
/// becomes too large is an OSError.
pub(crate) fn catch_interrupt(vm: &Vm) {
    if system_handler(libc::SIGINT) == libc::SIG_DFL {
        // Where the system refuses, an interrupt goes on ending the process.
        let _ = install(&vm.cx, libc::SIGINT, catch as *const () as usize);
    }
    if system_handler(libc::SIGXFSZ) == libc::SIG_DFL {
        let _ = install(&vm.cx, libc::SIGXFSZ, libc::SIG_IGN);
    }
}

/// The process's handler of a signal.
fn system_handler(number: i32) -> usize {
    // SAFETY: asks for the handler of the process; room for the result.
    unsafe {
        let mut action: libc::sigaction = core::mem::zeroed();
        libc::sigaction(number, core::ptr::null(), &raw mut action);
        action.sa_sigaction
    }
}

/// The program's handlers: signal to handler.
fn handlers(vm: &Vm) -> R<Option<Obj<PyDict>>> {
    if vm.state.signals.is_unset() {
        vm.state.signals.set(vm.cx.dict()?.into_value());
    }
    Ok(vm.state.signals.get().try_into_obj::<PyDict>().ok())
}

/// Runs in the process at any moment: notes the signal.
extern "C" fn catch(number: libc::c_int) {
    if let Some(arrived) = ARRIVED.get(number as usize) {
        arrived.store(true, Ordering::Relaxed);
    }
    let breaker = BREAKER.load(Ordering::Acquire);
    if !breaker.is_null() {
        // SAFETY: it is the interpreter's for as long as it runs: `end` takes it back.
        unsafe { &*breaker }.fetch_or(breaker::SIGNAL, Ordering::Relaxed);
    }
    let wakeup = WAKEUP.load(Ordering::Relaxed);
    if wakeup >= 0 {
        let before = crate::threads::errno();
        let byte = number as u8;
        // SAFETY: one byte; the call may be made in a handler.
        if unsafe { libc::write(wakeup, (&raw const byte).cast(), 1) } < 0 {
            let error = crate::threads::errno();
            if WAKEUP_WARNS.load(Ordering::Relaxed) || error != libc::EAGAIN {
                WAKEUP_ERROR.store(error, Ordering::Relaxed);
            }
        }
        // Whoever was interrupted finds the error of its own call.
        crate::threads::set_errno(before);
    }
}

/// The interpreter ends: no signal asks it for a turn any more.
pub(super) fn end(vm: &Vm) {
    let mine = core::ptr::from_ref::<AtomicU32>(&vm.cx.breaker).cast_mut();
    let _ = BREAKER.compare_exchange(mine, null_mut(), Ordering::AcqRel, Ordering::Relaxed);
    drop(vm.state.signals.take());
}

fn install(cx: &Cx, number: i32, handler: usize) -> R<()> {
    BREAKER.store(core::ptr::from_ref::<AtomicU32>(&cx.breaker).cast_mut(), Ordering::Release);
    // SAFETY: plain data; the handler only stores to atomics. Calls of the system end with EINTR: no SA_RESTART.
    let result = unsafe {
        let mut action: libc::sigaction = core::mem::zeroed();
        action.sa_sigaction = handler;
        libc::sigemptyset(&raw mut action.sa_mask);
        libc::sigaction(number, &raw const action, null_mut())
    };
    if result != 0 { Err(support::last_error(cx)) } else { Ok(()) }
}

fn known(cx: &Cx, number: &Value) -> R<i32> {
    match c_int(cx, number)? {
        number if (1..COUNT as i32).contains(&number) => Ok(number),
        _ => raise!(cx, exc::VALUE_ERROR, "signal number out of range"),
    }
}

fn signal(cx: &Cx, _: &Value, args: &[Value]) -> R {
    if !Vm::of(cx).threads.is_main() {
        return raise!(cx, exc::VALUE_ERROR, "signal only works in main thread of the main interpreter");
    }
    let number = known(cx, &args[0])?;
    let handler = args[1].clone();
    let how = match handler.as_i64() {
        Some(0) => libc::SIG_DFL,
        Some(1) => libc::SIG_IGN,
        _ if handler.ty().slots.call.get().is_some() => catch as *const () as usize,
        _ => {
            return raise!(
                cx,
                exc::TYPE_ERROR,
                "signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object"
            );
        }
    };
    let key = Value::small(number.into());
    let old = getsignal(cx, &Value::none(), &key)?;
    install(cx, number, how)?;
    if let Some(handlers) = handlers(Vm::of(cx))? {
        handlers.set(cx, &key, handler)?;
    }
    Ok(old)
}

fn getsignal(cx: &Cx, _: &Value, number: &Value) -> R {
    let number = known(cx, number)?;
    if let Some(handlers) = handlers(Vm::of(cx))?
        && let Some(handler) = handlers.get(cx, &Value::small(number.into()))?
    {
        return Ok(handler);
    }
    Ok(match system_handler(number) {
        libc::SIG_DFL => Value::small(0),
        libc::SIG_IGN => Value::small(1),
        _ => Value::none(),
    })
}

/// `setitimer(which, seconds, interval=0.0)`: the old values.
fn setitimer(cx: &Cx, _: &Value, args: &[Value]) -> R {
    let which = c_int(cx, &args[0])?;
    let split = |value: Option<&Value>| -> R<libc::timeval> {
        let length = value.map_or(Ok(0.0), |value| seconds(cx, value))?.max(0.0);
        Ok(libc::timeval { tv_sec: length as _, tv_usec: ((length - length.floor()) * 1e6) as _ })
    };
    let wish = libc::itimerval { it_value: split(args.get(1))?, it_interval: split(args.get(2))? };
    // SAFETY: plain numbers; room for the result.
    let old = unsafe {
        let mut old: libc::itimerval = core::mem::zeroed();
        if libc::setitimer(which as _, &raw const wish, &raw mut old) != 0 {
            return Err(support::last_error(cx));
        }
        old
    };
    timer(cx, old)
}

fn timer(cx: &Cx, timer: libc::itimerval) -> R {
    let joined = |time: libc::timeval| cx.float(time.tv_sec as f64 + time.tv_usec as f64 * 1e-6);
    Ok(cx.tuple([joined(timer.it_value)?, joined(timer.it_interval)?])?.into_value())
}

/// `siginterrupt(signal, flag)`: does a signal end calls of the system?
fn siginterrupt(cx: &Cx, _: &Value, args: &[Value]) -> R {
    let (number, ends) = (known(cx, &args[0])?, cx.is_true(&args[1])?);
    // SAFETY: plain data; room for the action, of which one flag is changed.
    let result = unsafe {
        let mut action: libc::sigaction = core::mem::zeroed();
        if libc::sigaction(number, core::ptr::null(), &raw mut action) < 0 {
            -1
        } else {
            action.sa_flags =
                if ends { action.sa_flags & !libc::SA_RESTART } else { action.sa_flags | libc::SA_RESTART };
            libc::sigaction(number, &raw const action, null_mut())
        }
    };
    support::done(cx, result)
}

/// `set_wakeup_fd(fd, *, warn_on_full_buffer=True)`: the old one.
fn set_wakeup_fd(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    let [fd, warns] = args.bind(
        cx,
        &Params {
            function: "set_wakeup_fd",
            names: ["fd", "warn_on_full_buffer"],
            positional_only: 1,
            positional: 1,
            required: 1,
        },
    )?;
    let fd = fd.map_or(Ok(-1), |fd| c_int(cx, fd))?;
    let warns = warns.map_or(Ok(true), |warns| cx.is_true(warns))?;
    if !Vm::of(cx).threads.is_main() {
        return raise!(cx, exc::VALUE_ERROR, "set_wakeup_fd only works in main thread of the main interpreter");
    }
    if fd != -1 {
        // SAFETY: asks about a descriptor.
        let flags = unsafe { libc::fcntl(fd, libc::F_GETFL) };
        if flags < 0 {
            return Err(support::last_error(cx));
        }
        if flags & libc::O_NONBLOCK == 0 {
            return raise!(cx, exc::VALUE_ERROR, "the fd {fd} must be in non-blocking mode");
        }
    }
    WAKEUP_WARNS.store(warns, Ordering::Relaxed);
    cx.int(WAKEUP.swap(fd, Ordering::Relaxed).into())
}

/// In a process that was forked: what has arrived was the parent's.
pub(super) fn after_fork() {
    for arrived in &ARRIVED {
        arrived.store(false, Ordering::Relaxed);
    }
}

/// Has an interrupt arrived? From now on it has not.
pub(crate) fn take_interrupt() -> bool {
    ARRIVED[libc::SIGINT as usize].swap(false, Ordering::AcqRel)
}

/// As if a signal had arrived, where the program has a handler for it; says whether there is such a signal. May be called at any
/// moment, also without an interpreter.
pub(crate) fn arrive(number: i32) -> bool {
    let is_signal = (1..COUNT as i32).contains(&number);
    if is_signal && system_handler(number) == catch as *const () as usize {
        catch(number);
    }
    is_signal
}

/// `_thread.interrupt_main`: as if the signal had arrived, where the program has a handler for it.
pub(super) fn interrupt(cx: &Cx, number: i32) -> R {
    if !(1..COUNT as i32).contains(&number) {
        return raise!(cx, exc::VALUE_ERROR, "signal number out of range");
    }
    let handler = getsignal(cx, &Value::none(), &Value::small(number.into()))?;
    // An interrupt is one also before the module `signal` has a handler for it.
    let unknown = |handlers: Obj<PyDict>| handlers.get(cx, &Value::small(number.into())).map(|known| known.is_none());
    let by_default = number == libc::SIGINT && handlers(Vm::of(cx))?.map(unknown).transpose()?.unwrap_or(true);
    if by_default || handler.ty().slots.call.get().is_some() {
        ARRIVED[number as usize].store(true, Ordering::Relaxed);
        cx.breaker.fetch_or(breaker::SIGNAL, Ordering::Relaxed);
        crate::threads::handle_signals(cx)?;
    }
    Ok(Value::none())
}

/// Calls the handlers of signals that have arrived; says whether there were any.
///
/// # Errors
/// What they raise.
pub(super) fn run_arrived(vm: &Vm) -> R<bool> {
    let cx = &*vm.cx;
    let mut any = false;
    match WAKEUP_ERROR.swap(0, Ordering::Relaxed) {
        0 => {}
        code => {
            let error = support::error_of_code(cx, code);
            cx.unraisable(error, Some("Exception ignored when trying to write to the signal wakeup fd"), None);
        }
    }
    for (number, arrived) in ARRIVED.iter().enumerate() {
        if !arrived.swap(false, Ordering::Relaxed) {
            continue;
        }
        any = true;
        let key = Value::small(number as i64);
        let Some(handler) = handlers(vm)?.map(|handlers| handlers.get(cx, &key)).transpose()?.flatten() else {
            if number as i32 == libc::SIGINT {
                return Err(cx.error_of(&exc::KEYBOARD_INTERRUPT, &[]));
            }
            continue;
        };
        if handler.ty().slots.call.get().is_none() {
            continue;
        }
        let frame = match crate::frame_object::running(vm) {
            // SAFETY: the running frame is live.
            Some((registers, _)) => unsafe { crate::frame_object::of(vm, registers)? }.into_value(),
            None => Value::none(),
        };
        if let Err(raised) = cx.call(&handler, &[key, frame]) {
            // The others are called at the next turn.
            if ARRIVED.iter().any(|arrived| arrived.load(Ordering::Relaxed)) {
                cx.breaker.fetch_or(breaker::SIGNAL, Ordering::Relaxed);
            }
            return Err(raised);
        }
    }
    Ok(any)
}
