/* What is the process's: signals, forks, hooks and work left for its end. These cases run in a process of their own. */
#include "counts.h"
#include <sys/wait.h>
#include <unistd.h>

static PyOS_sighandler_t before;
SUCCEEDS(PyOS_setsig, (), before = PyOS_setsig(SIGUSR2, SIG_IGN), EXPECT((PyOS_sighandler_t)result == SIG_DFL && PyOS_getsig(SIGUSR2) == SIG_IGN); PyOS_setsig(SIGUSR2, before))
SUCCEEDS(PyOS_getsig, (), PyOS_getsig(SIGUSR2), EXPECT((PyOS_sighandler_t)result == SIG_DFL))

/* What a child of the process ends with: its code, or 128 and the number of a signal. */
static int
ended(pid_t child)
{
    int status = -1;
    if (waitpid(child, &status, 0) != child) {
        return -1;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : WIFSIGNALED(status) ? 128 + WTERMSIG(status) : -1;
}
static int
in_child(void (*work)(void))
{
    PyOS_BeforeFork();
    pid_t child = fork();
    if (child == 0) {
        work();
        _exit(9);
    }
    PyOS_AfterFork_Parent();
    return ended(child);
}
/* Both ways to say so: is a list made and the lock held in the child? */
static void
goes_on(void)
{
    PyOS_AfterFork_Child();
    PyObject *list = PyList_New(3);
    _exit(list != NULL && PyList_Size(list) == 3 ? 5 : 6);
}
static void
goes_on_as_before(void)
{
    PyOS_AfterFork();
    PyObject *list = PyList_New(3);
    _exit(list != NULL && PyList_Size(list) == 3 ? 5 : 6);
}
static void
exits(void)
{
    PyOS_AfterFork_Child();
    Py_Exit(3);
}
SUCCEEDS(PyOS_BeforeFork, (), PyOS_BeforeFork(), PyOS_AfterFork_Parent())
SUCCEEDS_AFTER((PyOS_BeforeFork()), PyOS_AfterFork_Parent, (), PyOS_AfterFork_Parent())
/* What is refused is refused in the child, too: it says so by 6. */
SUCCEEDS(PyOS_AfterFork_Child, (), in_child(goes_on), EXPECT(result == 5))
SUCCEEDS(PyOS_AfterFork, (), in_child(goes_on_as_before), EXPECT(result == 5))
SUCCEEDS(Py_Exit, (), in_child(exits), EXPECT(result == 3))
/* A child that ends at once needs no hooks. */
static int
in_bare_child(void (*work)(void))
{
    pid_t child = fork();
    if (child == 0) {
        close(STDERR_FILENO);
        work();
        _exit(9);
    }
    return ended(child);
}
static void
aborts(void)
{
    (Py_FatalError)("as it should");
}
static void
aborts_by_name(void)
{
    _Py_FatalErrorFunc("aborts_by_name", "as it should");
}
SUCCEEDS(Py_FatalError, (), in_bare_child(aborts), EXPECT(result == 128 + SIGABRT))
SUCCEEDS(_Py_FatalErrorFunc, (), in_bare_child(aborts_by_name), EXPECT(result == 128 + SIGABRT))

static void
at_exit(void)
{
}
SUCCEEDS(Py_AtExit, (), Py_AtExit(at_exit), EXPECT(result == 0))
SUCCEEDS(Py_AtExit, (), Py_AtExit(NULL), EXPECT(result == -1))
static void
with_data(void *Py_UNUSED(data))
{
}
SUCCEEDS(PyUnstable_AtExit, (), PyUnstable_AtExit(PyInterpreterState_Get(), with_data, NULL))
RAISES(PyUnstable_AtExit, RuntimeError, NULL, (), PyUnstable_AtExit(NULL, with_data, NULL))

static int told;
static int
pending(void *result)
{
    told++;
    if (result != NULL) {
        PyErr_SetString(PyExc_ValueError, "bad");
        return -1;
    }
    return 0;
}
static void
done(void)
{
    PyObject *raised = PyErr_GetRaisedException();
    while (Py_MakePendingCalls() < 0) {
        PyErr_Clear();
    }
    PyErr_SetRaisedException(raised);
}
SUCCEEDS(Py_AddPendingCall, (), Py_AddPendingCall(pending, NULL), done(); EXPECT(result == 0))
SUCCEEDS_AFTER((told = Py_AddPendingCall(pending, NULL)), Py_MakePendingCalls, (), Py_MakePendingCalls(), EXPECT(told == 1); done())
RAISES_AFTER((Py_AddPendingCall(pending, &told)), Py_MakePendingCalls, ValueError, "bad", (), Py_MakePendingCalls(), done())

/* The signal waits until it is asked for. */
static void
interrupted(int asked)
{
    PyObject *raised = PyErr_GetRaisedException();
    int failed = PyErr_CheckSignals() < 0 && PyErr_ExceptionMatches(PyExc_KeyboardInterrupt);
    PyErr_Clear();
    PyErr_SetRaisedException(raised);
    if (asked && !failed) {
        problem("no KeyboardInterrupt");
    }
}
SUCCEEDS(PyErr_SetInterrupt, (), PyErr_SetInterrupt(), interrupted(run->refuse == 0))

RAISES_AFTER((PyErr_SetInterrupt()), PyErr_CheckSignals, KeyboardInterrupt, NULL, (), PyErr_CheckSignals(), interrupted(0))

/* A hook stays to the end: it comes last. */
static int refuses;
static int
hooked(const char *event, PyObject *Py_UNUSED(args), void *Py_UNUSED(data))
{
    if (refuses && strcmp(event, "counts.event") == 0) {
        PyErr_SetString(PyExc_ValueError, "bad");
        return -1;
    }
    return 0;
}
SUCCEEDS(PySys_AddAuditHook, (), PySys_AddAuditHook(hooked, NULL), EXPECT(result == 0))
RAISES_AFTER((refuses = 1), PySys_Audit, ValueError, "bad", (), PySys_Audit("counts.event", NULL), refuses = 0)
RAISES_AFTER((refuses = 1), PySys_AuditTuple, ValueError, "bad", (NULL), PySys_AuditTuple("counts.event", o[0]), refuses = 0)
