/* Capsules: all of it is in Python.h. */
#ifndef ADDER_OWN_PYCAPSULE_H
#define ADDER_OWN_PYCAPSULE_H

#include "Python.h"

#endif
