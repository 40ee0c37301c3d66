/* The module sys: all of it is in Python.h. */
#ifndef ADDER_OWN_SYSMODULE_H
#define ADDER_OWN_SYSMODULE_H

#include "Python.h"

#endif
