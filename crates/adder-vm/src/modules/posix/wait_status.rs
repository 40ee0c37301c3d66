//! What the status of a child process says.

use adder_objects::typeobject::Method;
use adder_objects::{Args, Cx, Params, R, Value, exceptions as exc, raise};

use super::super::support::c_int;

pub(super) static FUNCTIONS: &[Method] = &[
    Method::any("WIFEXITED", |cx, _, args| Ok(Value::bool(libc::WIFEXITED(status(cx, "WIFEXITED", args)?)))),
    Method::any("WEXITSTATUS", |cx, _, args| cx.int(libc::WEXITSTATUS(status(cx, "WEXITSTATUS", args)?).into())),
    Method::any("WIFSIGNALED", |cx, _, args| Ok(Value::bool(libc::WIFSIGNALED(status(cx, "WIFSIGNALED", args)?)))),
    Method::any("WTERMSIG", |cx, _, args| cx.int(libc::WTERMSIG(status(cx, "WTERMSIG", args)?).into())),
    Method::any("WIFSTOPPED", |cx, _, args| Ok(Value::bool(libc::WIFSTOPPED(status(cx, "WIFSTOPPED", args)?)))),
    Method::any("WSTOPSIG", |cx, _, args| cx.int(libc::WSTOPSIG(status(cx, "WSTOPSIG", args)?).into())),
    Method::any("WIFCONTINUED", |cx, _, args| Ok(Value::bool(libc::WIFCONTINUED(status(cx, "WIFCONTINUED", args)?)))),
    Method::any("WCOREDUMP", |cx, _, args| Ok(Value::bool(libc::WCOREDUMP(status(cx, "WCOREDUMP", args)?)))),
    Method::any("waitstatus_to_exitcode", |cx, _, args| {
        let status = status(cx, "waitstatus_to_exitcode", args)?;
        if libc::WIFEXITED(status) {
            return cx.int(libc::WEXITSTATUS(status).into());
        }
        if libc::WIFSIGNALED(status) {
            return cx.int(-i64::from(libc::WTERMSIG(status)));
        }
        if libc::WIFSTOPPED(status) {
            let signal = libc::WSTOPSIG(status);
            return raise!(cx, exc::VALUE_ERROR, "process stopped by delivery of signal {signal}");
        }
        raise!(cx, exc::VALUE_ERROR, "invalid wait status: {status}")
    }),
];

fn status(cx: &Cx, function: &'static str, args: Args<'_>) -> R<i32> {
    let params = Params { function, names: ["status"], positional_only: 0, positional: 1, required: 1 };
    let [status] = args.bind(cx, &params)?;
    c_int(cx, status.unwrap_or(&Value::none()))
}
