/* SPDX-License-Identifier: MIT */
/* 128 bits for the middle of a calculation; ISO C has no name for them. */
#ifndef ET_BASE_WIDE_H
#define ET_BASE_WIDE_H

__extension__ typedef unsigned __int128 et_u128;

#endif
