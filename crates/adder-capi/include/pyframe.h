/* Frames: all of it is in Python.h. */
#ifndef ADDER_OWN_PYFRAME_H
#define ADDER_OWN_PYFRAME_H

#include "Python.h"

#endif
