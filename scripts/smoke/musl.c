/*
 * Lets Debian's libstdc++ run on Debian's musl, so that executables for Alpine start here: what of glibc it asks for.
 * It proves the program, not the C library.
 */
#include <stddef.h>
#include <stdlib.h>

struct tm;
extern long getrandom(void *, size_t, unsigned);
extern size_t strftime_l(char *, size_t, const char *, const struct tm *, void *);

char __libc_single_threaded = 0;
#ifdef __x86_64__
struct { unsigned vendor, type, subtype, features; } __cpu_model;
int __cpu_indicator_init(void) { return 0; }
#endif

extern unsigned long getauxval(unsigned long);
unsigned long __getauxval(unsigned long type) { return getauxval(type); }
int _dl_find_object(void *address, void *result) { return -1; } /* The unwinder then walks the list of libraries. */
int __cxa_thread_atexit_impl(void (*end)(void *), void *object, void *library) { return 0; }
size_t __strftime_l(char *to, size_t max, const char *format, const struct tm *time, void *locale) {
  return strftime_l(to, max, format, time, locale);
}
unsigned arc4random(void) {
  unsigned drawn;
  if (getrandom(&drawn, sizeof drawn, 0) != sizeof drawn) abort();
  return drawn;
}
