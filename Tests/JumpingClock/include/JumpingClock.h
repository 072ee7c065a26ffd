/* Loaded into a program with LD_PRELOAD, for a test: see clock.c. */
