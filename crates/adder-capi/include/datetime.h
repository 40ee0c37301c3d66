/* Dates and times: the layouts of their objects, and the functions behind the capsule datetime.datetime_CAPI.
 *
 * PyDateTime_IMPORT fills PyDateTimeAPI, a variable of each source file that includes this. */
#ifndef DATETIME_H
#define DATETIME_H

#include "Python.h"

ADDER_BEGIN

#define _PyDateTime_DATE_DATASIZE 4
#define _PyDateTime_TIME_DATASIZE 6
#define _PyDateTime_DATETIME_DATASIZE 10

typedef struct {
    PyObject ob_base;
    Py_hash_t hashcode;
    int days;
    int seconds;
    int microseconds;
} PyDateTime_Delta;

typedef struct {
    PyObject ob_base;
} PyDateTime_TZInfo;

#define _ADDER_DATE_HEAD \
    PyObject ob_base;    \
    Py_hash_t hashcode;  \
    char hastzinfo;

typedef struct {
    _ADDER_DATE_HEAD
    unsigned char data[_PyDateTime_DATE_DATASIZE];
} PyDateTime_Date;

typedef struct {
    _ADDER_DATE_HEAD
    unsigned char data[_PyDateTime_TIME_DATASIZE];
    unsigned char fold;
    PyObject *tzinfo;
} PyDateTime_Time;

typedef struct {
    _ADDER_DATE_HEAD
    unsigned char data[_PyDateTime_DATETIME_DATASIZE];
    unsigned char fold;
    PyObject *tzinfo;
} PyDateTime_DateTime;

typedef struct {
    PyTypeObject *DateType;
    PyTypeObject *DateTimeType;
    PyTypeObject *TimeType;
    PyTypeObject *DeltaType;
    PyTypeObject *TZInfoType;
    PyObject *TimeZone_UTC;
    PyObject *(*Date_FromDate)(int, int, int, PyTypeObject *);
    PyObject *(*DateTime_FromDateAndTime)(int, int, int, int, int, int, int, PyObject *, PyTypeObject *);
    PyObject *(*Time_FromTime)(int, int, int, int, PyObject *, PyTypeObject *);
    PyObject *(*Delta_FromDelta)(int, int, int, int, PyTypeObject *);
    PyObject *(*TimeZone_FromTimeZone)(PyObject *offset, PyObject *name);
    PyObject *(*DateTime_FromTimestamp)(PyObject *, PyObject *, PyObject *);
    PyObject *(*Date_FromTimestamp)(PyObject *, PyObject *);
    PyObject *(*DateTime_FromDateAndTimeAndFold)(int, int, int, int, int, int, int, PyObject *, int, PyTypeObject *);
    PyObject *(*Time_FromTimeAndFold)(int, int, int, int, PyObject *, int, PyTypeObject *);
} PyDateTime_CAPI;

#define PyDateTime_CAPSULE_NAME "datetime.datetime_CAPI"

static PyDateTime_CAPI *PyDateTimeAPI __attribute__((unused)) = Py_NULL;
#define PyDateTime_IMPORT (PyDateTimeAPI = (PyDateTime_CAPI *)PyCapsule_Import(PyDateTime_CAPSULE_NAME, 0))
#define PyDateTime_TimeZone_UTC PyDateTimeAPI->TimeZone_UTC

#define PyDate_Check(op) PyObject_TypeCheck((op), PyDateTimeAPI->DateType)
#define PyDate_CheckExact(op) Py_IS_TYPE((op), PyDateTimeAPI->DateType)
#define PyDateTime_Check(op) PyObject_TypeCheck((op), PyDateTimeAPI->DateTimeType)
#define PyDateTime_CheckExact(op) Py_IS_TYPE((op), PyDateTimeAPI->DateTimeType)
#define PyTime_Check(op) PyObject_TypeCheck((op), PyDateTimeAPI->TimeType)
#define PyTime_CheckExact(op) Py_IS_TYPE((op), PyDateTimeAPI->TimeType)
#define PyDelta_Check(op) PyObject_TypeCheck((op), PyDateTimeAPI->DeltaType)
#define PyDelta_CheckExact(op) Py_IS_TYPE((op), PyDateTimeAPI->DeltaType)
#define PyTZInfo_Check(op) PyObject_TypeCheck((op), PyDateTimeAPI->TZInfoType)
#define PyTZInfo_CheckExact(op) Py_IS_TYPE((op), PyDateTimeAPI->TZInfoType)

#define PyDate_FromDate(year, month, day) PyDateTimeAPI->Date_FromDate((year), (month), (day), PyDateTimeAPI->DateType)
#define PyDateTime_FromDateAndTime(year, month, day, hour, minute, second, microsecond) \
    PyDateTimeAPI->DateTime_FromDateAndTime((year), (month), (day), (hour), (minute), (second), (microsecond), Py_None, \
        PyDateTimeAPI->DateTimeType)
#define PyDateTime_FromDateAndTimeAndFold(year, month, day, hour, minute, second, microsecond, fold) \
    PyDateTimeAPI->DateTime_FromDateAndTimeAndFold((year), (month), (day), (hour), (minute), (second), (microsecond), Py_None, \
        (fold), PyDateTimeAPI->DateTimeType)
#define PyTime_FromTime(hour, minute, second, microsecond) \
    PyDateTimeAPI->Time_FromTime((hour), (minute), (second), (microsecond), Py_None, PyDateTimeAPI->TimeType)
#define PyTime_FromTimeAndFold(hour, minute, second, microsecond, fold) \
    PyDateTimeAPI->Time_FromTimeAndFold((hour), (minute), (second), (microsecond), Py_None, (fold), PyDateTimeAPI->TimeType)
#define PyDelta_FromDSU(days, seconds, microseconds) \
    PyDateTimeAPI->Delta_FromDelta((days), (seconds), (microseconds), 1, PyDateTimeAPI->DeltaType)
#define PyTimeZone_FromOffset(offset) PyDateTimeAPI->TimeZone_FromTimeZone((offset), Py_NULL)
#define PyTimeZone_FromOffsetAndName(offset, name) PyDateTimeAPI->TimeZone_FromTimeZone((offset), (name))
#define PyDateTime_FromTimestamp(args) \
    PyDateTimeAPI->DateTime_FromTimestamp((PyObject *)(PyDateTimeAPI->DateTimeType), (args), Py_NULL)
#define PyDate_FromTimestamp(args) PyDateTimeAPI->Date_FromTimestamp((PyObject *)(PyDateTimeAPI->DateType), (args))

#define _ADDER_DATE_DATA(op, type, at) ((int)((const type *)(const void *)(op))->data[at])
#define PyDateTime_GET_YEAR(op) (_ADDER_DATE_DATA(op, PyDateTime_Date, 0) << 8 | _ADDER_DATE_DATA(op, PyDateTime_Date, 1))
#define PyDateTime_GET_MONTH(op) _ADDER_DATE_DATA(op, PyDateTime_Date, 2)
#define PyDateTime_GET_DAY(op) _ADDER_DATE_DATA(op, PyDateTime_Date, 3)
#define PyDateTime_DATE_GET_HOUR(op) _ADDER_DATE_DATA(op, PyDateTime_DateTime, 4)
#define PyDateTime_DATE_GET_MINUTE(op) _ADDER_DATE_DATA(op, PyDateTime_DateTime, 5)
#define PyDateTime_DATE_GET_SECOND(op) _ADDER_DATE_DATA(op, PyDateTime_DateTime, 6)
#define PyDateTime_DATE_GET_MICROSECOND(op) \
    (_ADDER_DATE_DATA(op, PyDateTime_DateTime, 7) << 16 | _ADDER_DATE_DATA(op, PyDateTime_DateTime, 8) << 8 \
     | _ADDER_DATE_DATA(op, PyDateTime_DateTime, 9))
#define PyDateTime_DATE_GET_FOLD(op) (((const PyDateTime_DateTime *)(const void *)(op))->fold)
#define PyDateTime_DATE_GET_TZINFO(op) \
    (((PyDateTime_DateTime *)(void *)(op))->hastzinfo ? ((PyDateTime_DateTime *)(void *)(op))->tzinfo : Py_None)
#define PyDateTime_TIME_GET_HOUR(op) _ADDER_DATE_DATA(op, PyDateTime_Time, 0)
#define PyDateTime_TIME_GET_MINUTE(op) _ADDER_DATE_DATA(op, PyDateTime_Time, 1)
#define PyDateTime_TIME_GET_SECOND(op) _ADDER_DATE_DATA(op, PyDateTime_Time, 2)
#define PyDateTime_TIME_GET_MICROSECOND(op) \
    (_ADDER_DATE_DATA(op, PyDateTime_Time, 3) << 16 | _ADDER_DATE_DATA(op, PyDateTime_Time, 4) << 8 \
     | _ADDER_DATE_DATA(op, PyDateTime_Time, 5))
#define PyDateTime_TIME_GET_FOLD(op) (((const PyDateTime_Time *)(const void *)(op))->fold)
#define PyDateTime_TIME_GET_TZINFO(op) \
    (((PyDateTime_Time *)(void *)(op))->hastzinfo ? ((PyDateTime_Time *)(void *)(op))->tzinfo : Py_None)
#define PyDateTime_DELTA_GET_DAYS(op) (((const PyDateTime_Delta *)(const void *)(op))->days)
#define PyDateTime_DELTA_GET_SECONDS(op) (((const PyDateTime_Delta *)(const void *)(op))->seconds)
#define PyDateTime_DELTA_GET_MICROSECONDS(op) (((const PyDateTime_Delta *)(const void *)(op))->microseconds)

ADDER_END

#endif
