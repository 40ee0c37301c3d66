/* The format of the module marshal: all of it is in Python.h. */
#ifndef ADDER_OWN_MARSHAL_H
#define ADDER_OWN_MARSHAL_H

#include "Python.h"

#endif
