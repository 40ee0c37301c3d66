/* The numbers of slots: all of it is in Python.h. */
#ifndef ADDER_OWN_TYPESLOTS_H
#define ADDER_OWN_TYPESLOTS_H

#include "Python.h"

#endif
