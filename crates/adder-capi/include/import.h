/* Imports: all of it is in Python.h. */
#ifndef ADDER_OWN_IMPORT_H
#define ADDER_OWN_IMPORT_H

#include "Python.h"

#endif
