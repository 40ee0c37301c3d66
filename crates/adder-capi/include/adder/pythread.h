/* Threads that C starts, what each keeps for itself, locks, clocks. */
#ifndef ADDER_PYTHREAD_H
#define ADDER_PYTHREAD_H

ADDER_BEGIN

typedef void *PyThread_type_lock;
typedef enum PyLockStatus {
    PY_LOCK_FAILURE = 0,
    PY_LOCK_ACQUIRED = 1,
    PY_LOCK_INTR
} PyLockStatus;
#define PY_TIMEOUT_T long long
#define WAIT_LOCK 1
#define NOWAIT_LOCK 0
#define WITH_THREAD 1
#define PYTHREAD_INVALID_THREAD_ID ((unsigned long)-1)
#define PY_HAVE_THREAD_NATIVE_ID
PyAPI_DATA(const long long) PY_TIMEOUT_MAX;

PyAPI_FUNC(void) PyThread_init_thread(void);
PyAPI_FUNC(unsigned long) PyThread_start_new_thread(void (*)(void *), void *);
PyAPI_FUNC(void) PyThread_exit_thread(void);
__attribute__((noreturn)) void PyThread_exit_thread(void);
PyAPI_FUNC(unsigned long) PyThread_get_thread_ident(void);
PyAPI_FUNC(unsigned long) PyThread_get_thread_native_id(void);
PyAPI_FUNC(size_t) PyThread_get_stacksize(void);
PyAPI_FUNC(int) PyThread_set_stacksize(size_t);
PyAPI_FUNC(PyObject *) PyThread_GetInfo(void);

PyAPI_FUNC(PyThread_type_lock) PyThread_allocate_lock(void);
PyAPI_FUNC(void) PyThread_free_lock(PyThread_type_lock);
PyAPI_FUNC(int) PyThread_acquire_lock(PyThread_type_lock, int);
PyAPI_FUNC(PyLockStatus) PyThread_acquire_lock_timed(PyThread_type_lock, PY_TIMEOUT_T, int);
PyAPI_FUNC(void) PyThread_release_lock(PyThread_type_lock);

typedef struct _Py_tss_t {
    int _is_initialized;
    unsigned int _key;
} Py_tss_t;
#define Py_tss_NEEDS_INIT { 0, 0 }
PyAPI_FUNC(Py_tss_t *) PyThread_tss_alloc(void);
PyAPI_FUNC(void) PyThread_tss_free(Py_tss_t *);
PyAPI_FUNC(int) PyThread_tss_is_created(Py_tss_t *);
PyAPI_FUNC(int) PyThread_tss_create(Py_tss_t *);
PyAPI_FUNC(void) PyThread_tss_delete(Py_tss_t *);
PyAPI_FUNC(int) PyThread_tss_set(Py_tss_t *, void *);
PyAPI_FUNC(void *) PyThread_tss_get(Py_tss_t *);
PyAPI_FUNC(int) PyThread_create_key(void);
PyAPI_FUNC(void) PyThread_delete_key(int);
PyAPI_FUNC(int) PyThread_set_key_value(int, void *);
PyAPI_FUNC(void *) PyThread_get_key_value(int);
PyAPI_FUNC(void) PyThread_delete_key_value(int);
PyAPI_FUNC(void) PyThread_ReInitTLS(void);

typedef struct PyMutex {
    uint8_t _bits;
} PyMutex;
PyAPI_FUNC(void) PyMutex_Lock(PyMutex *);
PyAPI_FUNC(void) PyMutex_Unlock(PyMutex *);
PyAPI_FUNC(int) PyMutex_IsLocked(PyMutex *);

/* An interpreter's threads take turns: nobody else can be in such a section. */
typedef struct PyCriticalSection {
    PyObject *_object;
} PyCriticalSection;
typedef struct PyCriticalSection2 {
    PyObject *_a, *_b;
} PyCriticalSection2;

static inline void
PyCriticalSection_Begin(PyCriticalSection *Py_UNUSED(section), PyObject *Py_UNUSED(object))
{
}

static inline void
PyCriticalSection_End(PyCriticalSection *Py_UNUSED(section))
{
}

static inline void
PyCriticalSection2_Begin(PyCriticalSection2 *Py_UNUSED(section), PyObject *Py_UNUSED(a), PyObject *Py_UNUSED(b))
{
}

static inline void
PyCriticalSection2_End(PyCriticalSection2 *Py_UNUSED(section))
{
}

#define Py_BEGIN_CRITICAL_SECTION(op) {
#define Py_END_CRITICAL_SECTION() }
#define Py_BEGIN_CRITICAL_SECTION2(a, b) {
#define Py_END_CRITICAL_SECTION2() }
#define Py_BEGIN_CRITICAL_SECTION_MUTEX(mutex) {
#define Py_BEGIN_CRITICAL_SECTION2_MUTEX(a, b) {

typedef int64_t PyTime_t;
#define PyTime_MIN INT64_MIN
#define PyTime_MAX INT64_MAX
PyAPI_FUNC(double) PyTime_AsSecondsDouble(PyTime_t);
PyAPI_FUNC(int) PyTime_Monotonic(PyTime_t *);
PyAPI_FUNC(int) PyTime_PerfCounter(PyTime_t *);
PyAPI_FUNC(int) PyTime_Time(PyTime_t *);
PyAPI_FUNC(int) PyTime_MonotonicRaw(PyTime_t *);
PyAPI_FUNC(int) PyTime_PerfCounterRaw(PyTime_t *);
PyAPI_FUNC(int) PyTime_TimeRaw(PyTime_t *);

ADDER_END

#endif
