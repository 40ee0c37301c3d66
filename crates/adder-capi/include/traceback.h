/* Tracebacks: all of it is in Python.h. */
#ifndef ADDER_OWN_TRACEBACK_H
#define ADDER_OWN_TRACEBACK_H

#include "Python.h"

#endif
