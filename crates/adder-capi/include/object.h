/* Objects: all of it is in Python.h. */
#ifndef ADDER_OWN_OBJECT_H
#define ADDER_OWN_OBJECT_H

#include "Python.h"

#endif
