/* Ways to fail that are documented and that the cases of the areas do not have. */
#include "counts.h"

RAISES(PyNumber_TrueDivide, ZeroDivisionError, "division by zero", (number(5), number(0)), PyNumber_TrueDivide(o[0], o[1]))
RAISES(PyNumber_FloorDivide, ZeroDivisionError, NULL, (number(5), number(0)), PyNumber_FloorDivide(o[0], o[1]))
RAISES(PyNumber_Remainder, ZeroDivisionError, NULL, (number(5), number(0)), PyNumber_Remainder(o[0], o[1]))
RAISES(PyNumber_Divmod, ZeroDivisionError, NULL, (number(5), number(0)), PyNumber_Divmod(o[0], o[1]))
RAISES(PyNumber_InPlaceTrueDivide, ZeroDivisionError, NULL, (number(5), number(0)), PyNumber_InPlaceTrueDivide(o[0], o[1]))
RAISES(PyNumber_InPlaceFloorDivide, ZeroDivisionError, NULL, (number(5), number(0)), PyNumber_InPlaceFloorDivide(o[0], o[1]))
RAISES(PyNumber_InPlaceRemainder, ZeroDivisionError, NULL, (number(5), number(0)), PyNumber_InPlaceRemainder(o[0], o[1]))
RAISES(PyNumber_Power, ZeroDivisionError, NULL, (number(0), number(-1), own(Py_None)), PyNumber_Power(o[0], o[1], o[2]))
RAISES(PyNumber_InPlacePower, ZeroDivisionError, NULL, (number(0), number(-1), own(Py_None)), PyNumber_InPlacePower(o[0], o[1], o[2]))
RAISES(PyNumber_Power, ValueError, "pow() 3rd argument cannot be 0", (number(5), number(1), number(0)), PyNumber_Power(o[0], o[1], o[2]))
RAISES(PyNumber_Lshift, ValueError, "negative shift count", (number(5), number(-1)), PyNumber_Lshift(o[0], o[1]))
RAISES(PyNumber_Rshift, ValueError, "negative shift count", (number(5), number(-1)), PyNumber_Rshift(o[0], o[1]))
RAISES(PyNumber_InPlaceLshift, ValueError, "negative shift count", (number(5), number(-1)), PyNumber_InPlaceLshift(o[0], o[1]))
RAISES(PyNumber_InPlaceRshift, ValueError, "negative shift count", (number(5), number(-1)), PyNumber_InPlaceRshift(o[0], o[1]))
RAISES(PyNumber_AsSsize_t, OverflowError, NULL, (py("2**70"), own(PyExc_OverflowError)), PyNumber_AsSsize_t(o[0], o[1]))
RAISES(PyNumber_Long, OverflowError, "cannot convert float infinity to integer", (py("float('inf')")), PyNumber_Long(o[0]))

RAISES(PySequence_DelItem, IndexError, NULL, (list_of(2)), PySequence_DelItem(o[0], 5))
RAISES(PyObject_GetItem, IndexError, "list index out of range", (list_of(2), number(5)), PyObject_GetItem(o[0], o[1]))
RAISES(PyObject_DelItem, IndexError, NULL, (list_of(2), number(5)), PyObject_DelItem(o[0], o[1]))
RAISES(PyObject_ASCII, TypeError, "__repr__ returned non-string (type int)", (py("Wrong()")), PyObject_ASCII(o[0]))
RAISES(PyObject_Str, TypeError, "__str__ returned non-string (type int)", (py("Wrong()")), PyObject_Str(o[0]))
RAISES(PyDict_Contains, TypeError, "unhashable type: 'list'", (dict_of(1), list_of(1)), PyDict_Contains(o[0], o[1]))

RAISES(PyUnicode_DecodeUTF8Stateful, UnicodeDecodeError, NULL, (), PyUnicode_DecodeUTF8Stateful("a\xff", 2, NULL, (Py_ssize_t *)&n[0]))
RAISES(PyUnicode_DecodeUTF16Stateful, UnicodeDecodeError, NULL, (), PyUnicode_DecodeUTF16Stateful("\x00\xdc", 2, NULL, (int *)&n[0], (Py_ssize_t *)&n[1]))
RAISES(PyUnicode_DecodeUTF32Stateful, UnicodeDecodeError, NULL, (), PyUnicode_DecodeUTF32Stateful("\xff\xff\xff\xff", 4, NULL, (int *)&n[0], (Py_ssize_t *)&n[1]))
RAISES(PyUnicode_DecodeUTF7Stateful, UnicodeDecodeError, NULL, (), PyUnicode_DecodeUTF7Stateful("+@", 2, NULL, (Py_ssize_t *)&n[0]))
RAISES(PyUnicode_AsEncodedString, LookupError, NULL, (text("text")), PyUnicode_AsEncodedString(o[0], "nonsense", NULL))
RAISES(PyUnicode_AsLatin1String, UnicodeEncodeError, NULL, (py("'\\u1234'")), PyUnicode_AsLatin1String(o[0]))
RAISES(PyUnicode_AsUTF8String, UnicodeEncodeError, NULL, (py("'\\ud800'")), PyUnicode_AsUTF8String(o[0]))
RAISES(PyUnicode_AsUTF16String, UnicodeEncodeError, NULL, (py("'\\ud800'")), PyUnicode_AsUTF16String(o[0]))
RAISES(PyUnicode_AsUTF32String, UnicodeEncodeError, NULL, (py("'\\ud800'")), PyUnicode_AsUTF32String(o[0]))
RAISES(PyUnicode_FromEncodedObject, UnicodeDecodeError, NULL, (py("b'\\xff'")), PyUnicode_FromEncodedObject(o[0], "utf-8", NULL))
RAISES(PyUnicode_FromEncodedObject, LookupError, NULL, (py("b'abc'")), PyUnicode_FromEncodedObject(o[0], "nonsense", NULL))
RAISES(PyUnicode_Split, ValueError, "empty separator", (text("abc"), py("''")), PyUnicode_Split(o[0], o[1], -1))
RAISES(PyUnicode_RSplit, ValueError, "empty separator", (text("abc"), py("''")), PyUnicode_RSplit(o[0], o[1], -1))
RAISES(PyUnicode_Partition, ValueError, "empty separator", (text("abc"), py("''")), PyUnicode_Partition(o[0], o[1]))
RAISES(PyUnicode_RPartition, ValueError, "empty separator", (text("abc"), py("''")), PyUnicode_RPartition(o[0], o[1]))
RAISES(PyBytes_FromObject, ValueError, "bytes must be in range(0, 256)", (py("[256]")), PyBytes_FromObject(o[0]))

/* Members of an object of C's, which is made once. */
typedef struct {
    PyObject_HEAD
    PyObject *held;
    int number;
} Row;
static PyTypeObject RowType = {PyVarObject_HEAD_INIT(NULL, 0) .tp_name = "counts.Row", .tp_basicsize = sizeof(Row), .tp_flags = Py_TPFLAGS_DEFAULT};
static PyObject *one;
static void
make_one(void)
{
    if (one == NULL && PyType_Ready(&RowType) == 0) {
        one = PyType_GenericAlloc(&RowType, 0);
    }
}
static PyMemberDef held = {"held", Py_T_OBJECT_EX, offsetof(Row, held), 0, NULL};
static PyMemberDef read_only = {"number", Py_T_INT, offsetof(Row, number), Py_READONLY, NULL};
static PyMemberDef of_no_kind = {"held", 77, offsetof(Row, held), 0, NULL};
RAISES_AFTER((make_one()), PyMember_GetOne, AttributeError, "'counts.Row' object has no attribute 'held'", (), PyMember_GetOne((const char *)one, &held))
RAISES_AFTER((make_one()), PyMember_GetOne, SystemError, "bad memberdescr type", (), PyMember_GetOne((const char *)one, &of_no_kind))
RAISES_AFTER((make_one()), PyMember_SetOne, AttributeError, "readonly attribute", (number(5)), PyMember_SetOne((char *)one, &read_only, o[0]))

RAISES(PySlice_GetIndicesEx, ValueError, "slice step cannot be zero", (py("slice(0, 5, 0)")), PySlice_GetIndicesEx(o[0], 10, (Py_ssize_t *)&n[0], (Py_ssize_t *)&n[1], (Py_ssize_t *)&n[2], (Py_ssize_t *)&n[3]))

#define VARIABLE PyContextVar_New("variable", NULL)
RAISES(PyContext_Enter, RuntimeError, NULL, (PyContext_New()), (PyContext_Enter(o[0]), PyContext_Enter(o[0])), PyObject *raised = PyErr_GetRaisedException(); PyContext_Exit(o[0]); PyErr_SetRaisedException(raised))
RAISES(PyContext_Exit, RuntimeError, NULL, (PyContext_New()), PyContext_Exit(o[0]))
static PyObject *other_variable;
static PyObject *
token_of_another(void)
{
    other_variable = VARIABLE;
    PyObject *token = PyContextVar_Set(other_variable, Py_None);
    return token;
}
RAISES(PyContextVar_Reset, ValueError, NULL, (VARIABLE, token_of_another()), PyContextVar_Reset(o[0], o[1]), PyObject *raised = PyErr_GetRaisedException(); PyContextVar_Reset(other_variable, o[1]); Py_CLEAR(other_variable); PyErr_SetRaisedException(raised))
static PyObject *
used_token(PyObject *variable)
{
    PyObject *token = PyContextVar_Set(variable, Py_None);
    PyContextVar_Reset(variable, token);
    return token;
}
RAISES(PyContextVar_Reset, RuntimeError, NULL, (VARIABLE, used_token(made[1])), PyContextVar_Reset(o[0], o[1]))

static PyTypeObject OfFinal = {PyVarObject_HEAD_INIT(NULL, 0) .tp_name = "counts.OfFinal", .tp_basicsize = sizeof(PyObject), .tp_base = &PyBool_Type, .tp_flags = Py_TPFLAGS_DEFAULT};
RAISES(PyType_Ready, TypeError, NULL, (), PyType_Ready(&OfFinal))

/* ---- What the other cases call only to see it fail succeeds here. */
SUCCEEDS(PyCapsule_Import, (), PyCapsule_Import("datetime.datetime_CAPI", 0), EXPECT(result != 0))
static void
unregister(PyObject *search)
{
    PyObject *raised = PyErr_GetRaisedException();
    PyCodec_Unregister(search);
    PyErr_Clear();
    PyErr_SetRaisedException(raised);
}
/* What raises when it is compared would stay in the list. */
TRUSTS(PyCodec_Register)
SUCCEEDS(PyCodec_Register, (py("lambda name: None")), PyCodec_Register(o[0]), unregister(o[0]))
/* What was registered last stays: it is one that lives anyway. */
TRUSTS(PyCodec_RegisterError)
SUCCEEDS(PyCodec_RegisterError, (own(&PyBaseObject_Type)), PyCodec_RegisterError("counts.handler", o[0]))
SUCCEEDS(PyUnicode_AsCharmapString, (text("aba"), py("{97: 98, 98: 99}")), PyUnicode_AsCharmapString(o[0], o[1]), EXPECT(result != 0 && strcmp(PyBytes_AsString((PyObject *)result), "bcb") == 0))
RAISES(PyUnicode_AsCharmapString, UnicodeEncodeError, NULL, (text("x"), py("{97: 98}")), PyUnicode_AsCharmapString(o[0], o[1]))
SUCCEEDS(PyFile_FromFd, (), PyFile_FromFd(0, "a name", "rb", 0, NULL, NULL, NULL, 0))
SUCCEEDS(PyFile_OpenCode, (), PyFile_OpenCode("/dev/null"))
SUCCEEDS(PyFile_OpenCodeObject, (text("/dev/null")), PyFile_OpenCodeObject(o[0]))
RAISES(PyFile_OpenCodeObject, FileNotFoundError, NULL, (text("/no/such/file")), PyFile_OpenCodeObject(o[0]))
typedef struct {
    PyObject_HEAD
    vectorcallfunc call;
} Called;
static PyObject *
first_of(PyObject *Py_UNUSED(self), PyObject *const *args, size_t count, PyObject *Py_UNUSED(names))
{
    return Py_NewRef(PyVectorcall_NARGS(count) > 0 ? args[0] : Py_None);
}
static PyTypeObject CalledType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "counts.Called",
    .tp_basicsize = sizeof(Called),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_VECTORCALL,
    .tp_vectorcall_offset = offsetof(Called, call),
    .tp_call = PyVectorcall_Call,
};
static PyObject *
called(void)
{
    PyType_Ready(&CalledType);
    Called *made = PyObject_New(Called, &CalledType);
    made->call = first_of;
    return (PyObject *)made;
}
SUCCEEDS(PyVectorcall_Call, (called(), tuple_of(2), dict_of(1)), PyVectorcall_Call(o[0], o[1], o[2]), EXPECT((PyObject *)result == PyTuple_GetItem(o[1], 0)))
SUCCEEDS(PyVectorcall_Call, (called(), tuple_of(0), NULL), PyVectorcall_Call(o[0], o[1], o[2]), EXPECT((PyObject *)result == Py_None))
SUCCEEDS(PyModule_GetFilename, (py("gc.__class__('some')")), (PyModule_AddStringConstant(o[0], "__file__", "a/file.py") < 0 ? NULL : PyModule_GetFilename(o[0])), EXPECT(strcmp((const char *)result, "a/file.py") == 0))
SUCCEEDS(PyModule_GetFilenameObject, (py("gc.__class__('some')")), (PyModule_AddStringConstant(o[0], "__file__", "a/file.py") < 0 ? NULL : PyModule_GetFilenameObject(o[0])), EXPECT(PyUnicode_CompareWithASCIIString((PyObject *)result, "a/file.py") == 0))

/* One variable, which has a value of its own all the time. */
static PyObject *the_variable;
static PyObject *
variable(void)
{
    if (the_variable == NULL) {
        the_variable = VARIABLE;
        Py_XDECREF(PyContextVar_Set(the_variable, Py_None));
    }
    return Py_NewRef(the_variable);
}
static PyObject *
its_token(void)
{
    return PyContextVar_Set(the_variable, Py_True);
}
static void
reset(PyObject *token)
{
    PyObject *raised = PyErr_GetRaisedException();
    if (token != NULL && PyContextVar_Reset(the_variable, token) < 0) {
        PyErr_Clear();
    }
    PyErr_SetRaisedException(raised);
}
SUCCEEDS(PyContextVar_Set, (variable(), marker()), PyContextVar_Set(o[0], o[1]), reset((PyObject *)result))
SUCCEEDS(PyContextVar_Reset, (variable(), its_token()), PyContextVar_Reset(o[0], o[1]), reset(o[1]))
SUCCEEDS(PyContext_Exit, (PyContext_New()), (PyContext_Enter(o[0]) < 0 ? -1 : PyContext_Exit(o[0])))

/* A string that nobody else has: the driver has each object that a case names. */
static PyObject *fresh;
static PyObject *
unshared(PyObject *given)
{
    return given != NULL ? fresh : NULL;
}
SUCCEEDS_AFTER((fresh = PyUnicode_New(5, 127)), PyUnicode_WriteChar, (text("in its place")), PyUnicode_WriteChar(unshared(o[0]), 1, 'x'), EXPECT(PyUnicode_ReadChar(fresh, 1) == 'x'); Py_CLEAR(fresh))
SUCCEEDS_AFTER((fresh = PyUnicode_New(5, 127)), PyUnicode_Fill, (text("in its place")), PyUnicode_Fill(unshared(o[0]), 0, 5, 'x'), EXPECT(result == 5 && PyUnicode_ReadChar(fresh, 4) == 'x'); Py_CLEAR(fresh))
SUCCEEDS_AFTER((fresh = PyUnicode_New(5, 127)), PyUnicode_CopyCharacters, (text("in its place"), text("xyz")), PyUnicode_CopyCharacters(unshared(o[0]), 1, o[1], 0, 3), EXPECT(result == 3 && PyUnicode_ReadChar(fresh, 3) == 'z'); Py_CLEAR(fresh))

typedef struct {
    PyObject_VAR_HEAD
} AtEnd;
static PyType_Slot no_slots[] = {{0, NULL}};
static PyType_Spec at_end = {.name = "counts.AtEnd", .basicsize = sizeof(AtEnd), .itemsize = sizeof(long), .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_ITEMS_AT_END, .slots = no_slots};
static PyObject *
with_items(void)
{
    PyTypeObject *class = (PyTypeObject *)PyType_FromSpec(&at_end);
    PyObject *made = (PyObject *)PyObject_NewVar(AtEnd, class, 3);
    Py_DECREF(class);
    return made;
}
SUCCEEDS(PyObject_GetItemData, (with_items()), PyObject_GetItemData(o[0]), EXPECT(result > (intptr_t)o[0]))
SUCCEEDS(PyType_Freeze, (PyType_FromSpec(&at_end)), PyType_Freeze((PyTypeObject *)o[0]), EXPECT(PyType_HasFeature((PyTypeObject *)o[0], Py_TPFLAGS_IMMUTABLETYPE)))
RAISES(PyType_Freeze, TypeError, NULL, (py("type('Derived', (Plain,), {})")), PyType_Freeze((PyTypeObject *)o[0]))
