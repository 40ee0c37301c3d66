/* Descriptors: all of it is in Python.h. */
#ifndef ADDER_OWN_DESCROBJECT_H
#define ADDER_OWN_DESCROBJECT_H

#include "Python.h"

#endif
