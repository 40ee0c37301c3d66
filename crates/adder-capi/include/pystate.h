/* Threads and interpreters: all of it is in Python.h. */
#ifndef ADDER_OWN_PYSTATE_H
#define ADDER_OWN_PYSTATE_H

#include "Python.h"

#endif
