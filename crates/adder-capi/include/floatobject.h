/* Float: all of it is in Python.h. */
#ifndef ADDER_OWN_FLOATOBJECT_H
#define ADDER_OWN_FLOATOBJECT_H

#include "Python.h"

#endif
