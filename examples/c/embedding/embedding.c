/* Python inside a C program: a script of the user's computes, and the program has the last word. */
#include <Python.h>

static const char script[] = "prices = {'tea': 3, 'cake': 4}\n"
                             "def total(order):\n"
                             "    return sum(prices[name] * count for name, count in order.items())\n";

int
main(void)
{
    Py_Initialize();
    PyObject *globals = PyDict_New();                                               /* new: ours */
    PyObject *done = PyRun_String(script, Py_file_input, globals, globals);         /* new: None, or NULL */
    if (done == NULL) {
        PyErr_Print();
        return 1;
    }
    Py_DECREF(done);
    PyObject *prices = PyDict_GetItemString(globals, "prices");                     /* borrowed from globals */
    PyObject *shown = PyObject_Repr(prices);                                        /* new */
    printf("prices: %s\n", PyUnicode_AsUTF8(shown));
    Py_DECREF(shown);
    PyObject *total = PyDict_GetItemString(globals, "total");                       /* borrowed from globals */
    PyObject *order = Py_BuildValue("{s:i,s:i}", "tea", 3, "cake", 2);              /* new */
    PyObject *sum = PyObject_CallOneArg(total, order);                              /* new */
    Py_DECREF(order);
    printf("total: %ld\n", PyLong_AsLong(sum));
    Py_DECREF(sum);
    order = Py_BuildValue("{s:i}", "gold", 1);
    if (PyObject_CallOneArg(total, order) == NULL) {
        PyObject *error = PyErr_GetRaisedException();                               /* new: the indicator gives it up */
        printf("an error, as it should be: %s\n", Py_TYPE(error)->tp_name);
        Py_DECREF(error);
    }
    Py_DECREF(order);
    Py_DECREF(globals);
    if (Py_FinalizeEx() < 0) {
        return 120;
    }
    printf("ended\n");
    return 0;
}
