/*
 * SHA-256 as FIPS 180-4 describes it. The constants are the fractional parts
 * of square and cube roots of primes, so they are computed, not typed.
 */
#include "sha256.h"

#include <stdio.h>
#include <string.h>

static uint32_t k[64], first[8];

static uint32_t rotate(uint32_t x, unsigned int n)
{
	return x >> n | x << (32 - n);
}

/* The first 32 bits of the fraction of the @degree-th root of @n. */
static uint32_t root_fraction(unsigned int n, unsigned int degree)
{
	/* The root, scaled by 2^32: the largest x with x^degree <= n << ... */
	unsigned __int128 wanted, x, power;
	uint64_t root = 0;
	int bit;

	for (bit = 36; bit >= 0; bit--) {
		x = root | 1ull << bit;
		if (degree == 2) {
			wanted = (unsigned __int128)n << 64;
			power = x * x;
		} else {
			/* x^3 <= n 2^96, by whole parts: 128 bits hold it. */
			wanted = (unsigned __int128)n << 96;
			power = x * x * x;
		}
		if (power <= wanted)
			root = (uint64_t)x;
	}
	return (uint32_t)root;
}

static void make_constants(void)
{
	unsigned int n, d, found = 0;

	for (n = 2; found < 64; n++) {
		for (d = 2; d * d <= n && n % d; d++)
			;
		if (d * d <= n)
			continue;
		k[found] = root_fraction(n, 3);
		if (found < 8)
			first[found] = root_fraction(n, 2);
		found++;
	}
}

static void expand(uint32_t w[64], const unsigned char *p)
{
	uint32_t a, b;
	unsigned int i;

	for (i = 0; i < 16; i++, p += 4)
		w[i] = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
		       (uint32_t)p[2] << 8 | p[3];
	for (; i < 64; i++) {
		a = w[i - 15];
		b = w[i - 2];
		w[i] = w[i - 16] + w[i - 7] +
		       (rotate(a, 7) ^ rotate(a, 18) ^ a >> 3) +
		       (rotate(b, 17) ^ rotate(b, 19) ^ b >> 10);
	}
}

static void add_block(struct sha256 *h)
{
	uint32_t w[64], s[8], t1, t2;
	unsigned int i;

	expand(w, h->block);
	memcpy(s, h->state, sizeof(s));
	for (i = 0; i < 64; i++) {
		t1 = s[7] + k[i] + w[i] + ((s[4] & s[5]) ^ (~s[4] & s[6])) +
		     (rotate(s[4], 6) ^ rotate(s[4], 11) ^ rotate(s[4], 25));
		t2 = ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2])) +
		     (rotate(s[0], 2) ^ rotate(s[0], 13) ^ rotate(s[0], 22));
		memmove(s + 1, s, 7 * sizeof(*s));
		s[4] += t1;
		s[0] = t1 + t2;
	}
	for (i = 0; i < 8; i++)
		h->state[i] += s[i];
}

void sha256_init(struct sha256 *h)
{
	if (!first[0])
		make_constants();
	memcpy(h->state, first, sizeof(first));
	h->len = 0;
}

void sha256_add(struct sha256 *h, const void *data, size_t len)
{
	const unsigned char *p = data;

	while (len--) {
		h->block[h->len++ % 64] = *p++;
		if (h->len % 64 == 0)
			add_block(h);
	}
}

void sha256_end(struct sha256 *h, char hex[SHA256_HEX])
{
	const uint64_t bits = h->len * 8;
	unsigned char end[8];
	unsigned int i;

	for (i = 0; i < 8; i++)
		end[i] = (unsigned char)(bits >> (56 - 8 * i));
	sha256_add(h, "\x80", 1);
	while (h->len % 64 != 56)
		sha256_add(h, "", 1);
	sha256_add(h, end, sizeof(end));
	for (i = 0; i < 8; i++)
		snprintf(hex + 8 * i, SHA256_HEX - 8 * i, "%08x", h->state[i]);
}
