/**
 * @file judge_header.h
 * A header of a region, judged for the tests of TODO 5.
 */
#ifndef DAY5_TESTS_JUDGE_HEADER_H
#define DAY5_TESTS_JUDGE_HEADER_H

#include "region.h"

/** Size of an entry of @part in bytes; 0 for the rings, which differ. */
uint32_t judge_size_of(unsigned int part);

/** What region_check() is to return for @h in a file of @size bytes. */
int judge_header(const struct region_header *h, uint64_t size);

#endif
