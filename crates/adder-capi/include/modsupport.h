/* Arguments and modules: all of it is in Python.h. */
#ifndef ADDER_OWN_MODSUPPORT_H
#define ADDER_OWN_MODSUPPORT_H

#include "Python.h"

#endif
