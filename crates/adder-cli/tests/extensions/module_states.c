/* Modules: their state and its end, definitions, specs, what is found by a definition; struct sequences. */
#include "listing.h"
#include <stddef.h>

typedef struct {
    PyObject *held;
    long number;
} State;

static int freed = 0;

static int
part_traverse(PyObject *module, visitproc visit, void *arg)
{
    State *state = PyModule_GetState(module);
    Py_VISIT(state->held);
    return 0;
}

static int
part_clear(PyObject *module)
{
    State *state = PyModule_GetState(module);
    Py_CLEAR(state->held);
    return 0;
}

static void
part_free(void *module)
{
    freed++;
    part_clear((PyObject *)module);
}

static int
part_exec(PyObject *module)
{
    State *state = PyModule_GetState(module);
    state->number++;
    return PyModule_AddIntConstant(module, "executed", state->number);
}

static PyObject *
part_hold(PyObject *module, PyObject *value)
{
    State *state = PyModule_GetState(module);
    Py_XSETREF(state->held, Py_NewRef(value));
    Py_RETURN_NONE;
}

static PyMethodDef part_methods[] = {
    {"hold", part_hold, METH_O, "Keeps a value."},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot part_slots[] = {
    {Py_mod_exec, (void *)part_exec},
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
    {0, NULL},
};

static PyModuleDef part_def = {
    PyModuleDef_HEAD_INIT,
    .m_name = "part",
    .m_doc = "A part.",
    .m_size = sizeof(State),
    .m_methods = part_methods,
    .m_slots = part_slots,
    .m_traverse = part_traverse,
    .m_clear = part_clear,
    .m_free = part_free,
};

/* A module of that definition, made by hand. */
static PyObject *
part(PyObject *Py_UNUSED(module), PyObject *spec)
{
    PyObject *made = PyModule_FromDefAndSpec(&part_def, spec);
    if (made == NULL || PyModule_ExecDef(made, &part_def) < 0) {
        Py_XDECREF(made);
        return NULL;
    }
    return made;
}

static PyObject *
how_many_freed(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored))
{
    return PyLong_FromLong(freed);
}

/* Definitions that are wrong, each in its way. */
static int
fails(PyObject *Py_UNUSED(module))
{
    return -1;
}

static int
fails_with(PyObject *Py_UNUSED(module))
{
    PyErr_SetString(PyExc_KeyError, "of exec");
    return -1;
}

static int
leaves(PyObject *Py_UNUSED(module))
{
    PyErr_SetString(PyExc_KeyError, "left behind");
    return 0;
}

static PyObject *
no_module(PyObject *Py_UNUSED(spec), PyModuleDef *Py_UNUSED(def))
{
    return PyList_New(0);
}

static PyObject *
nothing(PyObject *Py_UNUSED(spec), PyModuleDef *Py_UNUSED(def))
{
    return NULL;
}

static PyObject *
leaves_module(PyObject *Py_UNUSED(spec), PyModuleDef *Py_UNUSED(def))
{
    PyErr_SetString(PyExc_KeyError, "left behind");
    return PyModule_New("left");
}

#define WRONG 10
static PyModuleDef_Slot wrong_slots[WRONG][3] = {
    {{Py_mod_exec, (void *)fails}},
    {{Py_mod_exec, (void *)fails_with}},
    {{Py_mod_exec, (void *)leaves}},
    {{Py_mod_create, (void *)no_module}, {Py_mod_exec, (void *)leaves}},
    {{Py_mod_create, (void *)no_module}},
    {{Py_mod_create, (void *)nothing}},
    {{Py_mod_create, (void *)leaves_module}},
    {{Py_mod_create, (void *)no_module}, {Py_mod_create, (void *)no_module}},
    {{77, NULL}},
    {{Py_mod_multiple_interpreters, NULL}, {Py_mod_multiple_interpreters, NULL}},
};
static PyModuleDef wrong_defs[WRONG];

static PyObject *
wrong(PyObject *Py_UNUSED(module), PyObject *args)
{
    int which, size;
    PyObject *spec;
    if (!PyArg_ParseTuple(args, "iiO", &which, &size, &spec)) {
        return NULL;
    }
    PyModuleDef base = {PyModuleDef_HEAD_INIT, .m_name = "wrong", .m_size = size, .m_slots = wrong_slots[which]};
    wrong_defs[which] = base;
    PyObject *made = PyModule_FromDefAndSpec(&wrong_defs[which], spec);
    if (made == NULL) {
        return NULL;
    }
    if (!PyModule_Check(made)) {
        return made;
    }
    if (PyModule_ExecDef(made, &wrong_defs[which]) < 0) {
        Py_DECREF(made);
        return NULL;
    }
    return made;
}

static PyModuleDef definition;

static PyObject *
names(PyObject *module, PyObject *other)
{
    PyObject *list = PyList_New(0);
    add(list, PyUnicode_FromString(PyModule_GetName(module)));
    add(list, PyModule_GetNameObject(module));
    add_number(list, strstr(PyModule_GetFilename(module), "module_states") != NULL);
    PyObject *file = PyModule_GetFilenameObject(module);
    add_number(list, PyUnicode_Check(file));
    Py_DECREF(file);
    PyObject *name = PyUnicode_FromString("made");
    PyObject *made = PyModule_NewObject(name);
    Py_DECREF(name);
    add(list, PyObject_Repr(made));
    add(list, PyModule_GetFilenameObject(made));
    add_number(list, PyModule_GetFilename(made) == NULL);
    PyErr_Clear();
    PyObject_SetAttrString(made, "__name__", list);
    add(list, PyModule_GetNameObject(made));
    add_number(list, PyModule_GetState(made) == NULL);
    add_number(list, PyModule_GetDef(made) == NULL);
    add_number(list, PyErr_Occurred() == NULL);
    Py_DECREF(made);
    add(list, PyModule_GetNameObject(other));
    add_number(list, PyModule_GetName(other) == NULL);
    add(list, error_text());
    add_number(list, PyModule_GetDef(module) == &definition);
    add_number(list, PyModule_Check(module) + 2 * PyModule_CheckExact(module) + 4 * PyModule_Check(list));
    return list;
}

static PyModuleDef lone_def = {PyModuleDef_HEAD_INIT, .m_name = "lone", .m_size = -1};

static PyObject *
found(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    PyObject *list = PyList_New(0);
    add_number(list, PyState_FindModule(&definition) == module);
    add_number(list, PyState_FindModule(&lone_def) == NULL);
    PyObject *lone = PyModule_Create(&lone_def);
    add_number(list, PyState_FindModule(&lone_def) == NULL);
    add_number(list, PyState_AddModule(lone, &lone_def));
    add_number(list, PyState_FindModule(&lone_def) == lone);
    add_number(list, Py_REFCNT(lone));
    add_number(list, PyState_RemoveModule(&lone_def));
    add_number(list, PyState_FindModule(&lone_def) == NULL);
    add_number(list, PyErr_Occurred() == NULL);
    add_number(list, PyState_AddModule(lone, &part_def));
    add(list, error_text());
    add_number(list, PyState_RemoveModule(&part_def));
    add(list, error_text());
    Py_DECREF(lone);
    return list;
}

/* Struct sequences. */
static PyStructSequence_Field point_fields[] = {
    {"x", "the first"},
    {"y", NULL},
    {"z", "hidden"},
    {NULL, NULL},
};
static PyStructSequence_Desc point_desc = {"module_states.Point", "A point.", point_fields, 2};
static PyStructSequence_Desc static_desc = {"module_states.StaticPoint", "A static point.", point_fields, 2};
static PyTypeObject StaticPoint;

static PyObject *
fill(PyObject *Py_UNUSED(module), PyObject *type)
{
    PyObject *made = PyStructSequence_New((PyTypeObject *)type);
    if (made == NULL) {
        return NULL;
    }
    for (Py_ssize_t at = 0; at < 2; at++) {
        PyStructSequence_SetItem(made, at, PyLong_FromSsize_t(at * 1000));
    }
    PyStructSequence_SET_ITEM(made, 2, PyUnicode_FromString("behind"));
    PyObject *list = PyList_New(0);
    for (Py_ssize_t at = 0; at < 3; at++) {
        add(list, Py_XNewRef(PyStructSequence_GetItem(made, at)));
        add_number(list, PyStructSequence_GET_ITEM(made, at) == PyStructSequence_GetItem(made, at));
    }
    add(list, made);
    return list;
}

static PyMethodDef functions[] = {
    {"part", part, METH_O, NULL},
    {"how_many_freed", how_many_freed, METH_NOARGS, NULL},
    {"wrong", wrong, METH_VARARGS, NULL},
    {"names", names, METH_O, NULL},
    {"found", found, METH_NOARGS, NULL},
    {"fill", fill, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "module_states",
    .m_size = -1,
    .m_methods = functions,
};

PyMODINIT_FUNC
PyInit_module_states(void)
{
    PyObject *module = PyModule_Create(&definition);
    if (module == NULL) {
        return NULL;
    }
    PyTypeObject *point = PyStructSequence_NewType(&point_desc);
    if (point == NULL || PyModule_AddObjectRef(module, "Point", (PyObject *)point) < 0
        || PyStructSequence_InitType2(&StaticPoint, &static_desc) < 0
        || PyModule_AddObjectRef(module, "StaticPoint", (PyObject *)&StaticPoint) < 0) {
        Py_DECREF(module);
        return NULL;
    }
    Py_DECREF(point);
    return module;
}
