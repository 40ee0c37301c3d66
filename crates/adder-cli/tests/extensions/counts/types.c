/* Types, and the blocks of their instances. */
#include "counts.h"

typedef struct {
    PyObject_HEAD
    PyObject *held;
} Holder;

static int
holder_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(((Holder *)self)->held);
    return 0;
}

static int
holder_clear(PyObject *self)
{
    Py_CLEAR(((Holder *)self)->held);
    return 0;
}

static void
holder_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    holder_clear(self);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyType_Slot holder_slots[] = {
    {Py_tp_traverse, (void *)holder_traverse},
    {Py_tp_clear, (void *)holder_clear},
    {Py_tp_dealloc, (void *)holder_dealloc},
    {Py_tp_doc, (void *)"Holds one object."},
    {0, NULL},
};
static PyType_Spec holder_spec = {
    .name = "counts.Holder",
    .basicsize = sizeof(Holder),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    .slots = holder_slots,
};
static PyType_Slot wrong_slots[] = {{9999, (void *)holder_clear}, {0, NULL}};
static PyType_Spec wrong_spec = {.name = "counts.Wrong", .basicsize = sizeof(Holder), .slots = wrong_slots};

typedef struct {
    PyObject_VAR_HEAD
    long items[1];
} Many;

static PyType_Slot many_slots[] = {{0, NULL}};
static PyType_Spec many_spec = {
    .name = "counts.Many",
    .basicsize = offsetof(Many, items),
    .itemsize = sizeof(long),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = many_slots,
};

#define HOLDER PyType_FromSpec(&holder_spec)
#define MANY PyType_FromSpec(&many_spec)
/* An instance alone has its class. */
static PyObject *
instance(void)
{
    PyTypeObject *class = (PyTypeObject *)HOLDER;
    PyObject *made = class->tp_alloc(class, 0);
    Py_DECREF(class);
    return made;
}

SUCCEEDS(PyType_FromSpec, (), PyType_FromSpec(&holder_spec))
RAISES(PyType_FromSpec, RuntimeError, "invalid slot offset", (), PyType_FromSpec(&wrong_spec))
SUCCEEDS(PyType_FromSpecWithBases, (NULL), PyType_FromSpecWithBases(&holder_spec, o[0]))
SUCCEEDS(PyType_FromSpecWithBases, (py("(object,)")), PyType_FromSpecWithBases(&holder_spec, o[0]))
SUCCEEDS(PyType_FromSpecWithBases, (HOLDER), PyType_FromSpecWithBases(&holder_spec, o[0]))
RAISES(PyType_FromSpecWithBases, TypeError, "type 'bool' is not an acceptable base type", (py("(bool,)")), PyType_FromSpecWithBases(&holder_spec, o[0]))
SUCCEEDS(PyType_FromModuleAndSpec, (py("type(gc)('some')"), NULL), PyType_FromModuleAndSpec(o[0], &holder_spec, o[1]))
SUCCEEDS(PyType_FromModuleAndSpec, (NULL, NULL), PyType_FromModuleAndSpec(o[0], &holder_spec, o[1]))
RAISES(PyType_FromModuleAndSpec, RuntimeError, "invalid slot offset", (py("type(gc)('some')"), NULL), PyType_FromModuleAndSpec(o[0], &wrong_spec, o[1]))
SUCCEEDS(PyType_FromMetaclass, (py("Meta"), py("type(gc)('some')"), NULL), PyType_FromMetaclass((PyTypeObject *)o[0], o[1], &holder_spec, o[2]), EXPECT(Py_TYPE((PyObject *)result) == (PyTypeObject *)o[0]))
RAISES(PyType_FromMetaclass, RuntimeError, "invalid slot offset", (py("Meta"), NULL, NULL), PyType_FromMetaclass((PyTypeObject *)o[0], o[1], &wrong_spec, o[2]))

static PyTypeObject Static = {PyVarObject_HEAD_INIT(NULL, 0) .tp_name = "counts.Static", .tp_basicsize = sizeof(PyObject), .tp_flags = Py_TPFLAGS_DEFAULT};
SUCCEEDS(PyType_Ready, (), PyType_Ready(&Static))
SUCCEEDS(PyType_Modified, (HOLDER), PyType_Modified((PyTypeObject *)o[0]))
SUCCEEDS(PyType_IsSubtype, (py("bool"), py("int")), PyType_IsSubtype((PyTypeObject *)o[0], (PyTypeObject *)o[1]), EXPECT(result == 1))
SUCCEEDS(PyType_IsSubtype, (HOLDER, py("int")), PyType_IsSubtype((PyTypeObject *)o[0], (PyTypeObject *)o[1]), EXPECT(result == 0))

static PyObject *
class_of_module(void)
{
    PyObject *module = py("type(gc)('some')");
    PyObject *class = PyType_FromModuleAndSpec(module, &holder_spec, NULL);
    Py_DECREF(module);
    return class;
}
static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, .m_name = "with_state", .m_size = 16};
static PyObject *
class_of_definition(void)
{
    PyObject *module = PyModule_Create(&definition);
    PyObject *class = PyType_FromModuleAndSpec(module, &holder_spec, NULL);
    Py_DECREF(module);
    return class;
}
SUCCEEDS(PyType_GetModule, (class_of_module()), PyType_GetModule((PyTypeObject *)o[0]), EXPECT(PyModule_Check((PyObject *)result)))
RAISES(PyType_GetModule, TypeError, "PyType_GetModule: Type 'counts.Holder' has no associated module", (HOLDER), PyType_GetModule((PyTypeObject *)o[0]))
SUCCEEDS(PyType_GetModuleState, (class_of_definition()), PyType_GetModuleState((PyTypeObject *)o[0]), EXPECT(result != 0))
RAISES(PyType_GetModuleState, TypeError, "PyType_GetModule: Type 'counts.Holder' has no associated module", (HOLDER), PyType_GetModuleState((PyTypeObject *)o[0]))
SUCCEEDS(PyType_GetModuleByDef, (class_of_definition()), PyType_GetModuleByDef((PyTypeObject *)o[0], &definition), EXPECT(PyModule_Check((PyObject *)result)))
RAISES(PyType_GetModuleByDef, TypeError, "PyType_GetModuleByDef: No superclass of 'counts.Holder' has the given module", (HOLDER), PyType_GetModuleByDef((PyTypeObject *)o[0], &definition))
SUCCEEDS(PyType_GetSlot, (HOLDER), PyType_GetSlot((PyTypeObject *)o[0], Py_tp_clear), EXPECT(result == (intptr_t)holder_clear))
SUCCEEDS(PyType_GetSlot, (HOLDER), PyType_GetSlot((PyTypeObject *)o[0], Py_nb_add), EXPECT(result == 0))
RAISES(PyType_GetSlot, SystemError, NULL, (HOLDER), PyType_GetSlot((PyTypeObject *)o[0], 9999))
SUCCEEDS(PyType_GetFlags, (HOLDER), PyType_GetFlags((PyTypeObject *)o[0]), EXPECT(result & Py_TPFLAGS_HAVE_GC))
SUCCEEDS(PyType_GetName, (HOLDER), PyType_GetName((PyTypeObject *)o[0]))
SUCCEEDS(PyType_GetQualName, (HOLDER), PyType_GetQualName((PyTypeObject *)o[0]))

SUCCEEDS(PyType_GenericAlloc, (HOLDER), PyType_GenericAlloc((PyTypeObject *)o[0], 0))
SUCCEEDS(PyType_GenericAlloc, (MANY), PyType_GenericAlloc((PyTypeObject *)o[0], 10), EXPECT(Py_SIZE((PyObject *)result) == 10))
RAISES(PyType_GenericAlloc, MemoryError, NULL, (MANY), PyType_GenericAlloc((PyTypeObject *)o[0], PY_SSIZE_T_MAX / 4))
SUCCEEDS(PyType_GenericNew, (HOLDER, tuple_of(0), NULL), PyType_GenericNew((PyTypeObject *)o[0], o[1], o[2]))
SUCCEEDS(_PyObject_New, (MANY), _PyObject_New((PyTypeObject *)o[0]))
SUCCEEDS(_PyObject_NewVar, (MANY), _PyObject_NewVar((PyTypeObject *)o[0], 10))
RAISES(_PyObject_NewVar, MemoryError, NULL, (MANY), _PyObject_NewVar((PyTypeObject *)o[0], PY_SSIZE_T_MAX / 4))
static PyObject *
filled(PyObject *made)
{
    if (made != NULL) {
        ((Holder *)made)->held = NULL;
    }
    return made;
}
SUCCEEDS(_PyObject_GC_New, (HOLDER), filled(_PyObject_GC_New((PyTypeObject *)o[0])))
SUCCEEDS(_PyObject_GC_NewVar, (HOLDER), filled(_PyObject_GC_NewVar((PyTypeObject *)o[0], 0)))
SUCCEEDS(PyObject_GC_Track, (instance()), (PyObject_GC_UnTrack(o[0]), PyObject_GC_Track(o[0])), EXPECT(PyObject_GC_IsTracked(o[0]) == 1))
SUCCEEDS(PyObject_GC_UnTrack, (instance()), PyObject_GC_UnTrack(o[0]), EXPECT(PyObject_GC_IsTracked(o[0]) == 0))
SUCCEEDS(PyObject_GC_IsTracked, (instance()), PyObject_GC_IsTracked(o[0]), EXPECT(result == 1))
SUCCEEDS(PyObject_GC_IsTracked, (marker()), PyObject_GC_IsTracked(o[0]), EXPECT(result == 0))
SUCCEEDS(PyObject_GC_IsFinalized, (instance()), PyObject_GC_IsFinalized(o[0]), EXPECT(result == 0))
SUCCEEDS(PyObject_IS_GC, (instance()), PyObject_IS_GC(o[0]), EXPECT(result == 1))
SUCCEEDS(PyObject_IS_GC, (marker()), PyObject_IS_GC(o[0]), EXPECT(result == 0))

/* A type with a free list: an instance that dies keeps its block, and the next is made of it. */
static PyObject *kept, *kept_class, *of_numbers;
static int finalized, last_finalizer;
static PyObject *rescued;

static void
kept_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    if (type->tp_finalize != NULL && (last_finalizer = PyObject_CallFinalizerFromDealloc(self)) < 0) {
        return;
    }
    if (kept == NULL) {
        kept = self;
    } else {
        PyObject_GC_Del(self);
    }
    Py_DECREF(type);
}

static void
kept_finalize(PyObject *self)
{
    if (finalized++ == 0 && rescued == Py_None) {
        rescued = Py_NewRef(self);
    }
}

static PyType_Slot kept_slots[] = {
    {Py_tp_dealloc, (void *)kept_dealloc},
    {Py_tp_finalize, (void *)kept_finalize},
    {0, NULL},
};
static PyType_Spec kept_spec = {.name = "counts.Kept", .basicsize = sizeof(Holder), .flags = Py_TPFLAGS_DEFAULT, .slots = kept_slots};
static PyType_Spec kept_many_spec = {.name = "counts.KeptMany", .basicsize = offsetof(Many, items), .itemsize = sizeof(long), .flags = Py_TPFLAGS_DEFAULT, .slots = kept_slots};

static void
give_kept_block_back(void)
{
    if (kept != NULL) {
        PyObject_GC_Del(kept);
        kept = NULL;
    }
}

static void *
taken(void)
{
    void *block = kept;
    kept = NULL;
    return block;
}

/* The results are released here: the block must go before its class does. */
static PyObject *
init_of_a_kept_block(PyTypeObject *class)
{
    PyObject *first = _PyObject_New(class);
    if (first == NULL) {
        return NULL;
    }
    Py_DECREF(first);
    Py_ssize_t before = Py_REFCNT(class);
    PyObject *made = PyObject_Init((PyObject *)taken(), class);
    if (made != first || Py_REFCNT(made) != 1 || Py_TYPE(made) != class || Py_REFCNT(class) != before + 1) {
        problem("the object is not one that was just born");
    }
    Py_DECREF(made);
    give_kept_block_back();
    return Py_NewRef(Py_None);
}

static PyObject *
init_of_a_kept_block_of_many(PyTypeObject *class)
{
    PyObject *first = (PyObject *)_PyObject_NewVar(class, 3);
    if (first == NULL) {
        return NULL;
    }
    Py_DECREF(first);
    Py_ssize_t before = Py_REFCNT(class);
    PyVarObject *made = PyObject_InitVar((PyVarObject *)taken(), class, 2);
    if ((PyObject *)made != first || Py_SIZE(made) != 2 || Py_REFCNT(class) != before + 1) {
        problem("the object is not one that was just born");
    }
    Py_DECREF(made);
    give_kept_block_back();
    return Py_NewRef(Py_None);
}

static void
new_and_delete(PyTypeObject *class)
{
    PyObject *made = _PyObject_New(class);
    if (made != NULL) {
        Py_DECREF(made);
        give_kept_block_back();
    }
}

static int
end_with_finalizer(PyObject *holder, int rescue)
{
    PyTypeObject *class = (PyTypeObject *)PyType_FromSpec(&kept_spec);
    (void)holder;
    if (class == NULL) {
        return -1;
    }
    PyObject *made = _PyObject_New(class);
    int given = -1;
    if (made != NULL) {
        finalized = 0;
        rescued = rescue ? Py_None : NULL;
        Py_DECREF(made);
        given = 0;
        if (finalized != 1 || (!rescue && last_finalizer != 0)) {
            problem("finalized %d times, and it gave %d", finalized, last_finalizer);
        }
        if (rescue) {
            if (Py_REFCNT(rescued) != 1) {
                problem("the rescued object has %d references", (int)Py_REFCNT(rescued));
            }
            Py_DECREF(rescued);
        }
        rescued = NULL;
        if (finalized != 1) {
            problem("finalized again");
        }
        give_kept_block_back();
    }
    Py_DECREF(class);
    return given;
}

SUCCEEDS(PyObject_Init, (PyType_FromSpec(&kept_spec)), init_of_a_kept_block((PyTypeObject *)o[0]))
SUCCEEDS(PyObject_InitVar, (PyType_FromSpec(&kept_many_spec)), init_of_a_kept_block_of_many((PyTypeObject *)o[0]))
SUCCEEDS_AFTER((kept_class = PyType_FromSpec(&kept_spec)), PyObject_GC_Del, (), new_and_delete((PyTypeObject *)kept_class), EXPECT(kept == NULL); Py_CLEAR(kept_class))
SUCCEEDS(PyObject_CallFinalizerFromDealloc, (NULL), end_with_finalizer(o[0], 0))
SUCCEEDS(PyObject_CallFinalizerFromDealloc, (NULL), end_with_finalizer(o[0], 1))
RAISES(PyObject_ClearWeakRefs, SystemError, NULL, (instance()), PyObject_ClearWeakRefs(o[0]))
RAISES(PyUnstable_Object_ClearWeakRefsNoCallbacks, SystemError, NULL, (instance()), PyUnstable_Object_ClearWeakRefsNoCallbacks(o[0]))

/* A small int in a list is no pointer: what the macro does is what the function does. */
SUCCEEDS_AFTER((of_numbers = py("[1, 2, 3]")), _Adder_BoxItem, (), _Adder_BoxItem(&((PyListObject *)of_numbers)->_ob_item[1]), EXPECT(PyLong_AsLong((PyObject *)result) == 2); Py_CLEAR(of_numbers))

SUCCEEDS(PyObject_ClearManagedDict, (instance()), PyObject_ClearManagedDict(o[0]))
SUCCEEDS(PyObject_CallFinalizer, (marker()), PyObject_CallFinalizer(o[0]))
RAISES(PyObject_GetItemData, TypeError, "type 'counts.Marker' does not have Py_TPFLAGS_ITEMS_AT_END", (marker()), PyObject_GetItemData(o[0]))
SUCCEEDS(PyType_GetDict, (own(&PyLong_Type)), PyType_GetDict((PyTypeObject *)o[0]))
RAISES(PyType_GetDict, SystemError, NULL, (marker()), PyType_GetDict((PyTypeObject *)o[0]))
SUCCEEDS(PyType_GetModuleName, (py("Plain")), PyType_GetModuleName((PyTypeObject *)o[0]))
RAISES(PyType_GetModuleName, SystemError, NULL, (marker()), PyType_GetModuleName((PyTypeObject *)o[0]))
SUCCEEDS(PyType_GetFullyQualifiedName, (py("Plain")), PyType_GetFullyQualifiedName((PyTypeObject *)o[0]))
RAISES(PyType_GetFullyQualifiedName, SystemError, NULL, (marker()), PyType_GetFullyQualifiedName((PyTypeObject *)o[0]))
SUCCEEDS(PyType_GetTypeDataSize, (own(&PyLong_Type)), PyType_GetTypeDataSize((PyTypeObject *)o[0]))
static int token;
SUCCEEDS(PyType_GetBaseByToken, (own(&PyLong_Type)), PyType_GetBaseByToken((PyTypeObject *)o[0], &token, (PyTypeObject **)&p[0]), EXPECT(result == 0 && p[0] == NULL))
RAISES(PyType_GetBaseByToken, SystemError, "PyType_GetBaseByToken called with token=NULL", (own(&PyLong_Type)), PyType_GetBaseByToken((PyTypeObject *)o[0], NULL, (PyTypeObject **)&p[0]))
RAISES(PyType_GetBaseByToken, TypeError, "expected a type, got a 'counts.Marker' object", (marker()), PyType_GetBaseByToken((PyTypeObject *)o[0], &token, (PyTypeObject **)&p[0]))
RAISES(PyType_Freeze, SystemError, NULL, (marker()), PyType_Freeze((PyTypeObject *)o[0]))
SUCCEEDS(PyType_ClearCache, (), PyType_ClearCache())
SUCCEEDS(PyUnstable_IsImmortal, (marker()), PyUnstable_IsImmortal(o[0]), EXPECT(result == 0))
SUCCEEDS(PyUnstable_EnableTryIncRef, (marker()), PyUnstable_EnableTryIncRef(o[0]))
SUCCEEDS(PyGC_Disable, (), PyGC_Disable())
SUCCEEDS(PyGC_IsEnabled, (), PyGC_IsEnabled(), EXPECT(result == 0))
SUCCEEDS(PyGC_Enable, (), PyGC_Enable(), PyGC_Disable())
SUCCEEDS(PyObject_AsFileDescriptor, (number(3)), PyObject_AsFileDescriptor(o[0]), EXPECT(result == 3))
RAISES(PyObject_AsFileDescriptor, TypeError, "argument must be an int, or have a fileno() method.", (marker()), PyObject_AsFileDescriptor(o[0]))
RAISES(PyObject_AsFileDescriptor, ValueError, "file descriptor cannot be a negative integer (-5)", (number(-5)), PyObject_AsFileDescriptor(o[0]))

SUCCEEDS(PyObject_GetTypeData, (number(5000), own(&PyLong_Type)), PyObject_GetTypeData(o[0], (PyTypeObject *)o[1]), EXPECT(result == (intptr_t)o[0] + (intptr_t)sizeof(PyObject)))

static int
visit_nothing(PyObject *Py_UNUSED(object), void *seen)
{
    *(int *)seen += 1;
    return 0;
}
static int seen;
SUCCEEDS_AFTER((seen = 0), PyObject_VisitManagedDict, (py("Plain(a=1000)")), PyObject_VisitManagedDict(o[0], visit_nothing, &seen), EXPECT(result == 0 && seen > 0))

static int
count_one(PyObject *Py_UNUSED(object), void *count)
{
    *(int *)count += 1;
    return 1;
}
SUCCEEDS_AFTER((seen = 0), PyUnstable_GC_VisitObjects, (), PyUnstable_GC_VisitObjects(count_one, &seen), EXPECT(seen > 10))
SUCCEEDS(PyUnstable_Object_GC_NewWithExtraData, (HOLDER), PyUnstable_Object_GC_NewWithExtraData((PyTypeObject *)o[0], 64), EXPECT(((Holder *)result)->held == NULL))
SUCCEEDS_AFTER((), PyUnstable_TryIncRef, (marker()), (PyUnstable_EnableTryIncRef(o[0]), PyUnstable_TryIncRef(o[0])), EXPECT(result == 1))
SUCCEEDS(PyUnstable_Type_AssignVersionTag, (HOLDER), PyUnstable_Type_AssignVersionTag((PyTypeObject *)o[0]), EXPECT(result == 1))

/* The object that is resized is another afterwards; if that fails, it is what it was. */
static int
many_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    return 0;
}
static void
many_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    type->tp_free(self);
    Py_DECREF(type);
}
static PyType_Slot resized_slots[] = {{Py_tp_traverse, (void *)many_traverse}, {Py_tp_dealloc, (void *)many_dealloc}, {0, NULL}};
static PyType_Spec resized_spec = {
    .name = "counts.Resized",
    .basicsize = offsetof(Many, items),
    .itemsize = sizeof(long),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .slots = resized_slots,
};
static PyVarObject *resized;
static void
make_resized(void)
{
    PyTypeObject *class = (PyTypeObject *)PyType_FromSpec(&resized_spec);
    resized = (PyVarObject *)PyObject_GC_NewVar(Many, class, 1);
    Py_DECREF(class);
}
SUCCEEDS_AFTER((make_resized()), _PyObject_GC_Resize, (), _PyObject_GC_Resize(resized, 1000), EXPECT(Py_SIZE((PyObject *)result) == 1000); if (result == 0) { Py_DECREF(resized); })

/* Static types: each call gets a new one, which stays. */
static const PyTypeObject template = {PyVarObject_HEAD_INIT(NULL, 0) .tp_name = "counts.Fresh", .tp_basicsize = sizeof(PyObject), .tp_flags = Py_TPFLAGS_DEFAULT};
static PyTypeObject *fresh;
static void
make_fresh(void)
{
    keeps = 1;
    fresh = malloc(sizeof *fresh);
    memcpy(fresh, &template, sizeof *fresh);
}
static PyStructSequence_Field fields[] = {{"first", NULL}, {"second", "The second."}, {NULL, NULL}};
static PyStructSequence_Desc description = {"counts.Pair", "A pair.", fields, 1};
SUCCEEDS_AFTER((make_fresh()), PyType_Ready, (), PyType_Ready(fresh), EXPECT(fresh->tp_dict != NULL))
SUCCEEDS_AFTER((make_fresh()), PyStructSequence_InitType, (), PyStructSequence_InitType(fresh, &description), EXPECT(PyType_HasFeature(fresh, Py_TPFLAGS_READY)))
SUCCEEDS_AFTER((make_fresh()), PyStructSequence_InitType2, (), PyStructSequence_InitType2(fresh, &description), EXPECT(PyType_HasFeature(fresh, Py_TPFLAGS_READY)))
