/* Running programs: all of it is in Python.h. */
#ifndef ADDER_OWN_PYTHONRUN_H
#define ADDER_OWN_PYTHONRUN_H

#include "Python.h"

#endif
