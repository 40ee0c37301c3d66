/* Struct sequences: all of it is in Python.h. */
#ifndef ADDER_OWN_STRUCTSEQ_H
#define ADDER_OWN_STRUCTSEQ_H

#include "Python.h"

#endif
