/* Tuple: all of it is in Python.h. */
#ifndef ADDER_OWN_TUPLEOBJECT_H
#define ADDER_OWN_TUPLEOBJECT_H

#include "Python.h"

#endif
