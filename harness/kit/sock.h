/**
 * @file sock.h
 * The door to sockets: TCP on the loopback address, and nothing else.
 *
 * Like sys.h: 0 or a count, or a negative errno; counted together, as
 * SYS_CALL_SOCKET, and failable at FAULT_SYS. Every socket is non-blocking and
 * close-on-exec.
 */
#ifndef KIT_SOCK_H
#define KIT_SOCK_H

#include "kit/compiler.h"

/**
 * sock_tcp() - a TCP socket, which sends what is written at once
 *
 * What is written is sent at once (TCP_NODELAY), and so it is on connections
 * that are accepted from it. Else a second short answer would wait until the
 * peer has acknowledged the first, which it puts off for 40 ms.
 *
 * Context: any thread; does not block.
 * Return: a descriptor owned by the caller, or -errno.
 */
int sock_tcp(void);

/**
 * sock_listen() - take connections at a port of the loopback address
 * @fd: from sock_tcp()
 * @port: port; 0: one that is free, see sock_port()
 * @backlog: so many connections may wait to be accepted
 *
 * Context: any thread; does not block.
 * Return: 0 or -errno (-EADDRINUSE: the port is taken).
 */
int sock_listen(int fd, uint16_t port, int backlog) __must_check;

/**
 * sock_connect() - connect to a port of the loopback address
 * @fd: from sock_tcp()
 * @port: where to
 *
 * Context: any thread; does not block.
 * Return: 0; -EINPROGRESS when it becomes writable later, and sock_error()
 *         then knows how it went; or another -errno.
 */
int sock_connect(int fd, uint16_t port) __must_check;

/**
 * sock_send_buffer() - how much the system keeps that was written to a socket
 * @fd: a socket; those that a listener accepts have it from there
 * @bytes: about so many, until the peer takes them; the system doubles it
 *
 * Context: any thread; does not block.
 * Return: 0 or -errno.
 */
int sock_send_buffer(int fd, unsigned int bytes) __must_check;

/**
 * sock_error() - how the last thing that went on by itself has ended
 * @fd: a socket
 *
 * Context: any thread; does not block.
 * Return: 0 or -errno (-ECONNREFUSED: nobody listens there).
 */
int sock_error(int fd) __must_check;

/**
 * sock_port() - the port that a socket is bound to
 * @fd: a socket
 *
 * Context: any thread; does not block.
 * Return: the port, or -errno.
 */
int sock_port(int fd) __must_check;

/**
 * sock_shut_write() - send no more: the peer reads an end of file
 * @fd: a connected socket, which can still be read
 *
 * Context: any thread; does not block.
 * Return: 0 or -errno.
 */
int sock_shut_write(int fd) __must_check;

/**
 * sock_nonblock() - make any descriptor non-blocking
 * @fd: a descriptor
 *
 * Context: any thread; does not block.
 * Return: 0; -EBADF when it is not open.
 */
int sock_nonblock(int fd) __must_check;

/**
 * sock_ignore_sigpipe() - let a write to a closed peer be an error only
 * @on: true: ignore the signal that would end the process; false: back to the
 *      default
 *
 * Context: main thread, at boot and at unload.
 */
void sock_ignore_sigpipe(bool on);

#endif
