/**
 * @file judge_grant.h
 * TODO 2 by hand, for the tests of TODO 1.
 */
#ifndef DAY6_TESTS_JUDGE_GRANT_H
#define DAY6_TESTS_JUDGE_GRANT_H

#include "chan.h"

/** The oldest message of a channel of numbers comes out: which. */
int take_by_hand(struct chan *c);

/** Its place is given to the one who has waited longest. */
void grant_by_hand(struct chan *c);

#endif
