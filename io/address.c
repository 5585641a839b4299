/* SPDX-License-Identifier: MIT */
#include "io/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

bool et_address_parse(struct et_address *out, const char *text, uint16_t port)
{
    struct et_address address = {0};
    struct sockaddr_in *four = (struct sockaddr_in *)&address.storage;
    struct sockaddr_in6 *six = (struct sockaddr_in6 *)&address.storage;
    if (strcmp(text, "localhost") == 0)
        text = "127.0.0.1";
    if (inet_pton(AF_INET, text, &four->sin_addr) == 1) {
        four->sin_family = AF_INET;
        four->sin_port = htons(port);
        address.size = sizeof *four;
    } else if (inet_pton(AF_INET6, text, &six->sin6_addr) == 1) {
        six->sin6_family = AF_INET6;
        six->sin6_port = htons(port);
        address.size = sizeof *six;
    } else {
        return false;
    }
    *out = address;
    return true;
}

bool et_address_loopback(const struct et_address *address)
{
    if (address->storage.ss_family == AF_INET6)
        return IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)&address->storage)->sin6_addr);
    const struct sockaddr_in *four = (const struct sockaddr_in *)&address->storage;
    return ntohl(four->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
}

uint16_t et_address_port(int fd)
{
    struct sockaddr_storage storage = {0};
    socklen_t size = sizeof storage;
    if (getsockname(fd, (struct sockaddr *)&storage, &size) != 0)
        return 0;
    if (storage.ss_family == AF_INET6)
        return ntohs(((struct sockaddr_in6 *)&storage)->sin6_port);
    return ntohs(((struct sockaddr_in *)&storage)->sin_port);
}

void et_address_url(const struct et_address *address, uint16_t port, char out[ET_ADDRESS_URL])
{
    char host[INET6_ADDRSTRLEN] = "";
    bool six = address->storage.ss_family == AF_INET6;
    const void *bytes =
        six ? (const void *)&((const struct sockaddr_in6 *)&address->storage)->sin6_addr
            : &((const struct sockaddr_in *)&address->storage)->sin_addr;
    inet_ntop(address->storage.ss_family, bytes, host, sizeof host);
    snprintf(out, ET_ADDRESS_URL, six ? "http://[%s]:%u" : "http://%s:%u", host, port);
}
