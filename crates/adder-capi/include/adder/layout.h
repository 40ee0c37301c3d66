/* Sizes that Rust decides: a test compares them with it. */
#ifndef ADDER_LAYOUT_H
#define ADDER_LAYOUT_H

#define ADDER_SHAPE_TYPE_OFFSET_ 112
#define ADDER_SIZE_OF_PyComplexObject_ 32
#define ADDER_SIZE_OF_PyDictObject_ 48
#define ADDER_SIZE_OF_PyFloatObject_ 24
#define ADDER_SIZE_OF_PyListObject_ 40
#define ADDER_SIZE_OF_PyLongObject_ 24
#define ADDER_SIZE_OF_PySetObject_ 64
#define ADDER_SIZE_OF_PySliceObject_ 40
#define ADDER_TYPE_STATE_OFFSET_ 1360
#define ADDER_TYPE_TAIL_OFFSET_ 416
#define ADDER_TYPE_TAIL_WORDS_ 119

#endif
