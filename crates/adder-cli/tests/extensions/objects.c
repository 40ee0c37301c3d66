/* Weak references, capsules, functions, methods, descriptors, cells, code, frames, the collector. */
#include <Python.h>
#include <stddef.h>

/* The text of an internal call names a file and a line of CPython's. */
#define TEXT_OF_ERROR(error) (PyErr_GivenExceptionMatches(error, PyExc_SystemError) ? Py_NewRef(Py_None) : PyObject_Str(error))
#include "listing.h"

static void
add_borrowed(PyObject *list, PyObject *value)
{
    add(list, value == NULL && !PyErr_Occurred() ? PyUnicode_FromString("NULL") : Py_XNewRef(value));
}

/* A type with a field for its weak references. */
typedef struct {
    PyObject_HEAD
    PyObject *weak;
    PyObject *held;
} Target;

static int seen_in_dealloc = -1;

static void
target_dealloc(PyObject *op)
{
    Target *self = (Target *)op;
    seen_in_dealloc = self->weak != NULL;
    if (self->weak != NULL) {
        PyObject_ClearWeakRefs(op);
    }
    Py_XDECREF(self->held);
    Py_TYPE(op)->tp_free(op);
}

static PyTypeObject TargetType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "objects.Target",
    .tp_basicsize = sizeof(Target),
    .tp_dealloc = target_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_weaklistoffset = offsetof(Target, weak),
    .tp_new = PyType_GenericNew,
};

static PyObject *
weak_field(PyObject *Py_UNUSED(module), PyObject *op)
{
    return PyBool_FromLong(((Target *)op)->weak != NULL);
}

static PyObject *
last_dealloc(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored))
{
    return PyLong_FromLong(seen_in_dealloc);
}

static PyObject *
weak(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *object, *callback;
    if (!PyArg_ParseTuple(args, "OO", &object, &callback)) {
        return NULL;
    }
    PyObject *list = PyList_New(0);
    PyObject *ref = PyWeakref_NewRef(object, callback);
    if (ref == NULL) {
        add(list, error_text());
        add(list, PyWeakref_NewProxy(object, NULL));
        return list;
    }
    PyObject *proxy = PyWeakref_NewProxy(object, NULL);
    add_number(list, PyWeakref_Check(ref) + 2 * PyWeakref_CheckRef(ref) + 4 * PyWeakref_CheckRefExact(ref)
                         + 8 * PyWeakref_CheckProxy(ref));
    add_number(list, PyWeakref_Check(proxy) + 2 * PyWeakref_CheckRef(proxy) + 4 * PyWeakref_CheckRefExact(proxy)
                         + 8 * PyWeakref_CheckProxy(proxy));
    add_number(list, PyWeakref_Check(list));
    Py_ssize_t before = Py_REFCNT(object);
    add_number(list, PyWeakref_GetObject(ref) == object);
    add_number(list, PyWeakref_GET_OBJECT(proxy) == object);
    add_number(list, Py_REFCNT(object) - before);
    PyObject *got = NULL;
    add_number(list, PyWeakref_GetRef(ref, &got));
    add_number(list, got == object);
    add_number(list, Py_REFCNT(object) - before);
    Py_XDECREF(got);
#if PY_VERSION_HEX >= 0x030E0000
    add_number(list, PyWeakref_IsDead(ref));
#else
    add_number(list, PyWeakref_GetObject(ref) == Py_None);
#endif
    add_number(list, PyWeakref_GetRef(list, &got));
    add_number(list, got == NULL);
    add(list, error_text());
    add_borrowed(list, PyWeakref_GetObject(list));
    Py_DECREF(proxy);
    add(list, ref);
    return list;
}

static PyObject *
dead(PyObject *Py_UNUSED(module), PyObject *ref)
{
    PyObject *list = PyList_New(0);
    PyObject *got = Py_None;
    add_number(list, PyWeakref_GetRef(ref, &got));
    add_number(list, got == NULL);
    add_borrowed(list, PyWeakref_GetObject(ref));
#if PY_VERSION_HEX >= 0x030E0000
    add_number(list, PyWeakref_IsDead(ref));
#else
    add_number(list, PyWeakref_GetObject(ref) == Py_None);
#endif
    return list;
}

/* Capsules. */
static int number = 42;
static int ended = 0;

static void
end_capsule(PyObject *capsule)
{
    const char *name = PyCapsule_GetName(capsule);
    if (PyCapsule_GetPointer(capsule, name) == &number) {
        ended++;
    }
}

static PyObject *
capsules(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    PyObject *list = PyList_New(0);
    PyObject *made = PyCapsule_New(&number, "objects.capsule", end_capsule);
    add_number(list, PyCapsule_CheckExact(made) + 2 * PyCapsule_CheckExact(list));
    add_number(list, PyCapsule_GetPointer(made, "objects.capsule") == &number);
    add_number(list, PyCapsule_GetPointer(made, "other") == NULL);
    add(list, error_text());
    add_number(list, PyCapsule_GetPointer(made, NULL) == NULL);
    add(list, error_text());
    add_number(list, PyCapsule_GetPointer(list, "x") == NULL);
    add(list, error_text());
    add(list, PyUnicode_FromString(PyCapsule_GetName(made)));
    add_number(list, PyCapsule_GetName(list) == NULL);
    add(list, error_text());
    add_number(list, PyCapsule_GetDestructor(made) == end_capsule);
    add_number(list, PyCapsule_GetDestructor(list) == NULL);
    add(list, error_text());
    add_number(list, PyCapsule_GetContext(made) == NULL);
    add_number(list, PyErr_Occurred() == NULL);
    add_number(list, PyCapsule_SetContext(made, &ended));
    add_number(list, PyCapsule_GetContext(made) == &ended);
    add_number(list, PyCapsule_SetContext(list, NULL));
    add(list, error_text());
    add_number(list, PyCapsule_IsValid(made, "objects.capsule"));
    add_number(list, PyCapsule_IsValid(made, "x"));
    add_number(list, PyCapsule_IsValid(list, "x"));
    add_number(list, PyCapsule_IsValid(NULL, "x"));
    add_number(list, PyCapsule_SetPointer(made, NULL));
    add(list, error_text());
    add_number(list, PyCapsule_SetPointer(made, &ended));
    add_number(list, PyCapsule_SetPointer(made, &number));
    add_number(list, PyCapsule_SetName(made, "objects.other"));
    add_number(list, PyCapsule_IsValid(made, "objects.other"));
    add_number(list, PyCapsule_SetName(made, "objects.capsule"));
    add_number(list, PyCapsule_SetDestructor(made, NULL));
    add_number(list, PyCapsule_GetDestructor(made) == NULL);
    add_number(list, PyErr_Occurred() == NULL);
    add_number(list, PyCapsule_SetDestructor(made, end_capsule));
    PyModule_AddObjectRef(module, "capsule", made);
    add_number(list, PyCapsule_Import("objects.capsule", 0) == &number);
    add_number(list, PyCapsule_Import("objects.list_of", 0) == NULL);
    add(list, error_text());
    add_number(list, PyCapsule_Import("there_is_none.capsule", 0) == NULL);
    add(list, error_text());
    add_number(list, PyCapsule_Import("objects.capsules", 0) == NULL);
    add(list, error_text());
    add(list, PyCapsule_New(NULL, "x", NULL));
    Py_DECREF(made);
    add_number(list, ended);
    PyObject_DelAttrString(module, "capsule");
    add_number(list, ended);
    made = PyCapsule_New(&number, NULL, NULL);
    add_number(list, PyCapsule_GetPointer(made, NULL) == &number);
    add_number(list, PyCapsule_GetName(made) == NULL);
    Py_DECREF(made);
    return list;
}

/* Functions. */
static PyObject *
tell_self(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    return self == NULL ? PyUnicode_FromString("NULL") : Py_NewRef(self);
}

static PyObject *
tell_class(PyObject *self, PyTypeObject *class, PyObject *const *args, size_t n, PyObject *Py_UNUSED(names))
{
    PyObject *list = PyList_New(0);
    add_borrowed(list, self);
    add_borrowed(list, (PyObject *)class);
    for (size_t at = 0; at < n; at++) {
        add_borrowed(list, args[at]);
    }
    return list;
}

static PyMethodDef self_def = {"tell_self", tell_self, METH_NOARGS, "Gives its self."};
static PyMethodDef class_def = {"tell_class", (PyCFunction)(void (*)(void))tell_class,
                                METH_METHOD | METH_FASTCALL | METH_KEYWORDS, NULL};

static PyObject *
functions_(PyObject *module, PyObject *python)
{
    PyObject *list = PyList_New(0);
    PyObject *name = PyUnicode_FromString("a.module");
    PyObject *made = PyCFunction_New(&self_def, NULL);
    add(list, PyObject_CallNoArgs(made));
    add_borrowed(list, PyCFunction_GetSelf(made));
    Py_DECREF(made);
    made = PyCFunction_NewEx(&self_def, name, name);
    add(list, PyObject_CallNoArgs(made));
    add_number(list, PyCFunction_Check(made) + 2 * PyCFunction_CheckExact(made) + 4 * PyCFunction_Check(list));
    add_number(list, PyCFunction_GetFunction(made) == tell_self);
    add_number(list, PyCFunction_GET_SELF(made) == name);
    add_number(list, PyCFunction_GetFlags(made));
    add(list, PyObject_GetAttrString(made, "__module__"));
    add(list, PyObject_GetAttrString(made, "__doc__"));
    add(list, PyObject_GetAttrString(made, "__self__"));
    Py_DECREF(made);
    made = PyCMethod_New(&class_def, name, NULL, &TargetType);
    add(list, PyObject_CallOneArg(made, name));
    Py_DECREF(made);
    add(list, PyCMethod_New(&class_def, name, NULL, NULL));
    add(list, PyCMethod_New(&self_def, name, NULL, &TargetType));
    add_number(list, PyCFunction_GetFlags(list));
    add(list, error_text());
    add_number(list, PyCFunction_GetFunction(list) == NULL);
    add(list, error_text());

    made = PyMethod_New(python, name);
    add_number(list, PyMethod_Check(made) + 2 * PyMethod_Check(list));
    add_number(list, PyMethod_Function(made) == python);
    add_number(list, PyMethod_Self(made) == name);
    add_number(list, PyMethod_GET_FUNCTION(made) == python);
    add_number(list, PyMethod_GET_SELF(made) == name);
    Py_DECREF(made);
    add(list, PyMethod_New(python, NULL));
    add_borrowed(list, PyMethod_Self(list));

    made = PyInstanceMethod_New(python);
    add_number(list, PyInstanceMethod_Check(made) + 2 * PyInstanceMethod_Check(list));
    add_number(list, PyInstanceMethod_Function(made) == python);
    add_number(list, PyInstanceMethod_GET_FUNCTION(made) == python);
    PyObject *dict = PyType_GetDict(&TargetType);
    PyDict_SetItemString(dict, "of_instance", made);
    Py_DECREF(dict);
    PyType_Modified(&TargetType);
    add(list, PyObject_GetAttrString(made, "__name__"));
    add(list, PyObject_GetAttrString(made, "nothing"));
    add(list, PyObject_CallNoArgs(made));
    Py_DECREF(made);
    add_borrowed(list, PyInstanceMethod_Function(list));

    add_number(list, PyFunction_Check(python) + 2 * PyFunction_Check(list));
    PyObject *code = PyFunction_GetCode(python), *globals = PyFunction_GetGlobals(python);
    add_number(list, PyCode_Check(code) + 2 * PyDict_Check(globals));
    add_borrowed(list, PyFunction_GetModule(python));
    add_borrowed(list, PyFunction_GetDefaults(python));
    add_borrowed(list, PyFunction_GetKwDefaults(python));
    add_borrowed(list, PyFunction_GetClosure(python));
    add_borrowed(list, PyFunction_GetAnnotations(python));
    add_borrowed(list, PyFunction_GetCode(list));
    made = PyFunction_New(code, globals);
    PyObject *pair = PyTuple_New(2);
    PyTuple_SET_ITEM(pair, 0, PyLong_FromLong(10));
    PyTuple_SET_ITEM(pair, 1, PyLong_FromLong(20));
    add_number(list, PyFunction_SetDefaults(made, pair));
    add_borrowed(list, PyFunction_GetDefaults(made));
    PyObject *keywords = PyDict_New();
    PyDict_SetItemString(keywords, "key", pair);
    add_number(list, PyFunction_SetKwDefaults(made, keywords));
    add(list, PyObject_CallNoArgs(made));
    add_number(list, PyFunction_SetDefaults(made, Py_None));
    add_borrowed(list, PyFunction_GetDefaults(made));
    add_number(list, PyFunction_SetDefaults(made, list));
    add(list, error_text());
    add_number(list, PyFunction_SetKwDefaults(made, pair));
    add(list, error_text());
    add_number(list, PyFunction_SetAnnotations(made, keywords));
    add_borrowed(list, PyFunction_GetAnnotations(made));
    add_number(list, PyFunction_SetAnnotations(made, pair));
    add(list, error_text());
    add_number(list, PyFunction_SetClosure(made, list));
    add(list, error_text());
    Py_DECREF(made);
    made = PyFunction_NewWithQualName(code, globals, name);
    add(list, PyObject_GetAttrString(made, "__qualname__"));
    Py_DECREF(made);
    Py_DECREF(pair);
    Py_DECREF(keywords);
    Py_DECREF(name);
    (void)module;
    return list;
}

static PyObject *
cells(PyObject *Py_UNUSED(module), PyObject *value)
{
    PyObject *list = PyList_New(0);
    PyObject *cell = PyCell_New(NULL);
    add_number(list, PyCell_Check(cell) + 2 * PyCell_Check(list));
    add_number(list, PyCell_Get(cell) == NULL);
    add_number(list, PyErr_Occurred() == NULL);
    add_number(list, PyCell_GET(cell) == NULL);
    add_number(list, PyCell_Set(cell, value));
    add(list, PyCell_Get(cell));
    add_borrowed(list, PyCell_GET(cell));
    add_number(list, PyCell_Set(cell, NULL));
    add_number(list, PyCell_GET(cell) == NULL);
    PyCell_SET(cell, Py_NewRef(value));
    add(list, PyCell_Get(cell));
    add(list, PyCell_Get(list));
    add_number(list, PyCell_Set(list, value));
    add(list, error_text());
    Py_DECREF(cell);
    return list;
}

/* Descriptors. */
static PyMemberDef held_def = {"held", Py_T_OBJECT_EX, offsetof(Target, held), 0, "What it holds."};

static PyObject *
get_twice(PyObject *op, void *closure)
{
    Py_ssize_t n = (Py_ssize_t)(intptr_t)closure;
    (void)op;
    return PyLong_FromSsize_t(2 * n);
}

static PyGetSetDef twice_def = {"twice", get_twice, NULL, "Twice.", (void *)21};

static PyObject *
descriptors(PyObject *Py_UNUSED(module), PyObject *wrapper)
{
    PyObject *list = PyList_New(0);
    PyObject *target = PyObject_CallNoArgs((PyObject *)&TargetType);
    PyObject *all[] = {
        PyDescr_NewMethod(&TargetType, &self_def),
        PyDescr_NewClassMethod(&TargetType, &self_def),
        PyDescr_NewMember(&TargetType, &held_def),
        PyDescr_NewGetSet(&TargetType, &twice_def),
    };
    PyObject *dict = PyType_GetDict(&TargetType);
    for (int at = 0; at < 4; at++) {
        add(list, PyObject_Repr(all[at]));
        add_number(list, PyDescr_IsData(all[at]));
        PyObject *name = PyObject_GetAttrString(all[at], "__name__");
        if (at == 1) {
            name = PyUnicode_FromString("of_class");
        }
        PyDict_SetItem(dict, name, all[at]);
        Py_DECREF(name);
        Py_DECREF(all[at]);
    }
    Py_DECREF(dict);
    PyType_Modified(&TargetType);
    PyObject *method = PyObject_GetAttrString(target, "tell_self");
    PyObject *result = PyObject_CallNoArgs(method);
    add_number(list, result == target);
    Py_XDECREF(result);
    Py_XDECREF(method);
    method = PyObject_GetAttrString(target, "of_class");
    add(list, PyObject_CallNoArgs(method));
    Py_XDECREF(method);
    add(list, PyObject_GetAttrString(target, "twice"));
    add(list, PyObject_GetAttrString(target, "held"));
    add_number(list, PyObject_SetAttrString(target, "held", list));
    result = PyObject_GetAttrString(target, "held");
    add_number(list, result == list);
    Py_XDECREF(result);
    add_number(list, PyMember_SetOne((char *)target, &held_def, Py_None));
    add(list, PyMember_GetOne((char *)target, &held_def));
    add_number(list, PyMember_SetOne((char *)target, &held_def, NULL));
    add(list, PyMember_GetOne((char *)target, &held_def));
    PyObject *three = PyLong_FromLong(-3);
    method = PyWrapper_New(wrapper, three);
    add(list, PyObject_CallNoArgs(method));
    Py_XDECREF(method);
    Py_DECREF(three);
    PyObject *keys = PyDict_New();
    PyDict_SetItemString(keys, "a", Py_None);
    add(list, PyDictProxy_New(keys));
    Py_DECREF(keys);
    add(list, PyDictProxy_New(list));
    PyObject *made = PyStaticMethod_New(wrapper);
    add_number(list, Py_TYPE(made) == &PyStaticMethod_Type);
    Py_DECREF(made);
    made = PyClassMethod_New(wrapper);
    add_number(list, Py_TYPE(made) == &PyClassMethod_Type);
    Py_DECREF(made);
    Py_DECREF(target);
    return list;
}

/* Members of every kind, read and written. */
typedef struct {
    short a_short;
    int an_int;
    long a_long;
    float a_float;
    double a_double;
    const char *a_string;
    char a_char;
    signed char a_byte;
    unsigned char a_ubyte;
    unsigned short a_ushort;
    unsigned int a_uint;
    unsigned long a_ulong;
    char in_place[8];
    char a_bool;
    long long a_longlong;
    unsigned long long a_ulonglong;
    Py_ssize_t a_size;
    PyObject *an_object;
} Members;

static PyObject *
member(PyObject *Py_UNUSED(module), PyObject *args)
{
    static const struct {
        int kind;
        Py_ssize_t offset;
    } all[] = {
        {Py_T_SHORT, offsetof(Members, a_short)},         {Py_T_INT, offsetof(Members, an_int)},
        {Py_T_LONG, offsetof(Members, a_long)},           {Py_T_FLOAT, offsetof(Members, a_float)},
        {Py_T_DOUBLE, offsetof(Members, a_double)},       {Py_T_STRING, offsetof(Members, a_string)},
        {Py_T_CHAR, offsetof(Members, a_char)},           {Py_T_BYTE, offsetof(Members, a_byte)},
        {Py_T_UBYTE, offsetof(Members, a_ubyte)},         {Py_T_USHORT, offsetof(Members, a_ushort)},
        {Py_T_UINT, offsetof(Members, a_uint)},           {Py_T_ULONG, offsetof(Members, a_ulong)},
        {Py_T_STRING_INPLACE, offsetof(Members, in_place)}, {Py_T_BOOL, offsetof(Members, a_bool)},
        {Py_T_LONGLONG, offsetof(Members, a_longlong)},   {Py_T_ULONGLONG, offsetof(Members, a_ulonglong)},
        {Py_T_PYSSIZET, offsetof(Members, a_size)},       {_Py_T_OBJECT, offsetof(Members, an_object)},
    };
    int which;
    PyObject *value;
    if (!PyArg_ParseTuple(args, "iO", &which, &value)) {
        return NULL;
    }
    Members members = {0};
    members.a_string = "a text";
    memcpy(members.in_place, "inside", 7);
    PyMemberDef def = {"member", all[which].kind, all[which].offset, 0, NULL};
    PyObject *list = PyList_New(0);
    add(list, PyMember_GetOne((char *)&members, &def));
    add_number(list, PyMember_SetOne((char *)&members, &def, value == Py_Ellipsis ? NULL : value));
    add(list, error_text());
    add(list, PyMember_GetOne((char *)&members, &def));
    def.flags = Py_READONLY;
    add_number(list, PyMember_SetOne((char *)&members, &def, value));
    add(list, error_text());
    Py_XDECREF(members.an_object);
    return list;
}

/* Code, frames, generators. */
static PyObject *
code(PyObject *Py_UNUSED(module), PyObject *op)
{
    PyObject *list = PyList_New(0);
    PyCodeObject *code = (PyCodeObject *)op;
    add(list, PyCode_GetVarnames(code));
    add(list, PyCode_GetCellvars(code));
    add(list, PyCode_GetFreevars(code));
    add_number(list, PyCode_GetNumFree(code));
    add_number(list, PyCode_Addr2Line(code, -1));
    PyObject *bytes = PyCode_GetCode(code);
    add_number(list, PyBytes_Check(bytes) && PyBytes_GET_SIZE(bytes) > 0);
    Py_DECREF(bytes);
    code = PyCode_NewEmpty("a_file.py", "a_name", 77);
    add(list, PyObject_GetAttrString((PyObject *)code, "co_filename"));
    add(list, PyObject_GetAttrString((PyObject *)code, "co_name"));
    add_number(list, PyCode_Addr2Line(code, -1));
    add_number(list, PyCode_Addr2Line(code, 0));
    Py_DECREF(code);
    return list;
}

static PyObject *
frame(PyObject *Py_UNUSED(module), PyObject *op)
{
    PyObject *list = PyList_New(0);
    PyFrameObject *frame = (PyFrameObject *)op;
    add_number(list, PyFrame_Check(op) + 2 * PyFrame_Check(list));
    add(list, (PyObject *)PyFrame_GetCode(frame));
    PyFrameObject *back = PyFrame_GetBack(frame);
    add_number(list, back != NULL && PyFrame_Check(back));
    Py_XDECREF(back);
    PyObject *dict = PyFrame_GetGlobals(frame);
    add_number(list, PyDict_Check(dict));
    Py_DECREF(dict);
    dict = PyFrame_GetBuiltins(frame);
    add_number(list, PyDict_Check(dict));
    Py_DECREF(dict);
    PyObject *locals = PyFrame_GetLocals(frame);
    add(list, PyObject_GetItem(locals, PyList_GetItem(list, 0)));
    Py_DECREF(locals);
    add_number(list, PyFrame_GetLineNumber(frame));
    add_number(list, PyFrame_GetLasti(frame) >= 0);
    add_number(list, PyFrame_GetGenerator(frame) == NULL);
    add(list, PyFrame_GetVarString(frame, "local"));
    add(list, PyFrame_GetVarString(frame, "missing"));
    return list;
}

static PyObject *
generator(PyObject *Py_UNUSED(module), PyObject *op)
{
    PyObject *list = PyList_New(0);
    add_number(list, PyGen_Check(op) + 2 * PyGen_CheckExact(op) + 4 * PyCoro_CheckExact(op) + 8 * PyAsyncGen_CheckExact(op));
    if (PyGen_Check(op)) {
        add(list, (PyObject *)PyGen_GetCode((PyGenObject *)op));
    }
    return list;
}

/* The collector. */
static int
count_lists(PyObject *op, void *arg)
{
    long *found = (long *)arg;
    if (PyList_Check(op)) {
        ++*found;
        return *found < 5;
    }
    return 1;
}

static PyObject *
collector(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored))
{
    PyObject *list = PyList_New(0);
    add_number(list, PyGC_IsEnabled());
    add_number(list, PyGC_Disable());
    add_number(list, PyGC_IsEnabled());
    add_number(list, PyGC_Disable());
    add_number(list, PyGC_Enable());
    add_number(list, PyGC_IsEnabled());
    long found = 0;
    PyUnstable_GC_VisitObjects(count_lists, &found);
    add_number(list, found);
    add_number(list, PyGC_IsEnabled());
    return list;
}

static PyObject *
finalize(PyObject *Py_UNUSED(module), PyObject *op)
{
    PyObject_CallFinalizer(op);
    PyObject_CallFinalizer(op);
    return PyLong_FromLong(PyObject_GC_IsFinalized(op));
}

/* A callable by vectorcall. */
typedef struct {
    PyObject_HEAD
    vectorcallfunc call;
} Callable;

static PyObject *
callable_call(PyObject *self, PyObject *const *args, size_t flags, PyObject *names)
{
    PyObject *list = PyList_New(0);
    (void)self;
    Py_ssize_t n = PyVectorcall_NARGS(flags);
    Py_ssize_t more = names == NULL ? 0 : PyTuple_GET_SIZE(names);
    for (Py_ssize_t at = 0; at < n + more; at++) {
        add_borrowed(list, args[at]);
    }
    add_borrowed(list, names);
    return list;
}

static PyObject *
callable_new(PyTypeObject *type, PyObject *Py_UNUSED(args), PyObject *Py_UNUSED(keywords))
{
    Callable *self = (Callable *)type->tp_alloc(type, 0);
    if (self != NULL) {
        self->call = callable_call;
    }
    return (PyObject *)self;
}

static PyTypeObject CallableType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "objects.Callable",
    .tp_basicsize = sizeof(Callable),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_VECTORCALL,
    .tp_vectorcall_offset = offsetof(Callable, call),
    .tp_call = PyVectorcall_Call,
    .tp_new = callable_new,
};

static PyObject *
call_with(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *callable, *tuple, *dict;
    if (!PyArg_ParseTuple(args, "OOO", &callable, &tuple, &dict)) {
        return NULL;
    }
    PyObject *items[5];
    Py_ssize_t n = PyTuple_GET_SIZE(tuple);
    for (Py_ssize_t at = 0; at < n; at++) {
        items[at] = PyTuple_GET_ITEM(tuple, at);
    }
    PyObject *list = PyList_New(0);
    dict = dict == Py_None ? NULL : dict;
    add(list, PyObject_VectorcallDict(callable, items, (size_t)n, dict));
    add_number(list, PyVectorcall_Function(callable) == callable_call);
    if (Py_TYPE(callable) == &CallableType) {
        add(list, PyVectorcall_Call(callable, tuple, dict));
    }
    return list;
}

static PyMethodDef functions[] = {
    {"weak_field", weak_field, METH_O, NULL},
    {"last_dealloc", last_dealloc, METH_NOARGS, NULL},
    {"weak", weak, METH_VARARGS, NULL},
    {"dead", dead, METH_O, NULL},
    {"capsules", capsules, METH_NOARGS, NULL},
    {"functions", functions_, METH_O, NULL},
    {"cells", cells, METH_O, NULL},
    {"descriptors", descriptors, METH_O, NULL},
    {"member", member, METH_VARARGS, NULL},
    {"code", code, METH_O, NULL},
    {"frame", frame, METH_O, NULL},
    {"generator", generator, METH_O, NULL},
    {"collector", collector, METH_NOARGS, NULL},
    {"finalize", finalize, METH_O, NULL},
    {"call_with", call_with, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "objects",
    .m_size = -1,
    .m_methods = functions,
};

PyMODINIT_FUNC
PyInit_objects(void)
{
    PyObject *module = PyModule_Create(&definition);
    if (module != NULL && (PyModule_AddType(module, &TargetType) < 0 || PyModule_AddType(module, &CallableType) < 0)) {
        Py_CLEAR(module);
    }
    return module;
}
