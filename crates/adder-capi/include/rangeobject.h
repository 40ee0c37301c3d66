/* Range: all of it is in Python.h. */
#ifndef ADDER_OWN_RANGEOBJECT_H
#define ADDER_OWN_RANGEOBJECT_H

#include "Python.h"

#endif
