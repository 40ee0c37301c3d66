/* datetime.h: every constructor, check and accessor. Compiled for Adder and for CPython. */
#include <Python.h>
#include <datetime.h>

static PyObject *
begin(PyObject *self, PyObject *ignored)
{
    (void)self;
    (void)ignored;
    PyDateTime_IMPORT;
    if (PyDateTimeAPI == NULL) {
        return NULL;
    }
    return Py_NewRef(PyDateTime_TimeZone_UTC);
}

static PyObject *
date(PyObject *self, PyObject *args)
{
    int year, month, day;
    (void)self;
    return PyArg_ParseTuple(args, "iii", &year, &month, &day) ? PyDate_FromDate(year, month, day) : NULL;
}

static PyObject *
datetime(PyObject *self, PyObject *args)
{
    int n[8], fold = -1;
    PyObject *zone = NULL;
    (void)self;
    if (!PyArg_ParseTuple(args, "iiiiiii|iO", &n[0], &n[1], &n[2], &n[3], &n[4], &n[5], &n[6], &fold, &zone)) {
        return NULL;
    }
    if (zone != NULL) {
        return PyDateTimeAPI->DateTime_FromDateAndTimeAndFold(n[0], n[1], n[2], n[3], n[4], n[5], n[6], zone, fold, PyDateTimeAPI->DateTimeType);
    }
    if (fold >= 0) {
        return PyDateTime_FromDateAndTimeAndFold(n[0], n[1], n[2], n[3], n[4], n[5], n[6], fold);
    }
    return PyDateTime_FromDateAndTime(n[0], n[1], n[2], n[3], n[4], n[5], n[6]);
}

static PyObject *
time_(PyObject *self, PyObject *args)
{
    int n[4], fold = -1;
    PyObject *zone = NULL;
    (void)self;
    if (!PyArg_ParseTuple(args, "iiii|iO", &n[0], &n[1], &n[2], &n[3], &fold, &zone)) {
        return NULL;
    }
    if (zone != NULL) {
        return PyDateTimeAPI->Time_FromTimeAndFold(n[0], n[1], n[2], n[3], zone, fold, PyDateTimeAPI->TimeType);
    }
    return fold >= 0 ? PyTime_FromTimeAndFold(n[0], n[1], n[2], n[3], fold) : PyTime_FromTime(n[0], n[1], n[2], n[3]);
}

static PyObject *
delta(PyObject *self, PyObject *args)
{
    int days, seconds, microseconds;
    (void)self;
    return PyArg_ParseTuple(args, "iii", &days, &seconds, &microseconds) ? PyDelta_FromDSU(days, seconds, microseconds) : NULL;
}

static PyObject *
zone(PyObject *self, PyObject *args)
{
    PyObject *offset, *name = NULL;
    (void)self;
    if (!PyArg_ParseTuple(args, "O|O", &offset, &name)) {
        return NULL;
    }
    return name == NULL ? PyTimeZone_FromOffset(offset) : PyTimeZone_FromOffsetAndName(offset, name);
}

static PyObject *
from_timestamp(PyObject *self, PyObject *args)
{
    PyObject *given;
    int only_date;
    (void)self;
    if (!PyArg_ParseTuple(args, "Oi", &given, &only_date)) {
        return NULL;
    }
    return only_date ? PyDate_FromTimestamp(given) : PyDateTime_FromTimestamp(given);
}

static PyObject *
parts(PyObject *self, PyObject *op)
{
    (void)self;
    PyObject *checks = Py_BuildValue("(iiiiiiiiii)", PyDate_Check(op), PyDate_CheckExact(op), PyDateTime_Check(op),
        PyDateTime_CheckExact(op), PyTime_Check(op), PyTime_CheckExact(op), PyDelta_Check(op), PyDelta_CheckExact(op),
        PyTZInfo_Check(op), PyTZInfo_CheckExact(op));
    if (PyDateTime_Check(op)) {
        return Py_BuildValue("(Niiiiiiiii)", checks, PyDateTime_GET_YEAR(op), PyDateTime_GET_MONTH(op), PyDateTime_GET_DAY(op),
            PyDateTime_DATE_GET_HOUR(op), PyDateTime_DATE_GET_MINUTE(op), PyDateTime_DATE_GET_SECOND(op),
            PyDateTime_DATE_GET_MICROSECOND(op), PyDateTime_DATE_GET_FOLD(op), PyDateTime_DATE_GET_TZINFO(op) == Py_None);
    }
    if (PyDate_Check(op)) {
        return Py_BuildValue("(Niii)", checks, PyDateTime_GET_YEAR(op), PyDateTime_GET_MONTH(op), PyDateTime_GET_DAY(op));
    }
    if (PyTime_Check(op)) {
        return Py_BuildValue("(NiiiiiO)", checks, PyDateTime_TIME_GET_HOUR(op), PyDateTime_TIME_GET_MINUTE(op),
            PyDateTime_TIME_GET_SECOND(op), PyDateTime_TIME_GET_MICROSECOND(op), PyDateTime_TIME_GET_FOLD(op),
            PyDateTime_TIME_GET_TZINFO(op));
    }
    if (PyDelta_Check(op)) {
        return Py_BuildValue("(Niii)", checks, PyDateTime_DELTA_GET_DAYS(op), PyDateTime_DELTA_GET_SECONDS(op),
            PyDateTime_DELTA_GET_MICROSECONDS(op));
    }
    return checks;
}

static PyMethodDef methods[] = {
    {"begin", begin, METH_NOARGS, NULL},
    {"date", date, METH_VARARGS, NULL},
    {"datetime", datetime, METH_VARARGS, NULL},
    {"time", time_, METH_VARARGS, NULL},
    {"delta", delta, METH_VARARGS, NULL},
    {"zone", zone, METH_VARARGS, NULL},
    {"from_timestamp", from_timestamp, METH_VARARGS, NULL},
    {"parts", parts, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, .m_name = "dates", .m_size = -1, .m_methods = methods};

PyMODINIT_FUNC
PyInit_dates(void)
{
    return PyModule_Create(&definition);
}
