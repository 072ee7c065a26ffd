#pragma once

#include <libnbd.h>
#include <stddef.h>

// glibc and musl have it; Swift's module of the C library shows it only with _GNU_SOURCE.
extern void *memmem(const void *haystack, size_t haystack_length, const void *needle, size_t needle_length);

static inline const void *imagebake_memmem(const void *haystack, size_t haystack_length, const void *needle,
                                           size_t needle_length)
{
    return memmem(haystack, haystack_length, needle, needle_length);
}
