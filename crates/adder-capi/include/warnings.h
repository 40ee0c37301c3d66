/* Warnings: all of it is in Python.h. */
#ifndef ADDER_OWN_WARNINGS_H
#define ADDER_OWN_WARNINGS_H

#include "Python.h"

#endif
