/**
 * @file http.h
 * The answers over HTTP, on the loopback address only.
 *
 * Who may ask: a program of this machine. A page of the web that a browser on
 * this machine shows may not: its Origin is not local, and where it has made
 * its own name point here (DNS rebinding), its Host is not.
 *
 * What is sent is never trusted, and bounded: headers, bodies, connections, and
 * the time that each may take.
 */
#ifndef DAY5_SERVE_HTTP_H
#define DAY5_SERVE_HTTP_H

#include "feed.h"

/** Connections at a time. */
#define HTTP_CONNECTIONS 32
/** Bytes of a connection's headers, roughly. */
#define HTTP_HEADERS_MAX 32768
/** Seconds that a connection may be silent. */
#define HTTP_TIMEOUT 15

struct http;

/**
 * http_open() - listen
 * @h: receives the server, owned by the caller: http_close()
 * @f: what is told; borrowed until then
 * @port: of 127.0.0.1; 0: one that is free
 *
 * Context: one thread: whoever calls http_run() after that.
 * Return: 0; -EADDRINUSE: the port is taken; -ENOMEM; -EIO.
 */
int http_open(struct http **h, struct feed *f, uint16_t port) __must_check;

/**
 * http_port() - where it listens
 * @h: the server; borrowed
 *
 * Context: the same thread; does not block.
 * Return: the port.
 */
uint16_t http_port(const struct http *h);

/**
 * http_run() - answer what has been asked
 * @h: the server
 * @ms: wait so long for somebody to ask
 *
 * Context: the same thread; blocks for @ms at most.
 */
void http_run(struct http *h, unsigned int ms);

/**
 * http_close() - listen no more
 * @h: the server; consumed; NULL is fine
 *
 * Context: the same thread.
 */
void http_close(struct http *h);

#endif
