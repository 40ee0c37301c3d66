/* PyThread_*, PyMutex_*, PyTime_*, critical sections. */
#include "calling.h"

#include "pythread.h"

static Py_tss_t key = Py_tss_NEEDS_INIT;
static PyThread_type_lock finished, lock;
static PyMutex mutex;
static long total, steps, own_values;
static unsigned long ident;

/* Adds to a number that a lock guards; keeps a value of its own meanwhile. */
static void
count_up(void *argument)
{
    long many = *(long *)argument;
    if (PyThread_tss_get(&key) == NULL && PyThread_tss_set(&key, &many) == 0) {
        PyThread_acquire_lock(lock, WAIT_LOCK);
        own_values++;
        PyThread_release_lock(lock);
    }
    for (long i = 0; i < many; i++) {
        PyThread_acquire_lock(lock, WAIT_LOCK);
        total++;
        PyThread_release_lock(lock);
        PyMutex_Lock(&mutex);
        steps++;
        PyMutex_Unlock(&mutex);
    }
    if (PyThread_tss_get(&key) != &many) {
        own_values -= 100;
    }
    PyThread_release_lock(finished);
    PyThread_exit_thread();
}

static PyObject *
list_of(const long *numbers, size_t count)
{
    PyObject *list = PyList_New(0);
    for (size_t i = 0; i < count; i++) {
        PyObject *item = PyLong_FromLong(numbers[i]);
        PyList_Append(list, item);
        Py_DECREF(item);
    }
    return list;
}

static PyObject *
started(long threads, long many)
{
    PyThread_init_thread();
    total = steps = own_values = 0;
    finished = PyThread_allocate_lock();
    lock = PyThread_allocate_lock();
    PyThread_tss_create(&key);
    PyThread_tss_set(&key, &key);
    long done = 0;
    for (long i = 0; i < threads; i++) {
        PyThread_acquire_lock(finished, WAIT_LOCK);
        ident = PyThread_start_new_thread(count_up, &many);
        if (ident == PYTHREAD_INVALID_THREAD_ID) {
            break;
        }
        done++;
        PyThread_acquire_lock(finished, WAIT_LOCK);
        PyThread_release_lock(finished);
    }
    long kept = PyThread_tss_get(&key) == &key;
    PyThread_tss_delete(&key);
    PyThread_free_lock(lock);
    PyThread_free_lock(finished);
    long all[] = {done, total, steps, own_values, kept, PyThread_tss_is_created(&key)};
    return list_of(all, Py_ARRAY_LENGTH(all));
}

/* Both threads at once. */
static PyObject *
at_once(long many)
{
    total = steps = own_values = 0;
    finished = PyThread_allocate_lock();
    lock = PyThread_allocate_lock();
    PyThread_tss_create(&key);
    PyThread_acquire_lock(finished, WAIT_LOCK);
    PyThread_start_new_thread(count_up, &many);
    for (long i = 0; i < many; i++) {
        PyThread_acquire_lock(lock, WAIT_LOCK);
        total++;
        PyThread_release_lock(lock);
        PyMutex_Lock(&mutex);
        steps++;
        PyMutex_Unlock(&mutex);
    }
    PyThread_acquire_lock(finished, WAIT_LOCK);
    PyThread_release_lock(finished);
    PyThread_tss_delete(&key);
    PyThread_free_lock(lock);
    PyThread_free_lock(finished);
    long all[] = {total, steps, own_values};
    return list_of(all, Py_ARRAY_LENGTH(all));
}

static PyObject *
locks(void)
{
    PyThread_type_lock one = PyThread_allocate_lock();
    PyTime_t before, after;
    PyTime_MonotonicRaw(&before);
    long first = PyThread_acquire_lock(one, NOWAIT_LOCK), second = PyThread_acquire_lock(one, NOWAIT_LOCK);
    long timed = PyThread_acquire_lock_timed(one, 20000, 0), none = PyThread_acquire_lock_timed(one, 0, 1);
    PyTime_MonotonicRaw(&after);
    PyThread_release_lock(one);
    long again = PyThread_acquire_lock_timed(one, -1, 1);
    PyThread_release_lock(one);
    PyThread_free_lock(one);
    PyMutex other = {0};
    PyMutex_Lock(&other);
#if PY_VERSION_HEX >= 0x030E0000
    long locked = PyMutex_IsLocked(&other);
#else
    long locked = other._bits & 1;
#endif
    PyMutex_Unlock(&other);
    long all[] = {first, second, timed == PY_LOCK_FAILURE, none == PY_LOCK_FAILURE, again == PY_LOCK_ACQUIRED,
        after - before >= 20000000, locked, other._bits, sizeof(PyMutex), PY_TIMEOUT_MAX > 1000000};
    return list_of(all, Py_ARRAY_LENGTH(all));
}

static PyObject *
keys(void)
{
    Py_tss_t *made = PyThread_tss_alloc();
    int value = 3;
    long before = PyThread_tss_is_created(made), created = PyThread_tss_create(made), twice = PyThread_tss_create(made);
    long after = PyThread_tss_is_created(made), nothing = PyThread_tss_get(made) == NULL;
    long set = PyThread_tss_set(made, &value), got = PyThread_tss_get(made) == &value;
    PyThread_tss_free(made);
    PyThread_tss_free(NULL);
    int old = PyThread_create_key();
    long old_set = PyThread_set_key_value(old, &value), old_got = PyThread_get_key_value(old) == &value;
    PyThread_delete_key_value(old);
    long deleted = PyThread_get_key_value(old) == NULL;
    PyThread_ReInitTLS();
    PyThread_delete_key(old);
    long all[] = {before, created, twice, after, nothing, set, got, old_set, old_got, deleted};
    return list_of(all, Py_ARRAY_LENGTH(all));
}

static PyObject *
times(void)
{
    PyTime_t times[6];
    long results[6] = {PyTime_Time(&times[0]), PyTime_TimeRaw(&times[1]), PyTime_Monotonic(&times[2]), PyTime_MonotonicRaw(&times[3]),
        PyTime_PerfCounter(&times[4]), PyTime_PerfCounterRaw(&times[5])};
    long all[] = {results[0] + results[1] + results[2] + results[3] + results[4] + results[5], times[1] >= times[0],
        times[3] >= times[2], times[5] >= times[4], times[0] > 1600000000000000000, PyTime_AsSecondsDouble(1500000000) == 1.5,
        PyTime_AsSecondsDouble(-1) == -1e-9, PyTime_MIN < 0, PyTime_MAX > 0};
    return list_of(all, Py_ARRAY_LENGTH(all));
}

static PyObject *
idents(void)
{
    PyObject *pair = PyTuple_New(2);
    PyTuple_SET_ITEM(pair, 0, PyLong_FromUnsignedLong(PyThread_get_thread_ident()));
    PyTuple_SET_ITEM(pair, 1, PyLong_FromUnsignedLong(PyThread_get_thread_native_id()));
    return pair;
}

static PyObject *
stack_sizes(void)
{
    long before = (long)PyThread_get_stacksize(), small = PyThread_set_stacksize(100), right = PyThread_set_stacksize(1 << 20);
    long after = (long)PyThread_get_stacksize(), back = PyThread_set_stacksize((size_t)before);
    long all[] = {before, small, right, after, back};
    return list_of(all, Py_ARRAY_LENGTH(all));
}

static PyObject *
sections(PyObject *a, PyObject *b)
{
    long inside = 0;
    Py_BEGIN_CRITICAL_SECTION(a);
    inside++;
    Py_END_CRITICAL_SECTION();
    Py_BEGIN_CRITICAL_SECTION2(a, b);
    inside++;
    Py_END_CRITICAL_SECTION2();
    (void)a;
    (void)b;
    return PyLong_FromLong(inside);
}

#define FUNCTIONS(X)                        \
    X(started, started(I(0), I(1)))         \
    X(at_once, at_once(I(0)))               \
    X(locks, locks())                       \
    X(keys, keys())                         \
    X(times, times())                       \
    X(idents, idents())                     \
    X(stack_sizes, stack_sizes())           \
    X(info, PyThread_GetInfo())             \
    X(sections, sections(A(0), A(1)))

FUNCTIONS(WRAPPED)

static PyMethodDef methods[] = {
    FUNCTIONS(ENTRY)
    {"last_failed", last_failed, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef definition = {PyModuleDef_HEAD_INIT, .m_name = "native_threads", .m_size = -1, .m_methods = methods};

PyMODINIT_FUNC
PyInit_native_threads(void)
{
    return PyModule_Create(&definition);
}
