/* What every object can be asked. */
#include "counts.h"

SUCCEEDS(PyObject_Repr, (list_of(2)), PyObject_Repr(o[0]))
SUCCEEDS(PyObject_Repr, (NULL), PyObject_Repr(o[0]))
RAISES(PyObject_Repr, ValueError, "bad", (py("Bad()")), PyObject_Repr(o[0]))
RAISES(PyObject_Repr, TypeError, "__repr__ returned non-string (type int)", (py("Wrong()")), PyObject_Repr(o[0]))
SUCCEEDS(PyObject_Str, (text("abcd")), PyObject_Str(o[0]))
SUCCEEDS(PyObject_Str, (marker()), PyObject_Str(o[0]))
SUCCEEDS(PyObject_Str, (NULL), PyObject_Str(o[0]))
RAISES(PyObject_Str, ValueError, "bad", (py("Bad()")), PyObject_Str(o[0]))
SUCCEEDS(PyObject_ASCII, (text("\xc3\xbc")), PyObject_ASCII(o[0]))
RAISES(PyObject_ASCII, ValueError, "bad", (py("Bad()")), PyObject_ASCII(o[0]))
SUCCEEDS(PyObject_Bytes, (py("bytearray(b'abc')")), PyObject_Bytes(o[0]))
RAISES(PyObject_Bytes, ValueError, "bad", (py("Bad()")), PyObject_Bytes(o[0]))
RAISES(PyObject_Bytes, TypeError, NULL, (marker()), PyObject_Bytes(o[0]))
SUCCEEDS(PyObject_Format, (number(77777), text("x")), PyObject_Format(o[0], o[1]))
SUCCEEDS(PyObject_Format, (number(77777), NULL), PyObject_Format(o[0], o[1]))
RAISES(PyObject_Format, ValueError, "bad", (py("Bad()"), text("x")), PyObject_Format(o[0], o[1]))
RAISES(PyObject_Format, TypeError, NULL, (marker(), text("x")), PyObject_Format(o[0], o[1]))
SUCCEEDS(PyObject_Dir, (py("Plain(a=1)")), PyObject_Dir(o[0]))
RAISES(PyObject_Dir, ValueError, "bad", (py("Bad()")), PyObject_Dir(o[0]))

SUCCEEDS(PyObject_Type, (marker()), PyObject_Type(o[0]))
SUCCEEDS(PyObject_Type, (py("Plain()")), PyObject_Type(o[0]))
SUCCEEDS(PyObject_Hash, (marker()), PyObject_Hash(o[0]))
RAISES(PyObject_Hash, TypeError, "unhashable type: 'list'", (list_of(1)), PyObject_Hash(o[0]))
RAISES(PyObject_Hash, ValueError, "bad", (py("Bad()")), PyObject_Hash(o[0]))
RAISES(PyObject_HashNotImplemented, TypeError, "unhashable type: 'counts.Marker'", (marker()), PyObject_HashNotImplemented(o[0]))
SUCCEEDS(PyObject_IsTrue, (list_of(1)), PyObject_IsTrue(o[0]), EXPECT(result == 1))
SUCCEEDS(PyObject_IsTrue, (list_of(0)), PyObject_IsTrue(o[0]), EXPECT(result == 0))
RAISES(PyObject_IsTrue, ValueError, "bad", (py("Bad()")), PyObject_IsTrue(o[0]))
SUCCEEDS(PyObject_Not, (list_of(1)), PyObject_Not(o[0]), EXPECT(result == 0))
RAISES(PyObject_Not, ValueError, "bad", (py("Bad()")), PyObject_Not(o[0]))

SUCCEEDS(PyObject_RichCompare, (number(1000), number(2000)), PyObject_RichCompare(o[0], o[1], Py_LT), EXPECT(result == (intptr_t)Py_True))
SUCCEEDS(PyObject_RichCompare, (marker(), marker()), PyObject_RichCompare(o[0], o[1], Py_EQ), EXPECT(result == (intptr_t)Py_False))
RAISES(PyObject_RichCompare, TypeError, NULL, (marker(), marker()), PyObject_RichCompare(o[0], o[1], Py_LT))
RAISES(PyObject_RichCompare, ValueError, "bad", (py("Bad()"), marker()), PyObject_RichCompare(o[0], o[1], Py_EQ))
RAISES(PyObject_RichCompare, SystemError, NULL, (marker(), marker()), PyObject_RichCompare(o[0], o[1], 6))
SUCCEEDS(PyObject_RichCompareBool, (number(1000), number(2000)), PyObject_RichCompareBool(o[0], o[1], Py_LT), EXPECT(result == 1))
RAISES(PyObject_RichCompareBool, TypeError, NULL, (marker(), marker()), PyObject_RichCompareBool(o[0], o[1], Py_LT))
RAISES(PyObject_RichCompareBool, ValueError, "bad", (py("Bad()"), marker()), PyObject_RichCompareBool(o[0], o[1], Py_EQ))
RAISES(PyObject_RichCompareBool, SystemError, NULL, (marker(), marker()), PyObject_RichCompareBool(o[0], o[1], 6))
/* The name is a macro of the header's; the function is for those who ask for it. */
extern int counts_Py_Is(PyObject *, PyObject *) __asm__("Py_Is");
SUCCEEDS(Py_Is, (marker(), marker()), counts_Py_Is(o[0], o[1]), EXPECT(result == 0))

SUCCEEDS(PyObject_GetAttr, (py("Plain(some=Marker())"), text("some")), PyObject_GetAttr(o[0], o[1]))
SUCCEEDS(PyObject_GetAttr, (py("Callable()"), text("method")), PyObject_GetAttr(o[0], o[1]))
RAISES(PyObject_GetAttr, AttributeError, "'Plain' object has no attribute 'some'", (py("Plain()"), text("some")), PyObject_GetAttr(o[0], o[1]))
RAISES(PyObject_GetAttr, ValueError, "bad", (py("Bad()"), text("some")), PyObject_GetAttr(o[0], o[1]))
RAISES(PyObject_GetAttr, TypeError, NULL, (py("Plain()"), marker()), PyObject_GetAttr(o[0], o[1]))
SUCCEEDS(PyObject_GetAttrString, (py("Plain(some=Marker())")), PyObject_GetAttrString(o[0], "some"))
RAISES(PyObject_GetAttrString, AttributeError, "'Plain' object has no attribute 'some'", (py("Plain()")), PyObject_GetAttrString(o[0], "some"))
RAISES(PyObject_GetAttrString, ValueError, "bad", (py("Bad()")), PyObject_GetAttrString(o[0], "some"))
SUCCEEDS(PyObject_GetOptionalAttr, (py("Plain(some=Marker())"), text("some")), PyObject_GetOptionalAttr(o[0], o[1], &p[0]), EXPECT(result == 1 && p[0] != NULL))
SUCCEEDS(PyObject_GetOptionalAttr, (py("Plain()"), text("some")), PyObject_GetOptionalAttr(o[0], o[1], &p[0]), EXPECT(result == 0 && p[0] == NULL))
RAISES(PyObject_GetOptionalAttr, ValueError, "bad", (py("Bad()"), text("some")), PyObject_GetOptionalAttr(o[0], o[1], &p[0]), EXPECT(p[0] == NULL))
SUCCEEDS(PyObject_GetOptionalAttrString, (py("Plain(some=Marker())")), PyObject_GetOptionalAttrString(o[0], "some", &p[0]), EXPECT(result == 1))
SUCCEEDS(PyObject_GetOptionalAttrString, (py("Plain()")), PyObject_GetOptionalAttrString(o[0], "some", &p[0]), EXPECT(result == 0))
RAISES(PyObject_GetOptionalAttrString, ValueError, "bad", (py("Bad()")), PyObject_GetOptionalAttrString(o[0], "some", &p[0]))

SUCCEEDS(PyObject_SetAttr, (py("Plain()"), text("some"), marker()), PyObject_SetAttr(o[0], o[1], o[2]))
SUCCEEDS(PyObject_SetAttr, (py("Plain(some=Marker())"), text("some"), marker()), PyObject_SetAttr(o[0], o[1], o[2]))
SUCCEEDS(PyObject_SetAttr, (py("Plain(some=Marker())"), text("some"), NULL), PyObject_SetAttr(o[0], o[1], o[2]))
RAISES(PyObject_SetAttr, AttributeError, NULL, (py("Plain()"), text("some"), NULL), PyObject_SetAttr(o[0], o[1], o[2]))
RAISES(PyObject_SetAttr, AttributeError, NULL, (marker(), text("some"), marker()), PyObject_SetAttr(o[0], o[1], o[2]))
RAISES(PyObject_SetAttr, ValueError, "bad", (py("Bad()"), text("some"), marker()), PyObject_SetAttr(o[0], o[1], o[2]))
RAISES(PyObject_SetAttr, TypeError, NULL, (py("Plain()"), marker(), marker()), PyObject_SetAttr(o[0], o[1], o[2]))
SUCCEEDS(PyObject_SetAttrString, (py("Plain()"), marker()), PyObject_SetAttrString(o[0], "some", o[1]))
SUCCEEDS(PyObject_SetAttrString, (py("Plain(some=Marker())"), NULL), PyObject_SetAttrString(o[0], "some", o[1]))
RAISES(PyObject_SetAttrString, ValueError, "bad", (py("Bad()"), marker()), PyObject_SetAttrString(o[0], "some", o[1]))
RAISES(PyObject_SetAttrString, AttributeError, NULL, (marker(), marker()), PyObject_SetAttrString(o[0], "some", o[1]))

SUCCEEDS(PyObject_HasAttr, (py("Plain(some=Marker())"), text("some")), PyObject_HasAttr(o[0], o[1]), EXPECT(result == 1))
SUCCEEDS(PyObject_HasAttr, (py("Bad()"), text("some")), PyObject_HasAttr(o[0], o[1]), EXPECT(result == 0))
SUCCEEDS(PyObject_HasAttrString, (py("Plain(some=Marker())")), PyObject_HasAttrString(o[0], "some"), EXPECT(result == 1))
SUCCEEDS(PyObject_HasAttrString, (py("Bad()")), PyObject_HasAttrString(o[0], "some"), EXPECT(result == 0))
SUCCEEDS(PyObject_HasAttrWithError, (py("Plain(some=Marker())"), text("some")), PyObject_HasAttrWithError(o[0], o[1]), EXPECT(result == 1))
SUCCEEDS(PyObject_HasAttrWithError, (py("Plain()"), text("some")), PyObject_HasAttrWithError(o[0], o[1]), EXPECT(result == 0))
RAISES(PyObject_HasAttrWithError, ValueError, "bad", (py("Bad()"), text("some")), PyObject_HasAttrWithError(o[0], o[1]))
SUCCEEDS(PyObject_HasAttrStringWithError, (py("Plain(some=Marker())")), PyObject_HasAttrStringWithError(o[0], "some"), EXPECT(result == 1))
RAISES(PyObject_HasAttrStringWithError, ValueError, "bad", (py("Bad()")), PyObject_HasAttrStringWithError(o[0], "some"))

SUCCEEDS(PyObject_GenericGetAttr, (py("Plain(some=Marker())"), text("some")), PyObject_GenericGetAttr(o[0], o[1]))
RAISES(PyObject_GenericGetAttr, AttributeError, "'Plain' object has no attribute 'some'", (py("Plain()"), text("some")), PyObject_GenericGetAttr(o[0], o[1]))
RAISES(PyObject_GenericGetAttr, TypeError, NULL, (py("Plain()"), marker()), PyObject_GenericGetAttr(o[0], o[1]))
SUCCEEDS(PyObject_GenericSetAttr, (py("Plain()"), text("some"), marker()), PyObject_GenericSetAttr(o[0], o[1], o[2]))
SUCCEEDS(PyObject_GenericSetAttr, (py("Plain(some=Marker())"), text("some"), NULL), PyObject_GenericSetAttr(o[0], o[1], o[2]))
RAISES(PyObject_GenericSetAttr, AttributeError, NULL, (marker(), text("some"), marker()), PyObject_GenericSetAttr(o[0], o[1], o[2]))
SUCCEEDS(PyObject_GenericGetDict, (py("Plain(some=Marker())")), PyObject_GenericGetDict(o[0], NULL))
RAISES(PyObject_GenericGetDict, AttributeError, NULL, (marker()), PyObject_GenericGetDict(o[0], NULL))
SUCCEEDS(PyObject_GenericSetDict, (py("Plain(some=Marker())"), dict_of(2)), PyObject_GenericSetDict(o[0], o[1], NULL))
RAISES(PyObject_GenericSetDict, TypeError, NULL, (py("Plain()"), marker()), PyObject_GenericSetDict(o[0], o[1], NULL))
RAISES(PyObject_GenericSetDict, TypeError, NULL, (py("Plain()"), NULL), PyObject_GenericSetDict(o[0], o[1], NULL))

SUCCEEDS(PyObject_SelfIter, (marker()), PyObject_SelfIter(o[0]))
SUCCEEDS(PyObject_GetIter, (list_of(2)), PyObject_GetIter(o[0]))
RAISES(PyObject_GetIter, TypeError, "'counts.Marker' object is not iterable", (marker()), PyObject_GetIter(o[0]))
RAISES(PyObject_GetIter, ValueError, "bad", (py("Bad()")), PyObject_GetIter(o[0]))
SUCCEEDS(PyIter_Next, (py("iter([Marker()])")), PyIter_Next(o[0]), EXPECT(result != 0))
SUCCEEDS(PyIter_Next, (py("iter([])")), PyIter_Next(o[0]), EXPECT(result == 0))
SUCCEEDS(PyIter_Next, (py("Ending()")), PyIter_Next(o[0]), EXPECT(result == 0))
RAISES(PyIter_Next, ValueError, "bad", (py("Bad()")), PyIter_Next(o[0]))
SUCCEEDS(PyIter_Check, (py("iter([])")), PyIter_Check(o[0]), EXPECT(result == 1))
SUCCEEDS(PyIter_Check, (marker()), PyIter_Check(o[0]), EXPECT(result == 0))
SUCCEEDS(PyCallable_Check, (py("Callable()")), PyCallable_Check(o[0]), EXPECT(result == 1))
SUCCEEDS(PyCallable_Check, (NULL), PyCallable_Check(o[0]), EXPECT(result == 0))

SUCCEEDS(PyObject_Call, (py("Callable()"), tuple_of(2), dict_of(2)), PyObject_Call(o[0], o[1], o[2]))
SUCCEEDS(PyObject_Call, (py("Callable()"), tuple_of(0), NULL), PyObject_Call(o[0], o[1], o[2]))
RAISES(PyObject_Call, TypeError, "'counts.Marker' object is not callable", (marker(), tuple_of(2), NULL), PyObject_Call(o[0], o[1], o[2]))
RAISES(PyObject_Call, ValueError, "bad", (py("Bad()"), tuple_of(2), dict_of(1)), PyObject_Call(o[0], o[1], o[2]))
SUCCEEDS(PyObject_CallObject, (py("Callable()"), tuple_of(2)), PyObject_CallObject(o[0], o[1]))
SUCCEEDS(PyObject_CallObject, (py("Callable()"), NULL), PyObject_CallObject(o[0], o[1]))
RAISES(PyObject_CallObject, TypeError, NULL, (py("Callable()"), marker()), PyObject_CallObject(o[0], o[1]))
RAISES(PyObject_CallObject, ValueError, "bad", (py("Bad()"), NULL), PyObject_CallObject(o[0], o[1]))
SUCCEEDS(PyObject_CallNoArgs, (py("Callable()")), PyObject_CallNoArgs(o[0]))
RAISES(PyObject_CallNoArgs, ValueError, "bad", (py("Bad()")), PyObject_CallNoArgs(o[0]))
RAISES(PyObject_CallNoArgs, TypeError, "'counts.Marker' object is not callable", (marker()), PyObject_CallNoArgs(o[0]))
SUCCEEDS(PyObject_CallOneArg, (py("Callable()"), marker()), PyObject_CallOneArg(o[0], o[1]))
RAISES(PyObject_CallOneArg, ValueError, "bad", (py("Bad()"), marker()), PyObject_CallOneArg(o[0], o[1]))
/* The arguments are no parameters of their own: the case has them. */
static PyObject *three;
static PyObject *
vectorcall(PyObject *callable, PyObject *names, size_t given)
{
    PyObject *args[4] = {NULL, PyTuple_GetItem(three, 0), PyTuple_GetItem(three, 1), PyTuple_GetItem(three, 2)};
    return PyObject_Vectorcall(callable, args + 1, given | PY_VECTORCALL_ARGUMENTS_OFFSET, names);
}
SUCCEEDS_AFTER((three = tuple_of(3)), PyObject_Vectorcall, (py("Callable()"), NULL), vectorcall(o[0], o[1], 3), Py_CLEAR(three))
SUCCEEDS_AFTER((three = tuple_of(3)), PyObject_Vectorcall, (py("give"), NULL), vectorcall(o[0], o[1], 0), Py_CLEAR(three))
SUCCEEDS_AFTER((three = tuple_of(3)), PyObject_Vectorcall, (py("Callable()"), py("('one', 'two')")), vectorcall(o[0], o[1], 1), Py_CLEAR(three))
RAISES_AFTER((three = tuple_of(3)), PyObject_Vectorcall, ValueError, "bad", (py("Bad()"), NULL), vectorcall(o[0], o[1], 3), Py_CLEAR(three))
RAISES_AFTER((three = tuple_of(3)), PyObject_Vectorcall, TypeError, NULL, (marker(), NULL), vectorcall(o[0], o[1], 3), Py_CLEAR(three))
static PyObject *receiver;
static PyObject *
call_method_of(PyObject *name, PyObject *names)
{
    PyObject *args[4] = {NULL, receiver, Py_None, Py_True};
    return PyObject_VectorcallMethod(name, args + 1, (names ? 2 : 3) | PY_VECTORCALL_ARGUMENTS_OFFSET, names);
}
SUCCEEDS_AFTER((receiver = py("Callable()")), PyObject_VectorcallMethod, (text("method"), NULL), call_method_of(o[0], o[1]), Py_CLEAR(receiver))
SUCCEEDS_AFTER((receiver = py("Callable()")), PyObject_VectorcallMethod, (text("method"), py("('a',)")), call_method_of(o[0], o[1]), Py_CLEAR(receiver))
RAISES_AFTER((receiver = py("Callable()")), PyObject_VectorcallMethod, AttributeError, NULL, (text("other"), NULL), call_method_of(o[0], o[1]), Py_CLEAR(receiver))

SUCCEEDS(PyObject_IsInstance, (py("Plain"), py("type")), PyObject_IsInstance(o[0], o[1]), EXPECT(result == 1))
SUCCEEDS(PyObject_IsInstance, (marker(), py("(int, str)")), PyObject_IsInstance(o[0], o[1]), EXPECT(result == 0))
RAISES(PyObject_IsInstance, TypeError, NULL, (marker(), marker()), PyObject_IsInstance(o[0], o[1]))
RAISES(PyObject_IsInstance, ValueError, "bad", (marker(), py("BadClass")), PyObject_IsInstance(o[0], o[1]))
SUCCEEDS(PyObject_IsSubclass, (py("bool"), py("int")), PyObject_IsSubclass(o[0], o[1]), EXPECT(result == 1))
RAISES(PyObject_IsSubclass, TypeError, NULL, (marker(), py("int")), PyObject_IsSubclass(o[0], o[1]))
RAISES(PyObject_IsSubclass, ValueError, "bad", (py("int"), py("BadClass")), PyObject_IsSubclass(o[0], o[1]))

SUCCEEDS(PyObject_Size, (list_of(2)), PyObject_Size(o[0]), EXPECT(result == 2))
RAISES(PyObject_Size, TypeError, "object of type 'counts.Marker' has no len()", (marker()), PyObject_Size(o[0]))
RAISES(PyObject_Size, ValueError, "bad", (py("Bad()")), PyObject_Size(o[0]))
SUCCEEDS(PyObject_Length, (list_of(2)), PyObject_Length(o[0]), EXPECT(result == 2))
RAISES(PyObject_Length, ValueError, "bad", (py("Bad()")), PyObject_Length(o[0]))
SUCCEEDS(PyObject_LengthHint, (marker()), PyObject_LengthHint(o[0], 7), EXPECT(result == 7))
SUCCEEDS(PyObject_LengthHint, (py("iter([1, 2])")), PyObject_LengthHint(o[0], 7), EXPECT(result == 2))
RAISES(PyObject_LengthHint, ValueError, "bad", (py("Bad()")), PyObject_LengthHint(o[0], 7))
SUCCEEDS(PyObject_GetItem, (list_of(2), number(1)), PyObject_GetItem(o[0], o[1]))
SUCCEEDS(PyObject_GetItem, (dict_of(2), text("k1")), PyObject_GetItem(o[0], o[1]))
RAISES(PyObject_GetItem, KeyError, NULL, (dict_of(2), text("k7")), PyObject_GetItem(o[0], o[1]))
RAISES(PyObject_GetItem, TypeError, "'counts.Marker' object is not subscriptable", (marker(), text("k7")), PyObject_GetItem(o[0], o[1]))
RAISES(PyObject_GetItem, ValueError, "bad", (py("Bad()"), marker()), PyObject_GetItem(o[0], o[1]))
SUCCEEDS(PyObject_SetItem, (list_of(2), number(1), marker()), PyObject_SetItem(o[0], o[1], o[2]))
SUCCEEDS(PyObject_SetItem, (dict_of(2), marker(), marker()), PyObject_SetItem(o[0], o[1], o[2]))
RAISES(PyObject_SetItem, IndexError, NULL, (list_of(2), number(2), marker()), PyObject_SetItem(o[0], o[1], o[2]))
RAISES(PyObject_SetItem, TypeError, NULL, (marker(), number(2), marker()), PyObject_SetItem(o[0], o[1], o[2]))
RAISES(PyObject_SetItem, ValueError, "bad", (py("Bad()"), number(2), marker()), PyObject_SetItem(o[0], o[1], o[2]))
SUCCEEDS(PyObject_DelItem, (dict_of(2), text("k1")), PyObject_DelItem(o[0], o[1]))
RAISES(PyObject_DelItem, KeyError, NULL, (dict_of(2), text("k7")), PyObject_DelItem(o[0], o[1]))
RAISES(PyObject_DelItem, TypeError, NULL, (marker(), number(2)), PyObject_DelItem(o[0], o[1]))
RAISES(PyObject_DelItem, ValueError, "bad", (py("Bad()"), number(2)), PyObject_DelItem(o[0], o[1]))

SUCCEEDS(PyGC_Collect, (), PyGC_Collect())
SUCCEEDS(Py_EnterRecursiveCall, (), Py_EnterRecursiveCall(" in a case"), if (result == 0) Py_LeaveRecursiveCall())
static int entered_recursive_call;
SUCCEEDS_AFTER((entered_recursive_call = Py_EnterRecursiveCall(" in a case")), Py_LeaveRecursiveCall, (), Py_LeaveRecursiveCall())
SUCCEEDS(Py_ReprEnter, (list_of(1)), Py_ReprEnter(o[0]), if (result == 0) Py_ReprLeave(o[0]))
static int
enter_and_leave_repr(PyObject *object)
{
    int entered = Py_ReprEnter(object);
    if (entered == 0) {
        Py_ReprLeave(object);
    }
    return entered;
}
SUCCEEDS(Py_ReprLeave, (list_of(1)), enter_and_leave_repr(o[0]))
