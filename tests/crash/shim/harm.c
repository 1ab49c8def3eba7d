#define _GNU_SOURCE
#include "harm.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

// What an I/O thread is at, and how far the readers are.
enum Writing { idle, sinking, committing, settling, folding };
enum Reading { starting, reading, ended };

// What the process is at, in a file that is mapped and so outlives it. Read by job.py.
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
static const char* const places[] = {"nowhere",  "start",   "reading", "cut",   "sink",  "commit",
                                     "settling", "folding", "end",     "store", "output"};
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

static bool is_main(void) { return gettid() == getpid(); }

static bool lies_in(const char* path, const char* folder) {
  const char* const found = strstr(path, folder);
  const size_t length = strlen(folder);
  return found != NULL && (found == path || found[-1] == '/') && (found[length] == '/' || found[length] == '\0');
}

enum File file_at(const char* path) {
  if (lies_in(path, "in")) return input;
  if (lies_in(path, "out")) return output;
  if (!lies_in(path, "store")) return other;
  if (strstr(path, "data.mdb") != NULL) return store_data;
  return strstr(path, "job.lock") != NULL ? store_lock : store_rest;
}

enum File file_behind(int descriptor) {
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

// The transaction has ended when it is noted in the lock.
static void note_written(const struct Call* call) {
  if (call->file != store_lock || (page->writing != committing && page->writing != folding)) return;
  page->writing = page->writing == committing ? settling : idle;
  has_sunk = false;
}

enum Verdict enter(const struct Call* call) {
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

void leave(const struct Call* call, enum Verdict verdict) {
  if (page == NULL) return;
  const int number = errno;
  note_written(call);
  if (verdict == goes_on_and_ends) die();
  errno = number;
}

static void note_input_read(int descriptor) {
  file_of[descriptor] = read_input;
  if (atomic_fetch_sub(&open_inputs, 1) == 1 && page->reading == reading) page->reading = ended;
}

void note_opened(int descriptor, enum File file) {
  if (page == NULL || descriptor < 0 || descriptor >= (int)sizeof file_of) return;
  file_of[descriptor] = (unsigned char)file;
  if (file == input) atomic_fetch_add(&open_inputs, 1);
}

void note_closed(int descriptor) {
  if (page == NULL || file_behind(descriptor) == other) return;
  if (file_behind(descriptor) == input) note_input_read(descriptor);
  file_of[descriptor] = other;
}

// The first thread only looks at how inputs begin.
void note_reading(const struct Call* call) {
  if (page != NULL && call->file == input && !is_main()) page->reading = reading;
}

void note_read(const struct Call* call, int descriptor, bool at_end) {
  if (page != NULL && call->file == input && !is_main() && at_end) note_input_read(descriptor);
}

// The I/O thread has nothing to do any more.
void note_waits(void) {
  if (page != NULL && is_writer && page->writing == settling) page->writing = idle;
}

// The first thread has waited until an epoch was due.
void note_waited(bool is_over) {
  if (page == NULL || !is_over || !is_main() || page->reading == starting) return;
  page->is_cutting = 1;
  if (place == at_cut && is_chosen("poll")) die_in(parameter);
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
