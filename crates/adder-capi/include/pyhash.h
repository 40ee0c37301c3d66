/* Hashes: all of it is in Python.h. */
#ifndef ADDER_OWN_PYHASH_H
#define ADDER_OWN_PYHASH_H

#include "Python.h"

#endif
