/* A clock that is wrong, for whoever preloads this: CLOCK_SHIFT_SECS away from the right time, and with
   CLOCK_EVERY_SECS only in every other period of so many seconds, so that it jumps to and fro. Clocks that only
   measure how long something takes are left alone. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

typedef int (*clock_function)(clockid_t, struct timespec *);

static int right_time(clockid_t clock, struct timespec *at) {
    static clock_function next;
    if (!next) next = (clock_function)dlsym(RTLD_NEXT, "clock_gettime");
    return next(clock, at);
}

static long shift_secs(void) {
    const char *shift = getenv("CLOCK_SHIFT_SECS"), *every = getenv("CLOCK_EVERY_SECS");
    struct timespec since;
    if (!shift) return 0;
    if (!every || atol(every) <= 0) return atol(shift);
    right_time(CLOCK_MONOTONIC, &since);
    return (since.tv_sec / atol(every)) % 2 ? atol(shift) : 0;
}

int clock_gettime(clockid_t clock, struct timespec *at) {
    int failed = right_time(clock, at);
    if (!failed && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) at->tv_sec += shift_secs();
    return failed;
}

int gettimeofday(struct timeval *at, void *zone) {
    struct timespec now;
    (void)zone;
    if (clock_gettime(CLOCK_REALTIME, &now)) return -1;
    at->tv_sec = now.tv_sec;
    at->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *at) {
    struct timespec now;
    if (clock_gettime(CLOCK_REALTIME, &now)) return -1;
    if (at) *at = now.tv_sec;
    return now.tv_sec;
}
