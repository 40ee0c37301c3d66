//! The module `termios`.

use adder_objects::list::PyList;
use adder_objects::typeobject::Method;
use adder_objects::{Cx, R, Value, exceptions as exc, raise};

use super::exception_classes;
use super::support::{self, c_int, descriptor, int, numbers, without_lock};
use crate::vm::Vm;

/// The module's exception.
const ERROR: &str = "termios.error";

static FUNCTIONS: &[Method] = &[
    Method::one("tcgetattr", tcgetattr),
    Method::positional("tcsetattr", 3, 3, tcsetattr),
    Method::one("tcdrain", |cx, _, fd| {
        let fd = descriptor(cx, fd)?;
        // SAFETY: takes nothing but numbers.
        done(cx, without_lock(cx, || unsafe { libc::tcdrain(fd) }))
    }),
    Method::positional("tcflush", 2, 2, |cx, _, args| {
        let (fd, what) = (descriptor(cx, &args[0])?, c_int(cx, &args[1])?);
        // SAFETY: takes nothing but numbers.
        done(cx, unsafe { libc::tcflush(fd, what) })
    }),
    Method::positional("tcflow", 2, 2, |cx, _, args| {
        let (fd, what) = (descriptor(cx, &args[0])?, c_int(cx, &args[1])?);
        // SAFETY: takes nothing but numbers.
        done(cx, unsafe { libc::tcflow(fd, what) })
    }),
    Method::positional("tcsendbreak", 2, 2, |cx, _, args| {
        let (fd, length) = (descriptor(cx, &args[0])?, c_int(cx, &args[1])?);
        // SAFETY: takes nothing but numbers.
        done(cx, without_lock(cx, || unsafe { libc::tcsendbreak(fd, length) }))
    }),
    Method::one("tcgetwinsize", |cx, _, fd| {
        let fd = descriptor(cx, fd)?;
        // SAFETY: plain numbers; room for the result.
        unsafe {
            let mut size: libc::winsize = core::mem::zeroed();
            if libc::ioctl(fd, libc::TIOCGWINSZ, &raw mut size) < 0 {
                return Err(failed(cx));
            }
            Ok(cx.tuple([Value::small(size.ws_row.into()), Value::small(size.ws_col.into())])?.into_value())
        }
    }),
    Method::positional("tcsetwinsize", 2, 2, |cx, _, args| {
        let fd = descriptor(cx, &args[0])?;
        let [rows, columns] = &cx.collect(&args[1])?[..] else {
            return raise!(cx, exc::TYPE_ERROR, "tcsetwinsize, arg 2: must be a two-item sequence");
        };
        let (rows, columns) = (int(cx, rows)? as u16, int(cx, columns)? as u16);
        let size = libc::winsize { ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
        // SAFETY: the size is read.
        done(cx, unsafe { libc::ioctl(fd, libc::TIOCSWINSZ, &raw const size) })
    }),
];

static NUMBERS: &[(&str, i64)] = numbers! {
    B0 B50 B75 B110 B134 B150 B200 B300 B600 B1200 B1800 B2400 B4800 B9600 B19200 B38400 B57600 B115200 B230400
    CSIZE CS5 CS6 CS7 CS8 CSTOPB CREAD PARENB PARODD HUPCL CLOCAL CRTSCTS
    ECHO ECHOE ECHOK ECHONL ECHOCTL ECHOKE ECHOPRT ICANON IEXTEN ISIG NOFLSH TOSTOP FLUSHO PENDIN
    BRKINT ICRNL IGNBRK IGNCR IGNPAR INLCR INPCK ISTRIP IXANY IXOFF IXON PARMRK IMAXBEL IUTF8
    OPOST ONLCR OCRNL ONOCR ONLRET OFILL OFDEL
    TCSANOW TCSADRAIN TCSAFLUSH TCIFLUSH TCOFLUSH TCIOFLUSH TCOOFF TCOON TCIOFF TCION
    VINTR VQUIT VERASE VKILL VEOF VTIME VMIN VSTART VSTOP VSUSP VEOL VREPRINT VDISCARD VWERASE VLNEXT VEOL2
    TIOCGWINSZ TIOCSWINSZ TIOCGPGRP TIOCSPGRP TIOCSCTTY TIOCNOTTY FIONREAD FIOCLEX FIONCLEX FIONBIO TIOCINQ TIOCOUTQ TIOCSTI
    NCCS
};

pub(super) fn make(vm: &Vm) -> R {
    let cx = &*vm.cx;
    let module = crate::module::builtin(cx, "termios", FUNCTIONS)?.into_value();
    support::constants(cx, &module, NUMBERS)?;
    if let Some(dict) = crate::module::dict_of(&module) {
        dict.set_text(cx, "error", exception_classes::class(cx, ERROR, &exc::EXCEPTION)?)?;
    }
    Ok(module)
}

/// The last error of the system, as the module's own.
fn failed(cx: &Cx) -> adder_objects::Raised {
    let last = support::last_error(cx);
    match cx.getattr_text(last.value(), "args").and_then(|args| cx.collect(&args)) {
        Ok(args) => exception_classes::error_of(cx, ERROR, &exc::EXCEPTION, &args),
        Err(raised) => raised,
    }
}

fn done(cx: &Cx, result: i32) -> R {
    if result < 0 { Err(failed(cx)) } else { Ok(Value::none()) }
}

/// `[iflag, oflag, cflag, lflag, ispeed, ospeed, cc]`
fn tcgetattr(cx: &Cx, _: &Value, fd: &Value) -> R {
    let fd = descriptor(cx, fd)?;
    // SAFETY: plain numbers; room for the result.
    let mode = unsafe {
        let mut mode: libc::termios = core::mem::zeroed();
        if libc::tcgetattr(fd, &raw mut mode) < 0 {
            return Err(failed(cx));
        }
        mode
    };
    let raw = mode.c_lflag & libc::ICANON == 0;
    let mut characters = Vec::new();
    for (at, character) in mode.c_cc.iter().enumerate() {
        // Without lines two of them are numbers.
        characters.push(if raw && (at == libc::VMIN || at == libc::VTIME) {
            Value::small((*character).into())
        } else {
            cx.bytes(&[*character])?.into_value()
        });
    }
    // SAFETY: reads the speeds from the mode.
    let speeds = unsafe { [libc::cfgetispeed(&raw const mode), libc::cfgetospeed(&raw const mode)] };
    let flags = [mode.c_iflag, mode.c_oflag, mode.c_cflag, mode.c_lflag, speeds[0], speeds[1]];
    let mut all: Vec<Value> = flags.iter().map(|flag| Value::small((*flag).into())).collect();
    all.push(cx.list(characters)?.into_value());
    Ok(cx.list(all)?.into_value())
}

fn tcsetattr(cx: &Cx, _: &Value, args: &[Value]) -> R {
    let (fd, when) = (descriptor(cx, &args[0])?, c_int(cx, &args[1])?);
    let given = match args[2].downcast::<PyList>().map(|list| list.to_vec()) {
        Some(given) if given.len() == 7 => given,
        _ => return raise!(cx, exc::TYPE_ERROR, "tcsetattr, arg 3: must be 7 element list"),
    };
    // SAFETY: plain numbers; room for the result.
    let mut mode = unsafe {
        let mut mode: libc::termios = core::mem::zeroed();
        if libc::tcgetattr(fd, &raw mut mode) < 0 {
            return Err(failed(cx));
        }
        mode
    };
    let flag = |at: usize| int(cx, &given[at]).map(|flag: i64| flag as libc::tcflag_t);
    [mode.c_iflag, mode.c_oflag, mode.c_cflag, mode.c_lflag] = [flag(0)?, flag(1)?, flag(2)?, flag(3)?];
    let (input, output) = (flag(4)?, flag(5)?);
    let characters = match given[6].downcast::<PyList>().map(|list| list.to_vec()) {
        Some(characters) if characters.len() == mode.c_cc.len() => characters,
        _ => {
            let size = mode.c_cc.len();
            return raise!(cx, exc::TYPE_ERROR, "tcsetattr: attributes[6] must be {size} element list");
        }
    };
    for (place, character) in mode.c_cc.iter_mut().zip(characters) {
        *place = if character.is_int() {
            int(cx, &character)? as libc::cc_t
        } else {
            match support::contents(cx, &character)?[..] {
                [byte] => byte,
                _ => {
                    return raise!(
                        cx,
                        exc::TYPE_ERROR,
                        "tcsetattr: elements of attributes must be characters or integers"
                    );
                }
            }
        };
    }
    // SAFETY: the mode is changed, then read.
    let result = without_lock(cx, || unsafe {
        if libc::cfsetispeed(&raw mut mode, input) < 0 || libc::cfsetospeed(&raw mut mode, output) < 0 {
            return -1;
        }
        libc::tcsetattr(fd, when, &raw const mode)
    });
    done(cx, result)
}
