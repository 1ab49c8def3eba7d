// Preloaded into flowrun (LD_PRELOAD): stands between it and the calls that reach its files, also those that liblmdb makes, and
// does one thing at one of them: kills the process, or lets the call fail. README.md describes the variables that say which.
//
// What the process was doing is kept in a file that is mapped and so outlives it: see struct Page.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

// What a descriptor or path leads to.
enum File { other, input, read_input, output, store_data, store_lock, store_rest };

// What an I/O thread is at, and how far the readers are.
enum Writing { idle, sinking, committing, settling, folding };
enum Reading { starting, reading, ended };

// Read by jobs.py.
struct Page {
  _Atomic int32_t reading;
  _Atomic int32_t is_cutting;
  _Atomic int32_t writing;
  _Atomic int32_t calls;    // that were asked for, the chosen one included
  _Atomic int32_t is_done;  // what was asked for has been done at the chosen one
  char call[108];           // its name
};

// At what call something is done.
enum Place {
  nowhere,
  at_any,
  at_start,
  at_reading,
  at_cut,
  at_sink,
  at_commit,
  at_settling,
  at_folding,
  at_end,
  at_store,
  at_output
};
static const char* const places[] = {"nowhere", "anywhere", "start",   "reading", "cut",   "sink",
                                     "commit",  "settling", "folding", "end",     "store", "output"};
enum Action { kill_before, kill_after, kill_later, shorten, fail };

static struct Page* page;
static enum Place place = nowhere;
static enum Action action;
static int chosen;     // the call, from 1
static int parameter;  // microseconds of kill_later, errno of fail

static _Atomic int32_t open_inputs;
static _Atomic bool has_sunk;  // a sink was synchronised since the last transaction of the store
static _Thread_local bool is_writer;
static unsigned char file_of[1024];

// How a call can go wrong.
enum { can_shorten = 1, can_interrupt = 2, can_fill = 4, can_fail = 8, can_lack_memory = 16 };

struct Call {
  const char* name;
  enum File file;
  int ways;
  bool synchronises;
};

static bool is_main(void) { return gettid() == getpid(); }

static bool lies_in(const char* path, const char* folder) {
  const char* const found = strstr(path, folder);
  const size_t length = strlen(folder);
  return found != NULL && (found == path || found[-1] == '/') && (found[length] == '/' || found[length] == '\0');
}

static enum File file_at(const char* path) {
  if (lies_in(path, "in")) return input;
  if (lies_in(path, "out")) return output;
  if (!lies_in(path, "store")) return other;
  if (strstr(path, "data.mdb") != NULL) return store_data;
  return strstr(path, "job.lock") != NULL ? store_lock : store_rest;
}

static enum File file_behind(int descriptor) {
  return descriptor >= 0 && descriptor < (int)sizeof file_of ? (enum File)file_of[descriptor] : other;
}

static void die(void) {
  kill(getpid(), SIGKILL);
  for (;;) pause();
}

static void die_in(int microseconds) {
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGKILL};
  timer_t timer;
  if (timer_create(CLOCK_MONOTONIC, &event, &timer) != 0) abort();
  // Nought would disarm it.
  const struct itimerspec due = {.it_value = {microseconds / 1000000, microseconds % 1000000 * 1000L + 1}};
  timer_settime(timer, 0, &due, NULL);
}

// The call is the one that was asked for, and what happens before it is done. True: it fails, with errno set.
static bool is_chosen(const char* name) {
  if (atomic_fetch_add(&page->calls, 1) + 1 != chosen) return false;
  snprintf(page->call, sizeof page->call, "%s", name);
  page->is_done = 1;
  return true;
}

static bool is_store(enum File file) { return file == store_data || file == store_lock || file == store_rest; }

static bool is_at_place(const struct Call* call) {
  switch (place) {
    case at_any:
      return true;
    case at_start:
      return page->reading == starting && call->file != other;
    case at_reading:
      return page->reading == reading && call->file == input;
    case at_sink:
      return page->writing == sinking && call->file == output && call->synchronises;
    case at_commit:
      return page->writing == committing && call->file == store_data;
    case at_settling:
      return page->writing == committing && call->file == store_lock;
    case at_folding:
      return page->writing == folding && is_store(call->file);
    case at_end:
      return page->reading == ended && (call->file == output || is_store(call->file));
    case at_store:
      return is_store(call->file);
    case at_output:
      return call->file == output;
    default:
      return false;
  }
}

static bool can_happen(const struct Call* call) {
  if (action == shorten) return (call->ways & can_shorten) != 0;
  if (action != fail) return true;
  switch (parameter) {
    case EINTR:
      return (call->ways & can_interrupt) != 0;
    case ENOSPC:
      return (call->ways & can_fill) != 0;
    case ENOMEM:
      return (call->ways & can_lack_memory) != 0;
    default:
      return (call->ways & can_fail) != 0;
  }
}

// Threads other than the first touch outputs and the store only on the I/O thread.
static void note_writing(const struct Call* call) {
  if (is_main() || page->reading == starting) return;
  if (call->file == output && call->synchronises) {
    is_writer = true;
    has_sunk = true;
    page->is_cutting = 0;
    page->writing = sinking;
  } else if (call->file == store_data && page->writing != committing && page->writing != folding) {
    is_writer = true;
    page->writing = has_sunk ? committing : folding;
  }
}

static void note_input_read(int descriptor) {
  file_of[descriptor] = read_input;
  if (atomic_fetch_sub(&open_inputs, 1) == 1 && page->reading == reading) page->reading = ended;
}

static void note_reading(const struct Call* call, int descriptor, bool at_end) {
  if (call->file != input || is_main()) return;
  page->reading = reading;
  if (at_end) note_input_read(descriptor);
}

// The transaction has ended when it is noted in the lock.
static void note_written(const struct Call* call) {
  if (call->file != store_lock || (page->writing != committing && page->writing != folding)) return;
  page->writing = page->writing == committing ? settling : idle;
  has_sunk = false;
}

enum Verdict { goes_on, goes_on_and_ends, is_shortened, fails };

static enum Verdict enter(const struct Call* call) {
  if (page == NULL) return goes_on;
  note_writing(call);
  if (!is_at_place(call) || !can_happen(call) || !is_chosen(call->name)) return goes_on;
  switch (action) {
    case kill_before:
      die();
      return goes_on;
    case kill_after:
      return goes_on_and_ends;
    case kill_later:
      die_in(parameter);
      return goes_on;
    case shorten:
      return is_shortened;
    default:
      errno = parameter;
      return fails;
  }
}

static void leave(const struct Call* call, enum Verdict verdict) {
  if (page == NULL) return;
  const int number = errno;
  note_written(call);
  if (verdict == goes_on_and_ends) die();
  errno = number;
}

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
  if (descriptor >= 0 && descriptor < (int)sizeof file_of) {
    file_of[descriptor] = (unsigned char)file;
    if (file == input) atomic_fetch_add(&open_inputs, 1);
  }
  leave(&call, verdict);
  return descriptor;
}

int close(int descriptor) {
  REAL(close);
  const struct Call call = {"close", file_behind(descriptor), can_interrupt | can_fail, false};
  const enum Verdict verdict = enter(&call);
  if (page != NULL && call.file == input) note_input_read(descriptor);
  if (call.file != other) file_of[descriptor] = other;
  const int answer = real(descriptor);
  leave(&call, verdict);
  if (verdict == fails) errno = parameter;
  return verdict == fails ? -1 : answer;
}

ssize_t pread(int descriptor, void* bytes, size_t size, off_t offset) {
  REAL(pread);
  const struct Call call = {"pread", file_behind(descriptor), can_shorten | can_interrupt | can_fail, false};
  if (page != NULL) note_reading(&call, descriptor, false);
  const enum Verdict verdict = enter(&call);
  if (verdict == fails) return -1;
  const ssize_t count = real(descriptor, bytes, length_of(verdict, size), offset);
  if (page != NULL && count == 0) note_reading(&call, descriptor, true);
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

// The first thread waits here until an epoch is due; the I/O thread, when it has nothing to do.
int poll(struct pollfd* waits, nfds_t count, int milliseconds) {
  REAL(poll);
  if (page != NULL && is_writer && page->writing == settling) page->writing = idle;
  const int ready = real(waits, count, milliseconds);
  if (page == NULL || ready != 0 || milliseconds <= 0 || !is_main() || page->reading == starting) return ready;
  page->is_cutting = 1;
  if (place == at_cut && is_chosen("poll")) die_in(parameter);
  return ready;
}

static int number_in(const char* variable) {
  const char* const text = getenv(variable);
  return text != NULL ? atoi(text) : 0;
}

static void choose_action(const char* name) {
  static const char* const names[] = {"kill_before", "kill_after", "kill_later", "shorten", "fail"};
  for (size_t index = 0; index < sizeof names / sizeof *names; ++index)
    if (strcmp(names[index], name) == 0) action = (enum Action)index;
}

__attribute__((constructor)) static void begin(void) {
  const char* const path = getenv("CRASH_PAGE");
  const char* const where = getenv("CRASH_PLACE");
  const char* const what = getenv("CRASH_ACTION");
  if (path == NULL || where == NULL || what == NULL) return;
  for (size_t index = 0; index < sizeof places / sizeof *places; ++index)
    if (strcmp(places[index], where) == 0) place = (enum Place)index;
  choose_action(what);
  chosen = number_in("CRASH_CALL");
  parameter = number_in("CRASH_PARAMETER");
  const int file = open(path, O_RDWR);
  void* const mapped = mmap(NULL, sizeof(struct Page), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (mapped == MAP_FAILED) abort();
  close(file);
  page = mapped;
}
