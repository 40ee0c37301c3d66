/* Types: layouts, inheritance between C and Python, flags, slots, module state. */
#include "listing.h"
#include <stddef.h>

/* Notes what happens, for the program to read. */
static PyObject *notes;

static void
note(const char *text)
{
    PyObject *error = PyErr_GetRaisedException();
    PyObject *string = PyUnicode_FromString(text);
    PyList_Append(notes, string);
    Py_DECREF(string);
    PyErr_SetRaisedException(error);
}

static PyObject *
take_notes(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored))
{
    PyObject *taken = notes;
    notes = PyList_New(0);
    return taken;
}

/* A base of its own fields, of which others are made. */
typedef struct {
    PyObject_HEAD
    long base;
    PyObject *held;
} Base;

static int
base_init(PyObject *op, PyObject *Py_UNUSED(args), PyObject *Py_UNUSED(keywords))
{
    note("base_init");
    ((Base *)op)->base++;
    return 0;
}

static PyObject *
base_new(PyTypeObject *type, PyObject *Py_UNUSED(args), PyObject *Py_UNUSED(keywords))
{
    note("base_new");
    return type->tp_alloc(type, 0);
}

static int
base_traverse(PyObject *op, visitproc visit, void *arg)
{
    Py_VISIT(((Base *)op)->held);
    if (PyType_HasFeature(Py_TYPE(op), Py_TPFLAGS_HEAPTYPE)) {
        Py_VISIT(Py_TYPE(op));
    }
    return 0;
}

static int
base_clear(PyObject *op)
{
    Py_CLEAR(((Base *)op)->held);
    return 0;
}

static void
base_dealloc(PyObject *op)
{
    note("base_dealloc");
    PyTypeObject *type = Py_TYPE(op);
    PyObject_GC_UnTrack(op);
    base_clear(op);
    type->tp_free(op);
}

static PyObject *
base_repr(PyObject *op)
{
    return PyUnicode_FromString(((Base *)op)->base > 1 ? "<Base of many>" : "<Base of one>");
}

static PyObject *
base_add(PyObject *a, PyObject *b)
{
    note("base_add");
    (void)b;
    return Py_NewRef(a);
}

static Py_ssize_t
base_length(PyObject *op)
{
    return ((Base *)op)->base;
}

static PyObject *
base_call(PyObject *Py_UNUSED(op), PyObject *args, PyObject *Py_UNUSED(keywords))
{
    note("base_call");
    return Py_NewRef(args);
}

static Py_hash_t
base_hash(PyObject *Py_UNUSED(op))
{
    return 77;
}

static PyMemberDef base_members[] = {
    {"base", Py_T_LONG, offsetof(Base, base), 0, NULL},
    {"held", _Py_T_OBJECT, offsetof(Base, held), 0, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyNumberMethods base_number = {.nb_add = base_add};
static PyMappingMethods base_mapping = {.mp_length = base_length};

static PyTypeObject BaseType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "kinds_of_types.Base",
    .tp_basicsize = sizeof(Base),
    .tp_dealloc = base_dealloc,
    .tp_repr = base_repr,
    .tp_as_number = &base_number,
    .tp_as_mapping = &base_mapping,
    .tp_hash = base_hash,
    .tp_call = base_call,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = base_traverse,
    .tp_clear = base_clear,
    .tp_members = base_members,
    .tp_init = base_init,
    .tp_new = base_new,
};

/* Derived in C: its own init, new and dealloc; the rest is inherited. */
typedef struct {
    Base base;
    long derived;
} Derived;

static int
derived_init(PyObject *op, PyObject *args, PyObject *keywords)
{
    note("derived_init");
    ((Derived *)op)->derived += 10;
    return BaseType.tp_init(op, args, keywords);
}

static void
derived_dealloc(PyObject *op)
{
    note("derived_dealloc");
    BaseType.tp_dealloc(op);
}

static PyObject *
derived_repr(PyObject *op)
{
    (void)op;
    return PyUnicode_FromString("<Derived>");
}

static PyMemberDef derived_members[] = {
    {"derived", Py_T_LONG, offsetof(Derived, derived), 0, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyTypeObject DerivedType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "kinds_of_types.Derived",
    .tp_basicsize = sizeof(Derived),
    .tp_base = &BaseType,
    .tp_dealloc = derived_dealloc,
    .tp_repr = derived_repr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_members = derived_members,
    .tp_init = derived_init,
};

/* What a type has inherited. */
static PyObject *
inherited(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored))
{
    PyObject *list = PyList_New(0);
    add_number(list, DerivedType.tp_new == base_new);
    add_number(list, DerivedType.tp_hash == base_hash);
    add_number(list, DerivedType.tp_call == base_call);
    add_number(list, DerivedType.tp_traverse == base_traverse);
    add_number(list, DerivedType.tp_clear == base_clear);
    add_number(list, DerivedType.tp_as_number->nb_add == base_add);
    add_number(list, DerivedType.tp_as_mapping->mp_length == base_length);
    add_number(list, DerivedType.tp_free == BaseType.tp_free);
    add_number(list, DerivedType.tp_alloc == PyType_GenericAlloc);
    add_number(list, BaseType.tp_free == PyObject_GC_Del);
    add_number(list, PyType_IS_GC(&DerivedType));
    add_number(list, DerivedType.tp_base == &BaseType);
    add_number(list, BaseType.tp_base == &PyBaseObject_Type);
    add_number(list, PyDict_Check(DerivedType.tp_dict));
    add_number(list, PyTuple_GET_SIZE(DerivedType.tp_mro));
    add_number(list, PyTuple_GET_SIZE(DerivedType.tp_bases));
    add_number(list, (Py_ssize_t)(DerivedType.tp_getattro == PyObject_GenericGetAttr));
    add_number(list, (Py_ssize_t)(BaseType.tp_setattro == PyObject_GenericSetAttr));
    return list;
}

/* A C type over a class written in Python. */
typedef struct {
    PyObject *more;
} More;

static PyObject *
derive(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *base;
    int size;
    int flags;
    if (!PyArg_ParseTuple(args, "Oii", &base, &size, &flags)) {
        return NULL;
    }
    PyType_Slot slots[] = {{0, NULL}};
    PyType_Spec spec = {"kinds_of_types.Made", size, 0, (unsigned int)flags, slots};
    return PyType_FromSpecWithBases(&spec, base);
}

static PyObject *
more_of(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *object;
    PyTypeObject *type;
    if (!PyArg_ParseTuple(args, "OO", &object, &type)) {
        return NULL;
    }
    char *data = PyObject_GetTypeData(object, type);
    Py_ssize_t size = PyType_GetTypeDataSize(type);
    long sum = 0;
    for (Py_ssize_t at = 0; at < size; at++) {
        sum += data[at];
        data[at] = (char)at;
    }
    PyObject *list = PyList_New(0);
    add_number(list, size >= (Py_ssize_t)sizeof(More));
    add_number(list, sum);
    return list;
}

/* A dict that the runtime keeps. */
typedef struct {
    PyObject_HEAD
    long number;
} Managed;

static int
managed_traverse(PyObject *op, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(op));
    return PyObject_VisitManagedDict(op, visit, arg);
}

static int
managed_clear(PyObject *op)
{
    PyObject_ClearManagedDict(op);
    return 0;
}

static void
managed_dealloc(PyObject *op)
{
    PyTypeObject *type = Py_TYPE(op);
    PyObject_GC_UnTrack(op);
    note("managed_dealloc");
    PyObject_ClearManagedDict(op);
    type->tp_free(op);
    Py_DECREF(type);
}

static PyMemberDef managed_members[] = {
    {"number", Py_T_LONG, offsetof(Managed, number), 0, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyGetSetDef managed_getset[] = {
    {"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot managed_slots[] = {
    {Py_tp_traverse, (void *)managed_traverse},
    {Py_tp_clear, (void *)managed_clear},
    {Py_tp_dealloc, (void *)managed_dealloc},
    {Py_tp_members, managed_members},
    {Py_tp_getset, managed_getset},
    {0, NULL},
};

static PyType_Spec managed_spec = {
    .name = "kinds_of_types.Managed",
    .basicsize = sizeof(Managed),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_MANAGED_DICT
             | Py_TPFLAGS_MANAGED_WEAKREF,
    .slots = managed_slots,
};

/* A C struct derived from that one: its field lies where a careless runtime would keep the dict. */
typedef struct {
    Managed managed;
    long behind;
} Behind;

static PyMemberDef behind_members[] = {
    {"behind", Py_T_LONG, offsetof(Behind, behind), 0, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyType_Slot behind_slots[] = {
    {Py_tp_members, behind_members},
    {0, NULL},
};

static PyType_Spec behind_spec = {
    .name = "kinds_of_types.Behind",
    .basicsize = sizeof(Behind),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .slots = behind_slots,
};

/* A dict and weak references in fields of the struct, as members of a spec say. */
typedef struct {
    PyObject_HEAD
    PyObject *dict;
    PyObject *weak;
} Fields;

static int
fields_traverse(PyObject *op, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(op));
    Py_VISIT(((Fields *)op)->dict);
    return 0;
}

static int
fields_clear(PyObject *op)
{
    Py_CLEAR(((Fields *)op)->dict);
    return 0;
}

static void
fields_dealloc(PyObject *op)
{
    PyTypeObject *type = Py_TYPE(op);
    PyObject_GC_UnTrack(op);
    if (((Fields *)op)->weak != NULL) {
        PyObject_ClearWeakRefs(op);
    }
    fields_clear(op);
    type->tp_free(op);
    Py_DECREF(type);
}

static PyMemberDef fields_members[] = {
    {"__dictoffset__", Py_T_PYSSIZET, offsetof(Fields, dict), Py_READONLY, NULL},
    {"__weaklistoffset__", Py_T_PYSSIZET, offsetof(Fields, weak), Py_READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyType_Slot fields_slots[] = {
    {Py_tp_traverse, (void *)fields_traverse},
    {Py_tp_clear, (void *)fields_clear},
    {Py_tp_dealloc, (void *)fields_dealloc},
    {Py_tp_members, fields_members},
    {Py_tp_getset, managed_getset},
    {0, NULL},
};

static PyType_Spec fields_spec = {
    .name = "kinds_of_types.Fields",
    .basicsize = sizeof(Fields),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .slots = fields_slots,
};

/* Items behind the struct. */
typedef struct {
    PyObject_VAR_HEAD
    long fixed;
    long items[1];
} Row;

static PyObject *
row_new(PyTypeObject *type, PyObject *args, PyObject *Py_UNUSED(keywords))
{
    Py_ssize_t n;
    if (!PyArg_ParseTuple(args, "n", &n)) {
        return NULL;
    }
    Row *self = (Row *)type->tp_alloc(type, n);
    for (Py_ssize_t at = 0; self != NULL && at < n; at++) {
        if (self->items[at] != 0) {
            PyErr_SetString(PyExc_AssertionError, "an item is not zero");
            Py_CLEAR(self);
            break;
        }
        self->items[at] = (long)at * 10;
    }
    return (PyObject *)self;
}

static Py_ssize_t
row_length(PyObject *op)
{
    return Py_SIZE(op);
}

static PyObject *
row_item(PyObject *op, Py_ssize_t at)
{
    if (at < 0 || at >= Py_SIZE(op)) {
        PyErr_SetString(PyExc_IndexError, "row index out of range");
        return NULL;
    }
    return PyLong_FromLong(((Row *)op)->items[at]);
}

static int
row_set(PyObject *op, Py_ssize_t at, PyObject *value)
{
    if (at < 0 || at >= Py_SIZE(op)) {
        PyErr_SetString(PyExc_IndexError, "row index out of range");
        return -1;
    }
    ((Row *)op)->items[at] = value == NULL ? -1 : PyLong_AsLong(value);
    return PyErr_Occurred() ? -1 : 0;
}

static PySequenceMethods row_sequence = {.sq_length = row_length, .sq_item = row_item, .sq_ass_item = row_set};

static PyTypeObject RowType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "kinds_of_types.Row",
    .tp_basicsize = offsetof(Row, items),
    .tp_itemsize = sizeof(long),
    .tp_as_sequence = &row_sequence,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_SEQUENCE,
    .tp_new = row_new,
};

/* The same, collected, and given another number of items. */
static int
long_row_traverse(PyObject *Py_UNUSED(op), visitproc Py_UNUSED(visit), void *Py_UNUSED(arg))
{
    return 0;
}

static PyTypeObject LongRowType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "kinds_of_types.LongRow",
    .tp_basicsize = offsetof(Row, items),
    .tp_itemsize = sizeof(long),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = long_row_traverse,
    .tp_free = PyObject_GC_Del,
};

static PyObject *
resized(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored))
{
    Row *row = PyObject_GC_NewVar(Row, &LongRowType, 3);
    if (row == NULL) {
        return NULL;
    }
    row->fixed = 9;
    for (int at = 0; at < 3; at++) {
        row->items[at] = at + 1;
    }
    PyObject *list = PyList_New(0);
    for (Py_ssize_t size = 1000; size >= 2; size -= 499) {
        Row *other = PyObject_GC_Resize(Row, row, size);
        if (other == NULL) {
            Py_DECREF(list);
            PyObject_GC_Del(row);
            return NULL;
        }
        row = other;
        add_number(list, Py_SIZE(row));
        add_number(list, row->fixed + row->items[0] + row->items[1]);
    }
    PyObject_GC_Track(row);
    Py_DECREF(row);
    return list;
}

/* Items at the end. */
static PyObject *
at_end_new(PyTypeObject *type, PyObject *args, PyObject *Py_UNUSED(keywords))
{
    Py_ssize_t n;
    if (!PyArg_ParseTuple(args, "n", &n)) {
        return NULL;
    }
    PyObject *self = type->tp_alloc(type, n);
    if (self != NULL) {
        unsigned char *items = PyObject_GetItemData(self);
        memset(items, 7, (size_t)n);
    }
    return self;
}

static PyType_Slot at_end_slots[] = {
    {Py_tp_new, (void *)at_end_new},
    {0, NULL},
};

static PyType_Spec at_end_spec = {
    .name = "kinds_of_types.AtEnd",
    .basicsize = sizeof(PyVarObject),
    .itemsize = 1,
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_ITEMS_AT_END,
    .slots = at_end_slots,
};

static PyObject *
item_data(PyObject *Py_UNUSED(module), PyObject *op)
{
    unsigned char *items = PyObject_GetItemData(op);
    if (items == NULL) {
        return NULL;
    }
    return PyBytes_FromStringAndSize((char *)items, Py_SIZE(op));
}

/* A type that keeps its blocks. */
typedef struct {
    PyObject_HEAD
    PyObject *held;
} Kept;

static Kept *free_list = NULL;
static int reused = 0;

static PyObject *
kept_new(PyTypeObject *type, PyObject *args, PyObject *Py_UNUSED(keywords))
{
    PyObject *held;
    if (!PyArg_ParseTuple(args, "O", &held)) {
        return NULL;
    }
    Kept *self;
    if (free_list != NULL) {
        self = free_list;
        free_list = NULL;
        reused++;
        (void)PyObject_Init((PyObject *)self, type);
        PyObject_GC_Track(self);
    } else {
        self = PyObject_GC_New(Kept, type);
        PyObject_GC_Track(self);
    }
    self->held = Py_NewRef(held);
    return (PyObject *)self;
}

static int
kept_traverse(PyObject *op, visitproc visit, void *arg)
{
    Py_VISIT(((Kept *)op)->held);
    return 0;
}

static int
kept_clear(PyObject *op)
{
    Py_CLEAR(((Kept *)op)->held);
    return 0;
}

static void
kept_dealloc(PyObject *op)
{
    PyObject_GC_UnTrack(op);
    kept_clear(op);
    if (free_list == NULL) {
        free_list = (Kept *)op;
    } else {
        PyObject_GC_Del(op);
    }
}

static PyMemberDef kept_members[] = {
    {"held", _Py_T_OBJECT, offsetof(Kept, held), 0, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyTypeObject KeptType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "kinds_of_types.Kept",
    .tp_basicsize = sizeof(Kept),
    .tp_dealloc = kept_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = kept_traverse,
    .tp_clear = kept_clear,
    .tp_members = kept_members,
    .tp_new = kept_new,
};

static PyObject *
how_often_reused(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored))
{
    return PyLong_FromLong(reused);
}

/* A static object that is no type. */
static Base static_base = {PyObject_HEAD_INIT(&BaseType).base = 5};

/* Old-style attributes, and a type nobody can make instances of. */
static PyObject *
odd_getattr(PyObject *op, char *name)
{
    if (strcmp(name, "odd") == 0) {
        return PyLong_FromLong(13);
    }
    PyObject *string = PyUnicode_FromString(name);
    PyObject *found = PyObject_GenericGetAttr(op, string);
    Py_DECREF(string);
    return found;
}

static int
odd_setattr(PyObject *Py_UNUSED(op), char *name, PyObject *value)
{
    char text[60];
    snprintf(text, sizeof text, "%s %s", value == NULL ? "delete" : "set", name);
    note(text);
    return 0;
}

static PyTypeObject OddType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "kinds_of_types.Odd",
    .tp_basicsize = sizeof(PyObject),
    .tp_getattr = odd_getattr,
    .tp_setattr = odd_setattr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_new = PyType_GenericNew,
};

static PyObject *
call_getattro(PyObject *op, PyObject *name)
{
    note("getattro");
    return PyObject_GenericGetAttr(op, name);
}

static int
call_setattro(PyObject *op, PyObject *name, PyObject *value)
{
    note(value == NULL ? "delattro" : "setattro");
    return PyObject_GenericSetAttr(op, name, value);
}

static PyTypeObject HookedType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "kinds_of_types.Hooked",
    .tp_basicsize = sizeof(Base),
    .tp_base = &BaseType,
    .tp_getattro = call_getattro,
    .tp_setattro = call_setattro,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
};

static PyType_Slot none_slots[] = {{0, NULL}};
static PyType_Spec none_spec = {
    .name = "kinds_of_types.NoInstances",
    .basicsize = sizeof(PyObject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = none_slots,
};

static PyType_Slot mapping_slots[] = {{0, NULL}};
static PyType_Spec mapping_spec = {
    .name = "kinds_of_types.Mapping",
    .basicsize = sizeof(PyObject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_MAPPING,
    .slots = mapping_slots,
};

/* Comparison without hash; a hash that is taken away. */
static PyObject *
always_equal(PyObject *Py_UNUSED(a), PyObject *Py_UNUSED(b), int op)
{
    return PyBool_FromLong(op == Py_EQ);
}

static PyTypeObject EqualType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "kinds_of_types.Equal",
    .tp_basicsize = sizeof(Base),
    .tp_base = &BaseType,
    .tp_richcompare = always_equal,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
};

static PyTypeObject UnhashableType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "kinds_of_types.Unhashable",
    .tp_basicsize = sizeof(Base),
    .tp_base = &BaseType,
    .tp_hash = PyObject_HashNotImplemented,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
};

/* Finalizers. */
static void
final_finalize(PyObject *op)
{
    (void)op;
    note("tp_finalize");
}

static void
final_dealloc(PyObject *op)
{
    if (PyObject_CallFinalizerFromDealloc(op) < 0) {
        return;
    }
    note("final_dealloc");
    PyTypeObject *type = Py_TYPE(op);
    type->tp_free(op);
    Py_DECREF(type);
}

static PyType_Slot final_slots[] = {
    {Py_tp_finalize, (void *)final_finalize},
    {Py_tp_dealloc, (void *)final_dealloc},
    {0, NULL},
};
static PyType_Spec final_spec = {
    .name = "kinds_of_types.Final",
    .basicsize = sizeof(PyObject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .slots = final_slots,
};

/* What can be asked of a type. */
static PyObject *
asked(PyObject *Py_UNUSED(module), PyObject *op)
{
    PyTypeObject *type = (PyTypeObject *)op;
    PyObject *list = PyList_New(0);
    add(list, PyType_GetName(type));
    add(list, PyType_GetQualName(type));
    add(list, PyType_GetModuleName(type));
    add(list, PyType_GetFullyQualifiedName(type));
    add_number(list, PyType_SUPPORTS_WEAKREFS(type));
    add_number(list, PyType_HasFeature(type, Py_TPFLAGS_HEAPTYPE));
    add_number(list, (PyType_GetFlags(type) & Py_TPFLAGS_BASETYPE) != 0);
    PyObject *dict = PyType_GetDict(type);
    add_number(list, PyDict_Check(dict));
    Py_DECREF(dict);
    return list;
}

/* Tokens. */
static PyType_Slot token_slots[] = {
#if PY_VERSION_HEX >= 0x030E0000
    {Py_tp_token, Py_TP_USE_SPEC},
#endif
    {0, NULL},
};
static PyType_Spec token_spec = {
    .name = "kinds_of_types.Token",
    .basicsize = sizeof(PyObject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .slots = token_slots,
};

static PyObject *
by_token(PyObject *Py_UNUSED(module), PyObject *op)
{
    PyObject *list = PyList_New(0);
#if PY_VERSION_HEX >= 0x030E0000
    PyTypeObject *found = NULL;
    add_number(list, PyType_GetBaseByToken((PyTypeObject *)op, &token_spec, &found));
    add_number(list, found != NULL && strcmp(found->tp_name, "kinds_of_types.Token") == 0);
    Py_XDECREF(found);
    add_number(list, PyType_GetBaseByToken((PyTypeObject *)op, &token_spec, NULL));
    add_number(list, PyType_GetBaseByToken(&PyLong_Type, &token_spec, &found));
    add_number(list, found == NULL);
#else
    (void)op;
    add_number(list, 1);
    add_number(list, 1);
    add_number(list, 1);
    add_number(list, 0);
    add_number(list, 1);
#endif
    return list;
}

static PyObject *
freeze(PyObject *Py_UNUSED(module), PyObject *op)
{
#if PY_VERSION_HEX >= 0x030E0000
    if (PyType_Freeze((PyTypeObject *)op) < 0) {
        return NULL;
    }
    return PyLong_FromLong(PyType_HasFeature((PyTypeObject *)op, Py_TPFLAGS_IMMUTABLETYPE));
#else
    if (PyObject_HasAttrString(op, "mutable_base")) {
        PyErr_SetString(PyExc_TypeError, "Creating immutable type Second from mutable base First");
        return NULL;
    }
    return PyLong_FromLong(1);
#endif
}

static PyMethodDef functions[] = {
    {"take_notes", take_notes, METH_NOARGS, NULL},
    {"inherited", inherited, METH_NOARGS, NULL},
    {"derive", derive, METH_VARARGS, NULL},
    {"more_of", more_of, METH_VARARGS, NULL},
    {"resized", resized, METH_NOARGS, NULL},
    {"item_data", item_data, METH_O, NULL},
    {"how_often_reused", how_often_reused, METH_NOARGS, NULL},
    {"asked", asked, METH_O, NULL},
    {"by_token", by_token, METH_O, NULL},
    {"freeze", freeze, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "kinds_of_types",
    .m_size = -1,
    .m_methods = functions,
};

PyMODINIT_FUNC
PyInit_kinds_of_types(void)
{
    PyTypeObject *ready[] = {&BaseType, &DerivedType, &RowType, &LongRowType, &KeptType, &OddType, &HookedType, &EqualType, &UnhashableType};
    PyType_Spec *specs[] = {&managed_spec, &fields_spec, &at_end_spec, &none_spec, &mapping_spec, &final_spec, &token_spec};
    notes = PyList_New(0);
    PyObject *module = PyModule_Create(&definition);
    if (module == NULL) {
        return NULL;
    }
    for (size_t at = 0; at < Py_ARRAY_LENGTH(ready); at++) {
        if (PyModule_AddType(module, ready[at]) < 0) {
            goto failed;
        }
    }
    for (size_t at = 0; at < Py_ARRAY_LENGTH(specs); at++) {
        PyObject *made = PyType_FromSpec(specs[at]);
        if (made == NULL || PyModule_AddType(module, (PyTypeObject *)made) < 0) {
            goto failed;
        }
        if (specs[at] == &managed_spec) {
            PyObject *behind = PyType_FromSpecWithBases(&behind_spec, made);
            if (behind == NULL || PyModule_AddType(module, (PyTypeObject *)behind) < 0) {
                goto failed;
            }
            Py_DECREF(behind);
        }
        Py_DECREF(made);
    }
    Py_SET_TYPE((PyObject *)&static_base, &BaseType);
    if (PyModule_AddObjectRef(module, "static_base", (PyObject *)&static_base) < 0) {
        goto failed;
    }
    return module;
failed:
    Py_DECREF(module);
    return NULL;
}
