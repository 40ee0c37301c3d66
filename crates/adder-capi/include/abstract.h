/* The protocols of objects: all of it is in Python.h. */
#ifndef ADDER_OWN_ABSTRACT_H
#define ADDER_OWN_ABSTRACT_H

#include "Python.h"

#endif
