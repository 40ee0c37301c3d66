/* Sizes that Rust decides: a test compares them with it. */
#ifndef ADDER_LAYOUT_H
#define ADDER_LAYOUT_H

#define ADDER_SHAPE_TYPE_OFFSET_ 112
#define ADDER_TYPE_TAIL_OFFSET_ 416
#define ADDER_TYPE_TAIL_WORDS_ 119

#endif
