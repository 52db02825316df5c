/**
 * @file omission.h
 * The parts of the program unpark-omission.
 */
#ifndef DAY4_OMISSION_H
#define DAY4_OMISSION_H

/**
 * omission_live() - a stall in real time, measured and printed
 *
 * Context: the main thread; takes three seconds.
 */
void omission_live(void);

#endif
