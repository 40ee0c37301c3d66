/* Errors: all of it is in Python.h. */
#ifndef ADDER_OWN_PYERRORS_H
#define ADDER_OWN_PYERRORS_H

#include "Python.h"

#endif
