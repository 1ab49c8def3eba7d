// Preloaded into flowrun (LD_PRELOAD): stands between it and the calls that reach its files, also those that liblmdb makes.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "harm.h"

#define REAL(name)               \
  static __typeof__(&name) real; \
  if (real == NULL) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

// Makes the call, or lets it fail.
#define MAKE(call, type, failed, expression)   \
  const enum Verdict verdict = enter(&(call)); \
  if (verdict == fails) return failed;         \
  type const answer = (expression);            \
  leave(&(call), verdict);                     \
  return answer

static size_t length_of(enum Verdict verdict, size_t size) {
  return verdict == is_shortened && size > 1 ? size / 2 : size;
}

int open(const char* path, int flags, ...) {
  REAL(open);
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = va_arg(rest, mode_t);
  va_end(rest);
  const enum File file = file_at(path);
  const struct Call call = {"open", file, can_interrupt | can_fail | ((flags & O_CREAT) != 0 ? can_fill : 0), false};
  const enum Verdict verdict = enter(&call);
  if (verdict == fails) return -1;
  const int descriptor = real(path, flags, mode);
  note_opened(descriptor, file);
  leave(&call, verdict);
  return descriptor;
}

int close(int descriptor) {
  REAL(close);
  const struct Call call = {"close", file_behind(descriptor), can_interrupt | can_fail, false};
  const enum Verdict verdict = enter(&call);
  const int number = errno;
  note_closed(descriptor);
  const int answer = real(descriptor);
  leave(&call, verdict);
  // As of Linux: the descriptor is closed whatever is said.
  if (verdict != fails) return answer;
  errno = number;
  return -1;
}

ssize_t pread(int descriptor, void* bytes, size_t size, off_t offset) {
  REAL(pread);
  const struct Call call = {"pread", file_behind(descriptor), can_shorten | can_interrupt | can_fail, false};
  note_reading(&call);
  const enum Verdict verdict = enter(&call);
  if (verdict == fails) return -1;
  const ssize_t count = real(descriptor, bytes, length_of(verdict, size), offset);
  note_read(&call, descriptor, count == 0);
  leave(&call, verdict);
  return count;
}

ssize_t write(int descriptor, const void* bytes, size_t size) {
  REAL(write);
  const struct Call call = {"write", file_behind(descriptor), can_shorten | can_interrupt | can_fill | can_fail, false};
  const enum Verdict verdict = enter(&call);
  if (verdict == fails) return -1;
  const ssize_t count = real(descriptor, bytes, length_of(verdict, size));
  leave(&call, verdict);
  return count;
}

ssize_t pwrite(int descriptor, const void* bytes, size_t size, off_t offset) {
  REAL(pwrite);
  const struct Call call = {"pwrite", file_behind(descriptor), can_shorten | can_interrupt | can_fill | can_fail,
                            false};
  const enum Verdict verdict = enter(&call);
  if (verdict == fails) return -1;
  const ssize_t count = real(descriptor, bytes, length_of(verdict, size), offset);
  leave(&call, verdict);
  return count;
}

ssize_t writev(int descriptor, const struct iovec* parts, int count) {
  REAL(writev);
  const struct Call call = {"writev", file_behind(descriptor), can_shorten | can_interrupt | can_fill | can_fail,
                            false};
  const enum Verdict verdict = enter(&call);
  if (verdict == fails) return -1;
  const ssize_t written = real(descriptor, parts, verdict == is_shortened && count > 1 ? count / 2 : count);
  leave(&call, verdict);
  return written;
}

int fsync(int descriptor) {
  REAL(fsync);
  const struct Call call = {"fsync", file_behind(descriptor), can_interrupt | can_fill | can_fail, true};
  MAKE(call, int, -1, real(descriptor));
}

int fdatasync(int descriptor) {
  REAL(fdatasync);
  const struct Call call = {"fdatasync", file_behind(descriptor), can_interrupt | can_fill | can_fail, true};
  MAKE(call, int, -1, real(descriptor));
}

int ftruncate(int descriptor, off_t length) {
  REAL(ftruncate);
  const struct Call call = {"ftruncate", file_behind(descriptor), can_fill | can_fail, false};
  MAKE(call, int, -1, real(descriptor, length));
}

off_t lseek(int descriptor, off_t offset, int whence) {
  REAL(lseek);
  const struct Call call = {"lseek", file_behind(descriptor), can_fail, false};
  MAKE(call, off_t, -1, real(descriptor, offset, whence));
}

int flock(int descriptor, int operation) {
  REAL(flock);
  const struct Call call = {"flock", file_behind(descriptor), can_interrupt | can_fail, false};
  MAKE(call, int, -1, real(descriptor, operation));
}

int fcntl(int descriptor, int command, ...) {
  REAL(fcntl);
  va_list rest;
  va_start(rest, command);
  void* const argument = va_arg(rest, void*);
  va_end(rest);
  const struct Call call = {"fcntl", file_behind(descriptor), can_interrupt | can_fail, false};
  MAKE(call, int, -1, real(descriptor, command, argument));
}

int fstat(int descriptor, struct stat* status) {
  REAL(fstat);
  const struct Call call = {"fstat", file_behind(descriptor), can_fail, false};
  MAKE(call, int, -1, real(descriptor, status));
}

int stat(const char* path, struct stat* status) {
  REAL(stat);
  const struct Call call = {"stat", file_at(path), can_fail, false};
  MAKE(call, int, -1, real(path, status));
}

int access(const char* path, int mode) {
  REAL(access);
  const struct Call call = {"access", file_at(path), can_fail, false};
  MAKE(call, int, -1, real(path, mode));
}

int mkdir(const char* path, mode_t mode) {
  REAL(mkdir);
  const struct Call call = {"mkdir", file_at(path), can_fill | can_fail, false};
  MAKE(call, int, -1, real(path, mode));
}

int rename(const char* from, const char* to) {
  REAL(rename);
  const struct Call call = {"rename", file_at(to), can_fill | can_fail, false};
  MAKE(call, int, -1, real(from, to));
}

void* mmap(void* address, size_t length, int protection, int flags, int descriptor, off_t offset) {
  REAL(mmap);
  const struct Call call = {"mmap", (flags & MAP_ANONYMOUS) != 0 ? other : file_behind(descriptor), can_lack_memory,
                            false};
  MAKE(call, void*, MAP_FAILED, real(address, length, protection, flags, descriptor, offset));
}

int poll(struct pollfd* waits, nfds_t count, int milliseconds) {
  REAL(poll);
  note_waits();
  const int ready = real(waits, count, milliseconds);
  note_waited(ready == 0 && milliseconds > 0);
  return ready;
}
