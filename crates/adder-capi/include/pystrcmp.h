/* Comparing texts of C's: all of it is in Python.h. */
#ifndef ADDER_OWN_PYSTRCMP_H
#define ADDER_OWN_PYSTRCMP_H

#include "Python.h"

#endif
