/* Set: all of it is in Python.h. */
#ifndef ADDER_OWN_SETOBJECT_H
#define ADDER_OWN_SETOBJECT_H

#include "Python.h"

#endif
