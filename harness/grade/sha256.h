/**
 * @file sha256.h
 * SHA-256, for naming contents: the same bytes, the same mark.
 */
#ifndef UNPARK_SHA256_H
#define UNPARK_SHA256_H

#include <stddef.h>
#include <stdint.h>

#define SHA256_HEX 65 /**< bytes of the hash as text, with its NUL */

/** A hash in the making. */
struct sha256 {
	uint32_t state[8];
	uint64_t len; /**< bytes so far */
	unsigned char block[64];
};

/**
 * sha256_init() - start a hash.
 * @h: the caller's memory.
 *
 * Context: any.
 */
void sha256_init(struct sha256 *h);

/**
 * sha256_add() - add bytes.
 * @h: started.
 * @data: @len bytes, borrowed.
 * @len: bytes.
 *
 * Context: any.
 */
void sha256_add(struct sha256 *h, const void *data, size_t len);

/**
 * sha256_end() - the hash as text.
 * @h: started; to be started again before its next use.
 * @hex: lower case, with a NUL.
 *
 * Context: any.
 * Source: FIPS 180-4, section 6.2.
 */
void sha256_end(struct sha256 *h, char hex[SHA256_HEX]);

#endif
