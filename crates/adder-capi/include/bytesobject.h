/* bytes: all of it is in Python.h. */
#ifndef ADDER_OWN_BYTESOBJECT_H
#define ADDER_OWN_BYTESOBJECT_H

#include "Python.h"

#endif
