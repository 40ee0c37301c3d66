/* Frames: all of it is in Python.h. */
#ifndef ADDER_OWN_FRAMEOBJECT_H
#define ADDER_OWN_FRAMEOBJECT_H

#include "Python.h"

#endif
