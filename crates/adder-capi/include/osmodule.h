/* Paths: all of it is in Python.h. */
#ifndef ADDER_OWN_OSMODULE_H
#define ADDER_OWN_OSMODULE_H

#include "Python.h"

#endif
