/* Bytearray: all of it is in Python.h. */
#ifndef ADDER_OWN_BYTEARRAYOBJECT_H
#define ADDER_OWN_BYTEARRAYOBJECT_H

#include "Python.h"

#endif
