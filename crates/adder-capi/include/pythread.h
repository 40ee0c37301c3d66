/* Threads and locks: all of it is in Python.h. */
#ifndef ADDER_OWN_PYTHREAD_H
#define ADDER_OWN_PYTHREAD_H

#include "Python.h"

#endif
