/* The lock, the states of threads, other interpreters, and what threads keep. */
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
#include "counts.h"
#include <pthread.h>

/* What a statement behind a call does, with the exception that is set kept out of its way. */
#define APART(statement)                                  \
    do {                                                  \
        PyObject *raised = PyErr_GetRaisedException();    \
        statement;                                        \
        PyErr_SetRaisedException(raised);                 \
    } while (0)

static PyThreadState *kept, *other;
static PyGILState_STATE held;

SUCCEEDS(PyEval_SaveThread, (), kept = PyEval_SaveThread(), PyEval_RestoreThread(kept); EXPECT(result != 0 && PyThreadState_Get() == kept))
SUCCEEDS_AFTER((kept = PyEval_SaveThread()), PyEval_RestoreThread, (), PyEval_RestoreThread(kept), EXPECT(PyThreadState_Get() == kept))
SUCCEEDS_AFTER((kept = PyEval_SaveThread()), PyEval_AcquireThread, (), PyEval_AcquireThread(kept), EXPECT(PyThreadState_Get() == kept))
SUCCEEDS_AFTER((kept = PyThreadState_Get()), PyEval_ReleaseThread, (), PyEval_ReleaseThread(kept), int none = PyThreadState_GetUnchecked() == NULL; PyEval_AcquireThread(kept); EXPECT(none))
SUCCEEDS(PyEval_InitThreads, (), PyEval_InitThreads())

SUCCEEDS(PyGILState_Ensure, (), held = PyGILState_Ensure(), PyGILState_Release(held); EXPECT(result == PyGILState_LOCKED))
SUCCEEDS_AFTER((held = PyGILState_Ensure()), PyGILState_Release, (), PyGILState_Release(held), EXPECT(PyGILState_Check()))
SUCCEEDS(PyGILState_Check, (), PyGILState_Check(), EXPECT(result == 1))
SUCCEEDS_AFTER((kept = PyEval_SaveThread()), PyGILState_Check, (), PyGILState_Check(), PyEval_RestoreThread(kept); EXPECT(result == 0))
SUCCEEDS(PyGILState_GetThisThreadState, (), PyGILState_GetThisThreadState(), EXPECT((PyThreadState *)result == PyThreadState_Get()))

SUCCEEDS(PyThreadState_Get, (), PyThreadState_Get(), EXPECT(result != 0))
SUCCEEDS(PyThreadState_GetUnchecked, (), PyThreadState_GetUnchecked(), EXPECT((PyThreadState *)result == PyThreadState_Get()))
SUCCEEDS(_PyThreadState_UncheckedGet, (), _PyThreadState_UncheckedGet(), EXPECT((PyThreadState *)result == PyThreadState_Get()))
SUCCEEDS(PyThreadState_GetDict, (), PyThreadState_GetDict(), EXPECT(PyDict_Check((PyObject *)result)))
SUCCEEDS(PyThreadState_New, (), other = PyThreadState_New(PyInterpreterState_Get()), PyThreadState_Clear(other); PyThreadState_Delete(other); EXPECT(result != 0))
SUCCEEDS_AFTER((other = PyThreadState_New(PyInterpreterState_Get())), PyThreadState_Clear, (), PyThreadState_Clear(other), PyThreadState_Delete(other))
SUCCEEDS_AFTER((other = PyThreadState_New(PyInterpreterState_Get()), PyThreadState_Clear(other)), PyThreadState_Delete, (), PyThreadState_Delete(other))
static void
swap_to_another(void)
{
    other = PyThreadState_New(PyInterpreterState_Get());
    kept = PyThreadState_Swap(other);
}
SUCCEEDS_AFTER((swap_to_another(), PyThreadState_Clear(other)), PyThreadState_DeleteCurrent, (), PyThreadState_DeleteCurrent(), PyEval_AcquireThread(kept))
SUCCEEDS(PyThreadState_Swap, (), kept = PyThreadState_Swap(NULL), int none = PyThreadState_GetUnchecked() == NULL; PyThreadState_Swap(kept); EXPECT(none && result != 0))
SUCCEEDS_AFTER((swap_to_another()), PyThreadState_Swap, (), PyThreadState_Swap(kept), PyThreadState_Clear(other); PyThreadState_Delete(other); EXPECT((PyThreadState *)result == other))
SUCCEEDS(PyThreadState_GetInterpreter, (), PyThreadState_GetInterpreter(PyThreadState_Get()), EXPECT((PyInterpreterState *)result == PyInterpreterState_Get()))
SUCCEEDS(PyThreadState_GetID, (), PyThreadState_GetID(PyThreadState_Get()), EXPECT(result > 0))
SUCCEEDS(PyInterpreterState_ThreadHead, (), PyInterpreterState_ThreadHead(PyInterpreterState_Get()), EXPECT((PyThreadState *)result == PyThreadState_Get()))
SUCCEEDS(PyThreadState_Next, (), PyThreadState_Next(PyInterpreterState_ThreadHead(PyInterpreterState_Get())), EXPECT(result == 0))
SUCCEEDS_AFTER((swap_to_another()), PyThreadState_Next, (), PyThreadState_Next(PyInterpreterState_ThreadHead(PyInterpreterState_Get())), PyThreadState_Swap(kept); PyThreadState_Clear(other); PyThreadState_Delete(other); EXPECT((PyThreadState *)result == kept))
SUCCEEDS(PyThreadState_SetAsyncExc, (own(PyExc_ValueError)), PyThreadState_SetAsyncExc(PyThread_get_thread_ident() ^ 64, o[0]), EXPECT(result == 0))
SUCCEEDS(PyThreadState_SetAsyncExc, (py("type('Late', (Exception,), {})")), PyThreadState_SetAsyncExc(PyThread_get_thread_ident(), o[0]), APART(PyThreadState_SetAsyncExc(PyThread_get_thread_ident(), NULL)); EXPECT(result == 1))
SUCCEEDS(PyThreadState_GetFrame, (), PyThreadState_GetFrame(PyThreadState_Get()), EXPECT(PyFrame_Check((PyObject *)result)))
SUCCEEDS(PyThreadState_EnterTracing, (), PyThreadState_EnterTracing(PyThreadState_Get()), PyThreadState_LeaveTracing(PyThreadState_Get()))
SUCCEEDS_AFTER((PyThreadState_EnterTracing(PyThreadState_Get())), PyThreadState_LeaveTracing, (), PyThreadState_LeaveTracing(PyThreadState_Get()))
SUCCEEDS(_PyThread_CurrentFrames, (), _PyThread_CurrentFrames(), EXPECT(PyDict_Check((PyObject *)result)))

SUCCEEDS(PyInterpreterState_Get, (), PyInterpreterState_Get(), EXPECT(result != 0))
SUCCEEDS(PyInterpreterState_Main, (), PyInterpreterState_Main(), EXPECT(result != 0))
SUCCEEDS(PyInterpreterState_Head, (), PyInterpreterState_Head(), EXPECT(result != 0))
SUCCEEDS(PyInterpreterState_Next, (), PyInterpreterState_Next(PyInterpreterState_Main()), EXPECT(result == 0))
SUCCEEDS(PyInterpreterState_GetDict, (), PyInterpreterState_GetDict(PyInterpreterState_Get()), EXPECT(PyDict_Check((PyObject *)result)))
SUCCEEDS(PyInterpreterState_GetDict, (), PyInterpreterState_GetDict(NULL), EXPECT(result == 0))
SUCCEEDS(PyUnstable_InterpreterState_GetMainModule, (), PyUnstable_InterpreterState_GetMainModule(PyInterpreterState_Get()), EXPECT(PyModule_Check((PyObject *)result)))
RAISES(PyUnstable_InterpreterState_GetMainModule, RuntimeError, NULL, (), PyUnstable_InterpreterState_GetMainModule(NULL))

/* Another interpreter has memory of its own: what is refused is this one's. */
static void
end_the_other(void)
{
    Py_EndInterpreter(PyThreadState_Get());
    PyThreadState_Swap(kept);
}
SUCCEEDS_AFTER((kept = PyThreadState_Get()), Py_NewInterpreter, (), other = Py_NewInterpreter(), int is_current = PyThreadState_Get() == other; end_the_other(); EXPECT(is_current && other != kept))
static PyInterpreterConfig config = {.use_main_obmalloc = 0, .allow_threads = 1, .check_multi_interp_extensions = 1, .gil = PyInterpreterConfig_OWN_GIL};
static int
is_made(PyInterpreterConfig *as)
{
    PyStatus status = Py_NewInterpreterFromConfig(&other, as);
    return status.err_msg == NULL;
}
SUCCEEDS_AFTER((kept = PyThreadState_Get()), Py_NewInterpreterFromConfig, (), is_made(&config), int is_current = PyThreadState_Get() == other; end_the_other(); EXPECT(is_current && result))
static PyInterpreterConfig wrong = {.use_main_obmalloc = 1, .gil = 7};
SUCCEEDS(Py_NewInterpreterFromConfig, (), is_made(&wrong), EXPECT(!result && other == NULL))
SUCCEEDS_AFTER((kept = PyThreadState_Get(), other = Py_NewInterpreter()), Py_EndInterpreter, (), Py_EndInterpreter(other), PyThreadState_Swap(kept))

/* Functions that are told of what runs. */
static int
traced(PyObject *Py_UNUSED(data), PyFrameObject *Py_UNUSED(frame), int Py_UNUSED(what), PyObject *Py_UNUSED(arg))
{
    return 0;
}
SUCCEEDS(PyEval_SetTrace, (marker()), PyEval_SetTrace(traced, o[0]), APART(PyEval_SetTrace(NULL, NULL)))
SUCCEEDS(PyEval_SetTrace, (NULL), PyEval_SetTrace(NULL, o[0]))
SUCCEEDS(PyEval_SetProfile, (marker()), PyEval_SetProfile(traced, o[0]), APART(PyEval_SetProfile(NULL, NULL)))
SUCCEEDS(PyEval_SetTraceAllThreads, (marker()), PyEval_SetTraceAllThreads(traced, o[0]), APART(PyEval_SetTraceAllThreads(NULL, NULL)))
SUCCEEDS(PyEval_SetProfileAllThreads, (marker()), PyEval_SetProfileAllThreads(traced, o[0]), APART(PyEval_SetProfileAllThreads(NULL, NULL)))

/* Locks of C's. */
static PyMutex mutex;
SUCCEEDS(PyMutex_Lock, (), PyMutex_Lock(&mutex), EXPECT(PyMutex_IsLocked(&mutex)); PyMutex_Unlock(&mutex))
SUCCEEDS_AFTER((PyMutex_Lock(&mutex)), PyMutex_Unlock, (), PyMutex_Unlock(&mutex), EXPECT(!PyMutex_IsLocked(&mutex)))
SUCCEEDS(PyMutex_IsLocked, (), PyMutex_IsLocked(&mutex), EXPECT(result == 0))
static PyThread_type_lock lock;
SUCCEEDS_AFTER((lock = PyThread_allocate_lock()), PyThread_acquire_lock, (), PyThread_acquire_lock(lock, WAIT_LOCK), EXPECT(result == 1 && PyThread_acquire_lock(lock, NOWAIT_LOCK) == 0); PyThread_release_lock(lock); PyThread_free_lock(lock))
SUCCEEDS_AFTER((lock = PyThread_allocate_lock()), PyThread_acquire_lock_timed, (), PyThread_acquire_lock_timed(lock, 1000, 0), EXPECT(result == PY_LOCK_ACQUIRED); PyThread_release_lock(lock); PyThread_free_lock(lock))
SUCCEEDS_AFTER((lock = PyThread_allocate_lock(), PyThread_acquire_lock(lock, WAIT_LOCK)), PyThread_acquire_lock_timed, (), PyThread_acquire_lock_timed(lock, 1000, 0), EXPECT(result == PY_LOCK_FAILURE); PyThread_release_lock(lock); PyThread_free_lock(lock))
SUCCEEDS_AFTER((lock = PyThread_allocate_lock(), PyThread_acquire_lock(lock, WAIT_LOCK)), PyThread_release_lock, (), PyThread_release_lock(lock), EXPECT(PyThread_acquire_lock(lock, NOWAIT_LOCK)); PyThread_free_lock(lock))
SUCCEEDS_AFTER((lock = PyThread_allocate_lock()), PyThread_free_lock, (), PyThread_free_lock(lock))

/* Threads that a case makes. */
static void
told_to_release(void *lock)
{
    PyThread_release_lock((PyThread_type_lock)lock);
}
SUCCEEDS_AFTER((lock = PyThread_allocate_lock(), PyThread_acquire_lock(lock, WAIT_LOCK)), PyThread_start_new_thread, (), PyThread_start_new_thread(told_to_release, lock), EXPECT((unsigned long)result != PYTHREAD_INVALID_THREAD_ID); PyThread_acquire_lock(lock, WAIT_LOCK); PyThread_release_lock(lock))
static void *
exits(void *told)
{
    *(int *)told = 1;
    PyThread_exit_thread();
    *(int *)told = 2;
    return NULL;
}
static int
joined(void)
{
    pthread_t thread;
    int told = 0;
    if (pthread_create(&thread, NULL, exits, &told) != 0 || pthread_join(thread, NULL) != 0) {
        return -1;
    }
    return told;
}
SUCCEEDS(PyThread_exit_thread, (), joined(), EXPECT(result == 1))
SUCCEEDS(PyThread_init_thread, (), PyThread_init_thread())
SUCCEEDS(PyThread_ReInitTLS, (), PyThread_ReInitTLS())
SUCCEEDS(PyThread_set_stacksize, (), PyThread_set_stacksize(0), EXPECT(result == 0))
SUCCEEDS(PyThread_set_stacksize, (), PyThread_set_stacksize(10), EXPECT(result == -1))

/* What each thread has for itself. */
static int key;
SUCCEEDS(PyThread_create_key, (), key = PyThread_create_key(), EXPECT(result >= 0); PyThread_delete_key(key))
SUCCEEDS_AFTER((key = PyThread_create_key()), PyThread_delete_key, (), PyThread_delete_key(key))
SUCCEEDS_AFTER((key = PyThread_create_key()), PyThread_set_key_value, (), PyThread_set_key_value(key, &key), EXPECT(result == 0 && PyThread_get_key_value(key) == &key); PyThread_delete_key(key))
SUCCEEDS_AFTER((key = PyThread_create_key(), PyThread_set_key_value(key, &key)), PyThread_get_key_value, (), PyThread_get_key_value(key), EXPECT(result == (intptr_t)&key); PyThread_delete_key(key))
SUCCEEDS_AFTER((key = PyThread_create_key(), PyThread_set_key_value(key, &key)), PyThread_delete_key_value, (), PyThread_delete_key_value(key), EXPECT(PyThread_get_key_value(key) == NULL); PyThread_delete_key(key))
static Py_tss_t place = Py_tss_NEEDS_INIT;
SUCCEEDS(PyThread_tss_create, (), PyThread_tss_create(&place), EXPECT(result == 0); PyThread_tss_delete(&place))
SUCCEEDS_AFTER((PyThread_tss_create(&place)), PyThread_tss_delete, (), PyThread_tss_delete(&place), EXPECT(!PyThread_tss_is_created(&place)))
SUCCEEDS(PyThread_tss_is_created, (), PyThread_tss_is_created(&place), EXPECT(result == 0))
SUCCEEDS_AFTER((PyThread_tss_create(&place)), PyThread_tss_set, (), PyThread_tss_set(&place, &key), EXPECT(result == 0 && PyThread_tss_get(&place) == &key); PyThread_tss_delete(&place))
SUCCEEDS_AFTER((PyThread_tss_create(&place)), PyThread_tss_get, (), PyThread_tss_get(&place), EXPECT(result == 0); PyThread_tss_delete(&place))
static Py_tss_t *allocated;
SUCCEEDS_AFTER((allocated = PyThread_tss_alloc()), PyThread_tss_free, (), PyThread_tss_free(allocated))
