/**
 * @file futex.h
 * The door to the futex: sleep while a word is what it was, wake a sleeper.
 *
 * Private to park.c: everybody else parks.
 *
 * Source: Linux, futex(2).
 */
#ifndef KIT_FUTEX_H
#define KIT_FUTEX_H

#include "kit/atomic.h"
#include "kit/compiler.h"

/**
 * futex_wait() - sleep while a word has a value
 * @word: compared before the sleep, in one step with falling asleep
 * @value: of the word
 * @deadline: in ns of clock_now(), or CLOCK_NEVER
 *
 * Returns without cause, too: the caller looks, and sleeps on.
 *
 * Context: any thread; blocks.
 * Return: false when @deadline has passed.
 */
bool futex_wait(_Atomic(uint32_t) *word, uint32_t value, uint64_t deadline);

/**
 * futex_wake() - wake one who sleeps on a word
 * @word: changed before
 *
 * Context: any thread; does not block.
 */
void futex_wake(_Atomic(uint32_t) *word);

#endif
