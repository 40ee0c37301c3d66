/* The beginning and end of an interpreter: all of it is in Python.h. */
#ifndef ADDER_OWN_PYLIFECYCLE_H
#define ADDER_OWN_PYLIFECYCLE_H

#include "Python.h"

#endif
