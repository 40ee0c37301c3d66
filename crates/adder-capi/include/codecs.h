/* Codecs: all of it is in Python.h. */
#ifndef ADDER_OWN_CODECS_H
#define ADDER_OWN_CODECS_H

#include "Python.h"

#endif
