/* Evaluation: all of it is in Python.h. */
#ifndef ADDER_OWN_CEVAL_H
#define ADDER_OWN_CEVAL_H

#include "Python.h"

#endif
