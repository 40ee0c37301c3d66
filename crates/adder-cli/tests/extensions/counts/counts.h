/* Counts before and after each call, against the table of contracts.
 *
 * A case names a function, the objects that it is given, and the call. What becomes of the references is not the case's to say: the
 * driver reads it in the table (`counts_rows.h`, made from it) and acts as a caller does that believes it. It gives up an argument
 * that is stolen, keeps one that is borrowed, releases a result that is new, leaves one that is lent. Afterwards each object must
 * have the count that it had, and the heap as many blocks and bytes. Then the call is made again with the first request for memory
 * refused, the second, and so on, and with all from the first on, from the second, and so on: it must succeed or fail with
 * MemoryError, and the counts must be the same. A case that succeeds is also run with NULL for each of its objects: SystemError,
 * where the table does not say that there may be NULL.
 *
 *     SUCCEEDS(PyList_Append, (list_of(2), marker()), PyList_Append(o[0], o[1]))
 *     RAISES(PyList_Append, SystemError, NULL, (marker(), marker()), PyList_Append(o[0], o[1]))
 *
 * `o` are the objects, new references, in the order of the function's parameters that are objects; NULL is allowed. `p` are places
 * for objects that the function gives beside its result, `n` for numbers, `s` for pointers, `view` a buffer. Behind the call may
 * stand statements that run after it: EXPECT(condition), with the result in `result`, or what undoes an effect. SUCCEEDS_AFTER and
 * RAISES_AFTER take statements in parentheses, which run before. */
#ifndef ADDER_COUNTS_H
#define ADDER_COUNTS_H

#include <Python.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>

enum passing { PLAIN, BORROWED, STOLEN, STOLEN_ON_SUCCESS, COUNTED, GIVES_NEW, GIVES_LENT, NEW, NEW_OR_NULL, LENT, STATUS, SUCCESS, ALWAYS_NULL };

struct row {
    const char *name;
    enum passing result;
    int parameters;
    enum passing passing[16];
    unsigned nullable; /* A bit for each parameter that may be NULL. */
    int guarded; /* Otherwise it trusts its arguments. */
    int has_more; /* Variable arguments: a case's objects behind those of the table are borrowed. */
};

#include "counts_rows.h"

/* What the test does for the driver. */
struct hooks {
    void (*refuse)(size_t from, int all); /* The request of this number, and all later ones; 0 for none. */
    int (*refused)(void);
    void (*figures)(size_t *blocks, size_t *bytes);
    void (*collect)(void);
    void (*problem)(const char *text);
    /* What a function raised: the class, the text, and in which run of a case ("case", "memory", "NULL", "wrong", "code"). */
    void (*raised)(const char *function, const char *class, const char *text, const char *how, int object);
};

struct run {
    const struct counts_case *test;
    PyObject *o[8];
    int objects;
    PyObject *p[4];
    intptr_t n[4];
    const void *s[4];
    Py_buffer view;
    intptr_t result;
    size_t refuse;
    int all;
    int null; /* The object that is NULL instead; -1 for none. */
    int wrong; /* The object in whose place another one is; -1 for none. */
    int raising; /* And that one raises whatever is done with it. */
};

struct counts_case {
    const char *function;
    int line;
    PyObject **exception;
    const char *text;
    intptr_t failure;
    int (*make)(PyObject **);
    void (*before)(void);
    void (*call)(struct run *);
    void (*after)(struct run *, PyObject **, PyObject **, intptr_t *, const void **, Py_buffer *, intptr_t);
    struct counts_case *next;
};

static struct hooks hooks;
static struct counts_case *first_case, **last_case = &first_case;
static struct run *running;
static const char *trusting[100];
static int trusting_count;
static PyObject *fixtures;
/* Set by a case's statements that run before: what the call makes lives as long as the interpreter. */
static int keeps;

static void
problem(const char *format, ...)
{
    char text[1000];
    int at = snprintf(text, sizeof text, "line %d: %s", running->test->line, running->test->function);
    if (running->refuse != 0) {
        at += snprintf(text + at, sizeof text - at, " (request %zu%s refused)", running->refuse, running->all ? " and all later" : "");
    }
    if (running->null >= 0) {
        at += snprintf(text + at, sizeof text - at, " (object %d is NULL)", running->null);
    }
    if (running->wrong >= 0) {
        at += snprintf(text + at, sizeof text - at, " (object %d is a %s)", running->wrong, running->raising ? "Bad" : "marker");
    }
    at += snprintf(text + at, sizeof text - at, ": ");
    va_list values;
    va_start(values, format);
    vsnprintf(text + at, sizeof text - at, format, values);
    va_end(values);
    hooks.problem(text);
}

/* ---- Objects that are watched: the driver has EXTRA references to each. */

#define EXTRA 3
#define MOST 256
static PyObject *watched[MOST];
static Py_ssize_t others_before[MOST];
static int watching;

static int
is_immortal(PyObject *object)
{
    return Py_REFCNT(object) >= 0x40000000;
}

static void
watch(PyObject *object)
{
    if (object == NULL || is_immortal(object)) {
        return;
    }
    for (int i = 0; i < watching; i++) {
        if (watched[i] == object) {
            return;
        }
    }
    if (watching == MOST) {
        fprintf(stderr, "too many objects are watched\n");
        abort();
    }
    for (int i = 0; i < EXTRA; i++) {
        Py_INCREF(object);
    }
    others_before[watching] = 0;
    watched[watching++] = object;
}

/* An object that does nothing but to be counted. */
typedef struct {
    PyObject_HEAD
} Marker;

static int markers_alive;

static void
marker_dealloc(PyObject *self)
{
    markers_alive--;
    Py_TYPE(self)->tp_free(self);
}

static PyTypeObject MarkerType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "counts.Marker",
    .tp_basicsize = sizeof(Marker),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_dealloc = marker_dealloc,
};

__attribute__((unused)) static PyObject *
marker(void)
{
    PyObject *made = (PyObject *)PyObject_New(Marker, &MarkerType);
    if (made != NULL) {
        markers_alive++;
        watch(made);
    }
    return made;
}

static PyObject *
marker_new(PyTypeObject *Py_UNUSED(type), PyObject *Py_UNUSED(args), PyObject *Py_UNUSED(keywords))
{
    return marker();
}

/* ---- Arguments. All are new references. */

__attribute__((unused)) static PyObject *
text(const char *utf8)
{
    return PyUnicode_FromString(utf8);
}

__attribute__((unused)) static PyObject *
number(long value)
{
    return PyLong_FromLong(value);
}

__attribute__((unused)) static PyObject *
list_of(Py_ssize_t items)
{
    PyObject *list = PyList_New(items);
    for (Py_ssize_t i = 0; i < items; i++) {
        PyList_SetItem(list, i, marker());
    }
    return list;
}

__attribute__((unused)) static PyObject *
tuple_of(Py_ssize_t items)
{
    PyObject *tuple = PyTuple_New(items);
    for (Py_ssize_t i = 0; i < items; i++) {
        PyTuple_SetItem(tuple, i, marker());
    }
    return tuple;
}

/* Keys `k0`, `k1`, … with markers. */
__attribute__((unused)) static PyObject *
dict_of(Py_ssize_t entries)
{
    PyObject *dict = PyDict_New();
    for (Py_ssize_t i = 0; i < entries; i++) {
        char key[20];
        snprintf(key, sizeof key, "k%d", (int)i);
        PyObject *value = marker();
        PyDict_SetItemString(dict, key, value);
        Py_DECREF(value);
    }
    return dict;
}

__attribute__((unused)) static PyObject *
own(void *object)
{
    return Py_XNewRef((PyObject *)object);
}

/* What a Python expression gives; `fixtures.py` has what it may name, and Marker. */
__attribute__((unused)) static PyObject *
py(const char *expression)
{
    PyObject *eval = PyDict_GetItemString(fixtures, "eval");
    PyObject *source = text(expression);
    PyObject *args = PyTuple_New(2);
    PyTuple_SetItem(args, 0, source);
    PyTuple_SetItem(args, 1, Py_NewRef(fixtures));
    PyObject *result = PyObject_Call(eval, args, NULL);
    Py_DECREF(args);
    if (result == NULL) {
        fprintf(stderr, "%s:%d: the expression of a case fails: %s\n", running->test->function, running->test->line, expression);
        PyErr_WriteUnraisable(NULL);
        abort();
    }
    return result;
}

/* ---- Cases. */

#define COUNTS_OPEN_(...) __VA_ARGS__
#define COUNTS_JOIN__(a, b) a##b
#define COUNTS_JOIN_(a, b) COUNTS_JOIN__(a, b)
#define COUNTS_IS_VOID_(call) __builtin_types_compatible_p(__typeof__(call), void)
/* The value of a call whose function may give none. */
#define COUNTS_VALUE_(call) __builtin_choose_expr(COUNTS_IS_VOID_(call), ((call), 0), (call))

#define COUNTS_CASE_(id, function_, exception_, text_, failure_, before_, objects_, call_, ...)                             \
    static int COUNTS_JOIN_(counts_make_, id)(PyObject **o)                                                                 \
    {                                                                                                                       \
        PyObject *made[] = {NULL, COUNTS_OPEN_ objects_};                                                                   \
        int count = (int)(sizeof made / sizeof made[0]) - 1;                                                                \
        memcpy(o, made + 1, sizeof made - sizeof made[0]);                                                                  \
        return count;                                                                                                       \
    }                                                                                                                       \
    static void COUNTS_JOIN_(counts_before_, id)(void) { COUNTS_OPEN_ before_; }                                            \
    static void COUNTS_JOIN_(counts_call_, id)(struct run *run)                                                             \
    {                                                                                                                       \
        PyObject **o = run->o, **p = run->p;                                                                                \
        intptr_t *n = run->n;                                                                                               \
        const void **s = run->s;                                                                                            \
        Py_buffer *view = &run->view;                                                                                       \
        (void)o, (void)p, (void)n, (void)s, (void)view;                                                                     \
        run->result = (intptr_t)COUNTS_VALUE_(call_);                                                                       \
    }                                                                                                                       \
    static void COUNTS_JOIN_(counts_after_, id)(struct run *run, PyObject **o, PyObject **p, intptr_t *n, const void **s,   \
                                         Py_buffer *view, intptr_t result)                                                  \
    {                                                                                                                       \
        (void)run, (void)o, (void)p, (void)n, (void)s, (void)view, (void)result;                                            \
        __VA_ARGS__;                                                                                                        \
    }                                                                                                                       \
    __attribute__((constructor)) static void COUNTS_JOIN_(counts_add_, id)(void)                                            \
    {                                                                                                                       \
        static struct counts_case test = {#function_, __LINE__, exception_, text_, 0,                                       \
            COUNTS_JOIN_(counts_make_, id), COUNTS_JOIN_(counts_before_, id), COUNTS_JOIN_(counts_call_, id), COUNTS_JOIN_(counts_after_, id), NULL}; \
        test.failure = (intptr_t)(failure_);                                                                                \
        *last_case = &test;                                                                                                 \
        last_case = &test.next;                                                                                             \
    }

#define SUCCEEDS(function, objects, call, ...) SUCCEEDS_AFTER((), function, objects, call, __VA_ARGS__)
#define SUCCEEDS_AFTER(before, function, objects, call, ...) \
    COUNTS_CASE_(__COUNTER__, function, NULL, NULL, 0, before, objects, call, __VA_ARGS__)
/* `text` is the whole text of the exception, or NULL. */
#define RAISES(function, exception, text, objects, call, ...) RAISES_AFTER((), function, exception, text, objects, call, __VA_ARGS__)
#define RAISES_AFTER(before, function, exception, text, objects, call, ...) \
    RAISES_GIVING_AFTER(COUNTS_ANY_FAILURE_, before, function, exception, text, objects, call, __VA_ARGS__)
/* A function that fails with another value than NULL or -1. */
#define RAISES_GIVING(failure, function, exception, text, objects, call, ...) \
    RAISES_GIVING_AFTER(failure, (), function, exception, text, objects, call, __VA_ARGS__)
#define RAISES_GIVING_AFTER(failure, before, function, exception, text, objects, call, ...) \
    COUNTS_CASE_(__COUNTER__, function, &PyExc_##exception, text, failure, before, objects, call, __VA_ARGS__)
/* NULL for what gives pointers, -1 for what gives numbers, anything for what gives nothing. */
#define COUNTS_ANY_FAILURE_ INTPTR_MIN

/* A function that does not look at what its objects are. */
#define TRUSTS(function_)                                                                    \
    __attribute__((constructor)) static void COUNTS_JOIN_(counts_trusts_, __COUNTER__)(void) \
    {                                                                                        \
        trusting[trusting_count++] = #function_;                                             \
    }

#define EXPECT(condition)                                 \
    do {                                                  \
        if (run->refuse == 0 && run->null < 0 && run->wrong < 0 && !(condition)) { \
            problem("not true: %s", #condition);          \
        }                                                 \
    } while (0)

/* ---- The driver. */

static const struct row *
row_of(const char *name)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (strcmp(rows[i].name, name) == 0) {
            return &rows[i];
        }
    }
    return NULL;
}

static const char *
shown(PyObject *object)
{
    static char out[300];
    PyObject *made = PyObject_Str(object);
    const char *utf8 = made != NULL ? PyUnicode_AsUTF8(made) : NULL;
    snprintf(out, sizeof out, "%s", utf8 != NULL ? utf8 : "(cannot be shown)");
    Py_XDECREF(made);
    PyErr_Clear();
    return out;
}

static int
objects_of(const struct row *row)
{
    int objects = 0;
    for (int i = 0; i < row->parameters; i++) {
        enum passing passing = row->passing[i];
        objects += passing == BORROWED || passing == STOLEN || passing == STOLEN_ON_SUCCESS || passing == COUNTED;
    }
    return objects;
}

static int
trusts(const struct row *row)
{
    for (int i = 0; i < trusting_count; i++) {
        if (strcmp(trusting[i], row->name) == 0) {
            return 1;
        }
    }
    return 0;
}

/* Is the outcome one that the case and the table allow? */
static void
judge(struct run *run, const struct row *row, PyObject *error)
{
    const struct counts_case *test = run->test;
    int failed = error != NULL;
    if (failed) {
        const char *how = run->null >= 0 ? "NULL" : run->wrong >= 0 ? (run->raising ? "code" : "wrong") : "case";
        if (run->refuse == 0) {
            hooks.raised(test->function, Py_TYPE(error)->tp_name, shown(error), how, run->null >= 0 ? run->null : run->wrong);
        } else if (Py_TYPE(error) == (PyTypeObject *)PyExc_MemoryError) {
            hooks.raised(test->function, "MemoryError", "", "memory", -1);
        }
    }
    if (run->refuse != 0 && failed && Py_TYPE(error) == (PyTypeObject *)PyExc_MemoryError) {
        if ((row->result == NEW || row->result == NEW_OR_NULL) && run->result != 0) {
            problem("a result with MemoryError set");
        }
        return;
    }
    if (run->refuse != 0 && !failed) {
        if (row->result == NEW && run->result == 0) {
            problem("NULL without an exception");
        }
        return;
    }
    if (run->null >= 0) {
        int object = 0;
        for (int i = 0; i < row->parameters; i++) {
            enum passing passing = row->passing[i];
            if (passing == BORROWED || passing == STOLEN || passing == STOLEN_ON_SUCCESS || passing == COUNTED) {
                if (object++ == run->null && (row->nullable & (1u << i)) == 0) {
                    if (!failed) {
                        problem("no exception");
                    } else if (Py_TYPE(error) != (PyTypeObject *)PyExc_SystemError) {
                        problem("%s: %s", Py_TYPE(error)->tp_name, shown(error));
                    }
                }
            }
        }
        return;
    }
    if (run->wrong >= 0) {
        if (failed && (row->result == STATUS ? run->result != -1 : row->result != PLAIN && run->result != 0)) {
            problem("it gives %ld with an exception", (long)run->result);
        } else if (!failed && row->result == NEW && run->result == 0) {
            problem("NULL without an exception");
        }
        return;
    }
    if (test->exception == NULL) {
        if (failed) {
            problem("%s: %s", Py_TYPE(error)->tp_name, shown(error));
        } else if (row->result == NEW && run->result == 0) {
            problem("NULL without an exception");
        } else if (row->result == SUCCESS && run->result != 1) {
            problem("%d without an exception", (int)run->result);
        } else if (row->result == STATUS && run->result < 0) {
            problem("%d without an exception", (int)run->result);
        } else if (row->result == ALWAYS_NULL) {
            problem("no exception");
        }
        return;
    }
    if (!failed) {
        problem("no exception");
        return;
    }
    if (Py_TYPE(error) != (PyTypeObject *)*test->exception) {
        problem("%s: %s", Py_TYPE(error)->tp_name, shown(error));
    } else if (test->text != NULL && run->refuse == 0 && strcmp(shown(error), test->text) != 0) {
        problem("the text is: %s", shown(error));
    }
    if (test->failure != COUNTS_ANY_FAILURE_) {
        if (run->result != test->failure) {
            problem("it gives %ld", (long)run->result);
        }
    } else if (row->result == STATUS ? run->result != -1 : row->result != PLAIN && run->result != 0) {
        problem("it gives %ld with an exception", (long)run->result);
    } else if (row->result == PLAIN && run->result != 0 && run->result != -1) {
        problem("it gives %ld with an exception", (long)run->result);
    }
}

/* What a caller does that believes the table. */
static void
settle(struct run *run, const struct row *row, int failed)
{
    int object = 0, place = 0;
    for (int i = 0; i < row->parameters; i++) {
        PyObject *given = NULL;
        switch (row->passing[i]) {
            case BORROWED: case STOLEN: case STOLEN_ON_SUCCESS: case COUNTED:
                if (object < run->objects) {
                    given = run->o[object];
                }
                object++;
                break;
            default:
                break;
        }
        switch (row->passing[i]) {
            case BORROWED:
                Py_XDECREF(given);
                break;
            case COUNTED:
                Py_XDECREF(given);
                Py_XDECREF(given);
                break;
            case STOLEN_ON_SUCCESS:
                if (failed) {
                    Py_XDECREF(given);
                }
                break;
            case GIVES_NEW:
                if (place < 4) {
                    Py_XDECREF(run->p[place]);
                    run->p[place++] = NULL;
                }
                break;
            case GIVES_LENT:
                place++;
                break;
            default:
                break;
        }
    }
    for (; row->has_more && object < run->objects; object++) {
        Py_XDECREF(run->o[object]);
    }
    if (object != run->objects) {
        problem("the case has %d objects, the table %d", run->objects, object);
    }
    if (row->result == NEW || row->result == NEW_OR_NULL) {
        Py_XDECREF((PyObject *)run->result);
    }
}

static void
check_counts(void)
{
    for (int i = 0; i < watching; i++) {
        Py_ssize_t others = Py_REFCNT(watched[i]) - EXTRA - others_before[i];
        if (others > 0) {
            hooks.collect();
            others = Py_REFCNT(watched[i]) - EXTRA - others_before[i];
        }
        if (others != 0) {
            problem("object %d (%s) has %+d references", i, Py_TYPE(watched[i])->tp_name, (int)others);
        }
        for (Py_ssize_t n = EXTRA + (others < 0 ? others : 0); n > 0; n--) {
            Py_DECREF(watched[i]);
        }
    }
    watching = 0;
    if (markers_alive != 0) {
        hooks.collect();
    }
    if (markers_alive != 0) {
        problem("%d markers live on", markers_alive);
        markers_alive = 0;
    }
}

/* Runs a case once; was the request reached that is refused? */
static int
run_once(struct run run, const struct row *row)
{
    const struct counts_case *test = run.test;
    running = &run;
    run.objects = test->make(run.o);
    /* In order: what an argument contains comes behind it. */
    int made = watching;
    PyObject *inner[MOST];
    memcpy(inner, watched, sizeof(PyObject *) * made);
    watching = 0;
    for (int i = 0; i < run.objects; i++) {
        int is_there = 0;
        for (int j = 0; j < made; j++) {
            is_there |= inner[j] == run.o[i];
        }
        if (is_there) {
            watched[watching++] = run.o[i];
        } else {
            watch(run.o[i]);
        }
    }
    int arguments = watching;
    for (int j = 0; j < made; j++) {
        int is_there = 0;
        for (int i = 0; i < arguments; i++) {
            is_there |= inner[j] == watched[i];
        }
        if (!is_there) {
            watched[watching++] = inner[j];
        }
    }
    /* An argument may be one that others have, too: a short text, a module that its functions refer to. */
    for (int i = 0; i < watching; i++) {
        others_before[i] = i < arguments ? Py_REFCNT(watched[i]) - EXTRA - 1 : 0;
    }
    if (run.null >= 0) {
        Py_CLEAR(run.o[run.null]);
    }
    if (run.wrong >= 0) {
        Py_XDECREF(run.o[run.wrong]);
        PyObject *other = run.raising ? py("Bad()") : marker();
        watch(other);
        run.o[run.wrong] = other;
        /* In its argument's place: what it may get into it comes behind it. */
        int at = run.wrong < watching ? run.wrong : watching - 1;
        memmove(watched + at + 1, watched + at, sizeof watched[0] * (watching - 1 - at));
        memmove(others_before + at + 1, others_before + at, sizeof others_before[0] * (watching - 1 - at));
        watched[at] = other;
        others_before[at] = 0;
    }
    test->before();
    hooks.refuse(run.refuse, run.all);
    test->call(&run);
    int reached = hooks.refused();
    hooks.refuse(0, 0);
    test->after(&run, run.o, run.p, run.n, run.s, &run.view, run.result);
    PyObject *error = PyErr_GetRaisedException();
    judge(&run, row, error);
    int failed = error != NULL;
    Py_XDECREF(error);
    settle(&run, row, failed);
    check_counts();
    static struct run last;
    last = run;
    running = &last;
    return reached;
}

/* Are blocks and bytes as before? What only a collection frees, and caches that a first call fills, are none of the case's. */
static int
run_balanced(struct run run, const struct row *row)
{
    size_t blocks, bytes, blocks_after, bytes_after;
    int reached = 0;
    for (int attempt = 0; attempt < 4; attempt++) {
        keeps = 0;
        hooks.figures(&blocks, &bytes);
        reached = run_once(run, row);
        hooks.figures(&blocks_after, &bytes_after);
        if (keeps || (blocks == blocks_after && bytes == bytes_after)) {
            return reached;
        }
        if (attempt == 0) {
            hooks.collect();
            continue;
        }
        hooks.collect();
        hooks.figures(&blocks_after, &bytes_after);
        if (blocks == blocks_after && bytes == bytes_after) {
            return reached;
        }
    }
    problem("blocks %+ld, bytes %+ld", (long)(blocks_after - blocks), (long)(bytes_after - bytes));
    return reached;
}

static void
crashed(int number)
{
    char text[200];
    int length = snprintf(text, sizeof text, "signal %d in line %d: %s (request %zu, NULL %d, wrong %d)\n", number,
        running->test->line, running->test->function, running->refuse, running->null, running->wrong);
    ssize_t written = write(2, text, (size_t)length);
    (void)written;
    signal(number, SIG_DFL);
    raise(number);
}

/* run(hooks, fixtures): all cases, or those whose function has the name in the environment. */
static PyObject *
run_all(PyObject *Py_UNUSED(self), PyObject *args)
{
    hooks = *(const struct hooks *)PyLong_AsVoidPtr(PyTuple_GetItem(args, 0));
    fixtures = PyTuple_GetItem(args, 1);
    PyDict_SetItemString(fixtures, "Marker", (PyObject *)&MarkerType);
    const char *only = getenv("ADDER_COUNTS");
    signal(SIGSEGV, crashed);
    signal(SIGABRT, crashed);
    for (const struct counts_case *test = first_case; test != NULL; test = test->next) {
        struct run run = {.test = test, .null = -1, .wrong = -1};
        running = &run;
        const struct row *row = row_of(test->function);
        if (only != NULL && strstr(test->function, only) == NULL) {
            continue;
        }
        if (row == NULL) {
            problem("the table has no such function");
            continue;
        }
        /* Once for what a first call leaves in caches. */
        run_once(run, row);
        run_balanced(run, row);
        struct run changed = run;
        for (int i = 0; i < objects_of(row) && test->exception == NULL && row->guarded; i++) {
            changed.null = i;
            run_balanced(changed, row);
        }
        changed.null = -1;
        for (int i = 0; i < 2 * objects_of(row) && test->exception == NULL && row->guarded && !trusts(row); i++) {
            changed.wrong = i / 2;
            changed.raising = i % 2;
            run_balanced(changed, row);
        }
        changed.wrong = -1;
        for (changed.all = 0; changed.all <= 1; changed.all++) {
            for (changed.refuse = 1; changed.refuse < 3000; changed.refuse += 1 + changed.refuse / 64) {
                if (!run_balanced(changed, row)) {
                    break;
                }
            }
        }
    }
    Py_RETURN_NONE;
}

static PyMethodDef counts_functions[] = {
    {"run", run_all, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef counts_definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "counts",
    .m_size = -1,
    .m_methods = counts_functions,
};

PyMODINIT_FUNC COUNTS_INIT(void);

PyMODINIT_FUNC
COUNTS_INIT(void)
{
    MarkerType.tp_new = marker_new;
    if (PyType_Ready(&MarkerType) < 0) {
        return NULL;
    }
    return PyModule_Create(&counts_definition);
}

#endif
