/**
 * @file judge_slot.h
 * A slot's writer that stops where it is told, for the tests of TODO 4.
 */
#ifndef DAY5_TESTS_JUDGE_SLOT_H
#define DAY5_TESTS_JUDGE_SLOT_H

#include "region.h"

/** Stores of a write: the odd number, each word, the even number. */
#define STORES (SLOT_WORDS + 2)

/** The first @stores stores of write number @nr, from 1, of these words. */
void judge_slot_write(struct slot *s, uint64_t nr,
		      const uint64_t word[SLOT_WORDS], unsigned int stores);

#endif
