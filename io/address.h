/* SPDX-License-Identifier: MIT */
/* Where a server listens: a numeric IPv4 or IPv6 address, or "localhost" for 127.0.0.1.  Names are
 * not looked up: that would ask other machines, and block. */
#ifndef ET_IO_ADDRESS_H
#define ET_IO_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

struct et_address {
    struct sockaddr_storage storage;
    socklen_t size;
};

/* For a complaint about what et_address_parse refused. */
#define ET_ADDRESS_WANTED "found address \"%s\"; expected one such as 127.0.0.1 or ::1"

bool et_address_parse(struct et_address *out, const char *text, uint16_t port); /* false: neither */
bool et_address_loopback(const struct et_address *address); /* 127.0.0.0/8 or ::1 */

/* The port a bound socket has; 0 when it has none. */
uint16_t et_address_port(int fd);

/* "http://127.0.0.1:8080", "http://[::1]:8080", and a NUL. */
#define ET_ADDRESS_URL 80
void et_address_url(const struct et_address *address, uint16_t port, char out[ET_ADDRESS_URL]);

#endif
